"""Evaluations of parts, as engines add them up."""

import numpy as np
import pytest

import xentc
from xentc._evaluation.parts import numbered_from, renumbered, summed


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    y = rng.dirichlet(np.ones(3), 40) * np.where(np.arange(40) % 7 == 3, 1.1, 1)[:, None]  # some that do not sum to 1
    return rng.integers(0, 3, 40), y, rng.integers(0, 4, 40)


def evaluation(labels, y, by, **more):
    return xentc.Evaluation(by="day", worst=5, check=False).update(labels, y, by=by, **more)


def test_sums_leave_both_as_they_are(rows):
    first, second = (evaluation(*(column[part] for column in rows)) for part in (slice(0, 25), slice(25, 40)))
    before = first.to_bytes(), second.to_bytes()
    assert summed(first, second).to_bytes() == evaluation(*rows).to_bytes()
    assert (first.to_bytes(), second.to_bytes()) == before
    empty = xentc.Evaluation(by="day", worst=5, check=False)
    assert summed(empty, first).to_bytes() == summed(first, empty).to_bytes() == first.to_bytes()


def test_numbers_of_rows(rows):
    whole = evaluation(*rows)
    before = whole.to_bytes()
    assert numbered_from(whole, 1 << 40).to_bytes() == evaluation(*rows, row=1 << 40).to_bytes()
    assert (
        renumbered(whole, lambda row: 3 * row + 1).to_bytes() == evaluation(*rows, row=np.arange(40) * 3 + 1).to_bytes()
    )
    assert whole.to_bytes() == before
