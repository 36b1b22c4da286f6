"""Kinds of the accuracy report that come from logits, or are gradients.

Exact values, and the kinds of rows beside those of ``points``, are the tests' own (``tests/logit_oracle.py``,
``tests/binary_oracle.py``, ``tests/logit_cases.py``). Entries of a gradient are measured in their own ulp in rows with
one class, and in ulp of the larger part of the difference in others from logits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import logit_oracle as oracle
import numpy as np
from binary_oracle import binary_loss_from_logits
from logit_cases import LOGIT_KINDS, logits
from oracle import coefficients, ulp_error

import xentc
from bench import points, screen
from bench.worst import Worst, on_every_tier

Array = np.ndarray[Any, Any]
Options = dict[str, Any]

FLOATS = ("float16", "float32", "float64")
SOFT_DTYPES = ("int32", *FLOATS)
CLASSES = (2, 3, 10, 100)
SEED = 20261102
# Rows that are screened, for each number of classes: as many terms as n, times this; and those judged of them.
SCREENED, WORST_OF_SCREENED = 5, 20


class Kind(NamedTuple):
    """How it is measured, about n terms, and the dtypes of t that it takes."""

    run: Callable[[Worst, int], None]
    t_dtypes: tuple[str, ...]
    gradient: bool = False


@dataclass
class Rows:
    """Targets (labels are one-hot rows) and logits or probabilities; the first ``always`` are judged, whatever else."""

    t: Array
    z: Array
    labels: Array
    always: int

    def chosen(self, error: Array, part: slice = slice(None)) -> list[int]:
        """The part of those that are judged always, and the worst of the others."""
        at = self.always
        worst = np.argpartition(-error[at:], WORST_OF_SCREENED)[:WORST_OF_SCREENED] + at
        return [*range(*part.indices(at)), *worst.tolist()]


def in_range(z: Array, result: str) -> Array:
    """The rows in which all classes but the likeliest share at least the smallest normal number.

    A smaller share is rounded to a subnormal number, whatever it is multiplied by afterwards.
    """
    below = np.sort(z.astype(float), axis=1)
    below -= below[:, -1:]
    with np.errstate(under="ignore"):
        share = np.exp(below[:, :-1]).sum(axis=1)
    kept: Array = share >= 1.001 * screen.smallest_normal(result)
    return kept


def one_hot(labels: Array, n_classes: int) -> Array:
    return (labels[:, np.newaxis] == np.arange(n_classes)).astype(np.uint8)


def rows_of_logits(worst: Worst, n: int) -> Iterator[Rows]:
    """About n classes in all: half in rows with losses of any size, half in the tests' kinds; others are screened."""
    rng, dtype = np.random.default_rng(SEED), worst.y_dtype
    for n_classes in CLASSES:
        n_rows = max(n // len(CLASSES) // 2 // n_classes, len(LOGIT_KINDS))
        by_kind = [logits(kind, SEED, n_rows // len(LOGIT_KINDS), n_classes, dtype) for kind in LOGIT_KINDS]
        any_loss = points.logits_of_any_loss(rng, n_rows, n_classes, dtype)
        more = points.logits_of_every_spread(rng, SCREENED * n // n_classes, n_classes, dtype)
        z = np.concatenate([any_loss[1], *by_kind, more])
        labels = np.concatenate([any_loss[0], rng.integers(0, n_classes, len(z) - n_rows)])
        kept = in_range(z, worst.result)
        always = int(np.count_nonzero(kept[: len(z) - len(more)]))
        z, labels = z[kept], labels[kept]
        if worst.t_dtype == "int64":
            t = one_hot(labels, n_classes)
        else:
            t = points.weights_down_to_0(rng, labels, n_classes, worst.t_dtype)
        yield Rows(t, z, labels, always)


def losses(worst: Worst, n: int) -> None:
    by_label = worst.t_dtype == "int64"
    for rows in rows_of_logits(worst, n):
        f = xentc.cross_entropy_labels if by_label else xentc.cross_entropy
        given = rows.labels if by_label else rows.t
        got = on_every_tier(lambda f=f, t=given, z=rows.z: f(t, z, from_logits=True), worst.result)
        chosen = rows.chosen(screen.of_losses(got, screen.coefficients(rows.t, {}), rows.z))
        worst.n_rows += len(chosen)
        for i in chosen:
            exact = oracle.loss_from_logits(coefficients(rows.t[i]), rows.z[i])
            error = ulp_error(got[i], exact.loss, got.dtype, exact.size)
            worst.look(got[i], exact.loss, error, rows.t[i], rows.z[i])


def of_two(worst: Worst, n: int) -> None:
    """A fifth of the terms that others have: each is a row."""
    rng = np.random.default_rng(SEED)
    z = points.logits_of_two(rng, n // 5, worst.y_dtype)
    parts = [rng.integers(0, 2, len(z)), rng.integers(0, 2, len(z))]
    if worst.t_dtype in FLOATS:
        parts[1:] = [rng.random(len(z)), np.exp2(-rng.uniform(0, 24, len(z)))]
    t = np.choose(rng.integers(0, len(parts), len(z)), parts).astype(worst.t_dtype)
    got = on_every_tier(lambda: xentc.binary_cross_entropy(t, z, from_logits=True), worst.result)
    worst.n_rows += len(got)
    for i, value in enumerate(got):
        exact = binary_loss_from_logits(t[i], z[i])
        worst.look(value, exact.loss, ulp_error(value, exact.loss, got.dtype, exact.size), t[i : i + 1], z[i : i + 1])


def options_in_turn(n_rows: int, n_classes: int, *, scaled: bool, soft: bool) -> list[Options]:
    """None; or a mean, weights, and all that a gradient is scaled by, for soft targets with smoothing."""
    if not scaled:
        return [{}]
    rng = np.random.default_rng(SEED)
    weights = {"class_weight": rng.uniform(0.25, 4, n_classes), "sample_weight": rng.uniform(0.25, 4, n_rows)}
    smoothed = {"label_smoothing": 0.1} if soft else {}
    return [{"reduction": "mean"}, weights, weights | {"reduction": "weighted_mean"} | smoothed]


def divisor(t: Array, options: Options) -> Any:
    """What the reduction divides a gradient by, exactly."""
    if options.get("reduction") == "mean":
        return len(t)
    if options.get("reduction") != "weighted_mean":
        return 1
    # One sum for each class and row number: exact, as products of two float64 in 200 bits.
    mp, total = oracle.mp, [oracle.mp.mpf(0)] * t.shape[1]
    s = options["sample_weight"].tolist()
    for s_i, row in zip(s, t.tolist(), strict=True):
        for k, t_k in enumerate(row):
            if t_k:
                total[k] += mp.mpf(s_i) * mp.mpf(t_k)
    w, a = options["class_weight"].tolist(), mp.mpf(options.get("label_smoothing", 0.0))
    uniform = a / len(w) * mp.fsum(s)
    return mp.fsum(mp.mpf(w_k) * ((1 - a) * of_class + uniform) for w_k, of_class in zip(w, total, strict=True))


# None for an entry that is not judged.
Exact = Callable[[list[Any], Array, Any], Sequence[oracle.Entry | None]]
Screen = Callable[[Array, Array, Array, Array], Array]


def entries(
    worst: Worst, rows: Rows, turns: list[Options], call: Callable[[Options], Any], exact: Exact, approximate: Screen
) -> None:
    """The rows that are judged always have the options in turn; those that are screened have all."""
    for turn, options in enumerate(turns):
        got = on_every_tier(lambda o=options: call(o), worst.result)
        s = np.broadcast_to(options.get("sample_weight", 1.0), len(rows.z))
        by = divisor(rows.t, options)
        factors = (s.astype(np.longdouble) / np.longdouble(oracle.mp.nstr(oracle.mp.mpf(by), 25)))[:, np.newaxis]
        error_of_rows = approximate(got, screen.coefficients(rows.t, options), factors, rows.z)
        chosen = rows.chosen(error_of_rows, slice(turn, None, len(turns)))
        worst.n_rows += len(chosen)
        named = "".join(f", {v if k == 'reduction' else k}" for k, v in options.items())
        for i in chosen:
            c = coefficients(rows.t[i], options.get("label_smoothing", 0.0), options.get("class_weight"))
            for k, entry in enumerate(exact(c, rows.z[i], oracle.mp.mpf(float(s[i])) / by)):
                if entry is None:
                    continue
                worst.n_entries += 1
                vanished = got[i, k] == 0 and oracle.vanishes(entry, got.dtype)
                error = 0.0 if vanished else ulp_error(got[i, k], entry.value, got.dtype, entry.size)
                worst.look(got[i, k], entry.value, error, rows.t[i], rows.z[i], f"class {k}{named}")


def gradient_of_logits(worst: Worst, n: int, *, scaled: bool) -> None:
    for rows in rows_of_logits(worst, n // 4):

        def call(options: Options, rows: Rows = rows) -> Any:
            if worst.t_dtype == "int64":
                return xentc.cross_entropy_labels_and_grad(rows.labels, rows.z, from_logits=True, **options)[1]
            return xentc.cross_entropy_and_grad(rows.t, rows.z, from_logits=True, **options)[1]

        turns = options_in_turn(*rows.z.shape, scaled=scaled, soft=worst.t_dtype != "int64")
        entries(worst, rows, turns, call, oracle.gradient_from_logits, screen.of_gradients)


def gradient_of_probabilities(worst: Worst, n: int, *, scaled: bool) -> None:
    """The coefficients are normal numbers: others lose digits when they are multiplied by a weight."""
    rng = np.random.default_rng(SEED)
    for n_classes in CLASSES:
        always = max(n // 4 // len(CLASSES) // n_classes, 4)
        n_rows = always + SCREENED * n // 4 // n_classes
        t, y = (
            f(rng, n_rows, n_classes, d) for f, d in ((points.soft_t, worst.t_dtype), (points.soft_y, worst.y_dtype))
        )
        t[abs(t) < 2.0**-960] = 0
        rows = Rows(t, y, t.argmax(axis=1), always)

        def call(options: Options, rows: Rows = rows) -> Any:
            return xentc.cross_entropy_and_grad(rows.t, rows.z, eps=0, check=False, **options)[1]

        def exact(c: list[Any], y: Array, factor: Any) -> list[oracle.Entry]:
            return oracle.gradient_of_probabilities(c, y, 0.0, factor)

        turns = options_in_turn(*y.shape, scaled=scaled, soft=True)
        entries(worst, rows, turns, call, exact, screen.of_probabilities)


def hessian(worst: Worst, n: int, *, scaled: bool) -> None:
    """Of the classes whose p is a normal number: of another p the product loses digits."""
    smallest = screen.smallest_normal(worst.result)

    def exact(c: list[Any], z: Array, factor: Any) -> list[oracle.Entry | None]:
        return [e if e.p >= smallest else None for e in oracle.hessian(factor * sum(c), z)]

    for rows in rows_of_logits(worst, n // 4):

        def call(options: Options, rows: Rows = rows) -> Any:
            return xentc.softmax_objective(rows.labels, rows.z, **options)[1]

        turns = options_in_turn(*rows.z.shape, scaled=scaled, soft=False)
        turns = [options for options in turns if "reduction" not in options]
        entries(worst, rows, turns, call, exact, screen.of_hessians)


def _of_gradients(name: str, run: Callable[..., None], t_dtypes: tuple[str, ...]) -> dict[str, Kind]:
    """Without options, and scaled by them."""
    plain, scaled = partial(run, scaled=False), partial(run, scaled=True)
    return {name: Kind(plain, t_dtypes, gradient=True), f"{name}, scaled": Kind(scaled, t_dtypes, gradient=True)}


KINDS = {
    "logits": Kind(losses, ("int64",)),
    "soft logits": Kind(losses, SOFT_DTYPES),
    "binary logits": Kind(of_two, ("bool", *FLOATS)),
    **_of_gradients("gradient, labels", gradient_of_logits, ("int64",)),
    **_of_gradients("gradient, soft", gradient_of_logits, SOFT_DTYPES),
    **_of_gradients("gradient, probabilities", gradient_of_probabilities, SOFT_DTYPES),
    **_of_gradients("Hessian", hessian, ("int64",)),
}
