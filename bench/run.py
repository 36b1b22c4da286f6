"""``python -m bench.run``: the whole comparison, once for each SIMD tier, each in a process of its own.

A process, because others choose their instructions when they are loaded: torch, JAX, numba, NumPy and what has oneDNN
in it are told by their own variables to use none beyond AVX2 where xentc does. ONNX Runtime cannot be told, and numexpr
has one kind. Options go to ``bench.compare``; the results are ``bench/results/speed-TIER.json``.
"""

import os
import subprocess
import sys

import numpy as np

import xentc
from bench import compare
from bench.runs import RESULTS
from xentc._core import config

# Tiers that are measured, of those that the machine has. The slowest of x86-64 is no machine's choice of today.
MEASURED = ("avx2", "avx512", "neon")


def beyond_avx2() -> list[str]:
    """What NumPy calls its own kernels for AVX-512."""
    dispatched: list[str] = np._core._multiarray_umath.__cpu_dispatch__
    features: dict[str, bool] = np._core._multiarray_umath.__cpu_features__
    return [name for name in dispatched if (name.startswith("AVX512") or name == "X86_V4") and features.get(name)]


def environment(tier: str, threads: int) -> dict[str, str]:
    """In which every package runs on one tier, and on so many threads."""
    number = str(threads)
    found = dict(os.environ) | {
        "XENTC_ISA": tier,
        "XENTC_NUM_THREADS": number,
        "OMP_NUM_THREADS": number,
        "NUMEXPR_MAX_THREADS": number,
        "NUMBA_NUM_THREADS": number,
        "NPROC": number,  # JAX
    }
    if tier != "avx2":
        return found
    return found | {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma,+bmi,+bmi2,+f16c,+popcnt,+sse4.2",
        "NPY_DISABLE_CPU_FEATURES": " ".join(beyond_avx2()),
    }


def main() -> int:
    threads = compare.parser().parse_args().threads or xentc.get_num_threads()
    failed = 0
    for tier in MEASURED:
        if tier not in config.TIERS:
            continue
        print(f"tier {tier}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "bench.compare", "--json", str(RESULTS / f"speed-{tier}.json"), *sys.argv[1:]]
        failed |= subprocess.run(command, env=environment(tier, threads), check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
