"""What a developer runs, each in an environment of its own: `nox -l` lists it, `nox -s tests -- -k logits` runs one."""

import nox

nox.options.sessions = ["lint", "tests"]
nox.options.default_venv_backend = "venv"
TIERS = ["baseline", "avx2", "avx512"]


@nox.session
def tests(session: nox.Session) -> None:
    """Build in place and test; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "auto", "tests"]))


@nox.session
@nox.parametrize("name", TIERS)
def tier(session: nox.Session, name: str) -> None:
    """The same with one SIMD tier forced; one that the machine lacks is an ImportError that says so."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "auto", "tests"]), env={"XENTC_ISA": name})


@nox.session
def lint(session: nox.Session) -> None:
    """Text, types, and the stub of the compiled module."""
    session.install("-e", ".[lint,cli,plot,dask]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("bash", "-c", "cython-lint xentc/*.pyx xentc/kernel/*.pxi xentc/kernel/declared/*.pxi", external=True)
    session.run("bash", "-c", "clang-format --dry-run -Werror xentc/src/*.[ch]", external=True)
    session.run("mypy")


@nox.session
def exhaustive(session: nox.Session) -> None:
    """Every float32, arrays beyond 2^31 elements, 100,000 random calls: half an hour and 12 GB."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-m", "exhaustive", "tests", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure; arguments go to `python -m bench.compare`, as `--scale 0.02 --rounds 3`."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "bench.compare", *session.posargs)
