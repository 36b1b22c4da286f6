#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.2"]
# ///
"""What a developer runs, each in an environment of its own: `nox -l` lists it, `nox -s tests -- -k logits` runs one."""

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "venv"
TIERS = ["baseline", "avx2", "avx512"]


@nox.session(default=True)
def tests(session: nox.Session) -> None:
    """Build in place and test; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "auto", "tests"]))


@nox.session(default=False)
def slow(session: nox.Session) -> None:
    """What `tests` leaves out of the crossings: about as much again."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", "-m", "slow", *(session.posargs or ["tests"]))


@nox.session(default=False)
@nox.parametrize("name", TIERS)
def tier(session: nox.Session, name: str) -> None:
    """The same with one SIMD tier forced; one that the machine lacks is an ImportError that says so."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "auto", "tests"]), env={"XENTC_ISA": name})


@nox.session(default=True)
def lint(session: nox.Session) -> None:
    """Text, types, and the stub of the compiled module."""
    session.install("-e", ".[lint,cli,plot,dask]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("bash", "-c", "cython-lint xentc/*.pyx xentc/kernel/*.pxi xentc/kernel/declared/*.pxi", external=True)
    session.run("bash", "-c", "clang-format --dry-run -Werror xentc/src/*.[ch]", external=True)
    session.run("mypy")


@nox.session(default=False)
def exhaustive(session: nox.Session) -> None:
    """Every float32, arrays beyond 2^31 elements, 100,000 random calls: half an hour and 12 GB."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-m", "exhaustive", "tests", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the site in build/docs, warnings as errors, and check its links, but for those to other sites."""
    session.install("-e", ".[docs]")
    session.run("python", "-m", "sphinx", "-W", "--keep-going", "docs", "build/docs")
    session.run("python", "tools/check_links.py", "build/docs", *session.posargs)


@nox.session(default=False)
def links(session: nox.Session) -> None:
    """The same, and fetch the links to other sites: the one session that needs them to answer."""
    session.notify("docs", posargs=["--external"])


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure; arguments go to `python -m bench.run`, as `--scale 0.02 --rounds 3`."""
    session.install("-e", ".[bench-peers]")
    session.run("python", "-m", "bench.run", *session.posargs)


if __name__ == "__main__":
    nox.main()
