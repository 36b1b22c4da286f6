# Made by tools/make_declarations.py from src/tiers.h. Do not edit: change that, and run it.

cdef extern from "src/tiers.h" nogil:
    const xentc_tier **xentc_tiers
    const int xentc_n_tiers
    int xentc_n_supported_tiers()
    Py_ssize_t xentc_n_operations()
    Py_ssize_t xentc_missing_operation(const xentc_tier *)
    const char *xentc_compiler()
