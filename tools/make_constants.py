"""Make ``xentc/src/constants.h``: the coefficients of logarithm and exponential, with their error bounds.

    python tools/make_constants.py > xentc/src/constants.h

Every polynomial is a minimax fit (Remez exchange, in 60-digit arithmetic); the bound printed beside it
is measured on the *rounded* coefficients. ``tests/test_constants.py`` holds the header to this script.
"""

import struct
from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 60

Function = Callable[[mp.mpf], mp.mpf]


def chebyshev_points(low: mp.mpf, high: mp.mpf, count: int) -> list[mp.mpf]:
    """The extrema of the Chebyshev polynomial of degree ``count - 1``, moved to [low, high]."""
    half, middle = (high - low) / 2, (high + low) / 2
    return [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]


def error_curve(coefficients: list[mp.mpf], f: Function, weight: Function) -> Function:
    """Weighted error of the polynomial (constant term first) against f."""
    return lambda x: (mp.polyval(coefficients[::-1], x) - f(x)) * weight(x)


def largest_error(error: Function, low: mp.mpf, high: mp.mpf, count: int = 4001) -> mp.mpf:
    """Largest |error| on a grid that is dense against the wiggles of a low-degree error curve."""
    return max(abs(error(x)) for x in chebyshev_points(low, high, count))


def remez(f: Function, weight: Function, low: mp.mpf, high: mp.mpf, degree: int) -> list[mp.mpf]:
    """Coefficients, constant term first, of the polynomial that minimises max |(p - f) weight|."""
    points = chebyshev_points(low, high, degree + 2)
    grid = chebyshev_points(low, high, 60 * (degree + 2) + 1)
    coefficients: list[mp.mpf] = []
    for _ in range(12):
        rows = [[x**j for j in range(degree + 1)] + [(-1) ** i / weight(x)] for i, x in enumerate(points)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([f(x) for x in points]))
        coefficients = list(solution)[: degree + 1]
        error = error_curve(coefficients, f, weight)
        values = [error(x) for x in grid]
        # One extremum in each run of equal sign; the alternation theorem says there are degree + 2 runs.
        extrema: list[int] = []
        for i, value in enumerate(values):
            if extrema and value * values[extrema[-1]] > 0:
                if abs(value) > abs(values[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        if len(extrema) < degree + 2:
            break
        points = [grid[i] for i in extrema[: degree + 2]]
        sizes = [abs(values[i]) for i in extrema[: degree + 2]]
        if max(sizes) < min(sizes) * mp.mpf("1.0001"):
            break
    return coefficients


def to_double(x: mp.mpf) -> mp.mpf:
    return mp.mpf(float(x))


def to_single(x: mp.mpf) -> mp.mpf:
    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def bits_of(x: mp.mpf) -> int:
    """Of a float32."""
    bits: int = struct.unpack("I", struct.pack("f", float(x)))[0]
    return bits


def hexadecimal(x: mp.mpf) -> str:
    return float(x).hex()


def log2_text(x: mp.mpf) -> str:
    return f"2^{float(mp.ceil(10 * mp.log(x, 2)) / 10):.1f}"


def polynomial(name: str, comment: str, f: Function, weight: Function, low: mp.mpf, high: mp.mpf, degree: int) -> str:
    """The C text of one polynomial: its bound, its interval, its coefficients (constant term first)."""
    coefficients = [to_double(c) for c in remez(f, weight, low, high, degree)]
    bound = largest_error(error_curve(coefficients, f, weight), low, high)
    lines = [f"/* {comment}", f"   Error below {log2_text(bound)} on [{hexadecimal(low)}, {hexadecimal(high)}]. */"]
    lines += [f"#define {name}_{i} ({hexadecimal(c)})" for i, c in enumerate(coefficients)]
    return "\n".join(lines)


def truncated(x: mp.mpf, bits: int) -> mp.mpf:
    """x with its mantissa cut to so many bits."""
    exponent = mp.floor(mp.log(x, 2)) + 1
    return mp.floor(mp.ldexp(x, int(bits - exponent))) * mp.ldexp(1, int(exponent - bits))


def of_bits(bits: int) -> mp.mpf:
    """The float32 with these bits."""
    return mp.mpf(struct.unpack("f", struct.pack("I", bits))[0])


def logarithm_cells() -> tuple[int, list[tuple[mp.mpf, mp.mpf]], mp.mpf]:
    """Bits where the first of 128 cells of a binade begins, {1/m_0, log m_0} of each, and the largest |m/m_0 - 1|.

    The middle of one cell is 1, and there c = 1: so log x has all its digits near 1, too.
    """
    width, one = 1 << (23 - LOG_CELL_BITS), 0x3F800000
    origin = one - width // 2 - width * round((one - SQRT_HALF_BITS_32) / width)
    cells, largest = [], mp.mpf(0)
    for j in range(1 << LOG_CELL_BITS):
        a, b = of_bits(origin + j * width), of_bits(origin + (j + 1) * width)
        inverse = mp.mpf(1) if a < 1 < b else to_single(2 / (a + b))
        cells.append((inverse, to_double(-mp.log(inverse))))
        largest = max(largest, abs(a * inverse - 1), abs(b * inverse - 1))
    return origin, cells, largest


def header() -> str:
    """The whole of constants.h."""
    low, high = mp.sqrt(mp.mpf(1) / 2), mp.sqrt(2)
    # Weights that vanish at 0 are floored: the exchange needs a positive weight at every point.
    # 42 bits leave room for an exact product with any exponent of a double (11 bits, |e| <= 1074).
    ln2_high = truncated(mp.log(2), 42)
    ln2_low = to_double(mp.log(2) - ln2_high)
    u_largest = (2 * (high - 1) / (high + 1)) ** 2

    def atanh_series(z: mp.mpf) -> mp.mpf:
        """(2 atanh(u/2) - u) / u^3 as a function of z = u^2."""
        if z < mp.mpf("1e-12"):
            return mp.mpf(1) / 12 + z / 80
        u = mp.sqrt(z)
        return (2 * mp.atanh(u / 2) - u) / u**3

    def log1p_series(r: mp.mpf) -> mp.mpf:
        """(log(1 + r) - r) / r^2."""
        if abs(r) < mp.mpf("1e-15"):
            return -mp.mpf(1) / 2 + r / 3
        return (mp.log1p(r) - r) / r**2

    def exp_series(r: mp.mpf) -> mp.mpf:
        """(exp(r) - 1 - r) / r^2."""
        if abs(r) < mp.mpf("1e-15"):
            return mp.mpf(1) / 2 + r / 6
        return (mp.expm1(r) - r) / r**2

    def exp_weight(largest: mp.mpf) -> Function:
        return lambda r: max(r**2, largest**2 / 100) / mp.exp(r)

    half_ln2 = mp.log(2) / 2 * (1 + mp.mpf(2) ** -10)  # n = round(x / ln 2) may be off by the rounding of x / ln 2
    # In float32 a step is ln 2 / 8. Its float32 ends at 2^-27, and x at 2^-28 or before where x has a step: so
    # x - n STEP_HIGH, below 2^-4, has no more than 24 bits, and is exact.
    step_high = to_single(mp.log(2) / 8)
    powers = [mp.mpf(2) ** (mp.mpf(j % 8) / 8) for j in range(16)]
    # As bits, without those that the last bits of t bring along beside the exponent.
    table = ", \\\n    ".join(f"0x{bits_of(to_single(p)) - (j % 8 << 20):08x}" for j, p in enumerate(powers))
    rest = ", \\\n    ".join(hexadecimal(to_single(p / to_single(p) - 1)) + "f" for p in powers)

    origin, cells, largest_r = logarithm_cells()
    cell_text = ", \\\n    ".join(f"{{{hexadecimal(inverse)}, {hexadecimal(log)}}}" for inverse, log in cells)

    parts = [
        "/* Made by tools/make_constants.py; a test holds this file to it. Do not edit. */",
        "#ifndef XENTC_CONSTANTS_H\n#define XENTC_CONSTANTS_H",
        "/* ln 2 in two parts: LN2_HIGH has 42 bits, so e * LN2_HIGH is exact for every exponent e of a double.\n"
        f"   LN2_HIGH + LN2_LOW misses ln 2 by {log2_text(abs(ln2_high + ln2_low - mp.log(2)))}. */\n"
        f"#define LN2 ({hexadecimal(mp.log(2))})\n#define LN2_HIGH ({hexadecimal(ln2_high)})\n"
        f"#define LN2_LOW ({hexadecimal(ln2_low)})",
        "/* Bits of sqrt(1/2): subtracting them and keeping the exponent field splits x = 2^e m with m in\n"
        "   [sqrt(1/2), sqrt(2)), so that log m never cancels against e ln 2. */\n"
        f"#define SQRT_HALF_BITS_64 (UINT64_C({hex(int(mp.floor(mp.ldexp(low, 53))) - (1 << 52) + (1022 << 52))}))",
        polynomial(
            "ATANH",
            "(2 atanh(u/2) - u) / u^3 in z = u^2, relative to 2 atanh(u/2).",
            atanh_series,
            lambda z: max(z, u_largest / 100) / (1 + z / 12),
            mp.mpf(0),
            u_largest,
            6,
        ),
        "/* For float32: the bits where the first of 128 cells of a binade begins, and {1/m_0, log m_0} of each. */\n"
        f"#define LOG_CELL_BITS {LOG_CELL_BITS}\n"
        f"#define LOG_CELL_ORIGIN (UINT32_C({hex(origin)}))\n"
        f"#define LOG_CELLS {{{cell_text}}}",
        polynomial(
            "LOG_SINGLE",
            "(log(1 + r) - r) / r^2, relative to log(1 + r), in a cell.",
            log1p_series,
            lambda r: max(abs(r), largest_r / 100),
            -largest_r,
            largest_r,
            LOG_SINGLE_DEGREE,
        ),
        f"#define INVERSE_LN2 ({hexadecimal(1 / mp.log(2))})",
        "/* For float32: 8 / ln 2, ln 2 / 8 in two parts, the bits of 2^(j/8) rounded less j 2^20, and what it\n"
        "   lacks, relative to it; twice, so that they fill the widest vector. */\n"
        f"#define INVERSE_STEP ({hexadecimal(8 / mp.log(2))})\n"
        f"#define STEP_HIGH ({hexadecimal(step_high)}f)\n"
        f"#define STEP_LOW ({hexadecimal(mp.log(2) / 8 - step_high)}f)\n"
        f"#define EXP2_TABLE {{{table}}}\n"
        f"#define EXP2_LACK {{{rest}}}",
        polynomial(
            "EXP_SINGLE",
            "(exp(r) - 1 - r) / r^2, relative to exp(r): the rest of a step.",
            exp_series,
            exp_weight(half_ln2 / 8),
            -half_ln2 / 8,
            half_ln2 / 8,
            2,
        ),
        polynomial(
            "EXP",
            "(exp(r) - 1 - r) / r^2, relative to exp(r).",
            exp_series,
            exp_weight(half_ln2),
            -half_ln2,
            half_ln2,
            9,
        ),
        "#endif",
    ]
    return "\n\n".join(parts) + "\n"


LOG_CELL_BITS = 7
LOG_SINGLE_DEGREE = 3
SQRT_HALF_BITS_32 = 0x3F3504F3

if __name__ == "__main__":
    print(header(), end="")
