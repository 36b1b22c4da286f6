/* The part of exp_columns.h that depends on the element type (real_single.h). */

/* The terms of up to EXP_LANES classes, the first of them of lane 0, of EXP_BLOCK rows: to their lanes at s and s_low,
   `width` from one lane to the next. */
ALWAYS_INLINE void NAME(exp_sum_square)(const char *z_, ptrdiff_t stride, ptrdiff_t n_classes, xentc_softmax *rows,
                                        ptrdiff_t row, REAL *kept, ptrdiff_t step, int first, int others, int guess,
                                        double *s, double *s_low, ptrdiff_t width)
{
    REAL m[EXP_BLOCK];
    float magic[EXP_BLOCK], limit[EXP_BLOCK];
    uint32_t count[EXP_BLOCK];
    float largest[EXP_BLOCK];
    uint32_t least[EXP_BLOCK];
    memcpy(m, rows->NAME(m) + row, sizeof m);
    memcpy(magic, rows->magic + row, sizeof magic);
    memcpy(limit, rows->limit + row, sizeof limit);
    memcpy(count, rows->count + row, sizeof count);
    if (guess) {
        memcpy(largest, rows->largest + row, sizeof largest);
        memcpy(least, rows->least + row, sizeof least);
    }
    for (ptrdiff_t j = 0; j < n_classes; j++, s += width, s_low += width) {
        const REAL *z = (const REAL *)(z_ + j * stride);
        REAL e[EXP_BLOCK];
        NAME(exp_each)(z, m, magic, limit, e);
        if (guess)
            take_extremes((const float *)z, (const float *)e, largest, least);
        for (int l = 0; l < (others ? EXP_BLOCK : 0); l++) {
            count[l] += z[l] == m[l];
            e[l] = z[l] == m[l] ? 0 : e[l];
        }
        if (kept)
            memcpy(kept + j * step, e, sizeof e);
        NAME(add_exp_column)(e, first, s, s_low);
    }
    if (guess) {
        memcpy(rows->largest + row, largest, sizeof largest);
        memcpy(rows->least + row, least, sizeof least);
    }
    if (others)
        memcpy(rows->count + row, count, sizeof count);
}

/* The same of n rows, whose last are done on a copy. On the way the next EXP_LANES classes are prefetched if `ahead`,
   each as a whole, since it is their rows that lie side by side. */
ALWAYS_INLINE void NAME(exp_sum_squares)(const char *z, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, int ahead,
                                         xentc_softmax *rows, ptrdiff_t row, REAL *kept, ptrdiff_t step, int first,
                                         int others, int guess, double *s, double *s_low, ptrdiff_t width)
{
    const ptrdiff_t size = sizeof(REAL), whole = n & -EXP_BLOCK;
    ptrdiff_t asked = ahead ? 0 : EXP_LANES;
    for (ptrdiff_t i = 0; i < width; i += EXP_BLOCK) {
        for (; asked * width < (i + EXP_BLOCK) * EXP_LANES; asked++)
            for (ptrdiff_t at = 0; at < n * size; at += 64)
                __builtin_prefetch(z + (asked + EXP_LANES) * stride + at);
        if (i < whole) {
            NAME(exp_sum_square)(z + i * size, stride, n_classes, rows, row + i, kept ? kept + i : NULL, step, first,
                                 others, guess, s + i, s_low + i, width);
            continue;
        }
        REAL last[EXP_LANES][EXP_BLOCK] = {0}, e[EXP_LANES][EXP_BLOCK];
        for (ptrdiff_t l = 0; l < n_classes; l++)
            memcpy(last[l], z + l * stride + i * size, (size_t)((n - i) * size));
        NAME(exp_sum_square)((const char *)last, sizeof last[0], n_classes, rows, row + i, kept ? e[0] : NULL,
                             EXP_BLOCK, first, others, guess, s + i, s_low + i, width);
        for (ptrdiff_t l = 0; l < (kept ? n_classes : 0); l++)
            memcpy(kept + l * step + i, e[l], (size_t)((n - i) * size));
    }
}

ALWAYS_INLINE void NAME(exp_sum_columns)(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                         xentc_softmax *rows, ptrdiff_t row, void *kept_, ptrdiff_t step, int others,
                                         int guess, double *s, double *s_low)
{
    const ptrdiff_t width = (n + EXP_BLOCK - 1) & -EXP_BLOCK;
    for (ptrdiff_t j = 0; j < n_classes; j += EXP_LANES) {
        ptrdiff_t count = n_classes - j < EXP_LANES ? n_classes - j : EXP_LANES, lane = (k + j) % EXP_LANES * width;
        int ahead = j + EXP_LANES < n_classes;
        REAL *kept = kept_ ? (REAL *)kept_ + j * step : NULL;
        if (k + j < EXP_LANES)
            NAME(exp_sum_squares)(z + j * stride, stride, count, n, ahead, rows, row, kept, step, 1, others, guess,
                                  s + lane, s_low + lane, width);
        else
            NAME(exp_sum_squares)(z + j * stride, stride, count, n, ahead, rows, row, kept, step, 0, others, guess,
                                  s + lane, s_low + lane, width);
    }
}

static void NAME(sum_all_columns)(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                  xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step, double *s,
                                  double *s_low)
{
    if (kept)
        NAME(exp_sum_columns)(z, stride, k, n_classes, n, rows, row, kept, step, 0, 0, s, s_low);
    else
        NAME(exp_sum_columns)(z, stride, k, n_classes, n, rows, row, NULL, step, 0, 0, s, s_low);
}

static void NAME(sum_other_columns)(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                    xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step, double *s,
                                    double *s_low)
{
    (void)kept;
    NAME(exp_sum_columns)(z, stride, k, n_classes, n, rows, row, NULL, step, 1, 0, s, s_low);
}
