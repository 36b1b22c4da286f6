"""Random small calls of every function: arguments that are right, values that cannot be, and arguments that are wrong.

Each call is a number, from which it can be made again. A call that is right has the value of the reference in float64,
or the exception that `check` has there; a wrong argument has the exception that is written beside it.
"""

import copy
import inspect
import warnings
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np
from cases import BFLOAT16, FLOATS, INTEGERS, KINDS, LAYOUTS, REDUCTIONS, kind_of, kinds_for
from oracle import clip, result_dtype

import xentc
from xentc import reference

FUNCTIONS = ("cross_entropy", "log_likelihood", "cross_entropy_labels", "cross_entropy_and_grad")
FUNCTIONS += ("cross_entropy_labels_and_grad", "binary_cross_entropy", "binary_cross_entropy_and_grad")
FUNCTIONS += ("softmax_objective", "sigmoid_objective", "log_loss", "CrossEntropy")
SPARSE = ("csr", "csc", "coo", "bsr", "lil", "dok", "dia")
Y_DTYPES = (*FLOATS, BFLOAT16)
ODD = (0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, -1.0, 7.0, 1e-30, 1e30, 0.5)
OF_BOOSTERS = ("softmax_objective", "sigmoid_objective")


@dataclass
class Call:
    name: str
    first: Any
    y: Any
    options: dict[str, Any]
    error: tuple[type[Exception], ...] = ()  # of an argument that is wrong
    form: str | None = None  # of a sparse t
    spoilt: Any = None  # what is done to it then

    @property
    def labels(self) -> bool:
        return self.name in ("cross_entropy_labels", "cross_entropy_labels_and_grad", "softmax_objective", "log_loss")

    @property
    def binary(self) -> bool:
        return self.name.startswith(("binary", "sigmoid"))

    def given(self) -> Any:
        """t as it is passed."""
        if self.form is None:
            return self.first
        import scipy.sparse

        t = getattr(scipy.sparse, f"{self.form}_array")(self.first)
        if self.spoilt is not None:
            self.spoilt(t)
        return t

    def run(self, module: Any = xentc) -> Any:
        if self.name != "CrossEntropy":
            return getattr(module, self.name)(self.given(), self.y, **self.options)
        of_rows = {name: self.options[name] for name in ("sample_weight", "where") if name in self.options}
        of_all = {name: value for name, value in self.options.items() if name not in of_rows}
        total = xentc.CrossEntropy(**of_all)
        total.update(self.given(), self.y, **of_rows)
        found = total.result()
        return np.array([found.sum, found.mean, found.weighted_mean])

    def right(self) -> Any:
        """What the reference says of float64 arrays of the same values, clipped where this call clips."""
        options = dict(self.options)
        t_dtype = np.dtype(bool) if self.labels or self.form is not None else self.first.dtype
        allowed = inspect.signature(getattr(xentc, self.name)).parameters
        if "eps" in allowed and not options.get("from_logits"):
            result = np.dtype(np.float64) if self.binary else t_dtype
            options["eps"] = clip(options.get("eps"), result, self.y.dtype)
        options.pop("grad_out", None)
        options.pop("out", None)
        if "check" in allowed:  # as it was looked at above, in its own dtype
            options["check"] = False
        first = self.first if self.labels else self.first.astype(np.float64)
        if self.name == "CrossEntropy":
            return np.array(
                [reference.cross_entropy(first, self.y.astype(float), reduction=r, **options) for r in REDUCTIONS[1:]]
            )
        y = self.y if self.name == "log_loss" else self.y.astype(np.float64)
        return getattr(reference, self.name)(first, y, **options)

    def outcome_of_values(self) -> type[Exception] | None:
        """The exception of a value that cannot be."""
        if self.name == "log_loss":
            y = self.y.astype(float)
            return None if ((y >= 0) & (y <= 1)).all() else ValueError
        try:
            call = copy.copy(self)
            call.options = {k: v for k, v in self.options.items() if k not in ("out", "grad_out")}
            if self.name == "CrossEntropy":
                call.name = "cross_entropy"
            if self.form is not None:
                call.form = "csr"
            call.spoilt = None
            call.run(reference)
        except (ValueError, IndexError) as error:
            return type(error)
        return None


def layout_of(rng: np.random.Generator, array: Any) -> Any:
    name = str(rng.choice(list(LAYOUTS)))
    if name == "memory_mapped" or (name == "byte_swapped" and array.dtype.name == BFLOAT16):
        return array
    return LAYOUTS[name](array) if array.ndim else array


@np.errstate(all="ignore")
def call_of(seed: int) -> Call:
    """The call of a number."""
    rng = np.random.default_rng([91, seed])
    name = str(rng.choice(FUNCTIONS))
    n, k = (
        int(rng.choice([0, 1, 2, 7, 33, 300], p=[0.03, 0.1, 0.2, 0.3, 0.3, 0.07])),
        int(rng.choice([1, 2, 3, 6, 9, 40])),
    )
    y_dtype = str(rng.choice(Y_DTYPES))
    call = Call(name, None, None, {})
    if name == "log_loss":
        n, k = max(n, k, 2), max(k, 2)
    logits = name in OF_BOOSTERS or (name != "log_loss" and rng.random() < 0.3)
    y = rng.normal(size=(n, k)) * rng.choice([1, 5, 60]) if logits else rng.gamma(0.5, size=(n, k)) + 1e-9
    y = (y if logits else y / y.sum(axis=1, keepdims=True)).astype(y_dtype)
    if logits and name not in OF_BOOSTERS:
        call.options["from_logits"] = True
    call.y = y
    if call.binary:
        call.y = y[:, 0].copy() if logits else np.minimum(y[:, 0], y.dtype.type(1))
        call.first = rng.choice([0, 1, 0.5, 0.1, 0.999], n).astype(rng.choice([*FLOATS, "bool", "uint8", "int64"]))
    elif call.labels:
        call.first = rng.integers(k, size=n).astype(rng.choice([*INTEGERS, "float32"]))
        if name == "log_loss":
            call.first[:k] = np.arange(k)
    else:
        t_dtype = str(rng.choice([*FLOATS, BFLOAT16, "bool", "int8", "uint8", "int64"]))
        kind = str(rng.choice(kinds_for(t_dtype)))
        call.first = KINDS[kind](rng, n, k, np.dtype(t_dtype))
        if rng.random() < 0.25 and n and t_dtype not in ("float16", BFLOAT16):
            call.form = str(rng.choice(SPARSE))
    add_options(rng, call, n, k)
    damage(rng, call, n, k)
    if call.form is None:
        call.first = layout_of(rng, call.first)
    call.y = layout_of(rng, call.y)
    return call


def add_options(rng: np.random.Generator, call: Call, n: int, k: int) -> None:
    allowed = inspect.signature(getattr(xentc, call.name)).parameters
    options = call.options
    of_rows = call.name == "CrossEntropy"

    def sometimes(name: str, often: float = 0.3) -> bool:
        return (name in allowed or (of_rows and name in ("sample_weight", "where"))) and rng.random() < often

    if sometimes("eps") and not options.get("from_logits"):
        options["eps"] = float(rng.choice([0.0, 1e-3, 1e-7, 0.25]))
    if sometimes("label_smoothing"):
        options["label_smoothing"] = float(rng.choice([0.0, 0.1, 0.5, 1.0]))
    if sometimes("class_weight"):
        weights = rng.choice([0.0, 0.5, 1.0, 3.0], k)
        options["class_weight"] = dict(enumerate(weights.tolist())) if rng.random() < 0.3 else layout_of(rng, weights)
    if sometimes("pos_weight"):
        options["pos_weight"] = float(rng.choice([0.0, 2.5])) if rng.random() < 0.5 else rng.choice([0.0, 1, 4], n)
    if sometimes("sample_weight"):
        options["sample_weight"] = layout_of(rng, rng.choice([0.0, 0.5, 2.0], n).astype(rng.choice(FLOATS)))
    if call.name == "log_loss" and not np.any(options.get("sample_weight", 1)):
        options.pop("sample_weight")
    if sometimes("where"):
        options["where"] = layout_of(rng, rng.random(n) < 0.6)
    if call.labels and sometimes("ignore_index"):
        options["ignore_index"] = int(rng.integers(k))
    if sometimes("reduction", 0.5):
        options["reduction"] = str(rng.choice(REDUCTIONS))
    if sometimes("hessian"):
        options["hessian"] = str(rng.choice(["exact", "xgboost", "lightgbm"]))
    if sometimes("check", 0.5):
        options["check"] = [None, True, False, 1e-2][rng.integers(4)]
    if sometimes("normalize"):
        options["normalize"] = bool(rng.random() < 0.5)
    if sometimes("out", 0.2):
        dtype = (
            np.float64 if options.get("reduction", "none") != "none" else result_dtype(call.first.dtype, call.y.dtype)
        )
        options["out"] = np.full((n,) if options.get("reduction", "none") == "none" else (), 7, dtype)
    if sometimes("grad_out", 0.3):
        options["grad_out"] = "in place" if rng.random() < 0.5 else np.full(call.y.shape, 7, call.y.dtype)


def damage(rng: np.random.Generator, call: Call, n: int, k: int) -> None:
    """Values that cannot be, a damaged matrix, or a wrong argument; nothing in half of the calls."""
    what = rng.choice(["nothing", "y", "t", "label", "matrix", "argument"], p=[0.5, 0.15, 0.1, 0.05, 0.1, 0.1])
    if what == "y" and call.y.size:
        for _ in range(rng.integers(1, 4)):
            call.y.reshape(-1)[rng.integers(call.y.size)] = rng.choice(ODD)
    if what == "t" and not call.labels and call.first.size:
        finite = call.options.get("from_logits") or call.name.endswith("grad")  # inf - inf, inf / inf are anything
        odd = [x for x in ODD if not (abs(x) > 1e4 and finite)]
        for _ in range(rng.integers(1, 4)):
            value = rng.choice(odd) if kind_of(call.first.dtype) == "f" else 1
            call.first.reshape(-1)[rng.integers(call.first.size)] = value
    if what == "label" and call.labels and call.name not in ("softmax_objective", "log_loss") and n and k < 127:
        call.first[rng.integers(n)] = k
    if what == "matrix" and call.form is not None:
        call.spoilt, call.error = spoiler(rng, call.form), (ValueError, IndexError)
    if what == "argument":
        name, value, error = WRONG[rng.integers(len(WRONG))]
        if name in inspect.signature(getattr(xentc, call.name)).parameters:
            call.options[name] = value
            call.error = (error,) if isinstance(error, type) else error


def spoiler(rng: np.random.Generator, form: str) -> Any:
    """Something that makes a sparse array no matrix, whatever it holds."""
    far = int(rng.choice([-1, 10**6, -(2**31), 2**31 - 1]))

    def spoil(t: Any) -> None:
        if form == "coo":
            t.data, t.coords = np.append(t.data, t.data.dtype.type(1)), tuple(np.append(c, far) for c in t.coords)
        elif form == "lil":
            t.rows[0], t.data[0] = [*t.rows[0], far], [*t.data[0], 1]
        elif form == "dok":
            t._dict[(far, 0)] = t.dtype.type(1)
        elif form == "dia":
            t.offsets = np.append(t.offsets, 0)
        else:
            t.indptr = t.indptr.copy()
            t.indptr[-1] = far

    return spoil


WRONG: tuple[tuple[str, Any, Any], ...] = (
    ("eps", -1.0, ValueError),
    ("eps", "small", (TypeError, ValueError)),
    ("label_smoothing", 1.5, ValueError),
    ("label_smoothing", True, ValueError),
    ("label_smoothing", np.nan, ValueError),
    ("class_weight", np.array([np.inf]), ValueError),
    ("class_weight", np.ones(77), ValueError),
    ("class_weight", {0: 1.0, "x": 2.0}, ValueError),
    ("sample_weight", np.ones(77), ValueError),
    ("sample_weight", "heavy", (TypeError, ValueError)),
    ("where", np.ones(77, bool), ValueError),
    ("where", 1.5, TypeError),
    ("pos_weight", 1j, TypeError),
    ("reduction", "median", ValueError),
    ("reduction", None, ValueError),
    ("check", "no", TypeError),
    ("check", 1.5, ValueError),
    ("axis", 5, ValueError),
    ("from_logits", 1, TypeError),
    ("ignore_index", 1.5, TypeError),
    ("hessian", "newton", ValueError),
    ("layout", "columns", ValueError),
    ("out", np.full(77, 7.0), ValueError),
    ("out", np.full((), 7, int), (TypeError, ValueError)),
    ("out", [1.0], TypeError),
    ("grad_out", np.full((77, 3), 7.0), ValueError),
    ("normalize", 1, TypeError),
)


def assert_near(call: Call, got: Any, want: Any) -> None:
    """As near as rounding terms, sums and results allows: a wrong number is further away."""
    got, want = np.asarray(got), np.asarray(want, np.float64)
    assert got.shape == want.shape
    t_dtype = np.dtype(bool) if call.labels or call.form is not None else call.first.dtype
    computed = np.float64 if result_dtype(t_dtype, call.y.dtype) == np.float64 else np.float32
    eps = max(float(ml_dtypes.finfo(dtype).eps) for dtype in (got.dtype, computed))
    signed = not call.labels and bool((call.first.astype(float) < 0).any())
    if signed and (call.options.get("reduction") == "weighted_mean" or call.name == "CrossEntropy"):
        return  # weights may cancel, and with them any digit of the quotient
    with np.errstate(all="ignore"):
        want, got = want.astype(got.dtype).astype(np.float64), got.astype(np.float64)
        finite = np.isfinite(want)
        np.testing.assert_array_equal(np.where(finite, 0, got), np.where(finite, 0, want))
        size = max(1.0, np.abs(want[finite]).max(initial=0), 1e4 * np.abs(call.first.astype(float)).sum() * signed)
    assert (np.abs(got[finite] - want[finite]) <= 64 * eps * size).all()


def check_call(seed: int) -> str:
    """Run one call and compare; what became of it."""
    call = call_of(seed)
    options = call.options
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", "(the .*mean of|The y_prob values|Constructing a DIA)")
        if call.error:
            guards = [(a, a.copy()) for a in (options.get("out"), options.get("grad_out")) if isinstance(a, np.ndarray)]
            if isinstance(options.get("grad_out"), str):
                del options["grad_out"]
            try:
                call.run()
            except call.error:
                assert call.spoilt or all((a == before).all() for a, before in guards)
                return "wrong argument"
            raise AssertionError("a wrong argument is accepted")
        refusal = call.outcome_of_values()
        want = None if refusal else call.right()
        t, y = np.array(call.first), np.array(call.y)
        if isinstance(options.get("grad_out"), str):
            options["grad_out"] = call.y = y.copy()
        try:
            got = call.run()
        except (ValueError, IndexError) as error:
            if refusal is None or not (call.labels or type(error) is refusal):
                raise
            return "refused"
        assert refusal is None, "what cannot be is accepted"
        call.y = y if call.y is options.get("grad_out") else call.y
        assert all(a.tobytes() == np.array(b).tobytes() for a, b in ((t, call.first), (y, call.y))), (
            "an input is changed"
        )
        for name, place in (("out", 0), ("grad_out", 1)):
            if isinstance(options.get(name), np.ndarray):
                assert (got[place] if isinstance(got, tuple) else got) is options[name]
        for a, b in zip(*(x if isinstance(x, tuple) else (x,) for x in (got, want)), strict=True):
            assert_near(call, a, b)
    return "computed"
