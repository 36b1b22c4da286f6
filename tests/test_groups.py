"""What rows are grouped by: the same groups, whatever holds them, and never one that is not named."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import xentc

UTC = dt.UTC
Y = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875], [0.25, 0.75]])
LABELS = [0, 1, 1, 0]
JANUARY, JULY = dt.datetime(2024, 1, 31, 12, 30), dt.datetime(2024, 7, 1)


def arrow_backed(values):
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(values)])))


HOLDERS = {
    "list": list,
    "numpy": np.array,
    "pandas": pd.Series,
    "pandas, Arrow": arrow_backed,
    "pandas, categories": lambda values: pd.Series(pd.Categorical(values)),
    "pyarrow": pa.array,
    "pyarrow, chunked": lambda values: pa.chunked_array([pa.array(values[:1]), pa.array(values[1:])]),
    "pyarrow, dictionary": lambda values: pa.array(values).dictionary_encode(),
    "polars": lambda values: pl.Series(values, strict=False),
}
VALUES = {
    "integers": [3, -7, 3, 10**12],
    "bool": [True, False, True, True],
    "floating": [0.5, 2.0, 0.5, -1e300],
    "text": ["b", "日本", "b", "a"],
    "bytes": [b"b", b"\xff", b"b", b"a"],
    "dates": [JULY.date(), JANUARY.date(), JULY.date(), dt.date(1969, 1, 1)],
    "datetimes": [JULY, JANUARY, JULY, JULY + dt.timedelta(microseconds=1)],
    "zones": [
        JULY.replace(tzinfo=UTC),
        JANUARY.replace(tzinfo=UTC),
        JULY.replace(tzinfo=UTC),
        JULY.replace(tzinfo=UTC),
    ],
    "durations": [dt.timedelta(1), dt.timedelta(-1), dt.timedelta(1), dt.timedelta(microseconds=1)],
}


def groups(by):
    report = xentc.evaluate(LABELS, Y, by=by)
    assert sum(group.count for group in report.by) == 4
    return [(group.name, group.count, group.sum) for group in report.by]


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("holder", HOLDERS)
def test_every_kind_in_everything(holder, kind):
    values = VALUES[kind]
    if holder == "numpy" and kind in ("dates", "datetimes", "durations"):
        held = np.array(values, {"dates": "M8[D]", "datetimes": "M8[us]", "durations": "m8[us]"}[kind])
    else:
        held = HOLDERS[holder](values)
    losses = xentc.cross_entropy_labels(LABELS, Y)
    expected = [(v, values.count(v), float(losses[[w == v for w in values]].sum())) for v in sorted(set(values))]
    got = groups(held)
    assert got == expected
    assert [type(name) for name, *_ in got] == [int if name == 2.0 else type(name) for name, *_ in expected]


# A nanosecond after midnight on the first of July, in Berlin two hours before that by UTC
NANOSECONDS = np.array(["2024-07-01", "2024-07-01T00:00:00.000000001"] * 2, "M8[ns]")
BERLIN = pd.Series(NANOSECONDS).dt.tz_localize("Europe/Berlin")


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (NANOSECONDS, [JULY, "2024-07-01T00:00:00.000000001"]),
        (
            BERLIN,
            [dt.datetime(2024, 6, 30, 22, tzinfo=UTC), "2024-06-30T22:00:00.000000001+00:00"],
        ),
        (NANOSECONDS - NANOSECONDS[0], [dt.timedelta(0), "1 nanoseconds"]),
    ],
    ids=["datetimes", "zone", "durations"],
)
def test_digits_that_python_has_not(by, names):
    expected = [(name, 2) for name in names]
    arrow = pa.array(by)
    holders = [by, pd.Series(by), list(pd.Series(by)), arrow, arrow.dictionary_encode(), pl.from_arrow(arrow)]
    holders += [
        pa.chunked_array([arrow]),
        pd.Series(pd.arrays.ArrowExtensionArray(arrow)),
        pd.Series(by).astype("category"),
    ]
    for held in holders:
        assert [group[:2] for group in groups(held)] == expected, type(held)


def test_zones_are_one_time():
    noon = [dt.datetime(2024, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=h))) for h in (0, 2, 0, 2)]
    expected = [(dt.datetime(2024, 7, 1, 10, tzinfo=UTC), 2), (dt.datetime(2024, 7, 1, 12, tzinfo=UTC), 2)]
    assert [group[:2] for group in groups(noon)] == expected
    series = pd.to_datetime(pd.Series(noon), utc=True)
    assert [group[:2] for group in groups(series.dt.tz_convert("Asia/Tokyo"))] == expected
    assert [group[:2] for group in groups(pl.from_pandas(series).dt.convert_time_zone("America/Lima"))] == expected


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (np.array(["2024", "2024", "12345", "12345"], "M8[Y]"), ["12345", dt.date(2024, 1, 1)]),
        (np.array([1, 1, 2, 2], "m8[Y]"), ["1 years", "2 years"]),
        (np.array([2**64 - 1, 0, 2**63, 0], np.uint64), [0, 2**63, 2**64 - 1]),
        (np.array([1, 2, 1, 2], ">i2"), [1, 2]),
        (np.array([0.5, 0.25, 0.5, 0.5], np.float16), [0.25, 0.5]),
        (pd.Series(pd.period_range("2024-01", periods=4, freq="M")), ["2024-01", "2024-02", "2024-03", "2024-04"]),
        (pd.cut(pd.Series([0, 1, 2, 4]), [-1, 1, 4]), ["(-1, 1]", "(1, 4]"]),
        (pl.Series(["b", "a", "b", "b"], dtype=pl.Enum(["b", "a", "z"])), ["a", "b"]),
        (pd.Series([1, 2, 1, 2], dtype="Int64"), [1, 2]),
        (pd.Series(["a", "b"] * 2, dtype="string"), ["a", "b"]),
        (pd.DatetimeIndex(NANOSECONDS[[0, 0, 2, 2]]), [JULY]),
        ("all", ["all"]),
        (np.datetime64("2024-07-01"), [JULY.date()]),
    ],
)
def test_other_kinds(by, names):
    assert sorted((group[0] for group in groups(by)), key=str) == sorted(names, key=str)


def missing():
    for kind, values in VALUES.items():
        for holder, hold in HOLDERS.items():
            if kind in ("zones", "dates") and holder == "pandas, categories":
                continue  # NaT
            held = [*values[:2], None, values[3]]
            if holder == "numpy":
                if kind not in ("floating", "datetimes", "durations"):
                    continue
                held = np.array(held, {"floating": float, "datetimes": "M8[us]", "durations": "m8[us]"}[kind])
                yield pytest.param(held, id=f"{holder}, {kind}")
            else:
                yield pytest.param(hold(held), id=f"{holder}, {kind}")
    for library, hold in (("pandas", pd.Series), ("pyarrow", pa.array), ("polars", pl.Series), ("list", list)):
        yield pytest.param(hold([0.5, 0.5, np.nan, 1.0]), id=f"{library}, NaN")


@pytest.mark.parametrize("by", list(missing()))
def test_missing_values_are_named(by):
    with pytest.raises(ValueError, match=r"^by has a missing value in row 2; fill it or drop it first$"):
        xentc.evaluate(LABELS, Y, by=by)


@pytest.mark.parametrize(
    "by",
    [
        pl.Series([dt.time(1)] * 4),
        pa.array([dt.time(1)] * 4),
        [dt.time(1)] * 4,
        pl.Series(["1", "2", "3", "4"]).cast(pl.Decimal(10, 2)),
        pa.array([[1]] * 4),
        np.array([1j] * 4),
        np.array([(1, 2)] * 4, "i4,i4"),
        pa.scalar(3),
        np.array([1, 2, 3, 4], np.longdouble),
    ],
    ids=lambda by: f"{type(by).__module__}-{getattr(by, 'dtype', getattr(by, 'type', ''))}",
)
def test_what_is_no_group(by):
    with pytest.raises((TypeError, ValueError), match=r"^by "):
        xentc.evaluate(LABELS, Y, by=by)


@pytest.mark.parametrize("kind", VALUES)
def test_groups_of_files_are_those_of_memory(tmp_path, kind):
    table = pa.table({"p_a": Y[:, 0], "p_b": Y[:, 1], "label": LABELS, "by": pa.array(VALUES[kind])})
    pa.parquet.write_table(table, tmp_path / "y.parquet")
    made = xentc.evaluate(tmp_path / "y.parquet", by="by")
    assert [(group.name, group.count, group.sum) for group in made.by] == groups(VALUES[kind])
    assert made.by == xentc.evaluate(table, by="by").by == xentc.evaluate(table.to_pandas(), by="by").by
    table = table.set_column(3, "by", pa.array([*VALUES[kind][:2], None, VALUES[kind][3]]))
    pa.parquet.write_table(table, tmp_path / "y.parquet")
    with pytest.raises(ValueError, match=re.escape("y.parquet, row 2: column 'by': the value is missing")):
        xentc.evaluate(tmp_path / "y.parquet", by="by")
