"""Doors: the command line (and later the web page)."""
