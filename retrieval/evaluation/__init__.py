"""Labelled question sets, and how well they are answered."""
