"""Other ways to say or to write what was asked for."""
