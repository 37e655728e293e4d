"""How many: numbers, units, bounds, ranges, changes, and which numbers are no claims (figures.md sections 2 and 3)."""
