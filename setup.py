"""The one compiled module: Cython over plain C, one C file for each SIMD tier."""

import sys
from glob import glob

import numpy as np
from Cython.Build import cythonize
from setuptools import Extension, setup

if sys.platform == "win32":
    raise SystemExit("xentc needs gcc or clang: its SIMD tiers are chosen by their target pragmas")

# Contraction is off, so that every fma is one that the source asks for and all tiers round alike. The other
# two allow vector code for selections and fma; neither changes a result. Never -ffast-math: it would change
# results, and before gcc 13 it turns off subnormal numbers for the whole process that imports the module.
COMPILE_FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"]

SOURCES = ["_kernels.pyx"]
SOURCES += [f"src/{name}.c" for name in ("tiers", "scratch", "pool", "tally", "exact", "numbers", "dtypes")]
SOURCES += [f"src/tier_{tier}.c" for tier in ("baseline", "avx2", "avx512")]

setup(
    ext_modules=cythonize(
        Extension(
            "xentc._kernels",
            [f"xentc/{source}" for source in SOURCES],
            depends=glob("xentc/kernel/**/*.pxi", recursive=True) + glob("xentc/src/*.h"),
            include_dirs=[np.get_include(), "xentc"],
            define_macros=[
                ("XENTC_COMPILE_FLAGS", '"' + " ".join(COMPILE_FLAGS) + '"'),
                ("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"),
            ],
            extra_compile_args=COMPILE_FLAGS,
            libraries=["m"],
        ),
        compiler_directives={"language_level": 3},
    )
)
