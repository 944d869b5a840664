"""Text → terms, the same way for what is indexed, asked, quoted and marked."""
