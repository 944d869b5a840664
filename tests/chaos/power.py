"""``python -m tests.chaos.power 50 [seed]``, as root on Linux: the figures after so many power
cuts; status 1 when a question was lost or the database damaged.

The query log lies on a disk of its own: an ext4 image behind a loop device. What the bot wrote and
did not sync is in the kernel's memory and not in the image, so a copy of the image is what a power
cut would have left.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.chaos.killing import asked, table, wreak
from tests.starts import Bot

_MEGABYTES = 64


class Disk:
    """A disk that forgets what was not synced."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "disk"
        self._image, self._copy = place / "disk.img", place / "copy.img"
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(_MEGABYTES << 20)
        _run("mkfs.ext4", "-q", self._image)
        self._mount()

    async def cut(self, bot: Bot) -> None:
        """Cut the power under `bot`, and give it back."""
        bot.send(signal.SIGSTOP)
        await asyncio.to_thread(shutil.copyfile, self._image, self._copy)
        await bot.kill()
        await asyncio.to_thread(self._change)

    def eject(self) -> None:
        # Lazily, for a process of the killed bot may still be about to end.
        _run("umount", "--lazy", self.folder)

    def _change(self) -> None:
        self.eject()
        self._copy.replace(self._image)
        self._mount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", self._image, self.folder)


def _run(*words: str | Path) -> None:
    subprocess.run(list(map(str, words)), check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        disk = Disk(Path(place))
        try:
            found = asyncio.run(wreak(Path(place), *asked(50), disk.folder, disk.cut))
        finally:
            disk.eject()
        print(table(found))
        sys.exit(1 if found.lost or found.integrity != "ok" else 0)
