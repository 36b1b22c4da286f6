# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The compiled kernel: rows, tiles, strides and dtypes around the vector code of ``src/``.

The way of a call::

    Job          arrays and options as a Plan: outer axes sorted and joined, rows cut into units
    run          one thread: takes units until none is left
    tile         up to 256 rows: row sums  sum_k t_k log max(y_k, eps)  into scratch.rows
      find       where t != 0, by a scan at memory speed; enough non-zeros make the tile dense
      entries    few non-zeros: prefetch y, gather, take all logarithms at once
      dense      many: logarithms of the whole block, along the rows or along the classes
      cold       rows that came out infinite or NaN, once more, one term at a time
    finish       sign, rounding, ``out``, exact sum

Both ways to a row sum add the same terms to the same lanes (``src/fold.h``), so the choice between them
changes the speed only. Every check of a user's argument is in Python; nothing here raises on values.
"""

include "_plan.pxi"
include "_blocks.pxi"
include "_search.pxi"
include "_check.pxi"
include "_sums.pxi"
include "_job.pxi"
include "_small.pxi"
