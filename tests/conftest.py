"""What holds for every test: none depends on the machine's speed."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("yinju", deadline=None)
settings.load_profile("yinju")
