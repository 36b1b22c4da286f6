"""`check` of xentc.reference: it accepts and refuses what the kernel does, and names the same first element."""

import re

import numpy as np
import pytest
from used_cases import FORMS, Y_DTYPES, cases
from ways import way

import xentc
from xentc import reference
from xentc._core import config

CHECKS = (None, True, 0.02, False)


def outcome(case, check, module):
    """A value, or the type of an exception, what it is about, and the element that it names."""
    try:
        return case.call(check, module)
    except (ValueError, IndexError) as error:
        found = re.match(r"^(?:the rows of )?(\w+) must (sum|not be negative|be)", str(error))
        where = re.search(r" in row (\(\d+, \d+\)|\d+)(?:, column (\d+))?", str(error))
        sums = found[2] == "sum"  # of which the kernel names the largest value besides
        return type(error), found[1], found[2], where and (where[1], None if sums else where[2])


@pytest.mark.filterwarnings("ignore:the .*mean of")
@pytest.mark.parametrize("y_dtype", Y_DTYPES)
@pytest.mark.parametrize("form", FORMS)
def test_the_same_cases(form, y_dtype):
    refused = 0
    with way(config.TIERS[-1], 1):
        for case in cases(form, y_dtype):
            for check in CHECKS if form != "binary" else (None,):
                got, want = outcome(case, check, xentc), outcome(case, check, reference)
                kinds = [isinstance(x, tuple) and isinstance(x[0], type) for x in (got, want)]
                assert kinds[0] == kinds[1], (got, want, case.options, check)
                if kinds[0]:
                    refused += 1
                    # The reference looks at all labels first, and of two classes at all t.
                    if form != "binary" and "labels" not in (got[1], want[1]):
                        assert got == want
                    continue
                for a, b in zip(*(x if isinstance(x, tuple) else (x,) for x in (got, want)), strict=True):
                    assert np.shape(a) == np.shape(b)
                    assert np.asarray(a).dtype == np.asarray(b).dtype
    assert refused > 10


def test_both_of_the_numbers_a_check_may_be():
    t, y = np.array([[0.5, 0.5]]), np.array([[0.5, 0.501]])
    for module in (xentc, reference):
        module.cross_entropy(t, y)
        module.cross_entropy(t, y, check=0.01)
        for check in (True, 1e-4, 0):
            with pytest.raises(ValueError, match="^the rows of y must sum to 1"):
                module.cross_entropy(t, y, check=check)
