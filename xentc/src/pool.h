/* Helper threads, kept between calls: asleep until a caller offers work that can be shared.

   They are threads of C that hold nothing of Python, so that no lock of the interpreter is waited for, and no
   exception or signal handler can come between what a caller does with them: a caller never returns, nor raises,
   before the helpers that began on its work have ended. */
#ifndef XENTC_POOL_H
#define XENTC_POOL_H

#include <stdint.h>

/* Work that is shared, on the stack of its caller. */
typedef struct xentc_offer {
    void (*work)(void *); /* what each thread calls once */
    void *argument;
    /* The rest is the pool's. */
    int n_open;    /* helpers that may still begin */
    int n_running; /* that have begun and not ended */
    unsigned n_forks;
    struct xentc_offer *next;
} xentc_offer;

enum { XENTC_HELPERS_RUN = 0, XENTC_HELPERS_ENDED = 1, XENTC_HELPERS_LOST = 2 };

/* To up to n helpers; those that are missing are started. One that cannot be started is done without. */
void xentc_pool_offer(xentc_offer *offer, int n);
/* No helper begins from here on. */
void xentc_pool_withdraw(xentc_offer *offer);
/* What has become of those that began, after at most so many seconds. They are lost to a process that was forked
   meanwhile, by a signal handler. */
int xentc_pool_wait(const xentc_offer *offer, double seconds);

int xentc_pool_size(void); /* helpers there are */

/* For what all threads of one offer write; held for a microsecond. */
void xentc_pool_lock(void);
void xentc_pool_unlock(void);

int64_t xentc_nanoseconds(void); /* of a clock that never goes back */

#endif
