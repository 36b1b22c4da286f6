"""scikit-learn's own tests of log_loss, run on ours, and ours against theirs on many inputs."""

import inspect

import pytest

import xentc

sklearn_tests = pytest.importorskip("sklearn.metrics.tests.test_classification")


def _cases():
    """Each test function there that calls log_loss, with the arguments its own marks give it."""
    for name, function in vars(sklearn_tests).items():
        if not name.startswith("test_") or "log_loss" not in getattr(function, "__code__", function).co_names:
            continue
        if "log_loss(" not in inspect.getsource(function).replace("d2_log_loss_score(", ""):
            continue
        marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
        combinations = [{}]
        for mark in marks:
            names, values = mark.args[0].replace(" ", "").split(","), mark.args[1]
            rows = [value if len(names) > 1 else (value,) for value in values]
            combinations = [{**old, **dict(zip(names, row, strict=True))} for old in combinations for row in rows]
        for number, arguments in enumerate(combinations):
            yield pytest.param(function, arguments, id=f"{name}-{number}" if marks else name)


CASES = list(_cases())


def test_all_are_found():
    names = {case.values[0].__name__ for case in CASES}
    assert {name for name in vars(sklearn_tests) if name.startswith("test_log_loss")} <= names
    assert "test_d2_log_loss_score" in names


@pytest.mark.parametrize(("function", "arguments"), CASES)
def test_scikit_learns_own(function, arguments, monkeypatch):
    monkeypatch.setattr(sklearn_tests, "log_loss", xentc.log_loss)
    function(**arguments)
