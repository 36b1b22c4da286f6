"""Record: the fields, defaults and immutability that dataclasses have, which it stands for in the core."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import ClassVar

import numpy as np
import pytest

import xentc
from xentc._core.record import Record


class Base(Record):
    y: int
    source: ClassVar[str] = "base"


class Point(Base):
    t: int = 3
    _hidden: int | None = None
    source: ClassVar[str] = "point"


class Changing(Record, frozen=False):
    rows: int | None = None


class Empty(Base):
    pass


def test_fields():
    assert (Point(1).y, Point(1).t, Point(1, 2).t, Point(y=1, t=2).t, Point(1, _hidden=5)._hidden) == (1, 3, 2, 2, 5)
    assert repr(Point(1, _hidden=5)) == "Point(y=1, t=3)"
    assert (Point(1).source, Base(1).source, Empty(4).y) == ("point", "base", 4)


def test_equality_is_of_the_fields_and_the_class():
    assert Point(1) == Point(1, 3) == Point(2).replace(y=1)
    assert hash(Point(1)) == hash(Point(1, 3))
    assert Point(1) != Point(1, _hidden=0)
    assert Base(1) != Empty(1)


def test_it_does_not_change_unless_it_is_made_to():
    point = Point(1)
    for change in (lambda: setattr(point, "t", 4), lambda: setattr(point, "z", 4), lambda: delattr(point, "y")):
        with pytest.raises(AttributeError, match=r"^cannot (set|delete) '[tyz]': a Point does not change$"):
            change()
    assert point.replace(t=4).t == 4
    assert point == Point(1)
    changing = Changing()
    changing.rows = 2
    assert (changing.rows, Changing.rows, Changing().rows) == (2, None, None)


def test_dataclasses_takes_what_is_public():
    result = xentc.CrossEntropy().update_labels([0], np.array([[0.5, 0.5]])).result()
    names = [field.name for field in dataclasses.fields(result) if not field.name.startswith("_")]
    assert names == ["sum", "mean", "weighted_mean", "weight", "count", "clipped", "perplexity"]
    assert dataclasses.asdict(result) == {name: getattr(result, name) for name in (*names, "_squares")}
    assert dataclasses.replace(result, count=4) == result.replace(count=4) != result


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_copies(again):
    assert again(Point(1, 2)) == Point(1, 2)
    result = xentc.CrossEntropy(variance=True).update_labels([0, 1], np.array([[0.5, 0.5], [0.25, 0.75]])).result()
    assert again(result) == result
    assert again(result).standard_error == result.standard_error
    assert repr(result).startswith("Result(sum=np.float64(0.98082925")
    with pytest.raises(AttributeError, match="does not change"):
        result.mean = 0
