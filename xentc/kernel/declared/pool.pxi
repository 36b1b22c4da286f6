# Made by tools/make_declarations.py from src/pool.h. Do not edit: change that, and run it.

cdef extern from "src/pool.h" nogil:
    ctypedef struct xentc_offer:
        void (*work)(void *) noexcept nogil
        void *argument
        int n_open
        int n_running
        unsigned n_forks
        xentc_offer *next

    enum:
        XENTC_HELPERS_RUN, XENTC_HELPERS_ENDED, XENTC_HELPERS_LOST

    void xentc_pool_offer(xentc_offer *, int)
    void xentc_pool_withdraw(xentc_offer *)
    int xentc_pool_wait(const xentc_offer *, double)
    int xentc_pool_size()
    void xentc_pool_lock()
    void xentc_pool_unlock()
    int64_t xentc_nanoseconds()
