"""``python -m bench.not_finite``: what rows that are infinite or NaN cost, beside finite rows of the same shape.

A model that diverged makes NaN of every row, and ``eps=0`` beside a 0 infinity: such rows may take longer than others,
but not so much longer that a run seems to hang. Both calls of a ratio run in turn, on one thread and in the cache; of
the processor's time the shortest of some rounds counts, so that the ratio holds on a busy machine.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import sparse

import xentc
from bench import facts
from xentc._core import config

Array = np.ndarray[Any, Any]
Call = Callable[[], Any]
LIMIT = 3.0
DTYPES = ("float32", "float64", "float16")
CLASSES = (2, 10, 100, 1000)


def _probabilities(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    y = rng.random(shape) + 0.01
    return np.asarray(y / y.sum(axis=1, keepdims=True))


def _bad_probabilities(y: Array, labels: Array) -> Iterator[tuple[str, Array, dict[str, Any]]]:
    """What may be wrong with rows of y, and the options with which it is."""
    rows = np.arange(len(y))
    for name, at, value in (
        ("all NaN", np.s_[:], np.nan),
        ("NaN, last class", np.s_[:, -1], np.nan),
        ("NaN, each 10th row", np.s_[::10], np.nan),
        ("0 at the label", (rows, labels), 0),
        ("0, each 10th row", np.s_[::10], 0),
        ("all 0", np.s_[:], 0),
    ):
        bad = y.copy()
        bad[at] = value
        yield name, bad, {"eps": 0} if value == 0 else {}


def _bad_logits(z: Array, labels: Array) -> Iterator[tuple[str, Array, dict[str, Any]]]:
    rows = np.arange(len(z))
    for name, at, value in (
        ("all NaN", np.s_[:], np.nan),
        ("NaN, last class", np.s_[:, -1], np.nan),
        ("NaN, each 10th row", np.s_[::10], np.nan),
        ("inf, all", np.s_[:], np.inf),
        ("inf, one", np.s_[:, -1], np.inf),
        ("inf, each 10th row", np.s_[::10, -1], np.inf),
        ("-inf, all", np.s_[:], -np.inf),
        ("-inf at the label", (rows, labels), -np.inf),
        ("-inf, half of the classes", np.s_[:, ::2], -np.inf),
    ):
        bad = z.copy()
        bad[at] = value
        yield name, bad, {}


def cases(n_classes: int, dtype: str, elements: int, check: bool | None) -> Iterator[tuple[str, str, Call, Call]]:
    """Kind, what is wrong, the call of finite rows, that of the others."""
    rng = np.random.default_rng(20261201)
    n_rows = max(elements // n_classes, 64)
    shape = (n_rows, n_classes)
    labels = rng.integers(0, n_classes, n_rows)
    y, t = (_probabilities(rng, shape).astype(dtype) for _ in range(2))
    one_hot = np.zeros(shape, dtype)
    one_hot[np.arange(n_rows), labels] = 1
    sparse_t = np.where(rng.random(shape) < 0.1, t, one_hot)
    listed = sparse.csr_array(sparse_t.astype("float32" if dtype == "float16" else dtype))
    z = rng.normal(size=shape).astype(dtype)
    smooth: dict[str, Any] = {"label_smoothing": 0.1}
    logits: dict[str, Any] = {"from_logits": True}
    out, grad = np.empty(n_rows, dtype), np.empty(shape, dtype)

    def loss(of: str, target: Any, x: Array, **options: Any) -> Call:
        function = getattr(xentc, of)
        return lambda: function(target, x, out=out, check=check, **options)

    def both(of: str, target: Any, x: Array, **options: Any) -> Call:
        function = getattr(xentc, of + "_and_grad")
        return lambda: function(target, x, out=out, grad_out=grad, check=check, **options)

    dense, by_label = "cross_entropy", "cross_entropy_labels"
    for name, of, target, options in (
        ("labels", by_label, labels, {}),
        ("one-hot", dense, one_hot, {}),
        ("CSR", dense, listed, {}),
        ("soft", dense, t, {}),
        ("labels, smoothed", by_label, labels, smooth),
        ("soft, smoothed", dense, t, smooth),
    ):
        for call, suffix in ((loss, ""), (both, ", gradient")):
            for wrong, bad, more in _bad_probabilities(y, labels):
                yield (
                    name + suffix,
                    wrong,
                    call(of, target, y, **options, **more),
                    call(of, target, bad, **options, **more),
                )
        if of == dense and target is t:
            bad_t = t.copy()
            bad_t[:, -1] = np.nan
            yield name, "NaN in t", loss(of, t, y, **options), loss(of, bad_t, y, **options)
    for name, of, target, options in (
        ("labels, logits", by_label, labels, {}),
        ("soft, logits", dense, t, {}),
        ("labels, logits, smoothed", by_label, labels, smooth),
        ("soft, logits, smoothed", dense, t, smooth),
    ):
        for call, suffix in ((loss, ""), (both, ", gradient")):
            for wrong, bad, _ in _bad_logits(z, labels):
                yield (
                    name + suffix,
                    wrong,
                    call(of, target, z, **options, **logits),
                    call(of, target, bad, **options, **logits),
                )


def binary_cases(dtype: str, elements: int) -> Iterator[tuple[str, str, Call, Call]]:
    rng = np.random.default_rng(20261201)
    n = elements // 8
    p, z = rng.random(n).astype(dtype), rng.normal(size=n).astype(dtype)
    hard, soft = rng.integers(0, 2, n).astype(dtype), rng.random(n).astype(dtype)
    out, grad = np.empty(n, dtype), np.empty(n, dtype)

    def call(gradient: bool, t: Array, x: Array, **options: Any) -> Call:
        if gradient:
            return lambda: xentc.binary_cross_entropy_and_grad(t, x, out=out, grad_out=grad, **options)
        return lambda: xentc.binary_cross_entropy(t, x, out=out, **options)

    for gradient in (False, True):
        for t_name, t in (("0 and 1", hard), ("soft", soft)):
            for of, x, from_logits in (("", p, False), (", logits", z, True)):
                name = f"binary, {t_name}{of}{', gradient' if gradient else ''}"
                values = ((np.nan, {}), (np.inf, {}), (-np.inf, {})) if from_logits else ((np.nan, {}), (0, {"eps": 0}))
                for value, more in values:
                    for wrong, at in ((f"all {value}", np.s_[:]), (f"{value}, each 10th", np.s_[::10])):
                        bad = x.copy()
                        bad[at] = value
                        options = {"from_logits": from_logits, **more}
                        yield name, wrong, call(gradient, t, x, **options), call(gradient, t, bad, **options)


def ratio(finite: Call, other: Call, n_rounds: int) -> tuple[float, float]:
    """The shortest time of the first in microseconds, and that of the second divided by it."""
    shortest = [np.inf, np.inf]
    for _ in range(n_rounds):
        for i, call in enumerate((finite, other)):
            start = time.thread_time()
            call()
            shortest[i] = min(shortest[i], time.thread_time() - start)
    return 1e6 * shortest[0], shortest[1] / shortest[0]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.not_finite", description=str(__doc__).splitlines()[0])
    parser.add_argument("--elements", type=int, default=1 << 16)
    parser.add_argument("--classes", type=int, nargs="*", default=CLASSES)
    parser.add_argument("--dtypes", nargs="*", default=DTYPES)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tiers", nargs="*", choices=config.TIERS, default=[facts.tier()])
    parser.add_argument("--only", nargs="*", default=[""], help="parts of names")
    parser.add_argument("--unchecked", action="store_true", help="check=False; two classes are always looked at")
    parser.add_argument("--above", type=float, default=0.0, help="show ratios from this on")
    options = parser.parse_args()
    print("| tier | kind | dtype | classes | what is wrong | us | ratio |")
    print("|---|---|---|---|---|---|---|")
    far = 0
    for tier in options.tiers:
        config.use_tier(tier)
        for dtype in options.dtypes:
            for n_classes in (*options.classes, 1):
                made = (
                    binary_cases(dtype, options.elements)
                    if n_classes == 1
                    else cases(n_classes, dtype, options.elements, False if options.unchecked else None)
                )
                for name, wrong, finite, other in made:
                    if not any(part in name for part in options.only):
                        continue
                    with xentc.num_threads(1), np.errstate(all="ignore"):
                        us, times = ratio(finite, other, options.rounds)
                    far += times > LIMIT
                    if times >= options.above:
                        print(
                            f"| {tier} | {name} | {dtype} | {n_classes} | {wrong} | {us:.0f} | {times:.2f} |",
                            flush=True,
                        )
    print(f"\n{far} take more than {LIMIT:g} times as long as finite rows")


if __name__ == "__main__":
    main()
