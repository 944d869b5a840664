"""Passages → one generation of the corpus, ready to be searched."""
