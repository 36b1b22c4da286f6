"""From the exact state of an evaluation to its `Report`."""

import math
from itertools import islice
from typing import Any

import numpy as np

from .._core.exact import ExactSum
from .._core.sums import NAN, NOTHING, Sums, divide, statistics
from .columns import records, shares_of, statistics_of
from .keys import order_of
from .records import Bin, Finding, Group, LossBin, Row, loss_edges
from .report import Report
from .state import FAULTS, State, total_of

_NAMES_SHOWN = 20


def build(state: State, options: dict[str, Any], edges: list[float]) -> Report:
    """Everything about the rows of a state."""
    names = options["classes"]
    n_classes = len(names) if names is not None else state.n_classes or 0
    classes = names if names is not None else tuple(range(n_classes))
    total = total_of(state.found.classes)
    weighted = state.weighted
    bins, expected, largest = _calibration(state, edges, total)
    by = None
    if state.grouped or (state.grouped is None and options["by"] is not None):
        slots = np.array(order_of(state.keys), np.int64)
        named = {"name": [state.keys[slot][1] for slot in slots.tolist()]}
        by = records(Group, len(slots), {**statistics_of(state.found.groups, slots, weighted), **named})
    by_class = _by_class(state, classes)
    return Report(
        **statistics(total, weighted),
        n_classes=n_classes,
        classes=classes,
        guessing=math.log(n_classes) if n_classes else NAN,
        class_frequencies_loss=_frequencies_loss(state, total),
        calibration=bins,
        expected_calibration_error=expected,
        maximum_calibration_error=largest,
        by_class=by_class,
        by=by,
        by_name=options["by"],
        worst=tuple(
            Row(
                row=row,
                loss=loss,
                label=classes[label],
                predicted=None if predicted < 0 else classes[predicted],
                probability=probability,
            )
            for loss, row, label, predicted, probability in state.found.worst
        ),
        warnings=tuple(_findings(state, classes)),
        losses=_histogram(state),
        from_logits=options["from_logits"],
        eps=options["eps"],
    )


def _by_class(state: State, classes: tuple[Any, ...]) -> tuple[Group, ...]:
    keys = state.found.classes.keys.tolist()
    seen = statistics_of(state.found.classes, np.arange(len(keys)), state.weighted)
    columns: dict[str, list[Any]] = {}
    for name, nothing in statistics(NOTHING, state.weighted).items():
        column = columns[name] = [nothing] * len(classes)
        for key, value in zip(keys, seen[name], strict=True):
            column[key] = value
    return records(Group, len(classes), {**columns, "name": list(classes)})


def _frequencies_loss(state: State, total: Sums) -> float:
    shares = shares_of(state.found.classes, total)
    if not shares or any(not share > 0 for share in shares):
        return NAN
    return math.fsum(-share * math.log(share) for share in shares) + 0.0


def _calibration(state: State, edges: list[float], total: Sums) -> tuple[tuple[Bin, ...], float, float]:
    """The bins, and both calibration errors, whose sums over bins are exact."""
    tally, bins, gap, largest = state.found.bins, [], 0, NAN
    finite = not tally.counts(state.n_bins)[
        0
    ]  # rows without a largest y, since they have a NaN, are in a bin behind all
    for place in range(state.n_bins):
        count, _ = tally.counts(place)
        confidence, weight, hits = (ExactSum(*one) for one in tally.sums(place, 0)[0][:3])
        finite = finite and not any(confidence[1:])
        bins.append(
            Bin(
                low=edges[place],
                high=edges[place + 1],
                count=count,
                weight=float(weight),
                confidence=confidence / weight,
                accuracy=hits / weight,
            )
        )
        if count:
            off = abs(hits.units - confidence.units)
            gap += off
            largest = max(divide(off, abs(weight.units)), largest if largest == largest else 0.0)
    if not finite:
        return tuple(bins), NAN, NAN
    return tuple(bins), divide(gap, abs(total.s.units)), largest


def _findings(state: State, classes: tuple[Any, ...]) -> list[Finding]:
    found = []
    for kind, (count, first, largest, at) in zip(FAULTS, state.found.findings, strict=True):
        sized = kind in ("sums", "outside")
        if count:
            found.append(
                Finding(
                    kind=kind,  # type: ignore[arg-type]
                    count=count,
                    first_row=first,
                    largest=largest if sized else None,
                    largest_row=at if sized else None,
                )
            )
    n_unseen = len(classes) - len(state.found.classes.keys)
    if 0 < n_unseen < len(classes):
        seen = {*state.found.classes.keys.tolist()}
        unseen = (name for k, name in enumerate(classes) if k not in seen)
        found.append(Finding(kind="unseen", count=n_unseen, names=tuple(islice(unseen, _NAMES_SHOWN))))
    return found


def _histogram(state: State) -> tuple[LossBin, ...]:
    edges, counts = loss_edges(), dict(state.found.losses)
    seen = [i for i in counts if i < len(edges) - 1]  # the bin after the last is that of NaN
    if not seen:
        return ()
    return tuple(
        LossBin(low=edges[i], high=edges[i + 1], count=counts.get(i, 0)) for i in range(min(seen), max(seen) + 1)
    )
