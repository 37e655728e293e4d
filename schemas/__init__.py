"""Nouns: frozen records, configuration shapes, the error tree and the store's layouts."""
