/* The part of survey.h that depends on the element type (real_single.h). */

enum { NAME(N_SURVEY_VECTORS) = SURVEY_LANES / NAME(PER_VECTOR) };

typedef struct {
    REALS largest[NAME(N_SURVEY_VECTORS)];
    INTEGERS at[NAME(N_SURVEY_VECTORS)]; /* where it is, less its lane */
    INTEGERS sign;                       /* negative where any element is */
} NAME(survey_tops);

ALWAYS_INLINE void NAME(survey_sums)(const REAL *y, survey_lanes *lane)
{
    for (int v = 0; v < N_SURVEY_VECTORS; v++) {
        double x[VECTOR_LANES];
        for (int l = 0; l < VECTOR_LANES; l++)
            x[l] = (double)y[v * VECTOR_LANES + l];
        vector values = *(const vector *)x;
        lane->sum[v] += values;
        lane->square[v] += values * values;
    }
}

ALWAYS_INLINE void NAME(survey_largest)(const REAL *y, INTEGERS number, TYPE(survey_tops) *top)
{
    for (int v = 0; v < NAME(N_SURVEY_VECTORS); v++) {
        REALS x = *(const REALS *)(y + v * NAME(PER_VECTOR));
        INTEGERS larger = x > top->largest[v];
        top->largest[v] = SELECT(REALS, larger, x, top->largest[v]);
        top->at[v] = SELECT(INTEGERS, larger, number, top->at[v]);
        top->sign |= (INTEGERS)x;
    }
}

/* The largest of all lanes and its first place. */
ALWAYS_INLINE void NAME(join_tops)(const TYPE(survey_tops) *top, REAL *largest, INTEGER *place)
{
    INTEGERS best = (INTEGERS){0} + (INTEGER)(sizeof(REAL) == 4 ? INT32_MAX : INT64_MAX);
    REALS x = top->largest[0];
    for (int v = 1; v < NAME(N_SURVEY_VECTORS); v++)
        x = SELECT(REALS, top->largest[v] > x, top->largest[v], x);
#pragma GCC unroll 8
    for (int apart = NAME(PER_VECTOR) / 2; apart; apart /= 2) {
        REALS y = NAME(exchanged_reals)(x, apart);
        x = SELECT(REALS, y > x, y, x);
    }
    for (int v = 0; v < NAME(N_SURVEY_VECTORS); v++) {
        INTEGERS at = top->at[v] + *(const INTEGERS *)(NAME(numbers) + v * NAME(PER_VECTOR));
        best = SELECT(INTEGERS, (top->largest[v] == x) & (at < best), at, best);
    }
#pragma GCC unroll 8
    for (int apart = NAME(PER_VECTOR) / 2; apart; apart /= 2) {
        INTEGERS other = NAME(exchanged_integers)(best, apart);
        best = SELECT(INTEGERS, other < best, other, best);
    }
    *largest = x[0];
    *place = best[0];
}

/* Less than LANES elements, to the last lanes. */
ALWAYS_INLINE void NAME(survey_few)(const REAL *y, ptrdiff_t n, INTEGER first, int ask, survey_lanes *lane,
                                    TYPE(survey_tops) *top)
{
    REAL x[SURVEY_LANES];
    for (int l = 0; l < SURVEY_LANES; l++)
        x[l] = l < SURVEY_LANES - n ? (REAL)0 : y[l - (SURVEY_LANES - n)];
    if (ask != XENTC_ASK_PLACE)
        NAME(survey_sums)(x, lane);
    for (int l = 0; l < SURVEY_LANES - n; l++)
        x[l] = (REAL)-INFINITY;
    if (ask != XENTC_ASK_SQUARES) {
        INTEGERS sign = top->sign;
        NAME(survey_largest)(x, (INTEGERS){0} + (first - (INTEGER)(SURVEY_LANES - n)), top);
        top->sign = sign;
        for (int l = 0; l < n; l++)
            top->sign |= (INTEGERS){0} + (y[l] < (REAL)0 ? (INTEGER)-1 : (INTEGER)0);
    }
}

/* Classes first, first + 1, ... of one row, n contiguous elements; `first` is a multiple of LANES. */
ALWAYS_INLINE void NAME(survey_run)(const REAL *y, ptrdiff_t n, ptrdiff_t first, int ask, xentc_survey *s,
                                    ptrdiff_t row, survey_lanes *lane)
{
    TYPE(survey_tops) top;
    INTEGERS number = {0};
    ptrdiff_t k = 0, last = n % SURVEY_LANES;
    for (int v = 0; v < NAME(N_SURVEY_VECTORS); v++) {
        top.largest[v] = (REALS){0} + (REAL)-INFINITY;
        top.at[v] = (INTEGERS){0};
    }
    top.sign = (INTEGERS){0};
    for (; k + SURVEY_LANES <= n; k += SURVEY_LANES) {
        for (size_t i = 0; i < (ask == XENTC_ASK_SQUARES ? 0 : SURVEY_LANES * sizeof(REAL)); i += 64)
            __builtin_prefetch((const char *)(y + k) + SURVEY_AHEAD + i);
        if (ask != XENTC_ASK_PLACE)
            NAME(survey_sums)(y + k, lane);
        if (ask != XENTC_ASK_SQUARES)
            NAME(survey_largest)(y + k, number, &top);
        number += SURVEY_LANES;
    }
    if (last && n < SURVEY_LANES)
        NAME(survey_few)(y, n, 0, ask, lane, &top);
    else if (last) { /* the last LANES elements, of which some were there before */
        const REAL *window = y + n - SURVEY_LANES;
        const INTEGER *mask = NAME(survey_masks) + last;
        REAL x[SURVEY_LANES];
        for (int v = 0; v < NAME(N_SURVEY_VECTORS); v++)
            *(INTEGERS *)(x + v * NAME(PER_VECTOR)) = *(const INTEGERS *)(window + v * NAME(PER_VECTOR))
                                                    & *(const INTEGERS *)(mask + v * NAME(PER_VECTOR));
        if (ask != XENTC_ASK_PLACE)
            NAME(survey_sums)(x, lane);
        if (ask != XENTC_ASK_SQUARES)
            NAME(survey_largest)(window, (INTEGERS){0} + (INTEGER)(n - SURVEY_LANES), &top);
    }
    if (ask == XENTC_ASK_SQUARES)
        return;
    REAL largest;
    INTEGER place, sign = 0;
    NAME(join_tops)(&top, &largest, &place);
    for (int l = 0; l < NAME(PER_VECTOR); l++)
        sign |= top.sign[l];
    if (sign < 0 && ask == XENTC_ASK_ALL) {
        double smallest = s->smallest[row];
        for (k = 0; k < n; k++)
            smallest = (double)y[k] < smallest ? (double)y[k] : smallest;
        s->smallest[row] = smallest;
    }
    if ((double)largest > s->largest[row]) {
        s->largest[row] = (double)largest;
        s->place[row] = (double)(first + place);
    }
}

/* A row of few classes, one after the other. */
ALWAYS_INLINE void NAME(survey_short)(const REAL *y, ptrdiff_t n, xentc_survey *s, ptrdiff_t row)
{
    for (ptrdiff_t k = 0; k < n; k++) {
        double x = (double)y[k];
        if (x > s->largest[row]) {
            s->largest[row] = x;
            s->place[row] = (double)k;
        }
        s->smallest[row] = x < s->smallest[row] ? x : s->smallest[row];
        s->sum[row] += x;
        s->squares[row] += x * x;
    }
}

/* Whole rows of n classes, `stride` bytes from one to the next. */
ALWAYS_INLINE void NAME(survey_rows)(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                                     ptrdiff_t row, int ask)
{
    survey_start(s, row, n_rows);
    for (ptrdiff_t i = row; i < row + n_rows; i++, y += stride) {
        survey_lanes lane;
        if (n < XENTC_SHORT_ROW) {
            NAME(survey_short)((const REAL *)y, n, s, i);
            continue;
        }
        clear_survey_lanes(&lane);
        NAME(survey_run)((const REAL *)y, n, 0, ask, s, i, &lane);
        if (ask == XENTC_ASK_ALL)
            s->sum[i] = join_survey_vectors(lane.sum);
        if (ask != XENTC_ASK_PLACE)
            s->squares[i] = join_survey_vectors(lane.square);
    }
}

static void NAME(survey_all_rows)(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                                  ptrdiff_t row)
{
    NAME(survey_rows)(y, stride, n_rows, n, s, row, XENTC_ASK_ALL);
}

static void NAME(survey_place_rows)(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                                    ptrdiff_t row)
{
    NAME(survey_rows)(y, stride, n_rows, n, s, row, XENTC_ASK_PLACE);
}

static void NAME(survey_square_rows)(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                                     ptrdiff_t row)
{
    NAME(survey_rows)(y, stride, n_rows, n, s, row, XENTC_ASK_SQUARES);
}

/* All of one row piece by piece: n elements from class `first` on, 0 of the first piece, and whether they are the
   last. But for the last, pieces are multiples of LANES. */
static void NAME(survey_piece)(const void *y, ptrdiff_t n, ptrdiff_t first, int is_last, xentc_survey *s, ptrdiff_t row)
{
    survey_lanes lane;
    if (!first)
        survey_start(s, row, 1);
    if (!first && is_last && n < XENTC_SHORT_ROW) {
        NAME(survey_short)(y, n, s, row);
        return;
    }
    clear_survey_lanes(&lane);
    if (first) {
        memcpy(lane.sum, s->sum_lane, sizeof lane.sum);
        memcpy(lane.square, s->square_lane, sizeof lane.square);
    }
    NAME(survey_run)(y, n, first, XENTC_ASK_ALL, s, row, &lane);
    memcpy(s->sum_lane, lane.sum, sizeof lane.sum);
    memcpy(s->square_lane, lane.square, sizeof lane.square);
    if (is_last) {
        s->sum[row] = join_survey_vectors(lane.sum);
        s->squares[row] = join_survey_vectors(lane.square);
    }
}

/* LANES short rows side by side, `stride` bytes from one class to the next. */
ALWAYS_INLINE void NAME(survey_short_columns)(const char *y, ptrdiff_t stride, ptrdiff_t n_classes, xentc_survey *s,
                                              ptrdiff_t row)
{
    survey_lanes lane;
    TYPE(survey_tops) top;
    INTEGERS number = {0};
    double *restrict to = s->largest + row, *restrict place = s->place + row, *restrict smallest = s->smallest + row;
    REAL largest[SURVEY_LANES];
    INTEGER at[SURVEY_LANES], sign = 0;
    clear_survey_lanes(&lane);
    for (int v = 0; v < NAME(N_SURVEY_VECTORS); v++) {
        top.largest[v] = (REALS){0} + (REAL)-INFINITY;
        top.at[v] = (INTEGERS){0};
    }
    top.sign = (INTEGERS){0};
    for (ptrdiff_t k = 0; k < n_classes; k++) {
        const REAL *x = (const REAL *)(y + k * stride);
        NAME(survey_sums)(x, &lane);
        NAME(survey_largest)(x, number, &top);
        number += 1;
    }
    memcpy(s->sum + row, lane.sum, sizeof lane.sum);
    memcpy(s->squares + row, lane.square, sizeof lane.square);
    memcpy(largest, top.largest, sizeof largest);
    memcpy(at, top.at, sizeof at);
    for (int l = 0; l < SURVEY_LANES; l++) {
        to[l] = (double)largest[l];
        place[l] = (double)at[l];
        smallest[l] = 0.0;
    }
    for (int l = 0; l < NAME(PER_VECTOR); l++)
        sign |= top.sign[l];
    for (ptrdiff_t k = 0; k < (sign < 0 ? n_classes : 0); k++) {
        const REAL *restrict x = (const REAL *)(y + k * stride);
        for (int l = 0; l < SURVEY_LANES; l++)
            smallest[l] = (double)x[l] < smallest[l] ? (double)x[l] : smallest[l];
    }
}

/* Classes first, first + 1, ... of n rows side by side, `stride` bytes from one class to the next, of K in all. */
static void NAME(survey_classes)(const char *y, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t n_classes, ptrdiff_t K,
                                 ptrdiff_t n, xentc_survey *s, ptrdiff_t row)
{
    const int is_short = K < XENTC_SHORT_ROW;
    ptrdiff_t done = 0;
    if (is_short && n_classes == K)
        for (; done + SURVEY_LANES <= n; done += SURVEY_LANES)
            NAME(survey_short_columns)(y + done * (ptrdiff_t)sizeof(REAL), stride, K, s, row + done);
    double *restrict largest = s->largest + row, *restrict smallest = s->smallest + row;
    double *restrict place = s->place + row;
    for (ptrdiff_t k = first; k < first + n_classes && done < n; k++, y += stride) {
        const REAL *restrict x = (const REAL *)y;
        ptrdiff_t l = k < K - K % SURVEY_LANES ? k % SURVEY_LANES : k - K + SURVEY_LANES;
        double *restrict sum = is_short ? s->sum + row : s->sum_lane + l * XENTC_TILE_ROWS + row;
        double *restrict square = is_short ? s->squares + row : s->square_lane + l * XENTC_TILE_ROWS + row;
        double number = (double)k;
        for (ptrdiff_t i = done; i < n; i++) {
            double v = (double)x[i];
            place[i] = v > largest[i] ? number : place[i];
            largest[i] = v > largest[i] ? v : largest[i];
            smallest[i] = v < smallest[i] ? v : smallest[i];
        }
        if (!is_short && k < SURVEY_LANES)
            for (ptrdiff_t i = done; i < n; i++) {
                sum[i] = (double)x[i];
                square[i] = (double)x[i] * (double)x[i];
            }
        else
            for (ptrdiff_t i = done; i < n; i++) {
                sum[i] += (double)x[i];
                square[i] += (double)x[i] * (double)x[i];
            }
    }
}
