#include "numbers.h"
#include <math.h>
#include <string.h>

enum { ONE = 2148, SMALLEST = 1074, FIRST_OCTET = ONE / 8 }; /* places of bits: of 1, and of the smallest double */

const xentc_place xentc_places_of_products[7] = {{0, 0, -1}, {0, 1, 2},  {0, 3, -1}, {1, 0, -1},
                                                 {1, 1, 2},  {1, 3, -1}, {2, 0, 1}};
const xentc_place xentc_places_of_bins[3] = {{0, 0, -1}, {0, 1, -1}, {0, 2, -1}};

void xentc_number_clear(xentc_number *number)
{
    if (number->low <= number->high)
        memset(number->digit + number->low, 0, (size_t)(number->high - number->low + 1) * sizeof *number->digit);
    number->low = XENTC_NUMBER_DIGITS;
    number->high = -1;
    number->negative = 0;
    memset(number->n_not_finite, 0, sizeof number->n_not_finite);
}

/* Adds m 2^place units. */
static void add_bits(xentc_number *number, uint64_t m, int place, int negative)
{
    int at = place / 32, shift = place % 32;
    uint64_t high = m >> 32 << shift; /* below 2^63 */
    m = (m & 0xffffffff) << shift;
    int64_t part[3] = {(int64_t)(m & 0xffffffff), (int64_t)((m >> 32) + (high & 0xffffffff)), (int64_t)(high >> 32)};
    for (int i = 0; i < 3; i++)
        number->digit[at + i] += negative ? -part[i] : part[i];
    number->low = at < number->low ? at : number->low;
    number->high = at + 2 > number->high ? at + 2 : number->high;
}

/* Adds a finite double. */
void xentc_number_add(xentc_number *number, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int field = (int)(bits >> 52 & 0x7ff);
    uint64_t mantissa = (bits & UINT64_C(0xfffffffffffff)) | (uint64_t)(field > 0) << 52;
    if (mantissa)
        add_bits(number, mantissa, (field ? field - 1 : 0) + ONE - SMALLEST, (int)(bits >> 63));
}

/* Adds digits that are carried (all but the last in 0 .. 2^32 - 1), the first of them at a place. */
void xentc_number_add_digits(xentc_number *number, const int64_t *digit, int n, int place)
{
    for (int i = 0; i < n; i++)
        if (digit[i])
            add_bits(number, digit[i] < 0 ? -(uint64_t)digit[i] : (uint64_t)digit[i], place + 32 * i, digit[i] < 0);
}

/* Sign and magnitude: every digit in 0 .. 2^32 - 1. */
static void carry(xentc_number *number)
{
    int64_t carried = 0;
    int end = number->high + 3; /* a digit took a few numbers below 2^63 */
    end = end < XENTC_NUMBER_DIGITS ? end : XENTC_NUMBER_DIGITS;
    for (int i = number->low; i < end; i++) {
        int64_t digit = number->digit[i] + carried;
        number->digit[i] = digit & 0xffffffff;
        carried = digit >> 32;
    }
    number->high = end - 1;
    number->negative = carried < 0;
    carried = 1;
    for (int i = number->low; number->negative && i < end; i++) {
        carried += ~number->digit[i] & 0xffffffff;
        number->digit[i] = carried & 0xffffffff;
        carried >>= 32;
    }
}

static ptrdiff_t write_count(uint64_t x, uint8_t *to)
{
    ptrdiff_t n = 0;
    for (; x >= 128; x >>= 7)
        to[n++] = (uint8_t)(x | 128);
    to[n++] = (uint8_t)x;
    return n;
}

static ptrdiff_t read_count(const uint8_t *from, ptrdiff_t n, uint64_t *x)
{
    *x = 0;
    for (ptrdiff_t i = 0; i < n && i < 9; i++) {
        *x |= (uint64_t)(from[i] & 127) << (7 * i);
        if (from[i] < 128)
            return i + 1;
    }
    return 0;
}

static int octet(const xentc_number *number, int i) { return (int)(number->digit[i / 4] >> (8 * (i % 4)) & 255); }

ptrdiff_t xentc_number_write(xentc_number *number, uint8_t *to)
{
    const int64_t *odd = number->n_not_finite;
    int first = 0, end = 0;
    if (number->low <= number->high) {
        carry(number);
        first = 4 * number->low;
        end = 4 * (number->high + 1);
        while (first < end && !octet(number, first))
            first++;
        while (first < end && !octet(number, end - 1))
            end--;
    }
    int any = (odd[0] | odd[1] | odd[2]) != 0, place = first - FIRST_OCTET;
    uint64_t length = (uint64_t)(end - first);
    ptrdiff_t n = write_count(4 * length + 2 * (uint64_t)(length && number->negative) + (uint64_t)any, to);
    if (length)
        n += write_count((uint64_t)(place < 0 ? -2 * place - 1 : 2 * place), to + n);
    for (int i = first; i < end; i++)
        to[n++] = (uint8_t)octet(number, i);
    for (int i = 0; any && i < 3; i++)
        n += write_count((uint64_t)odd[i], to + n);
    return n;
}

ptrdiff_t xentc_number_read(xentc_number *number, const uint8_t *from, ptrdiff_t n)
{
    uint64_t head, place, count;
    ptrdiff_t at = read_count(from, n, &head), step;
    uint64_t length = head / 4;
    if (!at || length > 4 * XENTC_NUMBER_DIGITS)
        return 0;
    if (length) {
        step = read_count(from + at, n - at, &place);
        at += step;
        if (!step || place > 8 * XENTC_NUMBER_DIGITS || n - at < (ptrdiff_t)length)
            return 0;
        int first = FIRST_OCTET + (place % 2 ? -(int)(place / 2) - 1 : (int)(place / 2));
        if (first < 0 || first + (int)length > 4 * (XENTC_PRODUCT_DIGITS - 2))
            return 0;
        for (int i = first; i < first + (int)length; i++)
            number->digit[i / 4] |= (int64_t)from[at++] << (8 * (i % 4));
        number->low = first / 4;
        number->high = (first + (int)length - 1) / 4;
        number->negative = (int)(head / 2 % 2);
    }
    for (int i = 0; head % 2 && i < 3; i++) {
        step = read_count(from + at, n - at, &count);
        if (!step)
            return 0;
        at += step;
        number->n_not_finite[i] = (int64_t)count;
    }
    return at;
}

/* The place of the highest bit that is set, -1 where none is. */
static int top_bit(xentc_number *number)
{
    while (number->high >= number->low && !number->digit[number->high])
        number->high--;
    return number->high < number->low ? -1
                                      : 32 * number->high + 31 - __builtin_clz((unsigned)number->digit[number->high]);
}

int xentc_number_split(xentc_number *number, int most, double *x)
{
    int n = 0, top = top_bit(number);
    if (top >= ONE + most)
        return 0;
    for (; top >= ONE - SMALLEST; top = top_bit(number)) {
        int lowest = top - 52 > ONE - SMALLEST ? top - 52 : ONE - SMALLEST; /* bits lowest .. top, at most 53 */
        uint64_t m = 0;
        for (int i = top / 32; i >= lowest / 32; i--) {
            int down = i == lowest / 32 ? lowest % 32 : 0;
            m = m << (32 - down) | (uint64_t)number->digit[i] >> down;
            number->digit[i] &= ((int64_t)1 << down) - 1;
        }
        double chunk = ldexp((double)m, lowest - ONE);
        x[n++] = number->negative ? -chunk : chunk;
    }
    return n;
}

void xentc_number_to_digits(const xentc_number *number, int64_t *digit, int place)
{
    int down = place % 32;
    for (int i = number->low; i <= number->high; i++) {
        int64_t low = (int64_t)((uint64_t)number->digit[i] << (32 - down) & 0xffffffff),
                high = number->digit[i] >> down;
        int at = i - place / 32; /* digits of the number lie `down` bits below those of `digit` */
        if (at > 0 && low)
            digit[at - 1] += number->negative ? -low : low;
        if (at >= 0 && high)
            digit[at] += number->negative ? -high : high;
    }
}
