/* Tallies: exact sums of doubles for each of many keys (a class, a bin, a group), a few hundred bytes a key.

   A key's sums come in quads, four that are added together. A quad is three doubles a sum, part[0] + part[1] + part[2],
   filled by cascaded TwoSums (fold.h): they hold 159 bits, nearly always all there are. What the third TwoSum loses goes
   to digits (exact.h) of that key alone, which few keys need. Nothing is ever rounded, so that order, threads and
   merging cannot change a sum. */
#ifndef XENTC_TALLY_H
#define XENTC_TALLY_H

#include "exact.h"
#include <stddef.h>
#include <stdint.h>

enum {
    XENTC_QUAD = 4,
    XENTC_PARTS = 3,
    XENTC_TALLY_ROWS = 64,      /* rows at a time: what they lose stays in the L1 cache */
    XENTC_PRODUCT_DIGITS = 136, /* of a sum of products: (2 * 2045 + 106 + 32) / 32, and two for carries */
};

/* The head of a slot; its quads follow, double[XENTC_PARTS][XENTC_QUAD] each. */
typedef struct {
    int64_t count, hits, key, unused;
} xentc_slot;

/* A sum of products of doubles, as base-2^32 digits of an integer times 2^-2148. */
typedef struct {
    int64_t digit[XENTC_PRODUCT_DIGITS];
    int64_t n_since_carry;
} xentc_product_sum;

/* What a quad's parts could not hold. Products out of the range in which two doubles hold them are in `product`. */
typedef struct {
    xentc_exact sum[XENTC_QUAD];
    xentc_product_sum product;
} xentc_excess;

typedef struct {
    int n_quads;
    ptrdiff_t stride; /* bytes from one slot to the next */
    ptrdiff_t n_slots, room;
    char *slots;
    xentc_excess **excess; /* room * n_quads of them, NULL where there is none */
    ptrdiff_t n_keys;      /* keys are 0 .. n_keys - 1 */
    int32_t *slot_of;      /* the slot of each key, -1 for those not met */
} xentc_tally;

/* All return 0 when out of memory, and then leave the tally as it was. */
int xentc_tally_start(xentc_tally *tally, int n_quads, ptrdiff_t n_keys);
int xentc_tally_more_keys(xentc_tally *tally, ptrdiff_t n_keys);
int xentc_tally_new_slot(xentc_tally *tally, ptrdiff_t key);
xentc_excess *xentc_tally_excess(xentc_tally *tally, ptrdiff_t slot, int quad);
void xentc_tally_free(xentc_tally *tally);

void xentc_product_sum_add(xentc_product_sum *sum, double x, double y);
void xentc_product_sum_carry(xentc_product_sum *sum);

static inline xentc_slot *xentc_slot_at(const xentc_tally *tally, ptrdiff_t slot)
{
    return (xentc_slot *)(tally->slots + slot * tally->stride);
}

static inline double *xentc_parts_at(const xentc_tally *tally, ptrdiff_t slot, int quad)
{
    return (double *)(xentc_slot_at(tally, slot) + 1) + quad * (XENTC_PARTS * XENTC_QUAD);
}

#endif

#ifdef XENTC_TIER_BODY

typedef double quad __attribute__((vector_size(8 * XENTC_QUAD), aligned(8), may_alias));

typedef uint64_t quad_bits __attribute__((vector_size(8 * XENTC_QUAD), aligned(8), may_alias));

ALWAYS_INLINE void two_sum_quad(quad *s, quad *s_low, quad h, quad l)
{
    quad sum = *s + h, part = sum - *s;
    *s_low += ((*s - (sum - part)) + (h - part)) + l;
    *s = sum;
}

/* Adds n rows, n <= XENTC_TALLY_ROWS: to slot[i] the sums x[i][0 .. n_quads - 1], a row, and hit[i]. What the parts
   lose goes to `lost`, as x; returns whether anything did. No sum may overflow: no |x| is above 2^900.

   Two parts hold 106 bits. What they lose is nearly always nothing, and goes to the third ones afterwards. */
static int tally_rows(char *slots, ptrdiff_t stride, int n_quads, const uint32_t *slot, const uint8_t *hit,
                      const double *x, ptrdiff_t n, double *lost)
{
    quad_bits any = {0};
    double *to = lost;
    for (ptrdiff_t i = 0; i < n; i++) {
        xentc_slot *head = (xentc_slot *)(slots + slot[i] * stride);
        quad *part = (quad *)(head + 1);
        head->count++;
        head->hits += hit[i];
        for (int q = 0; q < n_quads; q++, part += XENTC_PARTS, x += XENTC_QUAD, to += XENTC_QUAD) {
            quad high = part[0], middle = part[1], zero = {0}, error = zero, low = zero;
            two_sum_quad(&high, &error, *(const quad *)x, zero);
            two_sum_quad(&middle, &low, error, zero);
            part[0] = high;
            part[1] = middle;
            *(quad *)to = low;
            any |= (quad_bits)low;
        }
    }
    any <<= 1; /* signs of zeros */
    if (__builtin_expect((any[0] | any[1] | any[2] | any[3]) == 0, 1))
        return 0;
    any = (quad_bits){0};
    to = lost;
    for (ptrdiff_t i = 0; i < n; i++) {
        quad *part = (quad *)((xentc_slot *)(slots + slot[i] * stride) + 1);
        for (int q = 0; q < n_quads; q++, part += XENTC_PARTS, to += XENTC_QUAD) {
            quad low = part[2], zero = {0}, last = zero;
            two_sum_quad(&low, &last, *(quad *)to, zero);
            part[2] = low;
            *(quad *)to = last;
            any |= (quad_bits)last;
        }
    }
    any <<= 1;
    return (any[0] | any[1] | any[2] | any[3]) != 0;
}

#endif
