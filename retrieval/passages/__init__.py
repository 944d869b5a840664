"""Documents → passages, the units that are ranked and quoted."""
