"""Memory of blocks that is used again: fresh pages cost more than what is copied into them."""

import math
import weakref
from collections import deque
from typing import Any

import numpy as np

from .table import Array


class Pool:
    """Arrays whose memory comes back when the last view of them is gone, whoever holds it and on whichever thread."""

    def __init__(self) -> None:
        self._free: deque[Array] = deque(maxlen=8)

    def empty(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """As ``np.empty``."""
        n_bytes = math.prod(shape) * dtype.itemsize
        try:
            memory = self._free.pop()
        except IndexError:
            memory = np.empty(n_bytes, np.uint8)
        if memory.nbytes < n_bytes:
            memory = np.empty(n_bytes, np.uint8)
        # Views of views look at this array, which therefore lives as long as any of them. (Were it made of the array
        # and not of its memoryview, they would look at that instead.)
        array = np.frombuffer(memory.data, np.uint8, n_bytes) if n_bytes else np.empty(0, np.uint8)
        weakref.finalize(array, self._free.append, memory).atexit = False
        return array.view(dtype).reshape(shape)
