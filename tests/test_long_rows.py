"""Rows of so many classes that one takes seconds: a signal ends them too, and they have the bits of shorter ones."""

import signal
import time

import numpy as np
import pytest
from test_interrupts import Interrupt, alarm, raise_it  # noqa: F401
from ways import TIERS, assert_same_bits, way

import xentc

# Of classes that are one number in memory, so that they need none of it.
K = 1 << 32


def row_of(value, n_rows=2, dtype="float64"):
    return np.broadcast_to(np.array(value, dtype), (n_rows, K))


def columns_of(value, n_classes):
    """256 rows side by side, each class a step on: rows share memory with their neighbours."""
    memory = np.full(2 * n_classes + 256, value)
    return np.lib.stride_tricks.as_strided(memory, (256, n_classes), (8, 16), writeable=False)


CALLS = {
    "soft": lambda: xentc.cross_entropy(row_of(0.5), row_of(0.5), check=False),
    "soft float32": lambda: xentc.cross_entropy(row_of(0.5, dtype="float32"), row_of(0.5, dtype="float32"), check=False),
    "no entry": lambda: xentc.cross_entropy(row_of(0, dtype="int8"), row_of(0.5)),
    "infinite": lambda: xentc.cross_entropy(row_of(0.5)[:, : K >> 6], row_of(0)[:, : K >> 6], eps=0, check=False),
    "logits": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), from_logits=True),
    "soft logits": lambda: xentc.cross_entropy(row_of(0.5), row_of(0.5), from_logits=True, check=False),
    "smoothed": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), label_smoothing=0.5),
    "checked": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), check=True),
    "evaluated": lambda: xentc.evaluate([1, 2], row_of(0.5), check=False),
    "side by side": lambda: xentc.cross_entropy(columns_of(0.5, 1 << 22), columns_of(0.5, 1 << 22), check=False),
    "logits side by side": lambda: xentc.cross_entropy_labels(
        np.zeros(256, int), columns_of(0.5, 1 << 24), from_logits=True
    ),
}


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("name", CALLS)
def test_a_signal_ends_a_row(alarm, name, n_threads):  # noqa: F811
    with xentc.num_threads(n_threads):
        for seconds in (0.05, 0.5):
            alarm(raise_it, seconds)
            start = time.monotonic()
            with pytest.raises(Interrupt):
                CALLS[name]()
            assert time.monotonic() - start < seconds + 1
            signal.setitimer(signal.ITIMER_REAL, 0)
