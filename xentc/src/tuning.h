/* Every threshold that was chosen by measuring or by the size of a cache. None changes a result, only its time. Beside
   each stand the machine and the day of the choice, and the figures that made it; "figures not kept" where there are
   none any more. On another kind of machine these are what to measure again, with sizes.h (blocks and tiles) and
   kernel/costs.pxi (what rows cost).

   Machine Z: AMD EPYC (family 26, model 2: Zen 5), AVX-512, two threads, gcc 12.2. */
#ifndef XENTC_TUNING_H
#define XENTC_TUNING_H

enum {
    /* Sizes of the hardware, in bytes. */
    XENTC_CACHE_LINE = 64,
    XENTC_PAGE = 4096,

    /* How far memory is asked for before it is read, in bytes. Of t in a scan, of labels, and of rows of y that lie
       within a line: 2 to 16 KiB tried, 8 KiB best (Z, 2026-11-24). */
    XENTC_SEARCH_AHEAD = 8192,
    /* Of y, while the t of short one-hot rows is scanned. With it and ROWS_AHEAD, six classes of float64 take 3.4 ns a
       row from memory, with fewer requests 5.3 (Z, 2026-11-24). */
    XENTC_BESIDE_AHEAD = 6144,
    XENTC_ROWS_AHEAD = 128, /* rows */
    /* Of c and y in the loops of terms (Z, 2026-11-24; figures not kept). */
    XENTC_TERMS_AHEAD = 16384,
    /* Of rows side by side, in bytes of whole classes: the next class of the same rows lies a step of memory on, which
       the hardware does not foresee. */
    XENTC_CLASSES_AHEAD = 4096,
    /* Of y in a survey. Rows of 1000 float32 take 2.4 times as long as reading them without it, 1.7 with 1024, 1.5 with
       2048 (2026-11-26; those of 4096 not kept). */
    XENTC_SURVEY_AHEAD = 4096,

    /* Elements of a block of binary cross-entropy that one loop does before the next loop has them: in three loops a
       logarithm of float64 takes 0.55 ns, in one 0.67 (Z, 2026-11-24). */
    XENTC_TERMS_PHASE = 128,
    /* The same of terms of float64, whose logarithm has two loops, and a table of 4 KiB: 1.31 ns a term with 128 or
       512, 1.30 with 256, 1.43 with 1024 (AMD EPYC, Zen 4, AVX2, 2026-12-01). */
    XENTC_SPLIT_DOUBLES = 256,
    XENTC_TERMS_PART = 64, /* of a phase, between requests for memory (figures not kept) */

    /* Targets of a row without a softmax that are looked at first: one that is not 0 is enough (2026-12-01; figures not
       kept). */
    XENTC_FIRST_TERMS = 64,

    /* Rows of logits of fewer classes are done side by side, even if they must be transposed first (Z, 2026-11-24;
       figures not kept). */
    XENTC_SIDE_BY_SIDE_BELOW = 64,
    XENTC_GUESSED_FROM =
        16,            /* classes of rows side by side from which their maxima are guessed (2026-12-01; not tried) */
    XENTC_STRIP = 128, /* rows side by side at a time: their 16 lanes fit the L1 cache */
    XENTC_GROUP_LOGITS = 8192, /* of rows along the classes that are done together: 32 KiB of float32, as large as L1 */
    /* Logits of a tile along the classes, which is read twice, or three times: what was read first is still in L2.
       Fewer where exponentials are kept beside them (Z, 2026-11-24; by the size of L2, figures not kept). */
    XENTC_LOGITS_IN_CACHE = 98304,
    XENTC_LOGITS_WITH_GRADIENT = 32768,
    /* Bytes of a gradient that will not be found in the cache afterwards, and is written around it (Z, 2026-11-24;
       figures not kept). */
    XENTC_STREAMED = 1 << 23,

    /* Nanoseconds of work for which a thread is added. To wake a helper takes its caller 12 to 22 us, the helper begins
       40 to 60 us after that began (two virtual cores, 2026-11-26), so that two threads break even at half of it. A
       small call of less is done on one thread, and looks at no signal. */
    XENTC_NANOSECONDS_PER_THREAD = 200000,
    XENTC_QUICK = 20000,         /* of a small call that keeps the interpreter's lock (2026-11-30; figures not kept) */
    XENTC_LONGEST_UNIT = 250000, /* short, so that threads end together */
    XENTC_SHORTEST_UNIT = 10000, /* far more than to take one costs */
    XENTC_UNITS = 48,            /* of a computation that has less for each: how far threads may end apart */
    XENTC_SPIN = 50000,          /* a caller looks for its helpers' end before it sleeps: to be woken takes as long */
    XENTC_SIGNALS = 100000000,   /* between looks at signals, each of which may wait 5 ms for the interpreter's lock */

    /* Classes after which a signal may end a loop over them; and where they are done one by one (2026-11-26). */
    XENTC_LOOK_EVERY = 1 << 16,
    XENTC_LOOK_EVERY_COLD = 1 << 12,

    XENTC_MOST_SEEN_CLASSES = 4096, /* of a small log_loss, which notes in as many bytes which of them have a row */
    XENTC_SCRATCHES = 16,           /* of 1.2 MB each, that wait for a later call at most */
};

#endif
