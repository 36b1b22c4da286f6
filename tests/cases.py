"""The one table of cases, for the tests and for ``bench/``: dtypes, layouts, shapes, kinds of rows, edge values.

A test names the part of the table it crosses; nothing here knows what is tested. What a later function brings
(labels, masks, weights, logits) becomes one more table or one more entry of one.
"""

import itertools
import tempfile
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

Array = np.ndarray[Any, Any]

INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
FLOATS = ("float16", "float32", "float64")
T_DTYPES = ("bool", *INTEGERS, *FLOATS)
Y_DTYPES = FLOATS
Y_DTYPES_READ_AS_FLOAT64 = ("bool", *INTEGERS)
LABEL_DTYPES = T_DTYPES
BFLOAT16 = np.dtype(ml_dtypes.bfloat16).name  # which makes it a name that NumPy knows
CSR_DTYPES = ("bool", *INTEGERS, "float32", "float64")  # what scipy.sparse holds
PAIRS = tuple((t, y) for t in T_DTYPES for y in (*Y_DTYPES, *Y_DTYPES_READ_AS_FLOAT64))
# bfloat16 with one of each kind of partner.
PAIRS += ((BFLOAT16, BFLOAT16), *((t, BFLOAT16) for t in ("bool", "int8", "int64", "float16", "float32", "float64")))
PAIRS += ((BFLOAT16, "float16"), (BFLOAT16, "float32"), (BFLOAT16, "float64"))
# One pair for each of the kernel's ways to compute, and the two narrowest of each.
FEW_PAIRS = (
    ("float64", "float64"),
    ("float32", "float32"),
    ("float16", "float16"),
    ("uint8", "float64"),
    ("bool", "float32"),
    ("int64", "float32"),
    ("float32", "float64"),
    ("float64", "float16"),
    (BFLOAT16, BFLOAT16),
)


def kind_of(dtype: Any) -> str:
    """NumPy's kind; of bfloat16 "f", which NumPy does not say."""
    return "f" if np.dtype(dtype) == BFLOAT16 else np.dtype(dtype).kind


# Around the 8 lanes, the 16 terms of a step, the blocks of 1024 and the tiles of 16384 elements.
N_CLASSES = (1, 2, 3, 6, 7, 8, 9, 15, 16, 17, 100, 1023, 1024, 1025, 16384, 16400)
# Around the tiles of 256 rows.
N_ROWS = (0, 1, 2, 3, 255, 256, 257, 700)
SHAPES = tuple((n, k) for k in N_CLASSES for n in N_ROWS if n * k <= 300_000)
OUTER_SHAPES = ((), (0,), (1,), (5,), (2, 3), (3, 1, 4), (2, 0, 3), (1, 1, 1), (2, 3, 2, 3))


# Kinds of rows: (generator, n_rows, n_classes, dtype) -> t. Each has what its name says, whatever the sizes.


def one_hot(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    t = np.zeros((n_rows, n_classes), dtype)
    t[np.arange(n_rows), rng.integers(n_classes, size=n_rows)] = 1
    return t


def soft(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    return rng.dirichlet(np.ones(n_classes), n_rows).reshape(n_rows, n_classes).astype(dtype)


def counts(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    """How often each face came up: zeros and ones, and more where the dtype holds more."""
    return rng.integers(0, 2 if dtype.kind == "b" else 12, (n_rows, n_classes)).astype(dtype)


def sparse(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    """None to several non-zeros a row, and fewer than one in eight, so that the kernel lists them."""
    t = counts(rng, n_rows, n_classes, dtype)
    t[rng.random((n_rows, n_classes)) >= 1 / 8] = 0
    return t


def half_and_half(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    """Dense and one-hot rows side by side in every tile, in an order that changes."""
    t = one_hot(rng, n_rows, n_classes, dtype)
    dense = rng.permutation(n_rows) % 2 == 0
    full = soft if kind_of(dtype) == "f" else counts
    t[dense] = full(rng, n_rows, n_classes, dtype)[dense]
    return t


def all_zero(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    return np.zeros((n_rows, n_classes), dtype)


def negative_zeros(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    """One-hot rows whose zeros are -0.0."""
    t = one_hot(rng, n_rows, n_classes, dtype)
    t[t == 0] = -0.0
    return t


def mixed_signs(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: np.dtype[Any]) -> Array:
    """Differences of two distributions, or of two counts."""
    if kind_of(dtype) == "f":
        return rng.normal(size=(n_rows, n_classes)).astype(dtype)
    return rng.integers(-9, 10, (n_rows, n_classes)).astype(dtype)


Kind = Callable[[np.random.Generator, int, int, "np.dtype[Any]"], Array]
KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (one_hot, soft, counts, sparse, half_and_half, all_zero, negative_zeros, mixed_signs)
}
KIND_NEEDS = {"soft": "f", "negative_zeros": "f", "mixed_signs": "fi"}


def kinds_for(dtype: str) -> list[str]:
    """The kinds that a dtype of t can hold."""
    return [name for name in KINDS if kind_of(dtype) in KIND_NEEDS.get(name, "biuf")]


def check_for(kind: str) -> bool | None:
    """The default check refuses a negative t."""
    return False if kind == "mixed_signs" else None


def targets(kind: str, seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    return KINDS[kind](np.random.default_rng([seed, n_rows, n_classes]), n_rows, n_classes, np.dtype(dtype))


def probabilities(seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    """Predictions of every size: sharp and flat rows, one element in eight anywhere down to zero or up to one."""
    return _predictions(seed, n_rows, n_classes, dtype, 1)


def densities(seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    """The same, and numbers above one, which pass with check=False."""
    return _predictions(seed, n_rows, n_classes, dtype, 4)


def _predictions(seed: int, n_rows: int, n_classes: int, dtype: str, most: int) -> Array:
    rng = np.random.default_rng([seed, n_rows, n_classes, 1])
    kind = kind_of(dtype)
    if kind != "f":
        return rng.integers(0, 2 if kind == "b" else most + 1, (n_rows, n_classes)).astype(dtype)
    y = rng.gamma(0.5, size=(n_rows, n_classes)) + 1e-12
    y /= y.sum(axis=1, keepdims=True)
    anywhere = rng.random(y.shape) < 1 / 8
    y[anywhere] = rng.choice([0.0, 1.0, 0.5, 1e-5, 1e-20, 1 - 1e-3, 1 - 1e-7, 1 - 1e-12, 1.5], int(anywhere.sum()))
    return np.minimum(y, most).astype(dtype)


# Options of rows, to be crossed: name -> values for K classes and n rows. None is the option left out.
SMOOTHINGS = (0.0, 0.1, 1.0)
EPS = (None, 0.0)
REDUCTIONS = ("none", "sum", "mean", "weighted_mean")


def class_weights(n_classes: int) -> tuple[Array | None, ...]:
    """None, and weights of which every third is 0."""
    weights = np.random.default_rng([81, n_classes]).uniform(0.1, 3.0, n_classes)
    weights[1::3] = 0.0
    return (None, weights)


def sample_weights(n_rows: int) -> tuple[Array | float | None, ...]:
    """None, one for all rows, and one each, 0 among them."""
    weights = np.random.default_rng([82, n_rows]).uniform(0.1, 3.0, n_rows)
    weights[::5] = 0.0
    return (None, 1.7, weights)


def masks(n_rows: int) -> tuple[Array | None, ...]:
    return (None, np.random.default_rng([83, n_rows]).random(n_rows) < 0.6)


def row_options(n_rows: int, n_classes: int) -> list[dict[str, Any]]:
    """Every combination of label_smoothing, class_weight, sample_weight, where and eps."""
    names = ("label_smoothing", "class_weight", "sample_weight", "where", "eps")
    choices = (SMOOTHINGS, class_weights(n_classes), sample_weights(n_rows), masks(n_rows), EPS)
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*choices)]


def option_id(options: dict[str, Any]) -> str:
    """Short, for the ids of tests: the options that are there, arrays by their name."""
    given = {k: v for k, v in options.items() if v is not None and (k != "label_smoothing" or v)}
    return " ".join(f"{k}={v}" if np.isscalar(v) else k for k, v in given.items()) or "none"


def label_numbers(seed: int, n_rows: int, n_classes: int, dtype: str) -> Array:
    """One class a row, as far as the dtype counts."""
    most = min(n_classes, {"bool": 2, "float16": 2049}.get(dtype) or np.iinfo(dtype if dtype in INTEGERS else int).max)
    return np.random.default_rng([seed, n_rows, n_classes]).integers(most, size=n_rows).astype(dtype)


def one_hot_of(labels: Array, n_classes: int, dtype: str = "float64") -> Array:
    return (labels[..., np.newaxis] == np.arange(n_classes)).astype(dtype)


# Layouts: an array of the same values and shape that lies otherwise in memory. The last axis is the classes.


def c_order(a: Array) -> Array:
    return np.ascontiguousarray(a)


def fortran_order(a: Array) -> Array:
    return np.asfortranarray(a)


def class_axis_first(a: Array) -> Array:
    """(K, N) in C order, seen as (N, K)."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(a, -1, 0)), 0, -1)


def _inside(a: Array, index: tuple[Any, ...], shape: tuple[int, ...]) -> Array:
    """A view of a larger array of noise, through `index`."""
    room = np.ones(shape, a.dtype)
    view = room[index]
    view[...] = a
    return view


def strided_rows(a: Array) -> Array:
    if a.ndim < 2:
        return strided_classes(a)
    return _inside(a, (..., slice(None, None, 3), slice(None)), (*a.shape[:-2], 3 * a.shape[-2], a.shape[-1]))


def strided_classes(a: Array) -> Array:
    return _inside(a, (..., slice(1, None, 2)), (*a.shape[:-1], 2 * a.shape[-1]))


def padded_rows(a: Array) -> Array:
    return _inside(a, (..., slice(2, -1)), (*a.shape[:-1], a.shape[-1] + 3))


def reversed_rows(a: Array) -> Array:
    return np.ascontiguousarray(a[::-1])[::-1]


def reversed_classes(a: Array) -> Array:
    return np.ascontiguousarray(a[..., ::-1])[..., ::-1]


def misaligned(a: Array) -> Array:
    room = np.empty(a.nbytes + 1, np.uint8)
    view = np.ndarray(a.shape, a.dtype, buffer=room.data, offset=1)
    view[...] = a
    return view


def odd_element(a: Array) -> Array:
    """Aligned for its dtype, and for nothing wider."""
    room = np.empty(a.size + 65, a.dtype)
    first = (64 - room.ctypes.data % 64) // a.itemsize + 1
    view = room[first : first + a.size].reshape(a.shape)
    view[...] = a
    return view


def byte_swapped(a: Array) -> Array:
    return a.astype(a.dtype.newbyteorder())


def read_only(a: Array) -> Array:
    a = a.copy()
    a.flags.writeable = False
    return a


def memory_mapped(a: Array) -> Array:
    if not a.size:
        return read_only(a)  # there is no mapping of nothing
    with tempfile.TemporaryFile() as file:
        a.tofile(file)
        file.flush()
        return np.memmap(file, a.dtype, "r", shape=a.shape)


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    layout.__name__: layout
    for layout in (
        c_order,
        fortran_order,
        class_axis_first,
        strided_rows,
        strided_classes,
        padded_rows,
        reversed_rows,
        reversed_classes,
        misaligned,
        odd_element,
        byte_swapped,
        read_only,
        memory_mapped,
    )
}


def edge_values(dtype: str) -> dict[str, float]:
    """Values of y at which something changes, as Python floats that the dtype holds exactly."""
    info, scalar = np.finfo(dtype), np.dtype(dtype).type
    eps = info.eps
    values = {
        "0": scalar(0),
        "-0": -scalar(0),
        "smallest subnormal": info.smallest_subnormal,
        "largest subnormal": np.nextafter(info.smallest_normal, scalar(0)),
        "smallest normal": info.smallest_normal,
        "below eps": np.nextafter(eps, scalar(0)),
        "eps": eps,
        "above eps": np.nextafter(eps, scalar(1)),
        "below sqrt(1/2)": np.nextafter(scalar(0.5**0.5), scalar(0)),
        "sqrt(1/2)": scalar(0.5**0.5),
        "1/2": scalar(0.5),
        "below 1": np.nextafter(scalar(1), scalar(0)),
        "1": scalar(1),
        "above 1": np.nextafter(scalar(1), scalar(2)),
        "2": scalar(2),
        "largest": info.max,
        "inf": scalar(np.inf),
        "nan": scalar(np.nan),
        "-1": scalar(-1),
        "-inf": -scalar(np.inf),
    }
    return {name: float(value) for name, value in values.items()}
