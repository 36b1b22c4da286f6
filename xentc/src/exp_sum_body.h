/* The part of exp_sum.h that depends on the element type (real_single.h). */

/* exp of one element each of n rows; those that do not fill a block are done one by one. */
ALWAYS_INLINE void NAME(exp_rows)(const REAL *z, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, REAL *e)
{
    ptrdiff_t j = 0;
    for (; j + EXP_BLOCK <= n; j += EXP_BLOCK) {
        REAL block[EXP_BLOCK]; /* which cannot be one of the inputs */
        NAME(exp_each)(z + j, rows->NAME(m) + row + j, rows->magic + row + j, rows->limit + row + j, block);
        memcpy(e + j, block, sizeof block);
    }
    for (; j < n; j++)
        e[j] = NAME(exp_element)(z[j], rows->NAME(m)[row + j], rows->magic[row + j], rows->limit[row + j]);
}

/* How often the maximum is met, lane by lane. */
typedef struct {
    INTEGERS v[EXP_LANES / NAME(PER_VECTOR)];
} NAME(count);

/* Of EXP_LANES terms e = exp(z) those of the maximum m are counted, and left out. */
ALWAYS_INLINE void NAME(take_out_maxima)(const REAL *z, REAL m, TYPE(count) *count, REAL *e)
{
    for (int l = 0; l < EXP_LANES; l++)
        e[l] = z[l] == m ? 0 : e[l];
    for (int v = 0; v < EXP_LANES / NAME(PER_VECTOR); v++)
        count->v[v] -= *(const REALS *)(z + v * NAME(PER_VECTOR)) == (REALS){0} + m;
}

ALWAYS_INLINE uint32_t NAME(total_count)(const TYPE(count) *count)
{
    uint32_t total = 0;
    for (int v = 0; v < EXP_LANES / NAME(PER_VECTOR); v++)
        for (int l = 0; l < NAME(PER_VECTOR); l++)
            total += (uint32_t)count->v[v][l];
    return total;
}

/* The last n terms of a row, less than EXP_LANES. Returns how many are m. */
ALWAYS_INLINE uint32_t NAME(last_terms)(const REAL *z, ptrdiff_t n, REAL m, float magic, float limit, int others,
                                        REAL *e)
{
    REAL last[EXP_LANES] = {0};
    uint32_t count = 0;
    memcpy(last, z, (size_t)n * sizeof *z);
    NAME(exp_block)(last, m, magic, limit, e);
    for (int l = 0; l < EXP_LANES; l++) {
        e[l] = l < n && !(others && last[l] == m) ? e[l] : 0;
        count += others & (l < n) & (last[l] == m);
    }
    return count;
}

ALWAYS_INLINE void NAME(exp_sum_steps)(const REAL *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, ptrdiff_t ahead,
                                       REAL *kept, xentc_pending *pending, int others, TYPE(exp_lanes) *lane)
{
    const REAL m = rows->NAME(m)[row];
    const float magic = rows->magic[row], limit = rows->limit[row];
    TYPE(count) count = {0};
    TYPE(writer) writer = {0};
    uint32_t total = 0;
    ptrdiff_t i = 0;
    for (; i + EXP_LANES <= n; i += EXP_LANES) {
        REAL e[EXP_LANES];
        for (size_t j = 0; j < EXP_LANES * sizeof *z; j += 64)
            __builtin_prefetch((const char *)(z + i) + ahead + j);
        NAME(exp_block)(z + i, m, magic, limit, e);
        if (others)
            NAME(take_out_maxima)(z + i, m, &count, e);
        if (kept)
            memcpy(kept + i, e, sizeof e);
        NAME(add_exp_lanes)(lane, e);
        if (pending)
            NAME(write_block)(pending, &writer);
    }
    if (pending)
        pending->at += writer.done;
    if (i < n) {
        REAL e[EXP_LANES];
        total = NAME(last_terms)(z + i, n - i, m, magic, limit, others, e);
        NAME(add_exp_lanes)(lane, e);
        if (kept)
            memcpy(kept + i, e, (size_t)(n - i) * sizeof *e);
    }
    if (others)
        rows->count[row] += total + NAME(total_count)(&count);
}

/* Each of the ways that differ in the innermost loop is compiled for itself: `others` is constant, and so is whether
   there is something to keep or pending. */
ALWAYS_INLINE void NAME(exp_sum_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n,
                                      xentc_softmax *rows, ptrdiff_t row, ptrdiff_t ahead, void *kept,
                                      xentc_pending *pending, int others, double *s, double *s_low)
{
    for (ptrdiff_t j = 0; j < n_rows; j++) {
        TYPE(exp_lanes) lane = {0};
        const REAL *row_z = (const REAL *)(z + j * stride);
        REAL *row_kept = kept ? (REAL *)kept + j * n : NULL;
        if (kept && pending)
            NAME(exp_sum_steps)(row_z, n, rows, row + j, ahead, row_kept, pending, others, &lane);
        else if (kept)
            NAME(exp_sum_steps)(row_z, n, rows, row + j, ahead, row_kept, NULL, others, &lane);
        else
            NAME(exp_sum_steps)(row_z, n, rows, row + j, ahead, NULL, NULL, others, &lane);
        NAME(join_exp_lanes)(lane, s + j, s_low + j);
    }
}

static void NAME(sum_all_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                               ptrdiff_t row, ptrdiff_t ahead, void *kept, xentc_pending *pending, double *s,
                               double *s_low)
{
    NAME(exp_sum_rows)(z, stride, n_rows, n, rows, row, ahead, kept, pending, 0, s, s_low);
}

static void NAME(sum_others_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                                  ptrdiff_t row, ptrdiff_t ahead, void *kept, xentc_pending *pending, double *s,
                                  double *s_low)
{
    NAME(exp_sum_rows)(z, stride, n_rows, n, rows, row, ahead, kept, pending, 1, s, s_low);
}

ALWAYS_INLINE void NAME(exp_sum_piece)(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, void *kept,
                                       int others, double *s, double *s_low)
{
    TYPE(exp_lanes) lane = NAME(exp_lanes_at)(s, s_low);
    NAME(exp_sum_steps)(z, n, rows, row, 0, kept, NULL, others, &lane);
    NAME(store_exp_lanes)(&lane, s, s_low);
}

static void NAME(sum_all_piece)(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, void *kept, double *s,
                                double *s_low)
{
    NAME(exp_sum_piece)(z, n, rows, row, kept, 0, s, s_low);
}

static void NAME(sum_others_piece)(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, void *kept,
                                   double *s, double *s_low)
{
    NAME(exp_sum_piece)(z, n, rows, row, kept, 1, s, s_low);
}

static void NAME(join_exp_row)(double *s, double *s_low)
{
    NAME(join_exp_lanes)(NAME(exp_lanes_at)(s, s_low), s, s_low);
}
