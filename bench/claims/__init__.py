"""Own sentences and passages with whole gold claims, by kind of figure and form of source."""
