"""Files that this version wrote: every later one reads them, and says the same."""

import json
import math

import golden_cases
import pytest
from golden_cases import CASES, FOLDER, OF_OTHER_BITS, from_bytes, said

MADE_AGAIN = [name for name in CASES if name not in OF_OTHER_BITS]


def stored(name):
    return (FOLDER / f"{name}.bin").read_bytes()


def assert_said(got, want, name=""):
    if isinstance(want, dict):
        assert want.keys() <= got.keys(), name  # a later version may say more
        for key in want:
            assert_said(got[key], want[key], key)
    elif isinstance(want, list):
        assert len(got) == len(want), name
        for one, other in zip(got, want, strict=True):
            assert_said(one, other, name)
    elif isinstance(want, float) and name in golden_cases.NEARLY:
        assert math.isclose(got, want, rel_tol=1e-14), name
    else:
        assert got == want, name


def test_every_case_has_its_files():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}{end}" for name in CASES for end in (".bin", ".json")}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 150_000


@pytest.mark.parametrize("name", CASES)
def test_what_it_says(name):
    want = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert_said(said(from_bytes(name, stored(name))), want)


@pytest.mark.parametrize("name", MADE_AGAIN)
def test_the_same_rows_give_the_same_bytes(name):
    """On every machine. A later form has cases of its own, and these are only read."""
    assert CASES[name]().to_bytes() == stored(name)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_is_written_again(name):
    assert from_bytes(name, stored(name)).to_bytes() == stored(name)


@pytest.mark.parametrize("name", CASES)
def test_rows_are_added_to_it(name):
    read, new = from_bytes(name, stored(name)), CASES[name]()
    both, twice = (read + new).to_bytes(), (new + CASES[name]()).to_bytes()
    assert both == twice or name in OF_OTHER_BITS
    assert from_bytes(name, both).to_bytes() == both
