"""Labels from another file than the predictions: by position, or by id."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .errors import FileError, listed
from .keys import check_same
from .pieces import Piece
from .table import Array
from .values import take, together

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def by_position(predictions: Iterator[Piece], labels: Iterator[Piece], names: tuple[str, str]) -> Iterator[Piece]:
    """Row after row of both, until both end."""
    mine: Piece | None = None
    end = 0
    for piece in predictions:
        done = 0
        while done < len(piece):
            number = piece.number + done
            while mine is None or number >= mine.number + len(mine):
                end = mine.number + len(mine) if mine is not None else 0
                mine = next(labels, None)
                if mine is None:
                    end_of_all = max([piece.number + len(piece), *(p.number + len(p) for p in predictions)])
                    raise _unequal(names, end_of_all, end)
            at = number - mine.number
            n = min(len(piece) - done, len(mine) - at)
            ours, theirs = piece.cut(done, done + n), mine.cut(at, at + n)
            check_same(ours.keys, theirs.keys, names, ours.file, ours.row)
            yield _joined(ours, theirs)
            done += n
            end = number + n
    n_labels = max([end, mine.number + len(mine) if mine is not None else 0, *(p.number + len(p) for p in labels)])
    if n_labels > end:
        raise _unequal(names, end, n_labels)


def _unequal(names: tuple[str, str], n_predictions: int, n_labels: int) -> FileError:
    return FileError(
        f"{names[0]} has {n_predictions} rows, {names[1]} has {n_labels}; join them by a column with id= (--id), or see"
        f" whether a first line of names is one (header=, --header or --no-header)"
    )


def _joined(piece: Piece, labels: Piece) -> Piece:
    return replace(
        piece,
        labels=labels.labels,
        weight=piece.weight if labels.weight is None else labels.weight,
        by=piece.by if labels.by is None else labels.by,
    )


class ById:
    """All labels in memory, found by id."""

    def __init__(
        self, labels: Iterator[Piece], name: str, column: str, others: Array | None, seen: Array | None
    ) -> None:
        pieces = list(labels)
        self._name, self._column = name, column
        if not pieces:
            raise FileError(f"{name} has no rows")
        # Where one file has text, the numbers of the other are compared as text.
        self.text = _is_text(others) or any(_is_text(piece.id) for piece in pieces)
        self.ids = np.concatenate([self._as_kind(piece) for piece in pieces])
        self._labels = np.concatenate([_narrow(piece.labels) for piece in pieces])
        self._weight = together([piece.weight for piece in pieces]) if pieces[0].weight is not None else None
        self._by = together([piece.by for piece in pieces]) if pieces[0].by is not None else None
        self._keys = _keys(self.ids)
        self._order: Array | None = None
        self._sorted: Array | None = None
        self._cursor = 0
        self._check_distinct()
        self.seen = np.zeros(len(self.ids), bool)
        if seen is not None:  # by predictions that were evaluated before
            self.seen[: len(seen)] = seen

    def _sort(self) -> tuple[Array, Array]:
        if self._order is None or self._sorted is None:
            self._order = np.argsort(self._keys, kind="stable")
            self._sorted = self._keys[self._order]
        return self._order, self._sorted

    def _check_distinct(self) -> None:
        order, keys = self._sort()
        same = np.flatnonzero(keys[1:] == keys[:-1])
        twice = [i for i in same if self.ids[order[i]] == self.ids[order[i + 1]]]
        if twice:
            rows = sorted(int(order[i + 1]) for i in twice)[:3]
            raise self._listed("ids that are there twice", self.ids[rows], len(twice), self._name)
        if same.size:
            raise FileError(f"{self._name}: the ids cannot be told apart by their hashes")  # one in 2^64 / n^2

    def _listed(self, what: str, ids: Any, n: int, name: str) -> FileError:
        shown = [id.decode() if isinstance(id, bytes) else str(id) for id in ids[:3].tolist()]
        return FileError(f"{name}: {n} {what} in '{self._column}', the first: {listed(shown)}")

    def __call__(self, piece: Piece) -> tuple[Piece, Array]:
        """The piece with its labels, and where they are."""
        ids = self._as_kind(piece)
        n = len(ids)
        if np.array_equal(self.ids[self._cursor : self._cursor + n], ids):  # in the same order, mostly
            places = np.arange(self._cursor, self._cursor + n)
            self._cursor += n
        else:
            places = self._find(ids, piece)
        again = self.seen[places]
        self.seen[places] = True
        if again.any() or len(np.unique(places)) < n:
            if not again.any():
                _, first = np.unique(places, return_index=True)
                again = np.ones(n, bool)
                again[first] = False
            raise self._listed("ids that are there twice", ids[again], int(again.sum()), piece.file)
        found = replace(
            piece,
            labels=self._labels[places],
            weight=piece.weight if self._weight is None else self._weight[places],
            by=piece.by if self._by is None else take(self._by, places),
        )
        return found, places

    def _find(self, ids: Array, piece: Piece) -> Array:
        order, keys = self._sort()
        places = order[np.minimum(np.searchsorted(keys, _keys(ids)), len(order) - 1)]
        missing = self.ids[places] != ids
        if missing.any():
            n = int(missing.sum())
            raise self._listed(f"ids that {self._name} does not have", ids[missing], n, piece.file)
        return places

    def _as_kind(self, piece: Piece) -> Array:
        assert piece.id is not None
        if self.text:
            return piece.id if _is_text(piece.id) else piece.id.astype("S")
        if _is_text(piece.id):
            raise FileError(f"{piece.file}: the ids in '{self._column}' are text, but numbers in the files before")
        return piece.id

    def check_all_seen(self, name: str) -> None:
        """At the end: every label must have had its prediction."""
        if not self.seen.all():
            left = self.ids[~self.seen]
            raise self._listed(f"ids of {self._name} are missing", left, len(left), name)


def _is_text(ids: Array | None) -> bool:
    return ids is not None and ids.dtype.kind == "S"


def _keys(ids: Array) -> Array:
    """64 bits of each id: the number itself, or a hash of the text."""
    if ids.dtype.kind != "S":
        return ids.astype(np.int64).view(np.uint64) if ids.dtype.kind == "i" else ids.astype(np.uint64)
    width = -(-ids.dtype.itemsize // 8) * 8
    words = np.ascontiguousarray(ids.astype(f"S{width}")).view(np.uint64).reshape(len(ids), -1)
    keys = np.zeros(len(ids), np.uint64)
    for j in range(words.shape[1]):
        column = words[:, j]
        # A word of nothing but padding changes nothing, so that the width of a block's ids does not matter.
        mixed = (keys ^ column) * MULTIPLIER
        mixed ^= mixed >> np.uint64(29)
        keys = np.where(column == 0, keys, mixed)
    return keys


def _narrow(labels: Array | None) -> Array:
    """Labels in as few bytes as they need, since all of them are kept."""
    assert labels is not None
    if not labels.size:
        return labels.astype(np.int8)
    low, high = int(labels.min()), int(labels.max())
    return labels.astype(np.min_scalar_type(min(low, -1 - high)))
