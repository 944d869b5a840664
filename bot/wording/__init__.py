"""Replies in the reader's language, written once for every platform."""
