"""The bot's own process, killed at random moments while many people ask."""
