"""No computation imports anything, not even the first: a fork meanwhile would leave the child a module half made.

What is not for rows (`LATER`) is loaded when it is first named, by ``from xentc import evaluate`` say, and not by a
call.
(What shows a Report, or draws it, is loaded when it is asked for, and what opens the data that come with the package.)
"""

from test_environment import python

import xentc

LATER = ["Comparison", "Evaluation", "Report", "compare", "encode_labels", "evaluate", "load_digits", "log_loss"]
LATER += ["reference", "spark"]
CALLS = {
    "cross_entropy": """
        xentc.cross_entropy(t, y)
        xentc.cross_entropy(t.tolist(), y.tolist(), reduction="mean", out=np.empty(()))
        xentc.cross_entropy(t, y, axis=0, eps=1e-3, check=True, class_weight=np.ones(50), reduction="weighted_mean")
        xentc.cross_entropy(t.astype(np.float16), y.astype(">f4"), sample_weight=p, where=p > 0.5, label_smoothing=0.1)
        xentc.cross_entropy(scipy.sparse.csr_matrix(t), y)
        xentc.cross_entropy(scipy.sparse.coo_array(t), y, from_logits=True)
        xentc.cross_entropy(unordered, y)
        xentc.cross_entropy(unordered[:1], y)
        xentc.cross_entropy(t[:0], y[:0], reduction="mean")
        xentc.cross_entropy(t, y[:, :3])
        xentc.cross_entropy(t, y, axis=9)
        xentc.cross_entropy(t, y, sample_weight="a", check="no")
        xentc.cross_entropy(np.ma.array(t), y)
    """,
    "log_likelihood": "xentc.log_likelihood(t, y)",
    "cross_entropy_labels": """
        xentc.cross_entropy_labels(labels, y, ignore_index=3, reduction="mean")
        xentc.cross_entropy_labels(labels + 100, y)
        xentc.cross_entropy_labels(labels / 3, y)
        xentc.cross_entropy_labels([], y[:0])
    """,
    "cross_entropy_and_grad": """
        xentc.cross_entropy_and_grad(t, y, reduction="mean", where=p > 0.5)
        xentc.cross_entropy_and_grad(unordered, y.copy(), from_logits=True)
    """,
    "cross_entropy_labels_and_grad": "xentc.cross_entropy_labels_and_grad(labels, y, grad_out=np.empty_like(y))",
    "softmax_objective": "xentc.softmax_objective(labels, y.T.ravel(), layout='classes')",
    "binary_cross_entropy": "xentc.binary_cross_entropy(p > 0.5, p, reduction='sum'); xentc.binary_cross_entropy(2, p)",
    "binary_cross_entropy_and_grad": "xentc.binary_cross_entropy_and_grad(p > 0.5, p, pos_weight=2, reduction='mean')",
    "sigmoid_objective": "xentc.sigmoid_objective(p > 0.5, p, label_smoothing=0.1, hessian='xgboost')",
    "encode_labels": """
        xentc.encode_labels(["ham", "spam"], ["spam", "ham"])
        xentc.encode_labels([1, 2, 7], [7, 2, 1])
        xentc.encode_labels(np.array(["ham", "egg"]), ["spam", "ham"])
    """,
    "CrossEntropy": """
        (xentc.CrossEntropy().update(t, y) + xentc.CrossEntropy().update_labels(labels, y)).result()
        repr(xentc.CrossEntropy().merge(None))
    """,
    "Evaluation": """
        total = xentc.Evaluation(classes=["spam", "ham"], by="day").update(["ham", "spam"], y[:2, :2], by=["mo", "tu"])
        xentc.Evaluation.from_bytes((total + total).to_bytes()).report()
    """,
    "evaluate": """
        xentc.evaluate(labels, y, by=labels, sample_weight=p)
        xentc.evaluate(labels, y, from_logits=True)
        xentc.evaluate(labels + 5, y)
    """,
    "Report": "xentc.evaluate(labels, y).interval()",
    "compare": "xentc.compare(labels, y, y[::-1]).interval()",
    "Comparison": "xentc.compare(labels, y, y[:3])",
    "log_loss": """
        xentc.log_loss(labels, y)
        xentc.log_loss(labels, y * 2, labels=[5, 4, 3, 2, 1, 0, 6])
        xentc.log_loss(["spam", "ham"] * 25, p, sample_weight=p)
        xentc.log_loss(t > 0.99, y)
    """,
    "load_digits": "",  # no computation: NumPy imports zipfile for it
    "set_num_threads": "xentc.set_num_threads(2)",
    "get_num_threads": "xentc.get_num_threads()",
    "num_threads": "with xentc.num_threads(3): xentc.cross_entropy(large, large)",
    "show_config": "xentc.show_config('dicts')",
}
# Whatever these import comes with them, before the first call.
START = """
import sys, traceback, warnings
import numpy as np, numpy.ma, scipy.sparse
import xentc

for name in LATER:
    getattr(xentc, name)
rng = np.random.default_rng(0)
y = rng.random((50, 7)) + 0.01
y /= y.sum(axis=1, keepdims=True)
t, labels, p, large = rng.random((50, 7)), rng.integers(0, 7, 50), rng.random(50), rng.random((20000, 100))
unordered = scipy.sparse.csr_matrix((rng.random(200), np.tile([6, 2, 2, 0], 50), np.arange(0, 201, 4)), shape=(50, 7))
warnings.simplefilter("ignore")
imported = []
sys.addaudithook(lambda event, arguments: event == "import" and imported.append(arguments[0]))


def call(line):
    imported.clear()
    try:
        exec(line, globals())
    except (TypeError, ValueError, IndexError):
        pass
    if imported:
        print(line, "imports", *imported)


"""


def test_no_first_call_imports_anything():
    functions = {name for name in xentc.__all__ if callable(getattr(xentc, name))}
    assert functions == set(CALLS), "each function has its calls here"
    lines = [line.strip() for calls in CALLS.values() for line in calls.strip().splitlines()]
    code = (
        f"LATER = {LATER}\n" + START + "\n".join(f"call({line!r})" for line in lines) + "\nimport this_does_not_exist\n"
    )
    out, err, _ = python(code)
    assert out == ""
    assert err.endswith("No module named 'this_does_not_exist'")  # so all lines were run


def test_what_is_loaded_later_is_all_that_is():
    code = "import xentc; now = set(vars(xentc)); print(*(name for name in dir(xentc) if name not in now))"
    assert python(code)[0].split() == LATER


def test_the_functions_of_rows_need_nothing_of_that():
    lines = [line.strip() for name, calls in CALLS.items() if name not in LATER for line in calls.strip().splitlines()]
    code = "LATER = []\n" + START + "\n".join(f"call({line!r})" for line in lines)
    assert python(code) == ("", "", 0)


def test_numpy_alone_is_enough_for_masked_arrays_and_sparse_matrices_not_to_be_looked_for():
    """The modules that know them are asked only if they are there."""
    code = "import xentc, sys; xentc.cross_entropy([[1.0]], [[1.0]]); print([m for m in LAZY if m in sys.modules])"
    assert python("LAZY = ('scipy', 'pandas', 'polars', 'pyarrow', 'torch', 'dask', 'pyspark'); " + code) == (
        "[]",
        "",
        0,
    )
