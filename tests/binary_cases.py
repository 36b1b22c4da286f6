"""Elements of two classes for the tests: probabilities and logits of every size, targets, options."""

import itertools
import math
from typing import Any

import numpy as np
from cases import EPS, FLOATS, SMOOTHINGS


def values(dtype):
    """Probabilities of every size: near 0, near 1, subnormal, both ends."""
    info, rng = np.finfo(dtype), np.random.default_rng(141)
    with np.errstate(under="ignore"):
        small = np.ldexp(rng.uniform(1, 2, 60), rng.integers(info.minexp - info.nmant, 0, 60)).astype(dtype)
    steps = 1 - np.arange(1, 20) * info.epsneg
    ends = np.array([0, 1, 0.5, info.smallest_subnormal, info.smallest_normal, info.eps, info.eps / 2], dtype)
    middle = rng.random(60).astype(dtype)
    x = np.concatenate([small, 1 - small[small > info.eps], steps.astype(dtype), ends, middle])
    return x[(x >= 0) & (x <= 1)].astype(dtype)


def pairs(t_dtype, p_dtype):
    """As many t as p, each with several partners."""
    t = values(t_dtype) if t_dtype in FLOATS else np.array([0, 1], t_dtype)
    p = values(p_dtype) if p_dtype in FLOATS else np.array([0, 1], p_dtype)
    rng = np.random.default_rng(142)
    if t.size == 2 and p.size > 2:
        t = np.concatenate([np.zeros_like(p, t_dtype), np.ones_like(p, t_dtype)])
        return t, np.concatenate([p, p])
    n = 3 * max(t.size, p.size)
    return rng.choice(t, n), rng.choice(p, n)


def logits_of_every_size(dtype):
    """Both signs: tiny and subnormal, ordinary, around where exp underflows, up to the largest."""
    info, rng = np.finfo(dtype), np.random.default_rng(181)
    with np.errstate(under="ignore"):
        tiny = np.ldexp(rng.uniform(1, 2, 40), rng.integers(info.minexp - info.nmant, 0, 40))
    underflow = {"float16": 17.0, "float32": 103.5, "float64": 745.0}[dtype]
    sizes = np.concatenate(
        [
            tiny,
            rng.uniform(0, 8, 60),
            rng.uniform(8, 1.02 * underflow, 60),
            np.linspace(0.97 * underflow, 1.01 * underflow, 20),
            np.exp(rng.uniform(0, math.log(float(info.max)), 20)) * 0.99,
            [0.0, 256.0, 255.9, 512.0, float(info.max)],
        ]
    )
    return np.concatenate([sizes, -sizes]).astype(dtype)


def logit_pairs(t_dtype, z_dtype):
    z = logits_of_every_size(z_dtype) if z_dtype in FLOATS else np.array([0, 1], z_dtype)
    rng = np.random.default_rng(182)
    if t_dtype in FLOATS:
        t = rng.choice(np.array([0, 1, 0.5, 0.25, 0.999, 1e-3, np.finfo(t_dtype).smallest_normal], t_dtype), z.size)
        t[::3] = rng.random(len(t[::3]))
        return t, z
    return np.repeat(np.array([0, 1], t_dtype), z.size), np.concatenate([z, z])


def options_of_two(n: int, *, from_logits: bool) -> list[dict[str, Any]]:
    """Every combination of pos_weight, label_smoothing, sample_weight, where and eps."""
    rng = np.random.default_rng([184, n])
    choices = {
        "pos_weight": (None, 2.5, rng.uniform(0, 4, n)),
        "label_smoothing": SMOOTHINGS,
        "sample_weight": (None, rng.uniform(0.1, 3, n).astype("float32")),
        "where": (None, rng.random(n) < 0.6),
        "eps": (None,) if from_logits else EPS,
    }
    return [dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())]


def of_element(options: dict[str, Any], i: int) -> dict[str, float]:
    """pos_weight and label_smoothing as the oracle takes them."""
    w = options.get("pos_weight")
    w = 1.0 if w is None else w if np.ndim(w) == 0 else np.ravel(w)[i]
    return {"pos_weight": float(w), "label_smoothing": options.get("label_smoothing", 0.0)}
