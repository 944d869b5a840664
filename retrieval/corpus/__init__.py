"""Files of a folder → documents: found, read, described and shaped."""
