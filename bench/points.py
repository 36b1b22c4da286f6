"""Inputs for the accuracy report: where errors hide, and everywhere else.

Near 1, where the logarithm loses its digits; near eps, the smallest normal number and the powers of two, where
exponents and roundings change; and random numbers whose exponents are uniform, so that no binade is rare.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

NEIGHBOURS = 16


def near(centre: float, dtype: Any) -> Array:
    """The number and its neighbours on either side; those that are positive and finite."""
    info = np.finfo(dtype)
    bits = np.dtype(f"i{info.bits // 8}")
    middle = np.array([centre], dtype).view(bits)
    around: Array = (middle + np.arange(-NEIGHBOURS, NEIGHBOURS + 1, dtype=bits)).view(dtype)
    return around[np.isfinite(around) & (around > 0)]


def special(dtype: Any) -> Array:
    """Dense near every special point."""
    info = np.finfo(dtype)
    powers = np.ldexp(np.ones(info.maxexp - info.minexp, np.float64), np.arange(info.minexp, info.maxexp))
    # Where a logarithm's reduction changes the binade, in the forms in use.
    edges = [np.sqrt(0.5), np.sqrt(2), 2 / 3, 4 / 3, 0.75, 1.5]
    centres = [1.0, float(info.eps), 1 - float(info.eps), float(info.tiny), float(info.smallest_subnormal)]
    step = max(len(powers) // 64, 1)
    numbers = [near(c, dtype) for c in [*centres, *edges, *powers[::step]]]
    # 1 +- 2^-i: the whole way from numbers far from 1 to those next to it.
    steps = np.ldexp(1.0, -np.arange(1, info.nmant + 1))
    return np.unique(np.concatenate([*numbers, (1 + steps).astype(dtype), (1 - steps).astype(dtype)]))


def random_exponents(rng: np.random.Generator, n: int, dtype: Any) -> Array:
    """Positive finite numbers whose bits are uniform: each exponent as often, subnormals among them."""
    info = np.finfo(dtype)
    bits = np.dtype(f"u{info.bits // 8}")
    largest = int(np.array([info.max], dtype).view(bits)[0])
    return rng.integers(1, largest, n, dtype=bits, endpoint=True).view(dtype)


def one_hot_y(rng: np.random.Generator, n: int, dtype: Any) -> Array:
    """Arguments of the one logarithm of a one-hot row: all of float16, else special points and a sample."""
    if np.dtype(dtype) == np.float16:
        every = np.arange(1, 0x7C00, dtype=np.uint16).view(np.float16)
        return every if n >= len(every) else np.concatenate([special(dtype), rng.choice(every, n)])
    below_one = rng.random(n // 4, dtype=np.float64).astype(dtype)
    return np.concatenate([special(dtype), below_one[below_one > 0], random_exponents(rng, n, dtype)])


def soft_y(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> Array:
    """Rows of numbers in (0, 1], so that all terms have one sign; a third each special, random bits, uniform."""
    shape = (n_rows, n_classes)
    points = special(dtype)
    points = points[points <= 1]
    one = int(np.array([1], dtype).view(f"u{np.dtype(dtype).itemsize}")[0])
    bits = rng.integers(1, one, shape, dtype=f"u{np.dtype(dtype).itemsize}", endpoint=True).view(dtype)
    uniform = np.maximum(rng.random(shape).astype(dtype), np.finfo(dtype).tiny)
    # Whole rows of one sort too: a row all near 1 cancels most digits of each of its logarithms.
    sort = rng.integers(0, 3, (n_rows, 1))
    sort = np.where(rng.random((n_rows, 1)) < 0.5, sort, rng.integers(0, 3, shape))
    chosen: Array = np.choose(sort, [rng.choice(points, shape), bits, uniform])
    return chosen


def soft_t(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> Array:
    """Distributions for a floating dtype, some of them with tiny parts; counts for an integer one. A third zeros."""
    dtype = np.dtype(dtype)
    shape = (n_rows, n_classes)
    kept = rng.random(shape) < 2 / 3
    kept[np.arange(n_rows), rng.integers(0, n_classes, n_rows)] = True
    if dtype.kind == "b":
        return kept
    if dtype.kind in "iu":
        # Counts of every length in bits, up to 100,000.
        limit = min(int(np.iinfo(dtype).max), 10**5)
        counts = np.exp2(rng.uniform(0, np.log2(limit), shape))
        return np.where(kept, counts, 0).astype(dtype)
    # Even weights, weights of every exponent down to the subnormal numbers, and some of 2^-20 and more.
    tiniest = np.array([0.0, float(np.finfo(dtype).minexp), -20.0])[rng.integers(0, 3, (n_rows, 1))]
    weights = np.where(kept, rng.random(shape) * np.exp2(tiniest * rng.random(shape)), 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype)


def weights_down_to_0(rng: np.random.Generator, labels: Array, n_classes: int, dtype: Any) -> Array:
    """Distributions, in half of the rows all but certain of the label, so that its loss counts however small it is."""
    t = soft_t(rng, len(labels), n_classes, dtype)
    rows = np.flatnonzero(rng.random(len(labels)) < 0.5)
    largest = t[rows].argmax(axis=1)
    t[rows, largest], t[rows, labels[rows]] = t[rows, labels[rows]], t[rows, largest]
    return t


def logits_of_any_loss(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> tuple[Array, Array]:
    """Labels and logits: losses of every exponent, from 1e-300 (the smallest normal number of a narrower dtype) to 1e4.

    The other classes share ``log(exp(loss) - 1)`` above the label, evenly or not.
    """
    smallest = max(float(np.finfo(dtype).smallest_normal), 1e-300)
    loss = np.exp(rng.uniform(np.log(smallest), np.log(1e4), n_rows))
    with np.errstate(over="ignore"):
        above = np.where(loss < 500, np.log(np.expm1(loss)), loss)
    z = rng.normal(size=(n_rows, n_classes)) * rng.choice([0.0, 0.5, 5.0], (n_rows, 1))
    labels = rng.integers(0, n_classes, n_rows)
    at_label = np.arange(n_rows), labels
    z[at_label] = -np.inf
    z += (above - np.log(np.exp(z).sum(axis=1)))[:, np.newaxis]
    z[at_label] = 0
    # A shift changes no loss but by rounding z, which large shifts do.
    z += rng.choice([0.0, 0.0, 0.0, 1.0, -7.5, 100.0], (n_rows, 1))
    return labels, z.astype(dtype)


def logits_of_two(rng: np.random.Generator, n: int, dtype: Any) -> Array:
    """Of either sign and every exponent; every second one where exp(-abs(z)) neither vanishes nor is all but 1."""
    furthest = -np.log(float(np.finfo(dtype).smallest_subnormal))
    ordinary = rng.uniform(-1.02, 1.02, n // 2) * furthest * rng.choice([1.0, 0.1, 0.01], n // 2)
    magnitudes = np.concatenate([special(dtype), random_exponents(rng, n - n // 2, dtype)])
    return np.concatenate([ordinary.astype(dtype), magnitudes * rng.choice(np.array([-1, 1], dtype), len(magnitudes))])


def logits_of_every_spread(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> Array:
    """Uniform around a centre: near each other, as networks put them out, and as far apart as exp goes."""
    furthest = -0.4 * np.log(float(np.finfo(dtype).smallest_normal))
    spread = rng.choice([1, min(10, furthest), furthest], (n_rows, 1))
    centre = rng.choice([0, 0, 7.5, -40], (n_rows, 1))
    z: Array = (rng.uniform(-1, 1, (n_rows, n_classes)) * spread + centre).astype(dtype)
    return z
