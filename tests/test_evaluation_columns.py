"""The figures of many groups at once: to the same bits as one by one in integers, whatever the losses and weights."""

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest

import xentc
from xentc import _kernels
from xentc._core import sums
from xentc._evaluation import columns

N_KEYS = 400

# What the rows of a group are, by a name; each as a function of a random generator and how many.
LOSSES = {
    "like losses": lambda rng, n: rng.exponential(1.0, n),
    "as of float32": lambda rng, n: rng.exponential(1.0, n).astype("float32").astype(float),
    "few bits, so that sums and means are often ties": lambda rng, n: rng.integers(0, 64, n) / 8.0,
    "53 bits, so that sums are often ties": lambda rng, n: 1 + rng.integers(0, 1 << 40, n) * 2.0**-52,
    "nearly a tie": lambda rng, n: np.r_[1.0, 2.0**-53, rng.choice([-1, 0, 1]) * 2.0**-130, np.zeros(n)],
    "all the same": lambda rng, n: np.full(n, 0.1),
    "nearly the same": lambda rng, n: 0.1 + rng.integers(0, 3, n) * 2.0**-56,
    "zero": lambda rng, n: np.zeros(n),
    "of many sizes": lambda rng, n: np.exp(rng.uniform(-80, 80, n)),
    "of all sizes": lambda rng, n: np.ldexp(rng.uniform(1, 2, n), rng.integers(-1070, 1020, n)),
    "cancelling": lambda rng, n: rng.choice([-1.0, 1.0], n) * rng.integers(1, 5, n) + rng.choice([0, 1e-30], n),
    "some infinite": lambda rng, n: np.where(rng.random(n) < 0.2, np.inf, 1.5),
    "some NaN": lambda rng, n: np.where(rng.random(n) < 0.2, np.nan, 1.5),
}
WEIGHTS = {
    "none": None,
    "any": lambda rng, n: rng.uniform(0.1, 3, n),
    "all 0.1": lambda rng, n: np.full(n, 0.1),
    "counts": lambda rng, n: rng.integers(1, 9, n).astype(float),
    "of both signs": lambda rng, n: rng.choice([-1.0, 1.0, 2.0], n),
    "of many sizes": lambda rng, n: np.exp(rng.uniform(-80, 80, n)),
}


def tally(losses, weights, rng):
    """One of N_KEYS groups, of one to 20 rows each, with every way in which a sum is held."""
    made = _kernels.Tally(3, N_KEYS)
    for key in range(N_KEYS):
        n = int(rng.integers(1, 20))
        x = losses(rng, n)
        s = np.ones(len(x)) if weights is None else weights(rng, len(x))
        with np.errstate(all="ignore"):
            made.merge(_kernels.tally_of_rows(s * x, s), np.array([key]))
    return made


def same(a, b):
    return type(a) is type(b) and (a == b or (a != a and b != b))


@pytest.mark.crossing(1)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("losses", LOSSES)
def test_many_at_once_are_as_one_by_one(losses, weights):
    rng = np.random.default_rng(len(losses) * 100 + len(weights))
    one = tally(LOSSES[losses], WEIGHTS[weights], rng)
    weighted = weights != "none"
    slots = rng.permutation(N_KEYS)[: N_KEYS - 5]
    got = columns.statistics_of(one, slots, weighted)
    keys = one.keys.tolist()
    for at, slot in enumerate(slots.tolist()):
        want = sums.statistics(sums.sums_of(one, keys[slot]), weighted)
        assert list(want) == list(columns.NAMES)
        for name in columns.NAMES:
            assert same(got[name][at], want[name]), (name, keys[slot], got[name][at], want[name])


def test_few_are_done_in_integers_and_most_are_not():
    """Else it would be right, and slow."""
    rng = np.random.default_rng(3)
    one = tally(LOSSES["like losses"], None, rng)
    asked = []

    class Counted:
        n_quads, arrays, sums = one.n_quads, one.arrays, one.sums

        def counts(self, key):
            asked.append(key)
            return one.counts(key)

    columns.statistics_of(Counted(), np.arange(N_KEYS), False)
    assert len(asked) < N_KEYS / 20


@pytest.mark.parametrize("weights", [name for name in WEIGHTS if name != "none"])
def test_shares(weights):
    rng = np.random.default_rng(8)
    one = tally(LOSSES["like losses"], WEIGHTS[weights], rng)
    whole = _kernels.Tally(3, 1)
    whole.merge(one, np.zeros(N_KEYS, np.int64))
    total = sums.sums_of(whole, 0)
    got = columns.shares_of(one, total)
    for key, share in zip(one.keys.tolist(), got, strict=True):
        assert same(share, sums.sums_of(one, key).s / total.s)


def test_pairs_are_as_near_as_their_bounds_say():
    """Sums, products, quotients and roots against integers: far below the error that every figure allows for."""
    rng = np.random.default_rng(4)
    a, b = (columns.two_sum(rng.uniform(1, 4, 500), rng.uniform(-1, 1, 500) * 2.0**-54) for _ in range(2))
    one = 1 << 400

    def units(pair):
        return [
            int(math.ldexp(x, 200)) * (1 << 200) + int(math.ldexp(y, 200)) * (1 << 200)
            for x, y in zip(*pair, strict=True)
        ]

    ways = {
        "add": (columns.add(a, b), lambda x, y: x + y),
        "multiply": (columns.multiply(a, b), lambda x, y: x * y // one),
        "divide": (columns.divide(a, b), lambda x, y: x * one // y),
        "root": (columns.square_root(a), lambda x, y: math.isqrt(x * one)),
    }
    for name, (got, want) in ways.items():
        for g, x, y in zip(units(got), units(a), units(b), strict=True):
            true = want(x, y)
            assert abs(g - true) * 2**98 <= abs(true), name


def test_records_made_by_columns_are_ordinary_ones():
    """Equal to those of their constructor, frozen, and they copy, pickle and are shown alike."""
    n = columns.FEW * 2
    labels, y = np.arange(6 * n) % 3, np.full((6 * n, 3), 1 / 3)
    report = xentc.evaluate(labels, y, by=np.arange(6 * n) % n)
    assert len(report.by) == n
    for group in (report.by[0], report.by[-1], report.by_class[0]):
        fields = dataclasses.asdict(group)
        assert type(group)(**fields) == group
        assert repr(type(group)(**fields)) == repr(group)
        assert hash(type(group)(**fields)) == hash(group)
        assert pickle.loads(pickle.dumps(group)) == copy.deepcopy(group) == group
        assert dataclasses.replace(group, name="other").name == "other"
        for name in fields:
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(group, name, 1)
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            group.more = 1
    for name in ("mean", "by", "warnings"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(report, name, 1)
    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()  # bins without rows have NaN
