/* Plain rows of few float32 logits in one go, as short.h has those of probabilities: transposed, their softmax (few.h),
   and the terms of logit_terms.h in the lanes of fold.h. A tile that holds a label out of range, a t with a sign, or a
   row that is wide or comes out infinite or NaN is not done here but reported: it goes the general way, to the same
   bits. */

enum { FEW_VECTORS = FEW_ROWS / VECTOR_LANES };

/* Signs rows, and stores them; whether all are finite. */
ALWAYS_INLINE int finish_few_rows(const double *sum, ptrdiff_t n, int negate, int narrow, void *to)
{
    float *restrict narrow_rows = to;
    double *restrict rows = to, sign = negate ? -1.0 : 1.0;
    uint64_t unfit = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        unfit |= (bits_of_double(sum[i]) & UINT64_C(0x7ff0000000000000)) + UINT64_C(0x10000000000000);
    if (narrow)
        for (ptrdiff_t i = 0; i < n; i++)
            narrow_rows[i] = (float)(0.0 + sign * sum[i]); /* no -0 */
    else
        for (ptrdiff_t i = 0; i < n; i++)
            rows[i] = 0.0 + sign * sum[i];
    return !(unfit >> 63);
}

/* Their softmax, strip by strip, of logits that lie in columns of XENTC_TILE_ROWS; whether any is wide. */
ALWAYS_INLINE int softmax_of_few(const float *columns, ptrdiff_t n, ptrdiff_t n_classes, xentc_softmax *rows)
{
    int wide = 0;
    for (ptrdiff_t i = 0; i < n; i += XENTC_STRIP)
        wide |= few_classes((const char *)(columns + i), sizeof(float[TILE]), n_classes,
                            n - i < XENTC_STRIP ? n - i : XENTC_STRIP, 0, rows, i, NULL, 0);
    return wide;
}

/* At most TILE rows to `to`, float32 if `narrow`; the classes of z are neighbours, its rows lie `row` bytes apart.
   There is room for the columns of a tile. */
static int few_label_rows(const int64_t *label, const char *z, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                          xentc_softmax *rows, float *columns, int negate, int narrow, void *to)
{
    float of_label[TILE];
    double sum[TILE];
    if (!labels_in_range(label, n, n_classes))
        return 0;
    turn_single(z, row, n, n_classes, columns, TILE);
    if (softmax_of_few(columns, n, n_classes, rows))
        return 0;
    for (ptrdiff_t i = 0; i < n; i++)
        of_label[i] = columns[label[i] * TILE + i];
    for (ptrdiff_t i = 0; i < n; i++)
        sum[i] = ((double)of_label[i] - rows->lse[i]) - rows->lse_low[i];
    return finish_few_rows(sum, n, negate, narrow, to);
}

/* The terms of one class of FEW_ROWS rows, and the signs of their t. */
typedef struct {
    vector v[FEW_VECTORS];
} few_terms;

ALWAYS_INLINE void terms_of_few(const float *t, const float *z, const few_terms *lse, const few_terms *lse_low,
                                float_bits *signs, few_terms *a)
{
    float_vector of_t = *(const float_vector *)t, used = *(const float_vector *)z;
    float used_z[FEW_ROWS];
    *signs |= (float_bits)of_t;
    used = (float_vector)((float_bits)used & (of_t != 0.0f));
    memcpy(used_z, &used, sizeof used);
    for (int v = 0; v < FEW_VECTORS; v++) {
        vector q = (widened_single(used_z + v * VECTOR_LANES) - lse->v[v]) - lse_low->v[v];
        a->v[v] = widened_single(t + v * VECTOR_LANES) * q;
    }
}

/* Their sums, of columns of t and z. */
ALWAYS_INLINE void few_term_rows(const float *t, const float *z, ptrdiff_t n_classes, const double *lse,
                                 const double *lse_low, float_bits *signs, double *sum)
{
    few_terms lane[LANES], high, low;
    for (int v = 0; v < FEW_VECTORS; v++) { /* memcpy would be in parts, which the next load must wait for */
        high.v[v] = *(const vector *)(lse + v * VECTOR_LANES);
        low.v[v] = *(const vector *)(lse_low + v * VECTOR_LANES);
    }
    for (ptrdiff_t k = 0; k < LANES; k++) {
        if (k < n_classes)
            terms_of_few(t + k * TILE, z + k * TILE, &high, &low, signs, &lane[k]);
        else
            for (int v = 0; v < FEW_VECTORS; v++)
                lane[k].v[v] = all_of(0.0);
    }
    for (ptrdiff_t k = LANES; k < n_classes; k++) {
        few_terms a;
        terms_of_few(t + k * TILE, z + k * TILE, &high, &low, signs, &a);
        for (int v = 0; v < FEW_VECTORS; v++)
            lane[k % LANES].v[v] += a.v[v];
    }
    for (int half = LANES / 2; half; half /= 2) /* fold.h's tree */
        for (int l = 0; l < half; l++)
            for (int v = 0; v < FEW_VECTORS; v++)
                lane[l].v[v] += lane[l + half].v[v];
    for (int v = 0; v < FEW_VECTORS; v++)
        *(vector *)(sum + v * VECTOR_LANES) = lane[0].v[v];
}

/* The same of rows of t, which like those of z lie one behind the other. There is room for the columns of both. */
static int few_dense_rows(const char *t, const char *z, ptrdiff_t n, ptrdiff_t n_classes, xentc_softmax *rows,
                          float *columns_t, float *columns, int negate, int narrow, void *to)
{
    double sum[TILE];
    ptrdiff_t row = n_classes * (ptrdiff_t)sizeof(float);
    float_bits signs = {0};
    turn_single(z, row, n, n_classes, columns, TILE);
    if (softmax_of_few(columns, n, n_classes, rows))
        return 0;
    turn_single(t, row, n, n_classes, columns_t, TILE);
    for (ptrdiff_t k = 0; k < n_classes; k++) /* rows past the end have no terms */
        for (ptrdiff_t i = n; i < ((n + FEW_ROWS - 1) & -FEW_ROWS); i++)
            columns_t[k * TILE + i] = 0.0f;
    for (ptrdiff_t i = 0; i < n; i += FEW_ROWS)
        few_term_rows(columns_t + i, columns + i, n_classes, rows->lse + i, rows->lse_low + i, &signs, sum + i);
    return !any_bit(signs >> 31) && finish_few_rows(sum, n, negate, narrow, to);
}
