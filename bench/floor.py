"""The floor: how long the same threads take to read what an answer depends on and write an array of it, no more.

Every array is cut into ``N_PIECES``; for each piece the steps follow one another (read a piece of t, gather
from the same rows of y), and threads take the next piece that is left, as the threads of xentc do.
"""

import ctypes
import itertools
import os
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, Any]
N_PIECES = 64
CACHE_LINE = 64


@cache
def library() -> ctypes.CDLL:
    """``floor.c``, compiled by the C compiler of this machine for this process. ctypes releases the GIL."""
    compiler = shlex.split(os.environ.get("CC") or shutil.which("cc") or sysconfig.get_config_var("CC") or "gcc")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "floor.so"
        source = Path(__file__).with_name("floor.c")
        subprocess.run([*compiler, "-O3", "-fPIC", "-shared", "-Wno-psabi", "-o", target, source], check=True)
        loaded = ctypes.CDLL(str(target))
    for function in (loaded.floor_read, loaded.floor_gather, loaded.floor_copy, loaded.floor_stream):
        function.restype = ctypes.c_uint64
    loaded.floor_read.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]
    loaded.floor_copy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t]
    loaded.floor_stream.argtypes = loaded.floor_copy.argtypes
    loaded.floor_gather.argtypes = [
        ctypes.c_void_p,
        ctypes.c_ssize_t,
        ctypes.c_ssize_t,
        ctypes.c_void_p,
        ctypes.c_ssize_t,
    ]
    return loaded


class Step(Protocol):
    """Something that is done to each piece of the data. ``expected`` is what all pieces return, summed;
    ``done`` tells if the memory is as it should be afterwards.
    """

    def pieces(self) -> list[Callable[[], int]]: ...
    def expected(self) -> int: ...
    def done(self) -> bool: ...


def _cuts(array: Array) -> list[int]:
    """Where the pieces of an array begin and end, in bytes; between them, at cache lines of the array."""
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        raise ValueError("the floor takes arrays without gaps only")
    return [array.nbytes * i // N_PIECES // CACHE_LINE * CACHE_LINE for i in range(N_PIECES)] + [array.nbytes]


def _sum_of_words(array: Array) -> int:
    octets = array.ravel("K").view(np.uint8)
    return int(octets[: octets.size // 8 * 8].view(np.uint64).sum())


@dataclass(frozen=True)
class Read:
    """All bytes of an array without gaps, in C or Fortran order."""

    array: Array

    def pieces(self) -> list[Callable[[], int]]:
        start = self.array.ctypes.data
        return [partial(library().floor_read, start + i, j - i) for i, j in itertools.pairwise(_cuts(self.array))]

    def expected(self) -> int:
        return _sum_of_words(self.array)

    def done(self) -> bool:
        return True


@dataclass(frozen=True)
class Copy:
    """All bytes of an array read, and as many written to another of the same layout.

    ``streaming``: by stores that go past the caches, which need not read a line before they write it.
    """

    source: Array
    target: Array
    streaming: bool

    def pieces(self) -> list[Callable[[], int]]:
        source, target = self.source, self.target
        one, other = ((a.shape, a.dtype, a.flags.c_contiguous, a.flags.f_contiguous) for a in (source, target))
        if one != other:
            raise ValueError("the floor copies between arrays of one layout only")
        copy = library().floor_stream if self.streaming else library().floor_copy
        p, q = source.ctypes.data, target.ctypes.data
        return [partial(copy, p + i, q + i, j - i) for i, j in itertools.pairwise(_cuts(source))]

    def expected(self) -> int:
        return _sum_of_words(self.source)

    def done(self) -> bool:
        return np.array_equal(self.source.ravel("K").view(np.uint8), self.target.ravel("K").view(np.uint8))


def streamed(steps: Sequence[Step]) -> list[Step]:
    return [replace(step, streaming=True) if isinstance(step, Copy) else step for step in steps]


def can_stream() -> bool:
    """Whether streaming differs from a plain copy on this machine."""
    return bool(library().floor_streams())


@dataclass(frozen=True)
class Gather:
    """One cache line of each row of y, which has its classes last: that of class ``k[i]``."""

    y: Array
    k: Array

    def pieces(self) -> list[Callable[[], int]]:
        n_rows, (row, column) = len(self.k), self.y.strides
        cuts = [n_rows * i // N_PIECES for i in range(N_PIECES + 1)]
        y, k = self.y.ctypes.data, self.k.ctypes.data
        return [
            partial(library().floor_gather, y + i * row, row, column, k + i * self.k.itemsize, j - i)
            for i, j in itertools.pairwise(cuts)
        ]

    def expected(self) -> int:
        picked = np.take_along_axis(self.y, self.k[:, None].astype(np.intp), axis=1)
        return int(np.ascontiguousarray(picked).view(np.uint8)[:, 0].sum(dtype=np.uint64))

    def done(self) -> bool:
        return True


class Floor:
    """A callable that does the steps on ``n_threads`` threads and returns the sum of all that it read."""

    def __init__(self, steps: Sequence[Step], n_threads: int) -> None:
        self.steps = steps
        # Piece i of every step before piece i + 1 of any: t and y are read side by side.
        self._pieces = list(zip(*(step.pieces() for step in steps), strict=True))
        self._n_helpers = n_threads - 1
        self._pool = ThreadPoolExecutor(max(self._n_helpers, 1))

    def _take(self, numbers: "itertools.count[int]") -> int:
        total = 0
        while (i := next(numbers)) < N_PIECES:
            for piece in self._pieces[i]:
                total += piece()
        return total

    def __call__(self) -> int:
        numbers = itertools.count()
        helpers = [self._pool.submit(self._take, numbers) for _ in range(self._n_helpers)]
        total = self._take(numbers) + sum(helper.result() for helper in helpers)
        return total % 2**64

    def verify(self) -> None:
        """A floor that skipped bytes, or left some unwritten, would be no floor."""
        expected = sum(step.expected() for step in self.steps) % 2**64
        got = self()
        if got != expected:
            raise AssertionError(f"the floor read {got}, not {expected}")
        if not all(step.done() for step in self.steps):
            raise AssertionError("the floor left bytes unwritten")
