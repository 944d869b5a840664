"""The only part of the bot that knows Telegram."""

import os

# The library's new form of durations; without it, every flood limit is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
