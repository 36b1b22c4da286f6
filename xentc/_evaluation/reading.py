"""evaluate for what is read row by row: files, streams, and tables that hold their labels."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from .._core.arrays import as_array
from .._core.dtypes import BOOL
from .._core.sources import exists, is_file, is_table
from .accumulator import Evaluation


def is_read(labels: Any, y: Any) -> bool:
    """Whether labels or y name files, or are tables with columns; arrays of any library are not."""
    return labels is None or any(is_file(value) or is_table(value) for value in (y, labels))


def refuse_columns(columns: Mapping[str, Any]) -> None:
    """That arrays come without what only files and tables have."""
    for name, value in columns.items():
        if value is not None:
            raise ValueError(f"{name} must be None for arrays, which have no columns; got {value!r}")


def evaluate_read(
    labels: Any,
    y: Any,
    *,
    label: str | Sequence[str] | None,
    probs: str | Sequence[str] | None,
    id: str | Literal[False] | None,
    header: bool | None,
    classes: Sequence[Any] | None,
    axis: int,
    eps: float | None,
    from_logits: bool,
    ignore_index: int | None,
    sample_weight: Any,
    where: Any,
    by: Any,
    **options: Any,
) -> Evaluation:
    """Evaluate batch after batch. Weights, masks and groups are columns by name, or arrays of all rows."""
    from .._files import open_predictions  # what reads them need not be there for arrays

    if axis != -1:
        raise ValueError(f"axis must be -1 for files and tables, where classes are columns; got {axis!r}")
    if label is None and names_a_column(labels):
        labels, label = None, labels
    given = {"sample_weight": sample_weight, "where": where, "by": by}
    rows = {name: Rows(name, value) for name, value in given.items() if not (value is None or isinstance(value, str))}
    if where is not None:
        where = as_mask(where)
    with open_predictions(
        y,
        labels,
        label=label,
        probs=probs,
        weight=sample_weight if isinstance(sample_weight, str) else None,
        by=by if isinstance(by, str) else None,
        id=id,
        classes=classes,
        from_logits=from_logits,
        ignore_index=ignore_index,
        header=header,
        where=where,
    ) as predictions:
        evaluation = Evaluation(
            classes=predictions.classes,
            eps=predictions.eps if eps is None else eps,
            from_logits=from_logits,
            ignore_index=predictions.ignore_index,
            by=by if isinstance(by, str) else None,
            **options,
        )
        for batch in predictions:
            part = slice(batch.row, batch.row + len(batch))
            own = {"sample_weight": batch.weight, "by": batch.by, "where": None}
            own |= {name: values.of(part) for name, values in rows.items()}
            try:
                evaluation.update(batch.labels, batch.y, row=batch.row, **own)
            except (ValueError, IndexError) as error:
                raise batch.located(error) from error
        for values in rows.values():
            values.check_length(predictions.rows_read)
        return evaluation


def as_mask(where: Any) -> Any:
    """A mask with a value for every row."""
    mask = as_array("where", where, BOOL, scalar=True)
    if mask.ndim != 1:
        raise ValueError(f"where must have one axis, the rows, for files and tables; got the shape {mask.shape}")
    return mask


def names_a_column(labels: Any) -> bool:
    """Whether labels are the name of a column of y: text that is no file."""
    return isinstance(labels, str) and not (exists(labels) or any(c in labels for c in "*?[/\\") or labels == "-")


class Rows:
    """An argument with a value for every row, or one for all."""

    def __init__(self, name: str, values: Any) -> None:
        self._name = name
        self._values = values if hasattr(values, "__getitem__") and hasattr(values, "__len__") else np.asarray(values)

    def of(self, part: slice) -> Any:
        """Those of some rows."""
        if np.ndim(self._values) == 0:
            return self._values
        values = getattr(self._values, "iloc", self._values)[part]
        if len(values) < part.stop - part.start:
            raise ValueError(f"{self._name} has {len(self._values)} rows, fewer than y")
        return values

    def check_length(self, n_rows: int) -> None:
        """That there were not more."""
        if np.ndim(self._values) and len(self._values) != n_rows:
            raise ValueError(f"{self._name} has {len(self._values)} rows, y has {n_rows}")
