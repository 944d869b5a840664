"""Weighted terms → ranked passages, and how sure they are."""
