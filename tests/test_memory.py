"""Memory beyond the inputs: at most 4 MiB for a mean, whatever N and K; nothing of the size of t or y.

The peak is that of a process of its own, since what the kernel allocates in C is invisible to tracemalloc. Inputs
are touched first, and one small call on all threads loads all code and starts the pool, so that only the large call
itself can raise the peak. On Linux it is VmHWM, not ru_maxrss: that one starts from the size of the parent that
forked the process, and with a large parent would show no temporary at all.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from crossing import slow_beyond

import xentc

ROOT = str(Path(xentc.__file__).parent.parent)
LIMIT = 4 << 20

CODE = """
import resource, sys
sys.path.insert(0, {root!r})
import numpy as np
import xentc
xentc.set_num_threads(3)

def peak():
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

t, y = {t}, {y}
assert t.nbytes + y.nbytes > 17 << 20, (t.nbytes, y.nbytes)
out = np.full(t.shape[0] if {axis} == -1 else t.shape[1], 7.0)
small = np.full((5000, 400), 0.5)
xentc.cross_entropy(small, small, reduction="mean")
before = peak()
{before}
xentc.{function}(t, y, axis={axis}, {options})
print(peak() - before)
"""


def extra(t, y, options='reduction="mean"', axis=-1, before="", function="cross_entropy"):
    code = CODE.format(root=ROOT, t=t, y=y, options=options, axis=axis, before=before, function=function)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


def full(shape, dtype, value=1):
    return f"np.full({shape}, {value}, {dtype!r})"


CASES = {
    "soft float64": (full((60000, 100), "f8", 0.01), full((60000, 100), "f8", 0.01)),
    "one row": (full((1, 6000000), "f8", 0.01), full((1, 6000000), "f8", 0.01)),
    "one class": (full((6000000, 1), "f8"), full((6000000, 1), "f8", 0.5)),
    "uint8 and float32": (full((100000, 200), "u1", 0), full((100000, 200), "f4", 0.01)),
    "int64 and float16": (full((60000, 100), "i8"), full((60000, 100), "f2", 0.01)),
    "float32 and float64": (full((60000, 100), "f4", 0.01), full((60000, 100), "f8", 0.01)),
    "Fortran order": (f"{full((100, 60000), 'f8', 0.01)}.T", f"{full((100, 60000), 'f8', 0.01)}.T"),
    "strided": (f"{full((60000, 200), 'f8', 0.01)}[:, ::2]", f"{full((60000, 200), 'f4', 0.01)}[:, ::2]"),
    "integers as y": (full((60000, 100), "u1"), full((60000, 100), "i8")),
}


@pytest.mark.parametrize("case", slow_beyond(["soft float64", "one row", "int64 and float16"], CASES))
def test_mean(case):
    assert extra(*CASES[case]) <= LIMIT


def test_class_axis_first():
    assert extra(full((100, 60000), "f8", 0.01), full((100, 60000), "f8", 0.01), axis=0) <= LIMIT


def test_a_broadcast_operand_is_not_made_large():
    assert extra(full((60000, 100), "f8", 0.01), full((60000, 100), "f8", 0.01) + "[:1]") <= LIMIT


def test_check():
    assert extra(*CASES["soft float64"], 'reduction="mean", check=True') <= LIMIT


def test_rows_into_out():
    assert extra(*CASES["one class"], "out=out") <= LIMIT


@pytest.mark.parametrize("case", slow_beyond(["uint8 and float32", "Fortran order"], CASES))
def test_mean_from_logits(case):
    assert extra(*CASES[case], 'reduction="mean", from_logits=True') <= LIMIT


@pytest.mark.parametrize(("shape", "dtype"), [((60000, 100), "f4"), ((1, 6000000), "f8"), ((6000000, 1), "f4")])
def test_mean_of_labels_from_logits(shape, dtype):
    options = 'reduction="mean", from_logits=True'
    labels = f"np.zeros({shape[0]}, 'i4')"
    assert extra(labels, full(shape, dtype, 0.5), options, function="cross_entropy_labels") <= LIMIT


@pytest.mark.crossing(1)
@pytest.mark.parametrize("case", ["soft float64", "one row", "int64 and float16", "Fortran order"])
@pytest.mark.parametrize("reduction", ["mean", "weighted_mean"])
def test_gradient_in_place(case, reduction):
    """With a mask, so that the rows are counted first."""
    options = f'reduction="{reduction}", from_logits=True, grad_out=y, where=np.ones(t.shape[0], bool)'
    assert extra(*CASES[case], options, function="cross_entropy_and_grad") <= LIMIT


def test_a_fresh_gradient_is_all_there_is():
    """48 MB of it, and no second of that size."""
    got = extra(*CASES["soft float64"], 'reduction="mean", from_logits=True', function="cross_entropy_and_grad")
    assert 40 << 20 < got <= 60000 * 100 * 8 + LIMIT


def test_the_measurement_sees_a_temporary():
    """A row of float64 for each of 6,000,000 rows is 48 MB: the measurement must show it."""
    assert extra(*CASES["one class"], 'reduction="none"') > 40 << 20
    assert extra(*CASES["soft float64"], before="np.log(y).sum()") > 40 << 20
