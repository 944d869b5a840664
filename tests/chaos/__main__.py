"""``python -m tests.chaos 200 [seed]``: the figures after so many kills; status 1 when a promise
broke."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.killing import asked, table, wreak

with tempfile.TemporaryDirectory() as folder:
    found = asyncio.run(wreak(Path(folder), *asked(200)))
    print(table(found))
    broken = found.lost or found.wrongly or found.integrity != "ok" or found.status != 0
    sys.exit(1 if broken else 0)
