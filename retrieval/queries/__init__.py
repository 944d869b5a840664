"""A question → weighted terms and filters."""
