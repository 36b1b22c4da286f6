"""A stand-in for the kernel while it is built: the same numbers, all rows kept, NumPy alone."""

import math
from typing import Any

import numpy as np

from .. import api
from .report import Bin, Finding, Group, LossBin, Report, Row, loss_edges


def _statistics(loss: Any, hit: Any, brier: Any, s: Any) -> dict[str, Any]:
    n, weight, total = len(loss), math.fsum(s), math.fsum(s * loss)
    mean = total / weight if weight else math.nan
    variance = math.fsum((s * (loss - mean)) ** 2) * n * n / (n - 1) / weight**2 if n > 1 else math.nan
    return {
        "count": n,
        "weight": weight,
        "sum": total,
        "mean": mean,
        "perplexity": math.exp(min(mean, 700)) if weight else math.nan,
        "bits": mean / math.log(2),
        "variance": variance,
        "standard_error": math.sqrt(variance / n) if n > 1 else math.nan,
        "hits": int(hit.sum()),
        "accuracy": math.fsum(s * hit) / weight if weight else math.nan,
        "brier": math.fsum(s * brier) / weight if weight else math.nan,
    }


class Rows:
    def __init__(self, **options: Any) -> None:
        self.options = options
        self.batches: list[Any] = []

    def add(self, labels: Any, y: Any, s: Any, where: Any, by: Any, row: Any) -> None:
        y, names = np.asarray(y), self.options["classes"]
        labels = np.asarray(labels)
        if labels.dtype.kind not in "iu":
            labels = np.array([names.index(label) for label in labels.tolist()])
        own = {key: self.options[key] for key in ("eps", "from_logits")}
        loss = api.cross_entropy_labels(labels, y.astype(np.float64), **own)
        if self.options["from_logits"]:
            y = np.exp(y - y.max(-1, keepdims=True))
            y /= y.sum(-1, keepdims=True)
        if self.options["eps"] is None and y.dtype.kind == "f":
            own["eps"] = float(np.finfo(y.dtype).eps)
        keep = np.ones(len(labels), bool) if where is None else np.asarray(where)
        if self.options["ignore_index"] is not None:
            keep = keep & (labels != self.options["ignore_index"])
        n_before = sum(len(batch[0]) for batch in self.batches)
        number = np.arange(len(labels)) + (n_before if row is None else row) if np.ndim(row or 0) == 0 else row
        s = np.ones(len(labels)) if s is None else np.asarray(s, np.float64)
        groups = None if by is None else np.asarray(by)[keep].tolist()
        batch = (labels[keep], y[keep], loss[keep], s[keep], groups, np.asarray(number)[keep], own["eps"])
        self.batches.append(batch)

    def report(self) -> Report:
        first = self.batches[0]
        labels, y, loss, s, number = (np.concatenate([b[i] for b in self.batches]) for i in (0, 1, 2, 3, 5))
        groups = None if first[4] is None else np.array([g for b in self.batches for g in b[4]])
        n_classes, n_bins = y.shape[1], self.options["bins"]
        names = self.options["classes"] or tuple(range(n_classes))
        top, predicted = y.max(1).astype(np.float64), y.argmax(1)
        hit, brier = predicted == labels, ((y - np.eye(n_classes)[labels]) ** 2).sum(1)
        edges = np.linspace(0, 1, n_bins + 1)
        place, bins, gaps = np.searchsorted(edges[1:-1], top), [], []
        for b in range(n_bins):
            here = place == b
            weight = math.fsum(s[here])
            sure = math.fsum((s * top)[here]) / weight if weight else math.nan
            right = math.fsum((s * hit)[here]) / weight if weight else math.nan
            gaps.append((abs(sure - right), weight) if weight else (0.0, 0.0))
            bins.append(
                Bin(low=float(edges[b]), high=float(edges[b + 1]), count=int(here.sum()), weight=weight,
                    confidence=sure, accuracy=right)
            )  # fmt: skip
        all_edges = loss_edges()
        counts = np.histogram(loss, all_edges)[0]
        seen = np.flatnonzero(counts)
        span = range(seen[0], seen[-1] + 1) if seen.size else ()
        worst = sorted(range(len(loss)), key=lambda i: (not np.isnan(loss[i]), -loss[i], number[i]))
        frequency = np.array([math.fsum(s[labels == k]) for k in range(n_classes)]) / math.fsum(s)
        off, findings = np.abs(y.astype(np.float64).sum(1) - 1), []
        bad = np.flatnonzero(off > np.sqrt(np.finfo(y.dtype).eps))
        if bad.size:
            i = bad[np.argmax(off[bad])]
            findings.append(
                Finding(kind="sums", count=len(bad), first_row=int(number[bad].min()), largest=float(off[i]),
                        largest_row=int(number[i]))
            )  # fmt: skip
        unseen = [names[k] for k in range(n_classes) if k not in labels]
        if unseen:
            findings.append(Finding(kind="unseen", count=len(unseen), names=tuple(unseen[:20])))

        def group(name: Any, here: Any) -> Group:
            return Group(name=name, **_statistics(loss[here], hit[here], brier[here], s[here]))

        return Report(
            **_statistics(loss, hit, brier, s),
            n_classes=n_classes,
            classes=tuple(names),
            guessing=math.log(n_classes),
            class_frequencies_loss=-math.fsum(f * math.log(f) for f in frequency if f),
            calibration=tuple(bins),
            expected_calibration_error=math.fsum(gap * weight for gap, weight in gaps) / math.fsum(s),
            maximum_calibration_error=max(gap for gap, _ in gaps),
            by_class=tuple(group(names[k], labels == k) for k in range(n_classes)),
            by=None if groups is None else tuple(group(g, groups == g) for g in sorted(set(groups.tolist()))),
            by_name=self.options["by"],
            worst=tuple(
                Row(
                    row=int(number[i]),
                    loss=float(loss[i]),
                    label=names[labels[i]],
                    predicted=names[predicted[i]],
                    probability=float(top[i]),
                )
                for i in worst[: self.options["worst"]]
            ),
            warnings=tuple(findings),
            losses=tuple(LossBin(low=all_edges[i], high=all_edges[i + 1], count=int(counts[i])) for i in span),
            from_logits=self.options["from_logits"],
            eps=self.options["eps"],
        )
