"""Reading figure claims: text in, who says how many of what out."""
