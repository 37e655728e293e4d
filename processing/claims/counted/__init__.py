"""Of what, doing what, where, as of when (figures.md section 4)."""
