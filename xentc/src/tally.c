#include "tally.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The same elements in a larger place, the new ones `fill`. */
static int grow(void **array, ptrdiff_t n, ptrdiff_t room, size_t size, int fill)
{
    char *larger = room < PTRDIFF_MAX / (ptrdiff_t)size ? realloc(*array, (size_t)room * size) : NULL;
    if (!larger)
        return 0;
    memset(larger + (size_t)n * size, fill, (size_t)(room - n) * size);
    *array = larger;
    return 1;
}

int xentc_tally_start(xentc_tally *tally, int n_quads, ptrdiff_t n_keys)
{
    memset(tally, 0, sizeof *tally);
    tally->n_quads = n_quads;
    tally->stride = (ptrdiff_t)(sizeof(xentc_slot) + (size_t)n_quads * XENTC_PARTS * XENTC_QUAD * sizeof(double));
    return xentc_tally_more_keys(tally, n_keys);
}

int xentc_tally_more_keys(xentc_tally *tally, ptrdiff_t n_keys)
{
    if (n_keys <= tally->n_keys)
        return 1;
    if (!grow((void **)&tally->slot_of, tally->n_keys, n_keys, sizeof *tally->slot_of, -1))
        return 0;
    tally->n_keys = n_keys;
    return 1;
}

int xentc_tally_new_slot(xentc_tally *tally, ptrdiff_t key)
{
    if (tally->n_slots == tally->room) {
        ptrdiff_t room = tally->room ? 2 * tally->room : 16;
        if (room > INT32_MAX || !grow((void **)&tally->slots, tally->room, room, (size_t)tally->stride, 0))
            return 0;
        if (!grow((void **)&tally->excess, tally->room * tally->n_quads, room * tally->n_quads, sizeof *tally->excess,
                  0))
            return 0;
        tally->room = room;
    }
    xentc_slot_at(tally, tally->n_slots)->key = key;
    tally->slot_of[key] = (int32_t)tally->n_slots++;
    return 1;
}

xentc_excess *xentc_tally_excess(xentc_tally *tally, ptrdiff_t slot, int quad)
{
    xentc_excess **excess = tally->excess + slot * tally->n_quads + quad;
    if (!*excess)
        *excess = calloc(1, sizeof **excess);
    return *excess;
}

void xentc_tally_free(xentc_tally *tally)
{
    for (ptrdiff_t i = 0; i < tally->n_slots * tally->n_quads; i++)
        free(tally->excess[i]);
    free(tally->excess);
    free(tally->slots);
    free(tally->slot_of);
    memset(tally, 0, sizeof *tally);
}

/* x as an integer times 2^-1074: a mantissa and its place. */
static uint64_t mantissa_of(double x, int *place)
{
    int exponent;
    double fraction = frexp(fabs(x), &exponent); /* in [1/2, 1) */
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
    *place = exponent - 53 + 1074;
    if (*place < 0) { /* a subnormal number has fewer digits */
        mantissa >>= -*place;
        *place = 0;
    }
    return mantissa;
}

void xentc_product_sum_carry(xentc_product_sum *sum)
{
    int64_t carry = 0;
    for (int i = 0; i < XENTC_PRODUCT_DIGITS - 1; i++) {
        int64_t digit = sum->digit[i] + carry;
        sum->digit[i] = digit & 0xffffffff;
        carry = digit >> 32;
    }
    sum->digit[XENTC_PRODUCT_DIGITS - 1] += carry;
    sum->n_since_carry = 0;
}

/* Adds x y, of any finite x and y. */
void xentc_product_sum_add(xentc_product_sum *sum, double x, double y)
{
    int place_x, place_y, negative = signbit(x) != signbit(y);
    unsigned __int128 product = (unsigned __int128)mantissa_of(x, &place_x) * mantissa_of(y, &place_y);
    int place = place_x + place_y, shift = place % 32;
    int64_t *digit = sum->digit + place / 32;
    unsigned __int128 low = product << shift, high = shift ? product >> (128 - shift) : 0;
    for (int i = 0; i < 5; i++) {
        int64_t part = (int64_t)((i < 4 ? low >> (32 * i) : high) & 0xffffffff);
        digit[i] += negative ? -part : part;
    }
    if (++sum->n_since_carry >= (INT64_C(1) << 30))
        xentc_product_sum_carry(sum);
}
