"""In the program that asks: which columns, the two rounds of states, and what is made of the last one."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any

from .._files.columns import match
from .._files.frames import as_table
from .executors import FIELDS, ROWS_OF_A_PARTITION, Columns, Losses, Part, States, error_of, merged, parts_of

Frame = Any  # of Spark
FEW = 32  # states that are added up here at once
VECTORS = ("VectorUDT",)


def chosen(df: Frame, label: Any, probs: Any, weight: Any, by: Any) -> Columns:
    """The columns that are asked for, by names and patterns."""
    import pyarrow as pa

    if not hasattr(df, "mapInArrow"):
        raise TypeError(f"df must be a Spark DataFrame, not {type(df).__name__}")
    for name, value in (("label", label), ("probs", probs)):
        if not isinstance(value, str) and not (
            isinstance(value, Sequence) and all(isinstance(each, str) for each in value)
        ):
            raise TypeError(f"{name} must be the name of a column, a pattern, or a list of names; got {value!r}")
    for name, value in (("sample_weight", weight), ("by", by)):
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name} must be the name of a column; got {value!r}")
    table = as_table(pa.schema([(name, pa.null()) for name in df.columns]).empty_table(), "df")
    columns = Columns(match(table, probs, "probs"), match(table, label, "label"), weight, by)
    for name, asked in (("sample_weight", weight), ("by", by)):
        if asked is not None:
            table.find(asked, name)
    if len(set(columns.all)) < len(columns.all):
        twice = next(name for name in columns.all if columns.all.count(name) > 1)
        raise ValueError(f"df has one column {twice!r}, which cannot be two of probs, label, sample_weight and by")
    return columns


def column(df: Frame, name: str) -> Any:
    """One of its columns; a vector of Spark's as an array, which Arrow knows."""
    found = quoted(df, name)
    if not is_vector(df, name):
        return found
    from pyspark.ml.functions import vector_to_array

    return vector_to_array(found)


def quoted(df: Frame, name: str) -> Any:
    """A column, whatever is in its name."""
    return df["`" + name.replace("`", "``") + "`"]


def numbered(columns: Iterable[Any]) -> list[Any]:
    """Columns with numbers for names: mapInArrow cannot do with a dot in one."""
    return [each.alias(f"c{i}") for i, each in enumerate(columns)]


def is_vector(df: Frame, name: str) -> bool:
    """Whether a column holds vectors of pyspark.ml or pyspark.mllib."""
    return type(df.schema[name].dataType).__name__ in VECTORS


def added_up(df: Frame, columns: Columns, make: Callable[[Any, int], Any]) -> Part:
    """The state of all partitions, made by `make` of each."""
    states = numbered(column(df, name) for name in columns.all)
    states = df.select(*states).mapInArrow(States(make, columns.all), FIELDS)
    n = n_partitions(df)
    if n is None or n > FEW:
        states = states.repartition(FEW if n is None else min(math.isqrt(n) + 1, 1000)).mapInArrow(merged, FIELDS)
    total = None
    for part in parts_of(states.collect()):
        total = part if total is None else total.merge(part)
    if total is None:
        raise ValueError("df must have rows; it has none")
    if total.error is not None:
        raise error_of(total.error)
    return total


def n_partitions(df: Frame) -> int | None:
    """None where only the server knows."""
    try:
        return int(df.rdd.getNumPartitions())
    except Exception:  # of Spark Connect, whose frames have none
        return None


def in_order(total: Part) -> Callable[[int], int]:
    """From a row's number to its place in the whole, where partitions follow each other."""
    rows = sorted(zip(total.partitions, total.rows, strict=True))
    firsts = [0, *accumulate(n for _, n in rows)]
    numbers = [partition for partition, _ in rows]

    def number(row: int) -> int:
        partition, place = divmod(row, ROWS_OF_A_PARTITION)
        return firsts[bisect_right(numbers, partition) - 1] + place

    return number


def with_losses(df: Frame, columns: Columns, options: dict[str, Any], classes: Any, name: str) -> Frame:
    """The frame with one column more."""
    from pyspark.sql.types import ArrayType, DoubleType, FloatType, StructField, StructType

    if name in df.columns:
        raise ValueError(f"column must be a name that df does not have; got {name!r}")
    kinds = [df.schema[each].dataType for each in columns.probs]
    kinds = [kind.elementType if isinstance(kind, ArrayType) else kind for kind in kinds]
    single = all(isinstance(kind, FloatType) for kind in kinds)
    vectors = [each for each in columns.probs if is_vector(df, each)]
    more = {each: f"{name} of {each}" for each in vectors}  # as arrays, and gone afterwards
    ours = Columns([more.get(each, each) for each in columns.probs], columns.label, columns.weight, None)
    kept = list(df.columns)
    wide = numbered([*(quoted(df, each) for each in kept), *(column(df, each) for each in vectors)])
    losses = Losses(ours, options, classes, [*kept, *more.values()], len(kept), name, single)
    field = StructField(name, FloatType() if single else DoubleType())
    return df.select(*wide).mapInArrow(losses, StructType([*df.schema.fields, field]))
