"""The web page of a desk: contradictions, figures, articles, stories, runs; what stands in the store, with every
sentence behind it."""
