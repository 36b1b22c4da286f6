"""What is looked at in values. Of t and y the first bad row is named, in it y before t, of that the first column."""

from typing import Any

import numpy as np

from ._dtypes import eps_of, is_float


def check_rows(check: Any, rows: Any, t: Any, used_t: Any, y: Any, used_y: Any, from_logits: bool) -> None:
    """Refuse a y outside [0, 1] and a negative t, where used; unless check is None, all that is no distribution."""
    if check is False:
        return
    for_all = check is not None
    slack_t, slack_y = (_slack(a) if check is None or check is True else float(check) for a in (t, y))
    slack_t, counts = (slack_t, False) if is_float(t) else (0.0, True)
    t, y = t.astype(np.float64), y.astype(np.float64)
    bad = {"y": used_y & ((y < -slack_y) | (y > 1 + slack_y)), "t": used_t & (t < -slack_t)}
    off = {"y": np.zeros(rows.shape, bool), "t": np.zeros(rows.shape, bool)}
    for name, a, slack, look in (("y", y, slack_y, not from_logits), ("t", t, slack_t, not counts)):
        if for_all and look:
            bad[name] = bad[name] | ~((a >= -slack) & (a <= 1 + slack))
            off[name] = ~(abs(a.sum(axis=-1) - 1) <= slack)
    wrong = {name: rows & (bad[name].any(axis=-1) | off[name]) for name in bad}
    if not (wrong["y"] | wrong["t"]).any():
        return
    row = np.unravel_index(int(np.argmax(wrong["y"] | wrong["t"])), rows.shape)
    name, a = ("y", y) if wrong["y"][row] else ("t", t)
    at = tuple(map(int, row))
    where = f" in row {at[0] if len(at) == 1 else at}" if at else ""
    if not bad[name][row].any():
        raise ValueError(f"the rows of {name} must sum to 1; the sum is {a[row].sum()}{where}")
    k = int(np.argmax(bad[name][row]))
    must = "be probabilities in [0, 1]" if name == "y" or (for_all and not counts) else "not be negative"
    raise ValueError(f"{name} must {must}; got {a[row][k]}{where}, column {k}")


def check_labels(labels: Any, counted: Any, n_classes: int) -> None:
    """Refuse labels of rows that count and are none."""
    bad = counted & ((labels < 0) | (labels >= n_classes))
    if bad.any():
        raise IndexError(f"labels must be in [0, K) with K = {n_classes}; got {labels[bad][0]}")


def check_elements(t: Any, used_t: Any, p: Any, used_p: Any) -> None:
    """Refuse a t outside [0, 1], and such a p, where they are used."""
    for name, a, used in (("t", t, used_t), ("p", p, used_p)):
        outside = used & ((a < 0) | (a > 1))
        if outside.any():
            raise ValueError(f"{name} must be in [0, 1]; got {a[outside][0]}")


def _slack(a: Any) -> float:
    return float(np.sqrt(eps_of(a.dtype) if is_float(a) else np.finfo(np.float64).eps))
