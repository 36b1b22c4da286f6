#include "pool.h"
#include "tuning.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

/* Of address space: a helper touches a few pages. The default, often 8 MB, is what limits run into first. */
#define STACK_BYTES ((size_t)1 << 20)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t offered = PTHREAD_COND_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static xentc_offer *first; /* those with open places, the oldest first */
static int n_helpers, ready;
static unsigned n_forks; /* between the process that loaded this and the present one */

int64_t xentc_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void xentc_pool_lock(void) { pthread_mutex_lock(&mutex); }

void xentc_pool_unlock(void) { pthread_mutex_unlock(&mutex); }

int xentc_pool_size(void) { return __atomic_load_n(&n_helpers, __ATOMIC_RELAXED); }

/* A child has none of the helpers, and perhaps a lock that another thread held. */
static void start_anew(void)
{
    pthread_mutex_init(&mutex, NULL);
    pthread_cond_init(&offered, NULL);
    pthread_cond_init(&ended, NULL);
    first = NULL;
    n_helpers = 0;
    n_forks++;
}

static void unlink_offer(const xentc_offer *offer)
{
    for (xentc_offer **at = &first; *at; at = &(*at)->next)
        if (*at == offer) {
            *at = offer->next;
            return;
        }
}

static void *help(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&mutex);
    for (;;) {
        xentc_offer *offer = first;
        if (!offer) {
            pthread_cond_wait(&offered, &mutex);
            continue;
        }
        if (--offer->n_open == 0)
            unlink_offer(offer);
        __atomic_fetch_add(&offer->n_running, 1, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&mutex);
        offer->work(offer->argument);
        pthread_mutex_lock(&mutex);
        /* The last look at it: its caller may go on, and away with it. */
        if (__atomic_sub_fetch(&offer->n_running, 1, __ATOMIC_RELEASE) == 0)
            pthread_cond_broadcast(&ended);
    }
    return NULL;
}

/* Returns whether it was started. Signals are for the other threads of the process, but for those that a thread
   causes itself, and a profiler's. */
static int start_helper(void)
{
    static const int its_own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF};
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t most, before;
    int failed;
    if (pthread_attr_init(&attributes))
        return 0;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&most);
    for (size_t i = 0; i < sizeof its_own / sizeof *its_own; i++)
        sigdelset(&most, its_own[i]);
    pthread_sigmask(SIG_BLOCK, &most, &before);
    failed = pthread_create(&thread, &attributes, help, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return !failed;
}

void xentc_pool_offer(xentc_offer *offer, int n)
{
    xentc_offer **last = &first;
    pthread_mutex_lock(&mutex);
    if (!ready) /* without it a child would wait for helpers that it has not: rather none at all */
        ready = pthread_atfork(NULL, NULL, start_anew) == 0;
    while (ready && n_helpers < n && start_helper())
        __atomic_store_n(&n_helpers, n_helpers + 1, __ATOMIC_RELAXED);
    offer->n_open = n < n_helpers ? n : n_helpers;
    offer->n_running = 0;
    offer->n_forks = n_forks;
    offer->next = NULL;
    if (offer->n_open) {
        while (*last)
            last = &(*last)->next;
        *last = offer;
        for (int i = 0; i < offer->n_open; i++)
            pthread_cond_signal(&offered);
    }
    pthread_mutex_unlock(&mutex);
}

void xentc_pool_withdraw(xentc_offer *offer)
{
    pthread_mutex_lock(&mutex);
    unlink_offer(offer);
    pthread_mutex_unlock(&mutex);
}

static int n_running(const xentc_offer *offer) { return __atomic_load_n(&offer->n_running, __ATOMIC_ACQUIRE); }

int xentc_pool_wait(const xentc_offer *offer, double seconds)
{
    int64_t start = xentc_nanoseconds();
    struct timespec until;
    int late = 0;
    if (n_running(offer) == 0)
        return XENTC_HELPERS_ENDED;
    if (offer->n_forks != n_forks)
        return XENTC_HELPERS_LOST;
    for (; xentc_nanoseconds() - start < XENTC_SPIN; sched_yield())
        if (n_running(offer) == 0)
            return XENTC_HELPERS_ENDED;
    clock_gettime(CLOCK_REALTIME, &until); /* a condition's; where it is set back, a signal waits, no more */
    until.tv_sec += (time_t)seconds;
    until.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&mutex);
    while (n_running(offer) && !late)
        late = pthread_cond_timedwait(&ended, &mutex, &until) != 0;
    pthread_mutex_unlock(&mutex);
    return n_running(offer) ? XENTC_HELPERS_RUN : XENTC_HELPERS_ENDED;
}
