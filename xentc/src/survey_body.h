/* The part of survey.h that depends on the element TYPE; NAME(x) is x's name for it. */

/* The number of the first of n elements that is x, which one of them is. */
static inline ptrdiff_t NAME(first_place)(const TYPE *y, ptrdiff_t n, TYPE x)
{
    ptrdiff_t k = 0;
    for (; k + 32 <= n; k += 32) {
        int place = 32;
        for (int l = 31; l >= 0; l--)
            place = y[k + l] == x ? l : place;
        if (place < 32)
            return k + place;
    }
    while (y[k] != x)
        k++;
    return k;
}

ALWAYS_INLINE void NAME(survey_block)(const TYPE *y, survey_lanes *lane)
{
    for (int v = 0; v < N_SURVEY_VECTORS; v++) {
        vector x = __builtin_convertvector(*(const HALF_LANES *)(y + v * VECTOR_LANES), vector);
        lane->sum[v] += x;
        lane->square[v] += x * x;
        lane->sign |= (vector_bits)x;
    }
}

/* Classes first, first + 1, ... of one row, n contiguous elements; `first` is a multiple of SURVEY_LANES. */
ALWAYS_INLINE void NAME(survey_run)(const TYPE *y, ptrdiff_t n, ptrdiff_t first, xentc_survey *s, ptrdiff_t row,
                                    survey_lanes *lane)
{
    TYPE before = (TYPE)s->largest[row], largest = (TYPE)NAME(max_piece)(y, n, (double)before);
    ptrdiff_t k = 0;
    for (; k + SURVEY_LANES <= n; k += SURVEY_LANES)
        NAME(survey_block)(y + k, lane);
    if (k < n) {
        TYPE last[SURVEY_LANES] = {0};
        memcpy(last, y + k, (size_t)(n - k) * sizeof *y);
        NAME(survey_block)(last, lane);
    }
    if (any_negative(lane)) {
        TYPE smallest = (TYPE)s->smallest[row];
        for (k = 0; k < n; k++)
            smallest = y[k] < smallest ? y[k] : smallest;
        s->smallest[row] = (double)smallest;
    }
    if (largest > before) {
        s->largest[row] = (double)largest;
        s->place[row] = (double)(first + NAME(first_place)(y, n, largest));
    }
}

/* Whole rows of n classes, `stride` bytes from one to the next. */
static void NAME(survey_rows)(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                              ptrdiff_t row)
{
    survey_start(s, row, n_rows);
    for (ptrdiff_t i = 0; i < n_rows; i++) {
        survey_lanes lane = {0};
        NAME(survey_run)((const TYPE *)(y + i * stride), n, 0, s, row + i, &lane);
        join_survey_lanes(&lane, s, row + i);
    }
}

/* A row piece by piece: n elements from class `first` on, 0 of the first piece, and whether they are the last. */
static void NAME(survey_piece)(const void *y, ptrdiff_t n, ptrdiff_t first, int is_last, xentc_survey *s, ptrdiff_t row)
{
    survey_lanes lane = {0};
    if (first) {
        memcpy(lane.sum, s->sum_lane, sizeof lane.sum);
        memcpy(lane.square, s->square_lane, sizeof lane.square);
    } else
        survey_start(s, row, 1);
    NAME(survey_run)(y, n, first, s, row, &lane);
    if (is_last)
        join_survey_lanes(&lane, s, row);
    memcpy(s->sum_lane, lane.sum, sizeof lane.sum);
    memcpy(s->square_lane, lane.square, sizeof lane.square);
}

/* Classes first, first + 1, ... of n rows side by side, `stride` bytes from one class to the next. */
static void NAME(survey_classes)(const char *y, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t n_classes, ptrdiff_t n,
                                 xentc_survey *s, ptrdiff_t row)
{
    double *restrict largest = s->largest + row, *restrict smallest = s->smallest + row;
    double *restrict place = s->place + row;
    for (ptrdiff_t k = first; k < first + n_classes; k++, y += stride) {
        const TYPE *restrict x = (const TYPE *)y;
        ptrdiff_t lane = k % SURVEY_LANES * XENTC_TILE_ROWS + row;
        double *restrict sum = s->sum_lane + lane, *restrict square = s->square_lane + lane;
        double number = (double)k;
        for (ptrdiff_t i = 0; i < n; i++) {
            double v = (double)x[i];
            place[i] = v > largest[i] ? number : place[i];
            largest[i] = v > largest[i] ? v : largest[i];
            smallest[i] = v < smallest[i] ? v : smallest[i];
        }
        if (k < SURVEY_LANES)
            for (ptrdiff_t i = 0; i < n; i++) {
                sum[i] = (double)x[i];
                square[i] = (double)x[i] * (double)x[i];
            }
        else
            for (ptrdiff_t i = 0; i < n; i++) {
                sum[i] += (double)x[i];
                square[i] += (double)x[i] * (double)x[i];
            }
    }
}

#undef TYPE
#undef HALF_LANES
#undef NAME
