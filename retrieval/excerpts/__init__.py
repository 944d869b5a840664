"""A passage → the part of it that is quoted, and what in it is marked."""
