"""The part of the table of cases that is logits: kinds of rows, edges, and how the targets of one row are written."""

import math
from collections.abc import Callable

import numpy as np
from cases import Array, counts, kind_of, label_numbers, one_hot_of, soft, sparse
from ml_dtypes import finfo

inf, nan = math.inf, math.nan
LARGE = {"bfloat16": 1e30, "float16": 6e4, "float32": 1e30, "float64": 1e30}


def normal(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """What a network puts out: no class certain, none impossible."""
    return rng.normal(size=shape) * 3


def sharp(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    return rng.normal(size=shape) * 30


def confident(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """One class ahead of all others, by 2^-10 to some hundreds: its loss is anything down to 1e-300."""
    n_rows, n_classes = shape
    furthest = {"bfloat16": 80.0, "float16": 11.0, "float32": 80.0, "float64": 690.0}[dtype]
    ahead = np.exp2(rng.uniform(-10, math.log2(furthest), n_rows))
    z = -rng.uniform(0, 3, shape) * (rng.random(shape) < 0.5) - ahead[:, np.newaxis]
    z[np.arange(n_rows), rng.integers(n_classes, size=n_rows)] = 0
    return z + rng.choice([0.0, 0.0, 1.0, -7.5, 100.0], (n_rows, 1))


def ties(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """Small integers, so that the maximum stands in several places; some rows are all equal."""
    z = rng.integers(-2, 2, shape).astype(float)
    z[::4] = rng.normal(size=(len(z[::4]), 1)) * 9
    return z


def gaps(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """Differences of which exp underflows, next to ordinary ones."""
    steps = np.array([0.0, -1.0, -20.0, -88.0, -104.0, -745.0, -1e3, -1e4, -LARGE[dtype] / 2])
    return rng.choice(steps, shape) + rng.normal(size=shape)


def shifted(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """Far from 0 all together, around 256 and well above: the shift must not cost digits."""
    centres = [255.0, 256.0, 257.0, -256.0, 511.0, -512.0, 1e3, -1e3, 4e4, -4e4]
    if dtype != "float16":
        centres += [2e5, -1e6, 1e7, -1e8]
    centre = rng.choice(centres, (shape[0], 1))
    return centre + rng.normal(size=shape) * rng.choice([0.1, 3.0, 30.0], (shape[0], 1))


def around_256(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """Both sides of 256 and of -256 in one row."""
    return rng.choice([-1.0, 1.0], shape) * (256 + rng.choice([-1, 0, 1], shape) * rng.random(shape) * 4)


def large(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """Up to 1e30 (float16: 6e4), of either sign, among ordinary ones."""
    z = rng.normal(size=shape)
    z[rng.random(shape) < 0.2] *= LARGE[dtype] / 8
    return z


def tiny(rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Array:
    """All nearly 0, down to subnormal, of both signs."""
    info = finfo(dtype)
    with np.errstate(under="ignore"):
        return np.ldexp(rng.normal(size=shape), rng.integers(info.minexp - info.nmant, -4, shape))


LOGIT_KINDS: dict[str, Callable[[np.random.Generator, tuple[int, int], str], Array]] = {
    kind.__name__: kind for kind in (normal, sharp, confident, ties, gaps, shifted, around_256, large, tiny)
}


def logits(kind: str, seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    """Integers and bool: what is left of the values when they are rounded to them."""
    rng = np.random.default_rng([seed, n_rows, n_classes, list(LOGIT_KINDS).index(kind)])
    number = np.dtype(dtype)
    z = LOGIT_KINDS[kind](rng, (n_rows, n_classes), dtype if kind_of(number) == "f" else "float16")
    if number.kind == "b":
        return z > 0
    if number.kind in "iu":
        info = np.iinfo(dtype)
        return np.clip(z, max(info.min, -30000), min(info.max, 30000)).astype(dtype)
    with np.errstate(under="ignore"):
        return z.astype(dtype)


def with_impossible_classes(z: Array, t: Array, seed: int = 1) -> Array:
    """z with -inf at some of the places where t is 0, and a finite maximum in every row."""
    z = z.copy()
    impossible = (t == 0) & (np.random.default_rng(seed).random(z.shape) < 0.4)
    if z.shape[-1]:
        impossible[np.arange(len(z)), np.argmax(z, axis=-1)] = False
    z[impossible] = -inf
    return z


# Targets of one entry a row, and of several: name -> (seed, n_rows, n_classes, dtype) -> t
def _one_hot(seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    return one_hot_of(label_numbers(seed, n_rows, n_classes, "int64"), n_classes, dtype)


def _of(kind: Callable[..., Array]) -> Callable[[int, int, int, str], Array]:
    return lambda seed, n_rows, n_classes, dtype: kind(
        np.random.default_rng([seed, n_rows, n_classes]), n_rows, n_classes, np.dtype(dtype)
    )


LOGIT_TARGETS: dict[str, Callable[[int, int, int, str], Array]] = {
    "one-hot": _one_hot,
    "soft": _of(soft),
    "counts": _of(counts),
    "sparse": _of(sparse),
}


def logit_targets(seed: int, n_rows: int, n_classes: int, dtype: str) -> dict[str, Array]:
    """Each form of t that the dtype can hold."""
    names = LOGIT_TARGETS if np.dtype(dtype).kind == "f" else [name for name in LOGIT_TARGETS if name != "soft"]
    return {name: LOGIT_TARGETS[name](seed, n_rows, n_classes, dtype) for name in names}


# t, z, loss: IEEE arithmetic of sum_k c_k (lse - z_k), a term with c_k == 0 being 0. LN2 and LN4 are those of the
# result's dtype.
LN2, LN4 = 0.6931471805599453, 1.3862943611198906
LOGIT_EDGES: list[tuple[list[float], list[float], float]] = [
    # ordinary
    ([1, 0], [0.0, 0.0], LN2),
    ([2, 0], [-3.0, -3.0], LN4),
    ([0, 1], [0.0, -0.0], LN2),
    ([-1, 0], [5.0, 5.0], -LN2),
    ([0.5, 0.5], [7.0, 7.0], LN2),
    ([1, -1], [2.0, 2.0], 0.0),
    # no t: exactly 0, and z is not looked at
    ([0, 0], [0.5, 0.5], 0.0),
    ([0, 0], [nan, 0.5], 0.0),
    ([0, -0.0], [inf, nan], 0.0),
    ([0, 0], [inf, inf], 0.0),
    ([0, 0], [-inf, -inf], 0.0),
    # -inf: fine where t is 0
    ([1, 0], [0.0, -inf], 0.0),
    ([0, 1], [-inf, 3.0], 0.0),
    ([-0.0, 1], [-inf, 3.0], 0.0),
    ([5, 0], [-7.0, -inf], 0.0),
    ([-1, 0], [0.0, -inf], 0.0),
    ([1, 0], [-inf, 0.0], inf),
    ([0.5, 0.5], [-inf, 0.0], inf),
    ([-1, 0], [-inf, 0.0], -inf),
    # a row of only -inf has no softmax
    ([1, 0], [-inf, -inf], nan),
    ([0, 1], [-inf, -inf], nan),
    ([0.5, 0.5], [-inf, -inf], nan),
    # +inf
    ([1, 0], [0.0, inf], inf),
    ([1, 0], [-inf, inf], inf),
    ([-1, 0], [0.0, inf], -inf),
    ([1, 0], [inf, 0.0], nan),
    ([1, 0], [inf, -inf], nan),
    ([1, 0], [inf, inf], nan),
    ([0.5, 0.5], [inf, 0.0], nan),
    # NaN, wherever it stands
    ([1, 0], [nan, 0.0], nan),
    ([1, 0], [0.0, nan], nan),
    ([0, 1], [nan, 3.0], nan),
    ([-0.0, 1], [nan, 3.0], nan),
    ([1, 0], [inf, nan], nan),
    ([1, 0], [-inf, nan], nan),
    ([1, 0], [nan, inf], nan),
    ([1, 0], [nan, nan], nan),
    ([nan, 0], [0.0, 0.0], nan),
    ([nan, 1], [0.0, 0.0], nan),
    # gaps of which exp is 0
    ([1, 0], [6e4, -6e4], 0.0),
    ([0, 1], [1024.0, -1024.0], 2048.0),
    ([0, 1], [3e4, -3e4], 6e4),
    ([0.25, 0.75], [2048.0, -2048.0], 3072.0),
]
