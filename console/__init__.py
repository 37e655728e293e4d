"""Doors: the command line and the web page. They parse arguments, open the store, call one function and show the
result."""
