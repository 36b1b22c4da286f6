"""Speed and accuracy of xentc, measured; see README.md in this folder."""

import sys
from pathlib import Path

# The kinds of rows of logits, what is exact for them and the bounds are the tests' own: one table for both.
sys.path.append(str(Path(__file__).parents[1] / "tests"))
