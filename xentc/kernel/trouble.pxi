# What can be wrong with a row, and the first row that a caller must hear of.

from enum import IntEnum


# What is wrong with a row; `Trouble` has the same for Python.
cdef enum TroubleKind:
    NONE
    NOT_CANONICAL       # CSR columns of a row that do not increase
    OUT_OF_RANGE        # a label or a CSR column: number[0]
    BAD_INDPTR          # CSR row starts that are no row starts: number
    T_NEGATIVE          # a t that is used: value, in column
    T_OUTSIDE           # t or y not in [0, 1]: value, in column
    Y_OUTSIDE
    T_SUM               # t or y that does not sum to 1: total; value, the largest, is in column
    Y_SUM
    BAD_WEIGHT          # a sample weight that is infinite or NaN: value
    BAD_POS_WEIGHT      # the same of pos_weight
    NO_MEMORY           # for totals of so many classes and groups
    GIVEN_UP            # nothing: a signal has ended the computation


cdef struct BadRow:
    # The first row that the caller must hear of, with what was read of it: his memory may have changed since.
    TroubleKind trouble
    Py_ssize_t row      # in C order; before it leaves the unit, in the tile
    Py_ssize_t column
    double value
    double total
    int64_t number[2]


cdef inline TroubleKind report(BadRow *bad, TroubleKind trouble, Py_ssize_t row) noexcept nogil:
    bad.trouble = trouble
    bad.row = row
    return trouble


class Trouble(IntEnum):
    """What can be wrong with a row, as TroubleKind lists it."""

    NOT_CANONICAL = TroubleKind.NOT_CANONICAL
    OUT_OF_RANGE = TroubleKind.OUT_OF_RANGE
    BAD_INDPTR = TroubleKind.BAD_INDPTR
    T_NEGATIVE = TroubleKind.T_NEGATIVE
    T_OUTSIDE = TroubleKind.T_OUTSIDE
    Y_OUTSIDE = TroubleKind.Y_OUTSIDE
    T_SUM = TroubleKind.T_SUM
    Y_SUM = TroubleKind.Y_SUM
    BAD_WEIGHT = TroubleKind.BAD_WEIGHT
    BAD_POS_WEIGHT = TroubleKind.BAD_POS_WEIGHT
