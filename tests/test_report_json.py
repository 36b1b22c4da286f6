"""A report as a dictionary and as JSON: all that is on the screen, and nothing that JSON does not have."""

import datetime
import json
from dataclasses import fields, replace

import pytest
from reports import INFINITE, NAMED, ORDINARY, REPORTS, group

ANY_REPORT = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def refuse(constant):
    raise AssertionError(f"JSON has no {constant}")


@ANY_REPORT
@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_the_dictionary(report, indent):
    assert json.loads(report.to_json(indent), parse_constant=refuse) == report.to_dict()


@ANY_REPORT
def test_every_attribute_is_there(report):
    made = report.to_dict()
    assert list(made) == [field.name for field in fields(report)] + ["interval"]
    for name, records in (("by_class", report.by_class), ("worst", report.worst), ("calibration", report.calibration)):
        for written, record in zip(made[name], records, strict=True):
            assert {field.name for field in fields(record)} <= set(written)


def test_values():
    made = ORDINARY.to_dict()
    low, high = ORDINARY.interval()
    assert (made["mean"], made["count"], made["hits"], made["eps"]) == (1.158997, 5000, 3605, None)
    assert made["interval"] == {"level": 0.95, "low": low, "high": high}
    assert made["by"] is None
    assert made["classes"] == list(range(10))
    assert made["warnings"][0]["message"] == ORDINARY.warnings[0].message
    assert made["by_class"][3]["interval"]["low"] == ORDINARY.by_class[3].interval().low


def test_numbers_that_json_lacks():
    made = INFINITE.to_dict()
    assert (made["mean"], made["variance"], made["standard_error"]) == ("Infinity", None, None)
    assert float(made["mean"]) == INFINITE.mean
    assert made["losses"][0]["low"] == "-Infinity"
    assert made["worst"][0]["loss"] is None


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("cat", "cat"),
        (True, True),
        (7, 7),
        (float("nan"), None),
        (b"raw\xff", "raw\\xff"),
        (datetime.date(2026, 11, 1), "2026-11-01"),
        (datetime.datetime(2026, 11, 1, 12), "2026-11-01T12:00:00"),
        (datetime.timedelta(1), "1 day, 0:00:00"),
        (None, None),
    ],
)
def test_names(name, written):
    made = replace(NAMED, by=(group(name),)).to_dict()["by"][0]["name"]
    assert made == written
    assert type(made) is type(written)


def test_text_stays_as_it_is():
    assert [g["name"] for g in NAMED.to_dict()["by_class"]] == list(NAMED.classes)
