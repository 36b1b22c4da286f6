"""The judge of every result: mpmath with 200 bits, never the code under test nor its NumPy twin."""

from functools import lru_cache
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
from bounds import BINARY, CORRECTLY_ROUNDED, GRADIENT, LOGITS, ROUNDED, SCALED_GRADIENT

Array = np.ndarray[Any, Any]

mp = mpmath.mp.clone()
mp.prec = 200

# Largest error in ulp: of (dtype of the result, kind of target). Held by the speed and the accuracy report.
BOUNDS: dict[tuple[str, str], float] = {
    ("float16", "one-hot"): CORRECTLY_ROUNDED,
    ("float16", "soft"): ROUNDED,
    ("float32", "one-hot"): CORRECTLY_ROUNDED,
    ("float32", "soft"): ROUNDED,
    ("float64", "one-hot"): 0.55,
    ("float64", "soft"): 1.0,  # rows whose terms have one sign
    ("float32", "labels"): CORRECTLY_ROUNDED,
    ("float64", "labels"): 0.55,
    ("float32", "smoothed"): ROUNDED,
    ("float64", "smoothed"): 2.0,
    ("float64", "checked labels"): 0.55,
}
# The last two: the loss that comes with it.
FROM_LOGITS = ("logits", "soft logits", "binary logits", "gradient", "binary gradient")
GRADIENTS = ("gradient, labels", "gradient, soft", "gradient, probabilities", "Hessian")
GRADIENTS += tuple(f"{kind}, scaled" for kind in GRADIENTS)  # by a mean, or weights
BOUNDS |= {(dtype, "binary"): BINARY[dtype] for dtype in ("float32", "float64")}
BOUNDS |= {(dtype, kind): LOGITS for dtype in ("float32", "float64") for kind in FROM_LOGITS}
BOUNDS |= {(dtype, kind): GRADIENT for dtype in ("float32", "float64") for kind in GRADIENTS}
BOUNDS |= {("float64", kind): SCALED_GRADIENT for kind in GRADIENTS if kind.endswith(", scaled")}
BOUNDS |= {("float16", kind): ROUNDED for kind in (*FROM_LOGITS, *GRADIENTS)}
# Of an entry of the gradient of a row with one label, in its own ulp.
GRADIENT_BOUND = GRADIENT


@lru_cache(maxsize=1 << 20)
def exact_log(x: float) -> Any:
    """log x; that of 0 is -inf."""
    return mp.log(mp.mpf(x))


def default_eps(y: Array) -> float:
    """What ``eps=None`` means."""
    return float(np.finfo(y.dtype if y.dtype.kind == "f" else np.float64).eps)


def cross_entropy(t: Array, y: Array, eps: float | None = None) -> Any:
    """The loss of one row: ``-sum_k t_k log(max(y_k, eps))`` over the k with t_k != 0."""
    clip = default_eps(y) if eps is None else eps
    total = mp.mpf(0)
    for k in np.flatnonzero(t):
        weight = mp.mpf(float(t[k])) if t.dtype.kind == "f" else mp.mpf(int(t[k]))
        total -= weight * exact_log(max(float(y[k]), clip))
    return total


@lru_cache(maxsize=32)
def _exps(octets: bytes, dtype: str) -> list[Any]:
    z = np.frombuffer(octets, dtype).tolist()
    top = mp.mpf(max(z))
    return [mp.exp(mp.mpf(x) - top) for x in z]


def exps(z: Array) -> list[Any]:
    """``exp(z_k - max z)`` of a row of finite logits; kept, as loss and gradient of a row need the same."""
    return _exps(z.tobytes(), z.dtype.str)


def cross_entropy_of_logits(t: Array, z: Array) -> Any:
    """``sum_k t_k (log sum_j exp(z_j) - z_k)`` over the k with t_k != 0; finite logits."""
    log_sum = mp.log(mp.fsum(exps(z))) + mp.mpf(float(z.max()))
    return mp.fsum(mp.mpf(float(t[k])) * (log_sum - mp.mpf(float(z[k]))) for k in np.flatnonzero(t))


def gradient_of_logits(label: int, z: Array, columns: Array) -> list[Any]:
    """``softmax(z)_k``, less 1 where k is the label, for the k in ``columns``."""
    shares = exps(z)
    total = mp.fsum(shares)
    return [shares[k] / total - (k == label) for k in columns.tolist()]


def ulp_error(got: Any, want: Any, dtype: Any) -> float:
    """Distance in units of the last place of ``want``; a rounding to infinity where IEEE asks for one is exact."""
    info = np.finfo(dtype)
    value = mp.mpf(float(got))
    if mp.isnan(want) or mp.isnan(value):
        return 0.0 if mp.isnan(want) and mp.isnan(value) else float("inf")
    overflow = mp.ldexp(1, info.maxexp) - mp.ldexp(1, info.maxexp - info.nmant - 2)
    if abs(want) >= overflow or mp.isinf(value):
        same = mp.isinf(value) and abs(want) >= overflow and mp.sign(value) == mp.sign(want)
        return 0.0 if same else float("inf")
    exponent = max(mp.frexp(want)[1] - 1, info.minexp) if want else info.minexp
    return float(abs(value - want) / mp.ldexp(1, exponent - info.nmant))


def hex_of(x: Any, digits: int = 20) -> str:
    """An mpmath number as hexadecimal float, with more digits than any dtype has."""
    if not mp.isnormal(x):
        return str(float(x))
    exponent = mp.frexp(x)[1] - 1
    integer = int(mp.nint(mp.ldexp(abs(x), 4 * digits - exponent)))
    if integer.bit_length() > 4 * digits + 1:  # rounded up to the next power of two
        integer, exponent = integer >> 1, exponent + 1
    text = f"{integer:x}"
    return f"{'-' if x < 0 else ''}0x{text[0]}.{text[1:]}p{exponent:+d}"
