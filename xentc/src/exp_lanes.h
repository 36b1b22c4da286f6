/* The lanes of a sum of exponentials (exp_sum.h): term k goes to lane k mod 16, in the order of k, and the lanes join
   in one tree, whether they are those of one row or lie row by row, of rows side by side. */
#define EXP_LANES XENTC_EXP_LANES

/* float32 terms are summed in float64 lanes, which hold 29 bits more than the result. The bits of a positive
   float, 29 places to the left, are a double: the float times 2^-896 (and zero stays zero). That costs half as much as
   a conversion, which must move parts of a vector: lanes of even k take the lower 32 bits of every 64. A NaN
   becomes a number that no sum of others reaches. */
static inline double sum_in_unit_single(double s)
{
    double sum = 0x1p896 * s;
    return sum < 0x1p127 ? sum : (double)NAN;
}

enum { N_EXP_VECTORS = EXP_LANES / VECTOR_LANES };
typedef struct {
    vector s[N_EXP_VECTORS];
} exp_lanes_single;
typedef struct {
    vector s[N_EXP_VECTORS], s_low[N_EXP_VECTORS]; /* sums, and what they lost */
} exp_lanes_double;

ALWAYS_INLINE void add_exp_lanes_single(exp_lanes_single *lane, const float *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v += 2) {
        vector_words x = *(const vector_words *)(e + v * VECTOR_LANES);
        lane->s[v] += (vector)((x << 32) >> 3);
        lane->s[v + 1] += (vector)((x & UINT64_C(0xffffffff00000000)) >> 3);
    }
}

/* One term each of EXP_LANES rows side by side to the lane of each, which `first` begins. Within each vector of floats
   the rows of even number come first, which join_exp_class_single puts in order. */
ALWAYS_INLINE void add_exp_column_single(const float *e, int first, double *s, double *s_low)
{
    (void)s_low;
    for (int v = 0; v < N_EXP_VECTORS; v += 2) {
        vector_words x = *(const vector_words *)(e + v * VECTOR_LANES);
        vector *to = (vector *)(s + v * VECTOR_LANES);
        vector even = (vector)((x << 32) >> 3), odd = (vector)((x & UINT64_C(0xffffffff00000000)) >> 3);
        if (!first) {
            even += to[0];
            odd += to[1];
        }
        to[0] = even;
        to[1] = odd;
    }
}

/* The tree: lane l joins l + 1, these pairs of lanes the ones 8, 4, and 2 lanes on. */
static inline void join_exp_lanes_single(exp_lanes_single lane, double *s, double *s_low)
{
    vector *x = lane.s;
    (void)s_low;
    for (int v = 0; v < N_EXP_VECTORS / 2; v++)
        x[v] = x[2 * v] + x[2 * v + 1];
    for (int apart = N_EXP_VECTORS / 4; apart; apart /= 2)
        for (int v = 0; v < apart; v++)
            x[v] += x[v + apart];
    for (int apart = VECTOR_LANES / 2; apart; apart /= 2)
        x[0] += rotated(x[0], apart);
    *s = x[0][0];
}

static void join_exp_class_single(double *s, double *s_low, ptrdiff_t n)
{
    (void)s_low;
    for (int l = 0; l < EXP_LANES; l += 2)
        for (ptrdiff_t i = 0; i < n; i++)
            s[l * n + i] += s[(l + 1) * n + i];
    for (int apart = EXP_LANES / 2; apart >= 2; apart /= 2)
        for (int l = 0; l < apart; l += 2)
            for (ptrdiff_t i = 0; i < n; i++)
                s[l * n + i] += s[(l + apart) * n + i];
    for (ptrdiff_t i = 0; i < n; i += 2 * VECTOR_LANES) {
        double x[2 * VECTOR_LANES];
        memcpy(x, s + i, sizeof x);
        for (int l = 0; l < 2 * VECTOR_LANES; l++)
            s[i + l] = x[l % 2 * VECTOR_LANES + l / 2];
    }
}

/* float64 terms are summed without loss, as in fold.h. */
static inline double sum_in_unit_double(double s) { return s; }

ALWAYS_INLINE void add_exp_lanes_double(exp_lanes_double *lane, const double *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v++) {
        vector x = *(const vector *)(e + v * VECTOR_LANES);
        two_sum_vector(&lane->s[v], &lane->s_low[v], x, (vector){0});
    }
}

ALWAYS_INLINE void add_exp_column_double(const double *e, int first, double *s, double *s_low)
{
    for (int v = 0; v < EXP_LANES; v += VECTOR_LANES) {
        vector sum = {0}, lost = {0};
        if (!first) {
            sum = *(const vector *)(s + v);
            lost = *(const vector *)(s_low + v);
        }
        two_sum_vector(&sum, &lost, *(const vector *)(e + v), (vector){0});
        *(vector *)(s + v) = sum;
        *(vector *)(s_low + v) = lost;
    }
}

static void join_exp_class_double(double *s, double *s_low, ptrdiff_t n)
{
    for (int apart = EXP_LANES / 2; apart; apart /= 2)
        for (int l = 0; l < apart; l++)
            for (ptrdiff_t i = 0; i < n; i++)
                two_sum(&s[l * n + i], &s_low[l * n + i], s[(l + apart) * n + i], s_low[(l + apart) * n + i]);
}

static inline void join_exp_lanes_double(exp_lanes_double lane, double *s, double *s_low)
{
    for (int apart = N_EXP_VECTORS / 2; apart; apart /= 2)
        for (int v = 0; v < apart; v++)
            two_sum_vector(&lane.s[v], &lane.s_low[v], lane.s[v + apart], lane.s_low[v + apart]);
    for (int apart = VECTOR_LANES / 2; apart; apart /= 2) {
        two_sum_vector(&lane.s[0], &lane.s_low[0], rotated(lane.s[0], apart), rotated(lane.s_low[0], apart));
    }
    *s = lane.s[0][0];
    *s_low = lane.s_low[0][0];
}

/* Lanes of one row in memory, between two pieces of it. */
ALWAYS_INLINE exp_lanes_single exp_lanes_at_single(const double *s, const double *s_low)
{
    exp_lanes_single lane;
    (void)s_low;
    memcpy(lane.s, s, sizeof lane.s);
    return lane;
}

ALWAYS_INLINE exp_lanes_double exp_lanes_at_double(const double *s, const double *s_low)
{
    exp_lanes_double lane;
    memcpy(lane.s, s, sizeof lane.s);
    memcpy(lane.s_low, s_low, sizeof lane.s_low);
    return lane;
}

ALWAYS_INLINE void store_exp_lanes_single(const exp_lanes_single *lane, double *s, double *s_low)
{
    (void)s_low;
    memcpy(s, lane->s, sizeof lane->s);
}

ALWAYS_INLINE void store_exp_lanes_double(const exp_lanes_double *lane, double *s, double *s_low)
{
    memcpy(s, lane->s, sizeof lane->s);
    memcpy(s_low, lane->s_low, sizeof lane->s_low);
}
