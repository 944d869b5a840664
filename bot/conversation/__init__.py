"""What is said and done in a conversation, free of any platform."""
