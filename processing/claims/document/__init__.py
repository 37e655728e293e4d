"""What the text is: paragraphs, sentences, tokens, trees, datelines, names of places (figures.md, before its questions
begin)."""
