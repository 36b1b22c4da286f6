"""What the headers of the kernel declare is told to Cython by a script alone, and no tier lacks an operation."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from xentc import _kernels

ROOT = Path(__file__).parent.parent
make_declarations = SimpleNamespace(**runpy.run_path(str(ROOT / "tools" / "make_declarations.py")))
OPERATIONS = range(_kernels.n_operations)


@pytest.mark.parametrize("name", make_declarations.HEADERS)
def test_declarations_are_those_of_the_script(name):
    assert (make_declarations.DECLARED / f"{name}.pxi").read_text() == make_declarations.declared(name)


def test_no_header_is_forgotten():
    made = {path.stem for path in make_declarations.DECLARED.iterdir()}
    assert made == set(make_declarations.HEADERS)
    text = (ROOT / "xentc" / "_kernels.pyx").read_text()
    assert all(f'include "kernel/declared/{name}.pxi"' in text for name in made)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "int (*look[2][N])(const void *x, ptrdiff_t n);",
            "int (*look[2][N])(const void *, Py_ssize_t) noexcept nogil",
        ),
        ("void (*end)(void);", "void (*end)() noexcept nogil"),
        ("double a[N + 1], b;", "double *a\ndouble b"),
        ("const double *x, *y;", "const double *x\nconst double *y"),
        ("char *at[N];", "char **at"),
        ("double room[7][N];", "double (*room)[N]"),
        ("_Alignas(64) int64_t n;", "int64_t n"),
        ("union { uint8_t seen[N]; double x; };", "uint8_t *seen\ndouble x"),
    ],
)
def test_fields_in_cython(text, made):
    assert "\n".join(make_declarations.fields(text)) == made


@pytest.mark.parametrize("tier", range(len(_kernels.tier_names)), ids=_kernels.tier_names)
def test_a_forgotten_operation_is_found(tier):
    assert len(OPERATIONS) > 200
    assert _kernels.missing_operation(tier) == -1
    assert [_kernels.missing_operation(tier, without) for without in OPERATIONS] == list(OPERATIONS)


def test_import_fails_without_an_operation():
    _kernels.check_tables()
    with pytest.raises(ImportError, match=r"the tier (baseline|neon) lacks operation 7 of src/operations\.h"):
        _kernels.check_tables(7)


def test_there_are_no_other_operations():
    for without in (len(OPERATIONS), len(OPERATIONS) + 1):
        with pytest.raises(IndexError, match=f"of {len(OPERATIONS)} operations"):
            _kernels.missing_operation(0, without)
