"""Instructions of the kernel for fixed small workloads, by callgrind: counts hold where seconds do not.

    python -m bench.instructions                  # count, and print a table beside the committed counts
    python -m bench.instructions --write          # and commit to these: bench/results/instructions.json
    python -m bench.instructions --check          # exit 1 if any differs by more than TOLERANCE

Valgrind runs Python once a tier. Each workload is a call by the general route on one thread; what is counted is
``run_unit`` and all that it calls. Valgrind knows no AVX-512. Counts are those of a compiler: with another than the
committed ones' nothing is checked, and that is said.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from xentc import _kernels
from xentc._core.small import use_small

RESULTS = Path(__file__).parent / "results" / "instructions.json"
TIERS = ("avx2", "baseline")
TOLERANCE = 0.03  # other arrays of the same sizes differ by less; an instruction more in an inner loop is seen
UNIT = "__pyx_f_5xentc_8_kernels_run_unit"
BETWEEN = "*use_small"  # called between two workloads


def workloads() -> dict[str, Callable[[], Any]]:
    """Calls, by their names."""
    rng = np.random.default_rng(0)

    def rows(n: int, k: int, dtype: str) -> Any:
        y = rng.random((n, k)) + 0.01
        return (y / y.sum(axis=1, keepdims=True)).astype(dtype)

    y32, y64, t32, t64 = (rows(128, 100, dtype) for dtype in ("float32", "float64", "float32", "float64"))
    die, labels = rows(512, 6, "float64"), rng.integers(0, 100, 128)
    one_hot, throws = np.eye(100)[labels], np.eye(6)[rng.integers(0, 6, 512)]
    z, few, of_few = rng.normal(size=(32, 1000)).astype("float32"), rows(512, 10, "float32"), rng.integers(0, 10, 512)
    p, hard = rng.random(2048).astype("float32"), rng.integers(0, 2, 2048).astype("float32")
    s = rng.random(128)
    many = rng.integers(0, 1000, 32)
    nan32, nan64, nan_z, nan_p = (np.full_like(x, np.nan) for x in (y32, y64, z, p))
    half_nan, zeros = y32.copy(), y64.copy()
    half_nan[::2, -1] = np.nan
    zeros[np.arange(128), labels] = 0
    call, by_label, binary = xentc.cross_entropy, xentc.cross_entropy_labels, xentc.binary_cross_entropy
    return {
        "one-hot float64": lambda: call(one_hot, y64),
        "one-hot float32": lambda: call(one_hot.astype("float32"), y32),
        "one-hot uint8, float32": lambda: call(one_hot.astype("uint8"), y32),
        "die float64": lambda: call(throws, die),
        "soft float32": lambda: call(t32, y32),
        "soft float64": lambda: call(t64, y64),
        "soft float64, Fortran": lambda: call(np.asfortranarray(t64), np.asfortranarray(y64)),
        "soft float64, mean": lambda: call(t64, y64, reduction="mean"),
        "soft float64, check": lambda: call(t64, y64, check=True),
        "labels float32": lambda: by_label(labels, y32),
        "labels float32, 10 classes": lambda: by_label(of_few, few),
        "labels, weights": lambda: by_label(labels, y32, sample_weight=s, reduction="weighted_mean"),
        "smoothed labels float64": lambda: by_label(labels, y64, label_smoothing=0.1),
        "logits float32, 1,000 classes": lambda: by_label(many, z, from_logits=True),
        "logits float32, 10 classes": lambda: by_label(of_few, few, from_logits=True),
        "soft logits float32": lambda: call(t32, y32, from_logits=True),
        "gradient float32": lambda: xentc.cross_entropy_labels_and_grad(many, z, from_logits=True),
        "binary float32": lambda: binary(hard, p),
        "binary logits float32": lambda: binary(hard, p, from_logits=True),
        "binary gradient": lambda: xentc.binary_cross_entropy_and_grad(hard, p, from_logits=True, reduction="sum"),
        "NaN: soft float32": lambda: call(t32, nan32),
        "NaN: soft float32, half of the rows": lambda: call(t32, half_nan),
        "NaN: labels float32": lambda: by_label(labels, nan32),
        "NaN: smoothed labels float64": lambda: by_label(labels, nan64, label_smoothing=0.1),
        "infinite: smoothed labels float64": lambda: by_label(labels, zeros, label_smoothing=0.1, eps=0),
        "NaN: gradient float32": lambda: xentc.cross_entropy_labels_and_grad(many, nan_z, from_logits=True),
        "NaN: binary float32": lambda: binary(hard, nan_p),
        "evaluate float32": lambda: xentc.Evaluation(check=False).update(of_few, few),
    }


def child() -> None:
    """What valgrind runs: every workload once."""
    calls = workloads().values()
    with xentc.num_threads(1):
        for call in calls:
            use_small(False)
            call()
        use_small(False)


def counted(tier: str) -> dict[str, int]:
    """Instructions of each workload on a tier."""
    with tempfile.TemporaryDirectory() as folder:
        options = [f"--callgrind-out-file={folder}/out", f"--toggle-collect={UNIT}", f"--dump-before={BETWEEN}"]
        command = ["valgrind", "--tool=callgrind", *options, sys.executable, "-m", "bench.instructions", "--child"]
        environment = os.environ | {"XENTC_ISA": tier, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)
        files = sorted(Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        counts = [int(re.findall(r"^(?:summary|totals): (\d+)", file.read_text(), re.MULTILINE)[0]) for file in files]
    names = list(workloads())
    if counts[0] or len(counts) < len(names) + 1:  # the first is of what comes before them
        raise SystemExit(f"callgrind wrote {len(counts)} counts for {len(names)} workloads")
    return dict(zip(names, counts[1:], strict=False))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="commit to the counts of this run")
    parser.add_argument("--check", action="store_true", help="fail where a count differs from the committed one")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child()
        return 0
    committed = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"compiler": None, "counts": {}}
    if options.check and committed["compiler"] != _kernels.compiler:
        print(f"the committed counts are of {committed['compiler']}, this is {_kernels.compiler}: nothing to compare")
        return 0
    counts = {tier: counted(tier) for tier in TIERS}
    far = 0
    for tier, found in counts.items():
        for name, count in found.items():
            before = committed["counts"].get(tier, {}).get(name)
            change = f"{count / before - 1:+8.1%}" if before else "     new"
            far += before is None or abs(count / before - 1) > TOLERANCE
            print(f"{tier:10s} {name:36s} {count:12,d} {change}")
    if options.write:
        RESULTS.write_text(json.dumps({"compiler": _kernels.compiler, "counts": counts}, indent=1) + "\n")
    if options.check and far:
        print(f"{far} differ by more than {TOLERANCE:.0%}: mend them, or say why and run it with --write")
    return int(options.check and far > 0)


if __name__ == "__main__":
    sys.exit(main())
