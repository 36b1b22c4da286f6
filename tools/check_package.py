"""Hold an sdist and a wheel to what they should contain.

    python tools/check_package.py dist/*.tar.gz dist/*.whl

The sdist: every file of the repository but those for its own management, and no generated C. The wheel: the Python
files, the stub, the data and the compiled module, and no source of the kernel.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import PurePosixPath

MANAGEMENT = (".ci/", ".git")
SHIPPED = {".py", ".pyi", ".typed", ".npz"}
MADE_BY_SETUPTOOLS = ("PKG-INFO", "setup.cfg", "xentc.egg-info/")


def committed() -> set[str]:
    listing = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout
    return {name for name in listing.splitlines() if not name.startswith(MANAGEMENT)}


def in_sdist(path: str) -> set[str]:
    with tarfile.open(path) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    return {name for name in names if not name.startswith(MADE_BY_SETUPTOOLS)}


def in_wheel(path: str) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    # The compiled module's name has a part that tells the platform.
    return {
        "xentc/_kernels.so" if name.endswith((".so", ".pyd")) else name for name in names if ".dist-info/" not in name
    }


def difference(what: str, found: set[str], wanted: set[str]) -> bool:
    for word, names in (("lacks", wanted - found), ("should not have", found - wanted)):
        if names:
            print(f"{what} {word}: {', '.join(sorted(names))}")
    return found != wanted


def main(sdist: str, wheel: str) -> int:
    sources = committed()
    shipped = {name for name in sources if name.startswith("xentc/") and PurePosixPath(name).suffix in SHIPPED}
    failed = difference("the sdist", in_sdist(sdist), sources)
    failed |= difference("the wheel", in_wheel(wheel), shipped | {"xentc/_kernels.so"})
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
