"""Which cells of a crossing every run has: enough that every value, or every two values, come; others are slow."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from crossing import cover, slow_beyond

ROOT = Path(__file__).parent.parent

SIZES = [(3,), (13, 13), (3, 4, 5), (9, 10, 9), (2, 3, 2, 3, 2)]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_combination_is_in_a_cell_that_is_kept(sizes, strength):
    cells = list(itertools.product(*map(range, sizes)))
    kept = cover(cells, strength)
    assert kept == sorted(set(kept))
    strength = min(strength, len(sizes))
    for axes in itertools.combinations(range(len(sizes)), strength):
        wanted = set(itertools.product(*(range(sizes[axis]) for axis in axes)))
        assert {tuple(cells[i][axis] for axis in axes) for i in kept} == wanted


def test_few_cells_are_kept():
    """One of each value takes as many as the longest parameter has; two, little more than the two longest cross."""
    cells = list(itertools.product(range(9), range(10), range(9)))
    assert len(cover(cells, 1)) == 10
    assert 90 <= len(cover(cells, 2)) <= 150
    assert cover(cells, 3) == list(range(len(cells)))


def test_cells_that_are_no_product():
    """What never meets is not waited for."""
    assert cover([(0, 0), (1, 1), (0, 1)], 2) == [0, 1, 2]
    assert cover([(0, 0), (1, 1), (0, 1)], 1) == [0, 1]


def test_all_values_beyond_the_few_are_slow():
    made = slow_beyond(["a", "c"], ["a", "b", "c", "d"])
    assert made[::2] == ["a", "c"]
    assert [(p.values, [mark.name for mark in p.marks]) for p in made[1::2]] == [(("b",), ["slow"]), (("d",), ["slow"])]


TESTS = """
import pytest

@pytest.mark.crossing(1)
@pytest.mark.parametrize("a", range(4))
@pytest.mark.parametrize("options", [{"x": x, "y": y} for x in range(2) for y in range(5)])
def test_thin(a, options): pass

@pytest.mark.parametrize("a", range(4))
def test_whole(a): pass
"""


def test_runs_that_ask_for_slow_ones_have_the_rest(tmp_path):
    """By the options of this project: a plain run and `-m slow` are all of it, and have nothing in common."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text("from crossing import pytest_collection_modifyitems\n")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", ".", "--collect-only"]

    def collected(*options):
        found = subprocess.run(
            [*command, "-q", "test_it.py", *options], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert found.returncode == 0, found.stdout + found.stderr
        return [line for line in found.stdout.splitlines() if "::" in line]

    plain, slow = collected(), collected("-m", "slow")
    assert [sum("::test_thin" in name for name in names) for names in (plain, slow)] == [5, 35]
    assert sum("::test_whole" in name for name in plain) == 4
    assert len({*plain, *slow}) == len(plain) + len(slow) == 44
