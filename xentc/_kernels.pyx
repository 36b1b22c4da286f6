# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The compiled kernel: rows, tiles, strides and dtypes around the vector code of ``src/``.

The way of a call, and the file of ``kernel/`` that each step is in::

    Job              job       the records of _core/rows.py as a Plan (plan, operand), which starts from `set_defaults`
                               (defaults)
                     codes     dtypes that the kernel reads, looked at once more
                     axes      outer axes sorted and joined
                     ways      which ways are open, decided once; how rows are cut into units of work
                     costs     how long rows take
                     threads   units taken by threads; signals; sums of threads added
    run_unit         rows      the rows of one unit of work, tile by tile
      plain_rows     plain     rows that are plan.plain, in one go (src/short.h, few_rows.h); else the steps below
      search         choose    which rows are looked at: not masked, not of weight 0; what is wrong with one (trouble)
                     search    where t != 0, by a scan at memory speed; labels; CSR
      check_tile     check, used   check=True; values that are used and cannot be
      compute        softmax   of logits: log sum_k exp(z_k) of each row
                     sums      row sums  sum_k w_k t_k log max(y_k, eps), or of logits sum_k w_k t_k (z_k - lse), made
                                 of terms (terms) that are added to lanes:
                     entries     of listed entries, if few: y prefetched, gathered, all logarithms at once
                     blocks      of blocks, if many: along the rows or along the classes
                     uniform   the part that label smoothing adds, and their sum
                     special   rows that came out infinite or NaN: what is so among their terms, which mostly tells
                     cold      those it does not tell, once more, one term at a time
                     ties      and those that their own small error might round to either side
                     binary    elements of two classes
      finish_rows    rows      sign, weights, ``out`` and its rounding, exact sums
      write_gradient gradient  derivatives of the row losses, and the booster's Hessian
                     gradient_rows     what they take of each row
                     coefficients      the targets that they need, smoothed and weighted
      evaluate_tile  evaluation    scores of rows, and the tallies they go to
        survey_tile  survey        all of y, looked at once
                     tally, found  exact sums by class, bin and group; what is found added up
    small            small     the short way for small plain arrays
                     small_plan, small_options    its plan, of what a caller wrote
                     small_run                    computed, and reduced
    Tally            totals    tallies as Python has them: arrays, integers (integers), bytes (numbers)
    Evaluator, Found evaluator what an evaluation asks of a Job, and what it leaves

What src/ offers is declared in ``declared/``, which tools/make_declarations.py makes of the headers; which tier runs,
and that none lacks an operation, is in tiers.

What work is done by, and nothing else is called so (src/sizes.h, src/tuning.h)::

    unit     what a thread takes at a time   tiles of about 10 to 250 us, by costs
    tile     rows done together              up to 256; 16384 elements of a dense t; of logits what L2 holds
    strip    of a tile, rows side by side    up to 128 (XENTC_STRIP)
    block    terms computed together         up to 1024 (XENTC_BLOCK), of one row or of some whole ones
    piece    part of one row's classes       a block, or where y can be read in its place 65536 (XENTC_LOOK_EVERY)
    lane     a partial sum of a row          8 of terms: k goes to lane k mod 8; 16 of exponentials

What numbers are called, there and here::

    c            coefficient of a term       w_k t'_k, by which log y_k is multiplied
    x, x_low     a number in two parts       x + x_low, as s and s_low, or term and term_low
    remainder    of a row's exponentials     the sum without the largest ones: of all it is count + remainder
    complement   of a probability            1 - p

Both ways to a row sum add the same terms to the same lanes (``src/fold.h``), so the choice between them
changes the speed only. Every check of a user's argument is in Python, but for what only a pass over the rows
can find (labels, columns, weights, distributions), which ``Job.bad_row`` tells.
"""

include "kernel/imports.pxi"
include "kernel/declared/sizes.pxi"
include "kernel/declared/tuning.pxi"
include "kernel/declared/dtypes.pxi"
include "kernel/declared/exact.pxi"
include "kernel/declared/tally.pxi"
include "kernel/declared/survey.pxi"
include "kernel/declared/evaluation.pxi"
include "kernel/declared/rows.pxi"
include "kernel/declared/operations.pxi"
include "kernel/declared/tiers.pxi"
include "kernel/declared/scratch.pxi"
include "kernel/declared/numbers.pxi"
include "kernel/declared/pool.pxi"
include "kernel/tiers.pxi"
include "kernel/operand.pxi"
include "kernel/plan.pxi"
include "kernel/trouble.pxi"
include "kernel/integers.pxi"
include "kernel/codes.pxi"
include "kernel/blocks.pxi"
include "kernel/choose.pxi"
include "kernel/search.pxi"
include "kernel/used.pxi"
include "kernel/check.pxi"
include "kernel/special.pxi"
include "kernel/cold.pxi"
include "kernel/ties.pxi"
include "kernel/uniform.pxi"
include "kernel/binary.pxi"
include "kernel/softmax.pxi"
include "kernel/terms.pxi"
include "kernel/entries.pxi"
include "kernel/sums.pxi"
include "kernel/coefficients.pxi"
include "kernel/gradient_rows.pxi"
include "kernel/gradient.pxi"
include "kernel/tally.pxi"
include "kernel/numbers.pxi"
include "kernel/totals.pxi"
include "kernel/found.pxi"
include "kernel/survey.pxi"
include "kernel/evaluation.pxi"
include "kernel/evaluator.pxi"
include "kernel/plain.pxi"
include "kernel/costs.pxi"
include "kernel/ways.pxi"
include "kernel/rows.pxi"
include "kernel/axes.pxi"
include "kernel/threads.pxi"
include "kernel/defaults.pxi"
include "kernel/job.pxi"
include "kernel/small_options.pxi"
include "kernel/small_plan.pxi"
include "kernel/small_run.pxi"
include "kernel/small.pxi"
