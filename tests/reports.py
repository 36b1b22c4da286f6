"""Reports made by hand, for the tests of how they are shown: an ordinary one, and the odd ones."""

import datetime
import math
from dataclasses import replace
from typing import Any

from xentc._evaluation.records import Bin, Finding, Group, LossBin, Row
from xentc._evaluation.report import Report

NAN, INF = math.nan, math.inf


def statistics(count: int, mean: float, variance: float, accuracy: float, brier: float) -> dict[str, Any]:
    return {
        "count": count,
        "weight": float(count),
        "sum": mean * count,
        "mean": mean,
        "perplexity": INF if mean > 700 else math.exp(mean),
        "bits": mean / math.log(2),
        "variance": variance,
        "standard_error": math.sqrt(variance / count) if count else NAN,
        "hits": round(accuracy * count) if accuracy == accuracy else 0,
        "accuracy": accuracy,
        "brier": brier,
    }


def group(name: Any, count: int = 500, mean: float = 1.2, variance: float = 0.5, accuracy: float = 0.7) -> Group:
    return Group(name=name, **statistics(count, mean, variance, accuracy, 0.4))


def calibration(n_bins: int = 15) -> tuple[Bin, ...]:
    """The first third of the bins is empty."""
    bins = []
    for b in range(n_bins):
        low, high, count = b / n_bins, (b + 1) / n_bins, 0 if b < n_bins // 3 else 100 * b
        sure = (low + high) / 2 if count else NAN
        bins.append(Bin(low=low, high=high, count=count, weight=float(count), confidence=sure, accuracy=sure**1.1))
    return tuple(bins)


# The numbers of an evaluation of ten classes, 5,000 rows.
ORDINARY = Report(
    **statistics(5000, 1.158997, 0.47059, 0.721, 0.39171),
    n_classes=10,
    classes=tuple(range(10)),
    guessing=math.log(10),
    class_frequencies_loss=2.3019,
    calibration=calibration(),
    expected_calibration_error=0.02441,
    maximum_calibration_error=0.05,
    by_class=tuple(group(k, mean=1 + k / 10) for k in range(10)),
    by=None,
    by_name=None,
    worst=tuple(
        Row(row=1000 * k + 7, loss=9.5 - k, label=k, predicted=(k + 1) % 10, probability=0.9 - k / 20)
        for k in range(10)
    ),
    warnings=(Finding(kind="sums", count=2, first_row=3, largest=2.1e-6, largest_row=17),),
    losses=tuple(LossBin(low=1.5**k, high=1.5 ** (k + 1), count=(k + 12) ** 2) for k in range(-12, 6)),
    from_logits=False,
    eps=None,
)

# Names that break a table, a page or a terminal that takes them as they are.
HOSTILE = [
    "a|b",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "two\nlines",
    "日本語",
    "e\u0301",
    "q\"'&",
    "x" * 200,
]

NAMED = replace(
    ORDINARY,
    n_classes=len(HOSTILE),
    classes=tuple(HOSTILE),
    by_class=tuple(group(name) for name in HOSTILE),
    by=tuple(group(day) for day in (datetime.date(2026, 11, 1), datetime.date(2026, 11, 2))),
    by_name="day",
    worst=tuple(
        Row(row=i, loss=3.0 - i / 4, label=n, predicted=HOSTILE[0], probability=0.5) for i, n in enumerate(HOSTILE)
    ),
    warnings=(
        Finding(kind="clipped", count=1, first_row=0),
        Finding(kind="outside", count=12345, first_row=1, largest=0.25, largest_row=3),
        Finding(kind="nan", count=2, first_row=2),
        Finding(kind="probabilities", count=3, first_row=0),
        Finding(kind="unseen", count=30, names=tuple(HOSTILE)),
    ),
)

NO_ROWS = replace(
    ORDINARY,
    **statistics(0, NAN, NAN, NAN, NAN),
    n_classes=0,
    classes=(),
    guessing=NAN,
    class_frequencies_loss=NAN,
    calibration=tuple(
        Bin(low=b / 15, high=(b + 1) / 15, count=0, weight=0.0, confidence=NAN, accuracy=NAN) for b in range(15)
    ),
    expected_calibration_error=NAN,
    maximum_calibration_error=NAN,
    by_class=(),
    by=(),
    worst=(),
    warnings=(),
    losses=(),
)

ONE_ROW = replace(
    ORDINARY,
    **(statistics(1, 0.6931, NAN, 1.0, 0.5) | {"standard_error": NAN}),
    calibration=(Bin(low=0.0, high=1.0, count=1, weight=1.0, confidence=0.5, accuracy=1.0),),
    by_class=(group("a", 1, 0.6931, NAN, 1.0), group("b", 0, NAN, NAN, NAN)),
    worst=ORDINARY.worst[:1],
    losses=(LossBin(low=0.625, high=0.75, count=1),),
)

INFINITE = replace(
    ORDINARY,
    **(statistics(5000, INF, NAN, 0.0, 2.0) | {"standard_error": NAN}),
    by_class=(group("finite"), group("infinite", mean=INF, variance=NAN), group("NaN", mean=NAN, variance=NAN)),
    by=tuple(group(f"group {i}", mean=i / 7) for i in range(100)),
    by_name="$a_b$",
    worst=(
        Row(row=3, loss=NAN, label=0, predicted=1, probability=NAN),
        Row(row=2, loss=INF, label=0, predicted=1, probability=1.0),
        Row(row=1, loss=0.0, label=0, predicted=0, probability=1.0),
    ),
    losses=(
        LossBin(low=-INF, high=2.0**-32, count=10**7),
        *(LossBin(low=2.0**k, high=2.0 ** (k + 1), count=0 if k < -20 else k + 32) for k in range(-32, 10)),
        LossBin(low=1024.0, high=INF, count=3),
    ),
)

ALL_ZERO = replace(
    ORDINARY,
    **statistics(5000, 0.0, 0.0, 1.0, 0.0),
    by_class=tuple(group(k, mean=0.0, variance=0.0, accuracy=1.0) for k in range(3)),
    losses=(LossBin(low=-INF, high=2.0**-32, count=5000),),
    worst=(Row(row=0, loss=0.0, label=0, predicted=0, probability=1.0),),
)

TINY = replace(
    ORDINARY,
    **statistics(10**12, 1.5e-9, 1e-20, 1 - 1e-10, 1e-18),
    by_class=tuple(group(k, count=10**11, mean=1.5e-9 * k, variance=1e-20) for k in range(3)),
)

WEIGHTED = replace(ORDINARY, weight=1234.5678)

REPORTS = {
    "ordinary": ORDINARY,
    "named": NAMED,
    "no rows": NO_ROWS,
    "one row": ONE_ROW,
    "infinite": INFINITE,
    "all zero": ALL_ZERO,
    "tiny": TINY,
    "weighted": WEIGHTED,
}
