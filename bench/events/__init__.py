"""The open benchmark of figure claims across outlets: reading its files, and scoring what a program makes of them."""
