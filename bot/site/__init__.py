"""The corpus as plain web pages: one a document, with an anchor for every passage."""
