"""The command line: ``xentc`` and ``python -m xentc``."""

import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

# Exit codes: what was asked for; a threshold that was not met; bad usage or bad data; Ctrl-C.
OK, THRESHOLD, BAD, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what goes wrong is one line on standard error."""
    from .console import broken_pipe, fail
    from .grammar import parse

    try:
        options = parse(arguments)
        with warnings.catch_warnings():
            if not sys.warnoptions:  # what is wrong is said in words of our own
                warnings.simplefilter("ignore")
            code: int = options.run(options)
        sys.stdout.flush()
    except SystemExit as asked:  # of argparse: --help, --version, bad usage
        return asked.code if isinstance(asked.code, int) else BAD
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        return broken_pipe()
    except (ValueError, TypeError, IndexError, OSError, ImportError, MemoryError) as error:
        if sys.flags.dev_mode:
            raise
        return fail(error, BAD)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return fail(f"unexpected {type(error).__name__}, please report it: {error}", BAD)
    return code


def run() -> NoReturn:
    """The process of the command: main, and its code for the shell.

    It ends without the interpreter's own tidying up, which a thread of pyarrow that still reads ahead in a file of
    which we have seen enough does not survive: it would abort the process, with another code.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell, with >&-
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
