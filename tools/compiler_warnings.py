"""Compile the C of the kernel with gcc and with clang, with all warnings on and each an error.

    python tools/compiler_warnings.py [compiler ...]

The flags are those of setup.py, and -Wall -Wextra -Werror; the objects are thrown away. What Cython
generates is left out.
"""

import ast
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WARNINGS = ["-Wall", "-Wextra", "-Werror"]


def compile_flags() -> list[str]:
    """COMPILE_FLAGS of setup.py, which cannot be imported: it builds."""
    for node in ast.parse((ROOT / "setup.py").read_text()).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["COMPILE_FLAGS"]:
            flags: list[str] = ast.literal_eval(node.value)
            return flags
    raise SystemExit("setup.py has no COMPILE_FLAGS")


def main(compilers: list[str]) -> int:
    flags = [*compile_flags(), *WARNINGS, "-fPIC", f"-I{ROOT / 'xentc'}"]
    sources = sorted((ROOT / "xentc" / "src").glob("*.c"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:

        def compile_one(case: tuple[str, Path]) -> bool:
            compiler, source = case
            object_file = f"{folder}/{compiler}-{source.stem}.o"
            return subprocess.run([compiler, *flags, "-c", source, "-o", object_file], check=False).returncode == 0

        failed = not all(list(pool.map(compile_one, product(compilers, sources))))
    print(f"{len(sources)} files, {', '.join(compilers)}: {'warnings' if failed else 'no warning'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["gcc", "clang"]))
