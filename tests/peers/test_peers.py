"""docs/peers.md is true: each line of its tables against the real package, and the text against the data."""

import math

import numpy as np
import pytest
from modules import namespace
from table import DOCS, ROWS, TITLES, with_tables

import xentc


def arrays_of(zeros):
    """A problem of 60 rows and 5 classes; with zeros, some rows are sure, of the right class or a wrong one."""
    rng = np.random.default_rng(20)
    n, k = 60, 5
    labels, b = rng.integers(0, k, n), rng.integers(0, 2, n)
    y, p = rng.dirichlet(np.ones(k), n), rng.uniform(0.01, 0.99, n)
    q = rng.dirichlet(np.ones(k), n)
    q[:3] = np.eye(k)[:3]
    if zeros:
        y[::5] = np.eye(k)[labels[::5]]
        y[::7] = np.eye(k)[(labels[::7] + 1) % k]
        p[::5], p[::7] = b[::5], 1 - b[::7]
    t = np.eye(k)[labels]
    return {
        "labels": labels,
        "t": t,
        "q": q,
        "y": y,
        "b": b,
        "p": p,
        "s": rng.uniform(0.5, 2, n),
        "w": rng.uniform(0.5, 2, k),
        "z": rng.normal(size=(n, k)) * 5,
        "v": rng.normal(size=n) * 10,
    }


CASES = [pytest.param(row, zeros, id=f"{row.id}{', zeros' * zeros}") for row in ROWS for zeros in {False, row.zeros}]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("row", "zeros"), CASES)
def test_row(row, zeros):
    arrays = arrays_of(zeros)
    try:
        names = namespace(row.package, arrays)
    except ImportError as error:
        pytest.skip(f"{row.package} is not installed: {error}")
    theirs = np.asarray(eval(row.theirs, names), dtype=np.float64)
    ours = np.asarray(eval(row.ours, {"xentc": xentc, "np": np, "math": math, **arrays}), dtype=np.float64)
    assert theirs.shape == ours.shape
    both = np.isfinite(theirs)
    assert both.any()
    assert np.array_equal(theirs[~both], ours[~both])
    difference = np.max(np.abs(ours - theirs)[both] / np.maximum(1, np.abs(theirs[both])))
    assert difference <= row.within


def test_text_is_the_data():
    text = DOCS.read_text()
    assert with_tables(text) == text, "run: python tests/peers/table.py"
    assert {row.package for row in ROWS} == set(TITLES)


def test_a_wrong_row_is_seen():
    """A row with another peer's clip differs by more than it allows."""
    row = next(row for row in ROWS if row.theirs == "log_loss(labels, y)" and "labels(" in row.ours)
    arrays = arrays_of(True)
    right, wrong = (
        xentc.cross_entropy_labels(arrays["labels"], arrays["y"], eps=eps, reduction="mean") for eps in (None, 1e-15)
    )
    assert abs(right - wrong) > 100 * row.within
