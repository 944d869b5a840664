"""Values by number, each encoded by itself: in memory as bytes, or mapped from a file.

MessagePack by msgspec: what is read is only ever data of the type it is read as.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar, overload

import msgspec
import numpy as np

from retrieval.files import Mapped, mapped, mapped_array

T = TypeVar("T")


def encode(value: object) -> bytes:
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, array):
        return value.tolist()
    raise NotImplementedError(type(value).__name__)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)


class View(Sequence[T]):
    """A sequence whose items are looked up when they are asked for."""

    def __init__(self, length: int, item: Callable[[int], T]) -> None:
        self._length, self._item = length, item

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[T]: ...
    def __getitem__(self, number: int | slice) -> T | Sequence[T]:
        if isinstance(number, slice):
            return [self._item(each) for each in range(self._length)[number]]
        if 0 <= number < self._length:
            return self._item(number)
        return self._item(range(self._length)[number])


class Shelf(View[T]):
    """Immutable. An item is decoded anew each time it is asked for."""

    def __init__(self, kind: type[T], data: Mapped, ends: Sequence[int]) -> None:
        """`ends`: where each item ends in `data`."""
        decode = self._decode = msgspec.msgpack.Decoder(kind).decode
        self._data, self._ends = data, ends

        def item(number: int) -> T:  # of no shelf: a ring would keep its files open
            return decode(data[ends[number - 1] if number else 0 : ends[number]])

        super().__init__(len(ends), item)

    def __iter__(self) -> Iterator[T]:
        start, decode, data = 0, self._decode, self._data
        for end in self._ends:
            yield decode(data[start:end])
            start = end

    def may_hold(self, number: int, text: bytes) -> bool:
        """Whether a string of an item could have a text, in UTF-8, which MessagePack keeps it in:
        the item need not be decoded for that."""
        start = self._ends[number - 1] if number else 0
        return self._data.find(text, start, self._ends[number]) >= 0

    def run(self, start: int, stop: int) -> tuple[bytes, int, list[int]]:
        """The items from `start` to `stop` as they are kept; where the first begins, and where
        each ends."""
        begins = int(self._ends[start - 1]) if start else 0
        ends = [int(end) for end in self._ends[start:stop]]
        return self._data[begins : ends[-1] if ends else begins], begins, ends

    @classmethod
    def open(cls, kind: type[T], path: Path) -> Shelf[T]:
        """Map what a `Stocking` wrote. Raises OSError or ValueError where it is damaged."""
        ends = mapped_array(path.with_suffix(".ends.npy"))
        data, size = mapped(path), int(ends[-1]) if len(ends) else 0
        if len(data) != size:
            raise ValueError(f"{path.name} has {len(data)} bytes instead of {size}")
        return cls(kind, data, ends.data)


class Stocking(Generic[T]):
    """A shelf while it is filled; in memory, or in a file at `path`."""

    def __init__(self, kind: type[T], path: Path | None = None) -> None:
        self._kind, self._path = kind, path
        self._file: BinaryIO = io.BytesIO() if path is None else path.open("wb")
        self._ends, self._size = array("q"), 0

    def add(self, value: T) -> None:
        item = encode(value)
        self._file.write(item)
        self._size += len(item)
        self._ends.append(self._size)

    def add_run(self, shelf: Shelf[T], start: int, stop: int) -> None:
        """Add the items of another shelf from `start` to `stop`, as they are kept."""
        items, begins, ends = shelf.run(start, stop)
        self._file.write(items)
        self._ends.extend([self._size + end - begins for end in ends])
        self._size += len(items)

    def shelf(self) -> Shelf[T]:
        """What was filled, whole."""
        if isinstance(self._file, io.BytesIO):
            return Shelf(self._kind, self._file.getvalue(), self._ends)
        assert self._path is not None
        self._file.close()
        np.save(self._path.with_suffix(".ends.npy"), np.asarray(self._ends, np.int64))
        return Shelf.open(self._kind, self._path)
