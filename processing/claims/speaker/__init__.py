"""Who says it, through whom, and how surely (figures.md section 4)."""
