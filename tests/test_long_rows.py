"""Rows of so many classes that one takes seconds: a signal ends them too, and they have the bits of shorter ones."""

import math
import time
from functools import cache

import numpy as np
import pytest
from test_interrupts import SECONDS, Interrupt, alarm, raise_it  # noqa: F401
from ways import TIERS, assert_same_bits, way

import xentc

# Of classes that are one number in memory, so that they need none of it.
K = 1 << 32


def row_of(value, n_rows=2, dtype="float64"):
    return np.broadcast_to(np.array(value, dtype), (n_rows, K))


@cache
def columns_of(value, n_classes):
    """256 rows side by side, each class a step on: rows share memory with their neighbours."""
    memory = np.full(2 * n_classes + 256, value)
    return np.lib.stride_tricks.as_strided(memory, (256, n_classes), (8, 16), writeable=False)


CALLS = {
    "soft": lambda: xentc.cross_entropy(row_of(0.5), row_of(0.5), check=False),
    "soft float32": lambda: xentc.cross_entropy(
        row_of(0.5, dtype="float32"), row_of(0.5, dtype="float32"), check=False
    ),
    "no entry": lambda: xentc.cross_entropy(row_of(0, dtype="int8"), row_of(0.5)),
    "infinite": lambda: xentc.cross_entropy(row_of(0.5), row_of(0), eps=0, check=False),
    "subnormal": lambda: xentc.cross_entropy(
        row_of(0.5)[:, : K >> 6], row_of(5e-324)[:, : K >> 6], eps=0, check=False
    ),  # a term at a time
    "logits": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), from_logits=True),
    "soft logits": lambda: xentc.cross_entropy(row_of(0.5), row_of(0.5), from_logits=True, check=False),
    "smoothed": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), label_smoothing=0.5),
    "checked": lambda: xentc.cross_entropy_labels([1, 2], row_of(0.5), check=True),
    "evaluated": lambda: xentc.evaluate(np.zeros(256, int), columns_of(0.5, 1 << 22), check=False),
    "evaluated logits": lambda: xentc.evaluate(np.zeros(256, int), columns_of(0.5, 1 << 22), from_logits=True),
    "side by side": lambda: xentc.cross_entropy(columns_of(0.5, 1 << 22), columns_of(0.5, 1 << 22), check=False),
    "logits side by side": lambda: xentc.cross_entropy_labels(
        np.zeros(256, int), columns_of(0.5, 1 << 22), from_logits=True
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_signal_ends_a_row(alarm, name):  # noqa: F811
    """At the start, with a helper in the row beside it; later, alone."""
    columns_of(0.5, 1 << 22)
    for seconds, n_threads in ((0.05, 2), (0.3, 1)):
        with xentc.num_threads(n_threads):
            alarm(raise_it, seconds)
            start = time.monotonic()
            with pytest.raises(Interrupt):
                CALLS[name]()
            assert time.monotonic() - start < seconds + SECONDS


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("tier", TIERS)
def test_rows_of_several_pieces_have_one_result_in_every_layout(tier, dtype):
    """Contiguous ones are summed 65,536 classes at a time, others 1,024; side by side, one class after the other."""
    n_rows, n_classes = 33, 65_536 + 19
    rng = np.random.default_rng(17)
    z = rng.normal(0, 3, (n_rows, n_classes)).astype(dtype)
    z[1] *= 1e6
    labels = rng.integers(0, n_classes, n_rows)
    strided = np.empty((n_rows, 2 * n_classes), dtype)[:, ::2]
    strided[:] = z

    def results(z, rows=slice(None)):
        y = np.exp(np.minimum(z, 0))
        found = [
            *xentc.cross_entropy_labels_and_grad(labels[rows], z, from_logits=True),
            xentc.cross_entropy(y, z, from_logits=True, check=False),
            xentc.cross_entropy_labels(labels[rows], y, label_smoothing=0.1, check=False),
            *xentc.cross_entropy_and_grad(y, y, check=False),
        ]
        return [np.ascontiguousarray(array) for array in found]

    with way(tier, 2):
        want = results(z)
        layouts = (np.asfortranarray(z), strided, z[::-1][::-1])
        for layout in layouts:
            for a, b in zip(results(layout), want, strict=True):
                assert_same_bits(a, b)
        for a, b in zip(results(z[5:6], slice(5, 6)), want, strict=True):
            assert_same_bits(a, b[5:6])
    exact = [math.log(math.fsum(map(math.exp, row - row.max()))) + row.max() for row in z[:4].astype(np.float64)]
    assert np.allclose(want[0][:4], exact - z[range(4), labels[:4]].astype(np.float64), rtol=2e-7, atol=0)
