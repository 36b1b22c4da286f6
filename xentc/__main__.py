"""``python -m xentc``: the same as the command ``xentc``."""

from ._cli import run

if __name__ == "__main__":
    run()
