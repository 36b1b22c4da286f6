/* The terms of float32 y by the type of their coefficients, which is the REAL of this body (real_single.h). */

/* The first half of n terms, a multiple of STEP; whether a c has a sign. */
static int BY_COEFFICIENT(split_terms)(const REAL *restrict c, const float *restrict y, ptrdiff_t n, float eps,
                                       float most, split_singles *restrict to, ptrdiff_t at)
{
    BITS signs = 0;
    uint32_t largest = 0, end = end_of_single(most);
    int32_t least = (int32_t)bits_of_single(eps);
    int tiny = is_tiny_single(eps);
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits = bits_of_single(y[i]);
        largest = bits > largest ? bits : largest;
        signs |= NAME(bits_of)(c[i]);
        split_single((uint32_t)((int32_t)bits > least ? (int32_t)bits : least), to, at + i);
    }
    if (largest >= end || tiny) {
        uint32_t first = tiny || most == INFINITY ? MIN_NORMAL_BITS_32 : 0;
        for (ptrdiff_t i = 0; i < n; i++) {
            float used = used_single(-(uint32_t)(c[i] != 0), y[i]), x = used < eps ? eps : used;
            uint32_t bits = bits_of_single(most < INFINITY ? used : x);
            split_single(bits_of_single(x), to, at + i);
            to->m[at + i] = bits - first < end - first ? to->m[at + i] : NAN;
        }
    }
    return signs >> (8 * sizeof signs - 1) != 0;
}

/* The same of any n, the last STEP of them from a padded copy. */
static int BY_COEFFICIENT(split_all_terms)(const REAL *c, const float *y, ptrdiff_t n, float eps, float most,
                                           split_singles *to, ptrdiff_t at)
{
    ptrdiff_t whole = n & -STEP;
    int signs = BY_COEFFICIENT(split_terms)(c, y, whole, eps, most, to, at);
    if (whole < n) {
        REAL c_tail[STEP] = {0};
        float y_tail[STEP] = {0};
        memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
        memcpy(y_tail, y + whole, (size_t)(n - whole) * sizeof *y);
        signs |= BY_COEFFICIENT(split_terms)(c_tail, y_tail, STEP, eps, most, to, at + whole);
        whole += STEP;
    }
    memset(to->at + at + whole, 0, LANES * sizeof *to->at); /* a row's last lanes may lie past the end, but in a cell */
    return signs;
}

/* LANES terms. */
ALWAYS_INLINE lanes BY_COEFFICIENT(product_lanes)(const REAL *c, const split_singles *of, ptrdiff_t i)
{
    lanes product;
    for (int v = 0; v < N_VECTORS; v++)
        product.v[v] = NAME(widened)(c + v * VECTOR_LANES) * join_single(of, i + v * VECTOR_LANES);
    return product;
}

/* a = c log(max(y, eps)) */
static int BY_COEFFICIENT(terms_single)(const void *c_, const void *y_, ptrdiff_t n, ptrdiff_t n_classes, double eps,
                                        double most, ptrdiff_t ahead, double *a, double *b)
{
    const REAL *c = c_;
    const float *y = y_;
    ptrdiff_t whole = n & -LANES, part = 0;
    split_singles split;
    int signs = BY_COEFFICIENT(split_all_terms)(c, y, n, (float)eps, (float)most, &split, 0);
    (void)n_classes;
    (void)b;
    for (; part < whole; part += PART) {
        ptrdiff_t end = part + PART < whole ? part + PART : whole;
        prefetch_part(c + part, sizeof *c, ahead);
        prefetch_part(y + part, sizeof *y, ahead);
        for (ptrdiff_t i = part; i < end; i += LANES)
            store_lanes(a + i, BY_COEFFICIENT(product_lanes)(c + i, &split, i));
    }
    if (whole < n) {
        REAL c_tail[LANES] = {0};
        memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
        store_lanes(a + whole, BY_COEFFICIENT(product_lanes)(c_tail, &split, whole));
    }
    return signs;
}

/* The terms of up to LANES classes of n rows side by side, n_classes * n <= BLOCK, `c_step` and `y_step` bytes from one
   class to the next: those of class j go to lane j of their rows, at s + j n. */
static int BY_COEFFICIENT(term_classes_single)(const char *c_, ptrdiff_t c_step, ptrdiff_t c_ahead, const char *y_,
                                               ptrdiff_t y_step, ptrdiff_t y_ahead, ptrdiff_t n_classes, ptrdiff_t n,
                                               double eps, double most, double *s)
{
    ptrdiff_t whole = n & -LANES, room = (n + STEP - 1) & -STEP;
    split_singles split;
    int signs = 0;
    for (ptrdiff_t j = 0; j < n_classes; j++) {
        for (ptrdiff_t i = 0; y_ahead && i < n * (ptrdiff_t)sizeof(float); i += 64)
            __builtin_prefetch(y_ + j * y_step + y_ahead + i);
        signs |= BY_COEFFICIENT(split_all_terms)((const REAL *)(c_ + j * c_step), (const float *)(y_ + j * y_step), n,
                                                 (float)eps, (float)most, &split, j * room);
    }
    for (ptrdiff_t j = 0; j < n_classes; j++, s += n) {
        const REAL *c = (const REAL *)(c_ + j * c_step);
        for (ptrdiff_t i = 0; c_ahead && i < n * (ptrdiff_t)sizeof *c; i += 64)
            __builtin_prefetch(c_ + j * c_step + c_ahead + i);
        for (ptrdiff_t i = 0; i < whole; i += LANES) {
            lanes sum = load_lanes_double(s + i);
            add_lanes(&sum, BY_COEFFICIENT(product_lanes)(c + i, &split, j * room + i));
            store_lanes(s + i, sum);
        }
        if (whole < n) {
            REAL c_tail[LANES] = {0};
            double last[LANES];
            memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
            store_lanes(last, BY_COEFFICIENT(product_lanes)(c_tail, &split, j * room + whole));
            for (ptrdiff_t i = whole; i < n; i++)
                s[i] += last[i - whole];
        }
    }
    return signs;
}

/* Adds the terms of n classes of one row to its lanes; `last` says that nothing may be read past them. */
ALWAYS_INLINE void BY_COEFFICIENT(add_terms_of_row)(const REAL *c, const float *y, const split_singles *of,
                                                    ptrdiff_t first, ptrdiff_t n, int last, lanes *sum)
{
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        prefetch_lanes(c + i, y + i, sizeof *c, i);
        add_lanes(sum, BY_COEFFICIENT(product_lanes)(c + i, of, first + i));
    }
    if (i < n) {
        REAL tail[LANES] = {0};
        if (last)
            memcpy(tail, c + i, (size_t)(n - i) * sizeof *c);
        add_lanes(sum, first_lanes(BY_COEFFICIENT(product_lanes)(last ? tail : c + i, of, first + i), n - i, 0.0));
    }
}

/* Rows sum_k c_k log(max(y_k, eps)), n_rows * n_classes <= BLOCK: as of terms and sum_rows, and the terms stay in
   registers. */
static int BY_COEFFICIENT(term_rows_single)(const void *c_, const void *y_, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                            double eps, double most, double *rows)
{
    const REAL *c = c_;
    const float *y = y_;
    split_singles split;
    int signs = BY_COEFFICIENT(split_all_terms)(c, y, n_rows * n_classes, (float)eps, (float)most, &split, 0);
    for (ptrdiff_t i = 0; i < n_rows; i++) {
        ptrdiff_t first = i * n_classes;
        lanes sum = all_lanes(0.0);
        BY_COEFFICIENT(add_terms_of_row)(c + first, y + first, &split, first, n_classes, i + 1 == n_rows, &sum);
        rows[i] = join_single_lanes(sum);
    }
    return signs;
}

/* A piece of one row, from a multiple of LANES on, to its lanes s[8]; n <= BLOCK. */
static int BY_COEFFICIENT(term_piece_single)(const void *c_, const void *y_, ptrdiff_t n, ptrdiff_t n_classes,
                                             double eps, double most, double *s, double *low)
{
    const REAL *c = c_;
    const float *y = y_;
    split_singles split;
    int signs = BY_COEFFICIENT(split_all_terms)(c, y, n, (float)eps, (float)most, &split, 0);
    lanes sum = load_lanes_double(s);
    (void)n_classes;
    (void)low;
    BY_COEFFICIENT(add_terms_of_row)(c, y, &split, 0, n, 1, &sum);
    store_lanes(s, sum);
    return signs;
}
