# Made by tools/make_declarations.py from src/tally.h. Do not edit: change that, and run it.

cdef extern from "src/tally.h" nogil:
    enum:
        XENTC_QUAD, XENTC_PARTS, XENTC_TALLY_ROWS, XENTC_PRODUCT_DIGITS

    ctypedef struct xentc_slot:
        int64_t count
        int64_t hits
        int64_t key
        int64_t unused

    ctypedef struct xentc_product_sum:
        int64_t *digit
        int64_t n_since_carry

    ctypedef struct xentc_excess:
        xentc_exact *sum
        xentc_product_sum product

    ctypedef struct xentc_tally:
        int n_quads
        Py_ssize_t stride
        Py_ssize_t n_slots
        Py_ssize_t room
        char *slots
        xentc_excess **excess
        Py_ssize_t n_keys
        int32_t *slot_of

    int xentc_tally_start(xentc_tally *, int, Py_ssize_t)
    int xentc_tally_more_keys(xentc_tally *, Py_ssize_t)
    int xentc_tally_new_slot(xentc_tally *, Py_ssize_t)
    xentc_excess *xentc_tally_excess(xentc_tally *, Py_ssize_t, int)
    void xentc_tally_free(xentc_tally *)
    void xentc_product_sum_add(xentc_product_sum *, double, double)
    void xentc_product_sum_carry(xentc_product_sum *)
    xentc_slot *xentc_slot_at(const xentc_tally *, Py_ssize_t)
    double *xentc_parts_at(const xentc_tally *, Py_ssize_t, int)
