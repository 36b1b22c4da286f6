/* Rows whose result dtype keeps fewer digits than a float64, and that lie so near to the middle of two of its numbers that
   their own small error may decide which of the two is stored. They are summed once more in twice the digits
   (kernel/ties.pxi), and so each is the correctly rounded one. One row of a million is so, or fewer.

   `ties->n_bits` are the last bits of a float64, which the dtype does not keep; nearer than `window` last places
   to the middle is near. Below `least`, where the dtype keeps fewer digits than elsewhere, every row is done again. */
static inline uint64_t tie_mask(const xentc_ties *ties) { return (UINT64_C(1) << ties->n_bits) - 1; }
static inline uint64_t tie_middle(const xentc_ties *ties) { return UINT64_C(1) << (ties->n_bits - 1); }

/* Whether any is near, each times its factor if there are some. (What is compared is below 2^62: with a sign, since AVX2
   has no other comparison.) */
static int any_near_tie(const xentc_ties *ties, const double *restrict rows, const double *restrict factor, ptrdiff_t n)
{
    uint64_t mask = tie_mask(ties), shift = (uint64_t)ties->window - tie_middle(ties), near = 0;
    int64_t width = 2 * ties->window;
    double least = ties->least;
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = factor ? rows[i] * factor[i] : rows[i];
        near |= -(uint64_t)((int64_t)((bits_of_double(x) + shift) & mask) <= width);
        near |= -(uint64_t)((fabs(x) < least) & (x != 0.0));
    }
    return near != 0;
}

/* The same of rows in registers, which are not that small. */
typedef struct {
    vector_words shift, mask;
    vector_bits near, width;
} near_ties;

static inline near_ties no_near_ties(const xentc_ties *ties)
{
    vector_words zero = {0};
    vector_bits none = {0};
    return (near_ties){zero + ((uint64_t)ties->window - tie_middle(ties)), zero + tie_mask(ties), none,
                       none + 2 * ties->window};
}

static inline void look_for_ties(near_ties *of, vector rows)
{
    of->near |= (vector_bits)(((vector_words)rows + of->shift) & of->mask) <= of->width;
}

static inline int any_tie(near_ties of)
{
    int64_t near = 0;
    for (int l = 0; l < VECTOR_LANES; l++)
        near |= of.near[l];
    return near != 0;
}

/* The sum of a row in cold.h's digits, but not on a middle that it is not at: that would round to even. */
static double settled_tie(const xentc_ties *ties, const xentc_cold *row)
{
    double total = row->s + row->s_low, total_low = row->s_low - (total - row->s);
    if ((bits_of_double(total) & tie_mask(ties)) == tie_middle(ties) && total_low != 0.0)
        total = double_of_bits(bits_of_double(total) + ((total_low > 0.0) == (total > 0.0) ? 1 : UINT64_MAX));
    return total;
}
