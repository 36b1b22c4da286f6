# Made by tools/make_declarations.py from src/numbers.h. Do not edit: change that, and run it.

cdef extern from "src/numbers.h" nogil:
    enum:
        XENTC_NUMBER_DIGITS, XENTC_NUMBER_BYTES, XENTC_NUMBER_DOUBLES

    ctypedef struct xentc_number:
        int64_t *digit
        int low
        int high
        int negative
        int64_t *n_not_finite

    ctypedef struct xentc_place:
        int quad
        int first
        int second

    const xentc_place *xentc_places_of_products
    const xentc_place *xentc_places_of_bins
    void xentc_number_clear(xentc_number *)
    void xentc_number_add(xentc_number *, double)
    void xentc_number_add_digits(xentc_number *, const int64_t *, int, int)
    Py_ssize_t xentc_number_write(xentc_number *, uint8_t *)
    Py_ssize_t xentc_number_read(xentc_number *, const uint8_t *, Py_ssize_t)
    int xentc_number_split(xentc_number *, int, double *)
    void xentc_number_to_digits(const xentc_number *, int64_t *, int)
