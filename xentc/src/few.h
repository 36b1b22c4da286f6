/* Softmax of float32 rows of few classes, which lie side by side: a vector has class k of as many rows as it has
   elements, and their sums stay in registers. With so few classes what a row costs beside its exponentials is most of
   it, so here that is less than softmax.h has; the results are of the same accuracy, and not the same bits. Every such
   row is done here, whatever its tile holds.

   As there, lse = m + log(count + x), x = sum / exp(m) of the terms that are not the maximum, which occurs `count`
   times: the maxima are left out from the start, so x has its digits however small it is. */
#define FEW_CLASSES XENTC_FEW_CLASSES
_Static_assert((int)XENTC_FEW_CLASSES <= (int)XENTC_SIDE_BY_SIDE_BELOW, "rows of few classes are transposed");

enum { FEW_ROWS = PER_VECTOR_single }; /* a vector of them */

ALWAYS_INLINE float_vector floats_at(const char *z) { return *(const float_vector *)z; }

static inline int any_bit(float_bits x)
{
    int32_t any = 0;
    for (int l = 0; l < FEW_ROWS; l++)
        any |= x[l];
    return any != 0;
}

ALWAYS_INLINE void store_floats(char *to, float_vector x, ptrdiff_t n)
{
    if (n == FEW_ROWS)
        *(float_vector *)to = x;
    else
        memcpy(to, &x, (size_t)n * sizeof(float));
}

/* Of FEW_ROWS rows the maxima, how often they occur, and the sums of the other terms, in the unit of exp_single. The
   first `n` exponentials of each class are left in `kept`, unless NULL, `step` bytes from one class to the next. */
ALWAYS_INLINE void few_sums(const char *z_, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, xentc_softmax *rows,
                            ptrdiff_t row, char *kept, ptrdiff_t step, double *sum)
{
    float_vector m = all_floats(-INFINITY), magic, limit;
    float_bits count = {0};
    vector even = {0}, odd = {0}; /* rows of even and of odd numbers (exp_lanes.h) */
#pragma GCC unroll 4
    for (ptrdiff_t k = 0; k < n_classes; k++)
        m = larger_floats(m, floats_at(z_ + k * stride));
    *(float_vector *)(rows->m_single + row) = m;
    set_scale_single(rows->m_single + row, FEW_ROWS, rows->magic + row, rows->limit + row);
    magic = *(const float_vector *)(rows->magic + row);
    limit = *(const float_vector *)(rows->limit + row);
    for (ptrdiff_t k = 0; k < n_classes; k++) {
        float_vector z = floats_at(z_ + k * stride), low, e = exp_floats(z, magic, limit, &low);
        float_bits is_maximum = z == m;
        if (kept)
            store_floats(kept + k * step, e, n);
        vector_words x = (vector_words)((float_bits)e & ~is_maximum);
        count -= is_maximum;
        even += (vector)((x << 32) >> 3);
        odd += (vector)((x & UINT64_C(0xffffffff00000000)) >> 3);
    }
    *(float_bits *)(rows->count + row) = count;
    for (int l = 0; l < VECTOR_LANES; l++) {
        sum[2 * l] = even[l];
        sum[2 * l + 1] = odd[l];
    }
}

/* lse of n rows of their sums, and with `whole` 1 - max p and the sum of all terms. Returns whether any maximum is
   beyond 256. */
static int finish_few(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, int whole, const double *sum)
{
    split_sums split;
    float_bits beyond = {0};
    double x[XENTC_STRIP + STEP], low[XENTC_STRIP + STEP], e_m[XENTC_STRIP + STEP];
    for (ptrdiff_t i = 0; i < n; i += FEW_ROWS) {
        float_vector m = *(const float_vector *)(rows->m_single + row + i), lost;
        float_vector e = exp_floats(m, *(const float_vector *)(rows->magic + row + i),
                                    *(const float_vector *)(rows->limit + row + i), &lost);
        float both[2][FEW_ROWS];
        memcpy(both[0], &e, sizeof e);
        memcpy(both[1], &lost, sizeof lost);
        beyond |= (m < -256.0f) | (m > 256.0f);
        for (int v = 0; v < FEW_ROWS; v += VECTOR_LANES)
            *(vector *)(e_m + i + v) = widened_single(both[0] + v) + widened_single(both[1] + v);
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        double count = (double)(int32_t)rows->count[row + i];
        x[i] = sum_in_unit_single(sum[i]) / e_m[i];
        float u = (float)(count + x[i]);
        low[i] = (count - (double)u) + x[i];
        split_sum(u, 1.0f, &split, i);
    }
    for (ptrdiff_t i = 0; i < n; i += VECTOR_LANES) {
        vector log = join_sum_and(&split, i, *(const vector *)(low + i));
        *(vector *)(rows->lse + row + i) = widened_single(rows->m_single + row + i) + (log - log); /* NaN as log is */
        *(vector *)(rows->lse_low + row + i) = log;
    }
    for (ptrdiff_t i = 0; i < (whole ? n : 0); i++) {
        double count = (double)(int32_t)rows->count[row + i], u = count + x[i];
        double nothing = x[i] - x[i]; /* 0, or NaN: then all of the row's gradient is */
        rows->others[row + i] = ((count - 1.0) + x[i]) / u + nothing;
        rows->total[row + i] = e_m[i] * u + nothing;
    }
    return any_bit(beyond);
}

/* Which rows are wide (start_rows), and whether any is. One with an infinite logit is not: beside it all exponentials
   are 0, or NaN where one of the logits is. */
static int settle_few(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *sum)
{
    int any = 0;
    mark_wide_single(rows->m_single + row, n, rows->wide + row);
    for (ptrdiff_t i = 0; i < n; i++) {
        if (rows->m_single[row + i] == INFINITY) {
            rows->wide[row + i] = 0;
            rows->lse[row + i] = sum[i] == 0.0 ? (double)INFINITY : (double)NAN;
            rows->lse_low[row + i] = 0.0;
            rows->others[row + i] = rows->total[row + i] = (double)NAN;
        }
        any |= rows->wide[row + i];
    }
    return any;
}

/* Of n rows, at most a strip, of columns of logits `stride` bytes apart. Returns whether any is wide (start_rows). */
static int few_classes(const char *z, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, int whole,
                       xentc_softmax *rows, ptrdiff_t row, void *kept_, ptrdiff_t step)
{
    double sum[XENTC_STRIP + FEW_ROWS];
    char *kept = kept_;
    ptrdiff_t i = 0, size = sizeof(float);
    for (; i + FEW_ROWS <= n; i += FEW_ROWS)
        few_sums(z + i * size, stride, n_classes, FEW_ROWS, rows, row + i, kept ? kept + i * size : NULL, step,
                 sum + i);
    if (i < n) { /* past the last rows memory may end */
        float last[FEW_CLASSES * FEW_ROWS];
        for (ptrdiff_t k = 0; k < n_classes; k++) {
            memset(last + k * FEW_ROWS, 0, FEW_ROWS * sizeof *last);
            memcpy(last + k * FEW_ROWS, z + k * stride + i * size, (size_t)(n - i) * sizeof *last);
        }
        few_sums((const char *)last, sizeof(float[FEW_ROWS]), n_classes, n - i, rows, row + i,
                 kept ? kept + i * size : NULL, step, sum + i);
        i += FEW_ROWS;
    }
    memset(rows->wide + row, 0, (size_t)n);
    return finish_few(rows, row, i, whole, sum) ? settle_few(rows, row, n, sum) : 0;
}
