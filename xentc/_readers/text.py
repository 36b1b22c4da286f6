"""Text in NumPy arrays of fixed width: the numbers of names by a hash of whole columns, no Python object a row."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .missing import Array

if TYPE_CHECKING:
    from .names import Names

BLOCK = 1 << 14  # rows whose hashes are made together, in the cache
SLOTS_PER_NAME = 8
# Odd multipliers, one for each character of a name: h = sum_j c_j m_j mod 2^64.
_SEED = 20_260_101


class Text:
    """Looks names up in a table with linear probing, for a whole block at once; a match is checked as text."""

    def __init__(self, names: "Names") -> None:
        self.names = names
        self.width = -1
        self.n_names = -1

    def numbers(self, labels: Array) -> Array:
        """The number of each label; new ones are added to the names."""
        labels = np.ascontiguousarray(labels, labels.dtype.newbyteorder("="))
        found = np.empty(len(labels), np.intp)
        for start in range(0, len(labels), BLOCK):
            rows = slice(start, start + BLOCK)
            block = labels[rows]
            self._prepare(block)
            found[rows] = self._look_up(block)
            new = np.flatnonzero(found[rows] < 0)
            if new.size:
                found[rows][new] = self.names.of(block[new].tolist(), new.size)
        return found

    def _prepare(self, labels: Array) -> None:
        """The table of the names there are, as labels of this width hold them."""
        width = labels.dtype.itemsize // 4
        if (width, len(self.names)) == (self.width, self.n_names):
            return
        self.width, self.n_names = width, len(self.names)
        self.multipliers = np.random.default_rng(_SEED).integers(0, 2**63, width, np.uint64) * 2 + 1
        held = [(text, k) for text, k in self.names.items() if isinstance(text, str) and len(text) <= width]
        self.known = np.array([text for text, _ in held], dtype=labels.dtype)
        bits = max((SLOTS_PER_NAME * len(held)).bit_length(), 4)
        self.shift = np.uint64(64 - bits)
        self.table = np.full(1 << bits, -1, np.intp)  # the place in `known`
        for place, slot in enumerate((_hashes(self.known, self.multipliers) >> self.shift).tolist()):
            while self.table[slot] >= 0:
                slot = (slot + 1) % len(self.table)
            self.table[slot] = place
        self.number = np.array([k for _, k in held], np.intp)

    def _look_up(self, labels: Array) -> Array:
        """Their numbers, -1 for what is no name yet."""
        found = np.full(len(labels), -1, np.intp)
        if not len(self.known) or not len(labels):
            return found
        slots = (_hashes(labels, self.multipliers) >> self.shift).astype(np.intp)
        place = self.table[slots]
        same = self.known[place] == labels
        same &= place >= 0
        found[same] = self.number[place[same]]
        rest = np.flatnonzero(~same & (place >= 0))
        while rest.size:  # another name is there: look one further
            slots[rest] = (slots[rest] + 1) % len(self.table)
            place = self.table[slots[rest]]
            same = (self.known[place] == labels[rest]) & (place >= 0)
            found[rest[same]] = self.number[place[same]]
            rest = rest[~same & (place >= 0)]
        return found


def _hashes(labels: Array, multipliers: Array) -> Any:
    if not len(multipliers):
        return np.zeros(len(labels), np.uint64)
    characters = labels.view(np.uint32).reshape(len(labels), len(multipliers))
    hashes = characters[:, 0] * multipliers[0]
    for j in range(1, len(multipliers)):
        hashes += characters[:, j] * multipliers[j]
    return hashes
