#!/usr/bin/env bash
# Builds xentc with gcc's address and undefined-behaviour sanitizers, outside the tree, and runs the tests on it.
#
#     PYTHON=.venv/bin/python tools/sanitize.sh [arguments of pytest; default: tests]
#     PYTHON=.venv/bin/python tools/sanitize.sh --script FILE [its arguments]
#
# PYTHON needs setuptools, Cython, NumPy and what the tests import. The tests run several times slower than normal, which
# is why this is no part of .ci/run; run it after every change of the kernel.
#
# ASan must be the first library of the process, and the interpreter is not built with it: hence LD_PRELOAD (libstdc++
# with it, or ASan does not find __cxa_throw when a C++ extension throws). Leaks are not looked for, since the interpreter
# leaves much allocated on purpose; Python's own allocator is off, so that ASan sees every block.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=$(command -v "${PYTHON:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
work=$(mktemp -d)
# Reports go to files and are shown at the end: pytest would swallow them with the output of the test that died.
trap 'cat "$work"/report* 2> /dev/null || true; rm -rf "$work"' EXIT

# Working space is filled with NaN and bad offsets between calls, so that no result can come from what one left there.
flags="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -DXENTC_POISON"
(
    cd "$root"
    CC=gcc CFLAGS="$flags" LDFLAGS="-fsanitize=address,undefined" \
        "$python" setup.py --quiet build --build-base "$work/build" --build-lib "$work/lib"
)

run() {
    env PYTHONPATH="$work/lib" PYTHONSAFEPATH=1 PYTHONMALLOC=malloc \
        LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libstdc++.so)" \
        ASAN_OPTIONS="detect_leaks=0:log_path=$work/report" \
        UBSAN_OPTIONS="print_stacktrace=1:log_path=$work/report" \
        "$python" "$@"
}

# A clean run of some other build would prove nothing.
run -c "import sys, xentc; sys.exit(not xentc._kernels.__file__.startswith(sys.argv[1]))" "$work/lib"

if [ "${1:-}" = --script ]; then
    shift
    run "$@"
else
    cd "$root"
    run -m pytest -p no:cacheprovider -m "not exhaustive" "${@:-tests}"
fi
