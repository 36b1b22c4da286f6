/* Binary cross-entropy of float32 and narrower p, its logarithms and exponentials those of float32 (log_single.h, exp.h):
   what binary.h has, in half its time or less. Where every t is 0 or 1 and only the losses are wanted, a tile is done in one
   go from t and p as they lie in memory; those rows have the bits that they have in any other tile. */

/* Of float32 p and eps: 1 - p and what it lost are float32, too. */
static inline float complement_of_single(float p, float *low)
{
    float q = 1.0f - p;
    *low = (1.0f - q) - p;
    return q;
}

/* Lanes past the n-th sum are in a cell, too. */
static inline void end_sums(split_sums *of, ptrdiff_t n) { memset(of->at + n, 0, LANES * sizeof *of->at); }

static inline void store_first_lanes(double *to, vector x, ptrdiff_t n)
{
    if (n >= VECTOR_LANES)
        *(vector *)to = x;
    else
        memcpy(to, &x, (size_t)n * sizeof *to);
}

/* The low part of an x that is a normal number, else NaN: that row goes to the cold path. */
static inline float low_of_normal(float x, float low)
{
    return bits_of_single(x) - MIN_NORMAL_BITS_32 < INFINITY_BITS_32 - MIN_NORMAL_BITS_32 ? low : NAN;
}

/* (s, s_low) of w t (log x) and u (log q), float32's logarithms */
static void binary_steps_single(const xentc_binary *restrict of, ptrdiff_t first, const double *restrict p, ptrdiff_t n,
                                float eps, double *restrict rows)
{
    const double *t = of->t + first, *u = of->u + first, *u_low = of->u_low + first, *w = of->w + first;
    double x_log[SUMS_ROOM], q_log[SUMS_ROOM];
    split_sums x, q;
    for (ptrdiff_t i = 0; i < n; i++) {
        float y = (float)p[i], lost, complement = complement_of_single(y, &lost);
        lost = (complement < eps) | ((complement == eps) & (lost < 0.0f)) ? 0.0f : lost;
        y = t[i] == 0.0 ? 1.0f : y < eps ? eps : y;
        lost = u[i] == 0.0 ? 0.0f : lost;
        complement = u[i] == 0.0 ? 1.0f : complement < eps ? eps : complement;
        split_sum(y, low_of_normal(y, 0.0f), &x, i);
        split_sum(complement, low_of_normal(complement, lost), &q, i);
    }
    end_sums(&x, n);
    end_sums(&q, n);
    for (ptrdiff_t i = 0; i < n; i += VECTOR_LANES) {
        *(vector *)(x_log + i) = join_sum(&x, i, 1.0);
        *(vector *)(q_log + i) = join_sum(&q, i, 1.0);
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        double s = 0.0, s_low = 0.0;
        add_product(&s, &s_low, w[i], t[i], 0.0, x_log[i], 0.0);
        add_product(&s, &s_low, 1.0, u[i], u_low[i], q_log[i], 0.0);
        rows[i] = s + s_low;
    }
}

static void binary_rows_single(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, double *rows)
{
    for (ptrdiff_t i = 0; i < n; i += PHASE)
        binary_steps_single(of, i, p + i, n - i < PHASE ? n - i : PHASE, (float)eps, rows + i);
}

/* Beyond it float32's exponential is 0. A row of such a z, which a weight may make large and a float64 `out` shows, has
   float64's. */
#define LAST_LOGIT 103.9f

/* 1 + exp(-|z|) of EXP_BLOCK float32, by float32's exponential, as sums whose low part is times 2^EXP_SHIFT_SINGLE: so it
   keeps all digits of a power that is subnormal. NaN stays NaN, by its low part. */
ALWAYS_INLINE void split_softplus(const float *z, split_sums *to, ptrdiff_t i)
{
    const float scale = 0x1p32f;
    float minus[EXP_BLOCK], e[EXP_BLOCK];
    _Static_assert(EXP_SHIFT_SINGLE == 32, "scale");
    for (int l = 0; l < EXP_BLOCK; l++)
        minus[l] = -fabsf(z[l]);
    exp_block_single(minus, 0.0f, 0x1.8p23f + 8.0f * EXP_SHIFT_SINGLE, -LAST_LOGIT, e); /* softmax.h, maximum 0 */
    for (int l = 0; l < EXP_BLOCK; l++) {
        float sum = 1.0f + e[l] / scale;
        split_sum(sum, e[l] - (sum - 1.0f) * scale, to, i + l);
    }
}

static void logits_steps_single(const xentc_binary *restrict of, ptrdiff_t first, const double *restrict z, ptrdiff_t n,
                                const double *restrict weight, double *restrict rows)
{
    split_sums sums;
    float single[PHASE] = {0};
    double log[SUMS_ROOM];
    for (ptrdiff_t i = 0; i < n; i++)
        single[i] = (float)z[i];
    for (ptrdiff_t i = 0; i < n; i += EXP_BLOCK)
        split_softplus(single + i, &sums, i);
    for (ptrdiff_t i = 0; i < n; i += VECTOR_LANES)
        *(vector *)(log + i) = join_sum(&sums, i, 0x1p-32);
    for (ptrdiff_t i = 0; i < n; i++) {
        ptrdiff_t j = first + i;
        double t = z[i] < 0.0 ? of->t[j] : of->u[j], t_low = z[i] < 0.0 ? 0.0 : of->u_low[j];
        double w = z[i] < 0.0 ? of->w[j] : 1.0, s = 0.0, s_low = 0.0;
        add_product(&s, &s_low, w, t, t_low, t != 0.0 ? fabs(z[i]) : 0.0, 0.0);
        add_product(&s, &s_low, 1.0, weight[i], 0.0, log[i], 0.0);
        rows[i] = -(s + s_low);
    }
}

static void binary_logits_rows_single(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight,
                                      double *rows)
{
    for (ptrdiff_t i = 0; i < n; i += PHASE)
        logits_steps_single(of, i, z + i, n - i < PHASE ? n - i : PHASE, weight + i, rows + i);
    for (ptrdiff_t i = 0; i < n; i++)
        if (fabs(z[i]) > (double)LAST_LOGIT)
            rows[i] = binary_logit_row(of, i, z[i], weight[i]);
}

/* A tile in one go, eps from 2^-126 to 1/4, and whether it is one for this. If not, because a t is neither 0
   nor 1, a p is NaN or outside [0, 1], or a row is near a tie (ties.h), it goes the general way. */
static int binary_hard_rows_single(const float *restrict t, const float *restrict p, ptrdiff_t n, float eps,
                                   const xentc_ties *ties, double *restrict rows)
{
    split_sums sums;
    uint32_t soft = 0, largest = 0;
    near_ties near = no_near_ties(ties);
    for (ptrdiff_t first = 0; first < n; first += PHASE) {
        ptrdiff_t count = n - first < PHASE ? n - first : PHASE;
        for (ptrdiff_t i = 0; i < count; i++) {
            float of_t = t[first + i], of_p = p[first + i], lost, q = complement_of_single(of_p, &lost);
            float y = of_t != 0.0f ? of_p : q;
            uint32_t bits = bits_of_single(of_p);
            soft |= bits_of_single(fmaf(of_t, of_t, -of_t));
            largest = bits > largest ? bits : largest;
            split_sum(y < eps ? eps : y, of_t != 0.0f ? 0.0f : lost, &sums, i);
        }
        end_sums(&sums, count);
        for (ptrdiff_t i = 0; i < count; i += VECTOR_LANES) {
            vector row = join_sum(&sums, i, 1.0);
            look_for_ties(&near, row); /* past the end are rows of before */
            store_first_lanes(rows + first + i, row, count - i);
        }
    }
    return !(soft | (largest > bits_of_single(1.0f)) | any_tie(near));
}

/* From logits: in one go, and whether every t is 0 or 1, and no z beyond LAST_LOGIT. */
static int binary_hard_logits_rows_single(const float *restrict t, const float *restrict z, ptrdiff_t n,
                                          double *restrict rows)
{
    split_sums sums;
    float against[SUMS_ROOM];
    uint32_t soft = 0, largest = 0;
    for (ptrdiff_t first = 0; first < n; first += PHASE) {
        ptrdiff_t count = n - first < PHASE ? n - first : PHASE, i = 0;
        for (; i + EXP_BLOCK <= count; i += EXP_BLOCK)
            split_softplus(z + first + i, &sums, i);
        if (i < count) {
            float last[EXP_BLOCK] = {0};
            memcpy(last, z + first + i, (size_t)(count - i) * sizeof *z);
            split_softplus(last, &sums, i);
        }
        for (i = 0; i < count; i++) {
            float of_t = t[first + i], of_z = z[first + i];
            uint32_t size = bits_of_single(fabsf(of_z));
            soft |= bits_of_single(fmaf(of_t, of_t, -of_t));
            largest = size > largest ? size : largest;
            against[i] = (of_z < 0.0f) == (of_t != 0.0f) ? fabsf(of_z) : 0.0f;
        }
        for (i = 0; i < count; i += VECTOR_LANES)
            store_first_lanes(rows + first + i, -(widened_single(against + i) + join_sum(&sums, i, 0x1p-32)),
                              count - i);
    }
    return !(soft | (largest > bits_of_single(LAST_LOGIT)));
}
