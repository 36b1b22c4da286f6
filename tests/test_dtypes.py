"""Every dtype there is, in every argument of every function: a right value, or a TypeError that says what to do."""

import inspect
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from arguments import CALLS, EYE, NOT_ARRAYS, ROWS, VALUES, functions, good

import xentc

INTEGERS = {np.dtype(c) for c in "bBhHiIlLqQ"}
FLOATS = {np.dtype(c) for c in "efd"} | {np.dtype(ml_dtypes.bfloat16)}
BOOL = {np.dtype(bool)}
REAL = BOOL | INTEGERS | FLOATS

DTYPES = {np.dtype(scalar) for scalar in np.sctypeDict.values()}  # longdouble, complex, dates, void, object, text
DTYPES |= {np.dtype(given) for given in ("U4", "S4", "V3", "M8[s]", "m8[D]", "i4,f8", "f8,f8")}
DTYPES |= {np.dtypes.StringDType(), np.dtypes.StringDType(na_object=None)}
DTYPES |= {
    np.dtype(scalar)
    for scalar in vars(ml_dtypes).values()
    if isinstance(scalar, type) and issubclass(scalar, np.generic)
}
DTYPES |= {dtype.newbyteorder() for dtype in (*REAL, np.dtype(complex), np.dtype(np.longdouble))}
DTYPES_IN_ORDER = sorted(DTYPES, key=lambda dtype: (dtype.num, str(dtype)))

ALLOWED = dict.fromkeys(VALUES, REAL)
ALLOWED |= {"where": BOOL, "out": FLOATS, "grad_out": FLOATS}


def of_dtype(values: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """The values in a dtype, or zeros where it has none of them."""
    try:
        with np.errstate(invalid="ignore"):  # of an integer of one bit, which has no 1
            return values.astype(dtype)
    except (TypeError, ValueError):
        return np.zeros(values.shape, dtype)


def native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def is_allowed(name: str, dtype: np.dtype[Any]) -> bool:
    return native(dtype) in ALLOWED[name]


def plain_twin(name: str, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype, native, that has the same numbers and gives the same bits."""
    if name in ("where", "labels", "y_true"):
        return np.dtype(bool if name == "where" else np.int64)
    return native(dtype) if native(dtype) in FLOATS else np.dtype(np.float64)


def assert_refused(name: str, array: np.ndarray[Any, Any], call: Any, kinds: Any = TypeError) -> None:
    with pytest.raises(kinds) as caught:
        call()
    message = str(caught.value)
    assert message.startswith(f"{name} must "), message
    assert str(array.dtype) in message
    assert "astype(" in message


@pytest.mark.parametrize(("function", "name"), [key for key in CALLS if key[0] != "log_loss"])
def test_every_dtype_of_every_argument(function, name):
    call, arguments = CALLS[function, name]
    for dtype in DTYPES_IN_ORDER:
        array = of_dtype(good(name, function), dtype)
        if function in ("evaluate", "compare") and name in ("labels", "y") and dtype.names:
            continue  # a table, whose columns are looked at
        if not is_allowed(name, dtype):
            assert_refused(name, array, lambda array=array: call(**(arguments | {name: array})))
            continue
        got = call(**(arguments | {name: array}))
        if name in ("out", "grad_out"):
            want = call(**arguments)
        else:
            want = call(**(arguments | {name: array.astype(plain_twin(name, dtype))}))
        for a, b in zip(*(r if isinstance(r, tuple) else (r,) for r in (got, want)), strict=True):
            np.testing.assert_array_equal(a, np.asarray(b).astype(np.asarray(a).dtype))


@pytest.mark.parametrize("part", ["data", "indices", "indptr"])
def test_every_dtype_of_every_part_of_a_csr_matrix(part):
    sparse = pytest.importorskip("scipy.sparse")
    y = VALUES["y"].astype(np.float64)
    want = xentc.cross_entropy(EYE, y)
    for dtype in DTYPES_IN_ORDER:
        t = sparse.csr_array(EYE)
        array = of_dtype(getattr(t, part), dtype)
        setattr(t, part, array)
        if native(dtype) in ({np.dtype(c) for c in "bhilq"} if part != "data" else REAL):
            np.testing.assert_array_equal(xentc.cross_entropy(t, y), want)
        else:
            name = "t" if part == "data" else f"t.{part}"
            assert_refused(name, array, lambda t=t: xentc.cross_entropy(t, y))


@pytest.mark.parametrize("name", ["y_true", "indicator", "y_proba", "sample_weight", "labels"])
def test_every_dtype_of_every_argument_of_log_loss(name):
    """It takes text, and objects and longdoubles that are numbers, as scikit-learn does; else only real dtypes."""
    values = {"y_true": ROWS, "indicator": VALUES["y_proba"], "labels": np.array([0, 1])}.get(name)
    values = VALUES[name] if values is None else values
    argument = "y_true" if name == "indicator" else name
    arguments = {"y_true": ROWS, "y_proba": VALUES["y_proba"]}
    for dtype in DTYPES_IN_ORDER:
        array = of_dtype(values, dtype)
        others = {"y_true": array[:2]} if name == "labels" and dtype.kind in "UT" else {}

        def call(array=array, others=others):
            return xentc.log_loss(**(arguments | others | {argument: array}))

        text_allowed = name in ("y_true", "labels")
        if native(dtype) in REAL:
            assert call() == xentc.log_loss(**(arguments | {argument: array.astype(plain_twin(name, dtype))}))
        elif native(dtype) in (np.dtype(np.longdouble), np.dtype(object)) and not text_allowed and name != "indicator":
            assert call() == xentc.log_loss(**(arguments | {argument: values.astype(np.float64)}))
        elif dtype.kind in "UT" and text_allowed and array.size:
            continue  # names
        else:
            with pytest.raises((TypeError, ValueError), match=f"^{argument} must"):
                call()


def test_every_argument_is_in_the_table():
    """So a function or an argument that is new cannot be left out."""
    for function, call in functions().items():
        assert set(inspect.signature(call).parameters) <= {*VALUES, *NOT_ARRAYS}, function
