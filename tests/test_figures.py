"""How numbers are rounded and written."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xentc._evaluation.figures import number, plural, precision, rounded

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("value", "error", "written"),
    [
        (1.158997, 0.0097012, "1.1590 ± 0.0097"),
        (1.158997, 0.00996, "1.159 ± 0.010"),  # the error's second digit, after it was rounded
        (12345.6, 1234.5, "12,300 ± 1,200"),
        (0.05, 0.5, "0.05 ± 0.50"),
        (-0.00001, 0.1, "0.00 ± 0.10"),  # no minus before a zero
        (1e-7, 2.31e-8, "(1.00 ± 0.23)e-07"),
        (1e300, 1e298, "(1.000 ± 0.010)e+300"),
        (5e-324, 5e-324, "(4.9 ± 4.9)e-324"),
        (0.00012345, 0.0000011, "0.0001234 ± 0.0000011"),
        (0.5, NAN, "0.5000"),
        (0.5, 0.0, "0.5000 ± 0.0000"),
        (0.0, 0.0, "0.000 ± 0.000"),
        (NAN, NAN, "-"),
        (INF, NAN, "inf"),
        (-INF, NAN, "-inf"),
        (2.5, INF, "2.500 ± inf"),
        (123456.7, None, "123,457"),
        (0.1, 1e-30, "0.10000000000000001 ± 0.00000000000000000"),  # no more digits than a float64 has
    ],
)
def test_pair(value, error, written):
    assert precision(value, error).pair(value, error) == written


@pytest.mark.parametrize(
    ("value", "error", "digits", "written"),
    [
        (3.18662, 0.0309, 2, "3.187"),
        (9.4e7, 1.7e9, 2, "94,000,000"),
        (1.09861, 18.0, 4, "1.099"),
        (2.302585, 0.0097, 4, "2.3026"),
        (4.5e15, 0.0, 2, "4.500e+15"),
        (0.0, 0.01, 2, "0.000"),
        (NAN, 0.1, 2, "-"),
        (INF, NAN, 2, "inf"),
        (0.1, 1e-30, 2, "0.10000000000000001"),
    ],
)
def test_value_alone(value, error, digits, written):
    assert rounded(value, error, digits) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.02444, "0.02444"),
        (1.0, "1.000"),
        (1234567.8, "1,234,568"),
        (1e8, "1.000e+08"),
        (12345678.9, "12,345,679"),
        (1e-4, "0.0001000"),
        (9e-5, "9.000e-05"),
        (9.9996, "10.00"),
        (None, "-"),
    ],
)
def test_number(value, written):
    assert number(value) == written


@pytest.mark.parametrize(
    ("n", "noun", "written"), [(1, "row", "1 row"), (0, "row", "0 rows"), (1000, "class", "1,000 classes")]
)
def test_plural(n, noun, written):
    assert plural(n, noun) == written


FINITE = st.floats(allow_nan=False, allow_infinity=False)


def exact(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


@given(FINITE, st.floats(min_value=1e-320, max_value=1e300))
@example(0.5, 0.25)
def test_rounded_to_the_second_digit_of_the_error(value, error):
    """Judged by exact fractions: what is written is within half a unit of that digit, the last one shown."""
    made = precision(value, error)
    unit = Fraction(10) ** made.place
    assert abs(exact(made(value)) - Fraction(value)) <= unit / 2
    assert abs(exact(made(error)) - Fraction(error)) <= unit / 2
    if abs(value) < 1e15 * error:  # else the digits of a float64 end before
        digits = exact(made(error)) / unit
        assert 10 <= digits < 100
    value_text, _, error_text = made.pair(value, error).strip("()").partition(" ± ")
    places = [text.partition("e")[0].rstrip(")").partition(".")[2] for text in (value_text, error_text)]
    assert len(places[0]) == len(places[1])


@given(FINITE, st.integers(1, 17))
def test_significant_digits(value, digits):
    written = number(value, digits)
    if value:
        assert abs(exact(written) - Fraction(value)) <= abs(Fraction(value)) * Fraction(1, 2 * 10 ** (digits - 1))
    else:
        assert exact(written) == 0
