/* Exact sums as bytes, in a form that depends on their value alone: what an evaluation's byte form is made of.

   A number is an integer times 2^-2148, and how many of its terms were infinite or NaN:

       head    4 length + 2 (negative) + 1 (any term was not finite), as 7 bits an octet, the last of which is below 128
       place   of the first octet, as 7 bits an octet: 2 p, or -2 p - 1 where p is negative; p = 0 is that of 2^-4 to
               2^3
       octets  of the magnitude from there on, the low ones first; neither the first nor the last is 0
       terms   if any was not finite: how many were inf, -inf and NaN, as 7 bits an octet

   A number of length 0 has no place. */
#ifndef XENTC_NUMBERS_H
#define XENTC_NUMBERS_H

#include "tally.h"

enum {
    XENTC_NUMBER_DIGITS = XENTC_PRODUCT_DIGITS + 4,
    XENTC_NUMBER_BYTES = 4 * XENTC_NUMBER_DIGITS + 64, /* at most */
    XENTC_NUMBER_DOUBLES = 32 * XENTC_NUMBER_DIGITS / 53 + 1,
};

/* Digits of base 2^32, all 0 outside low .. high. */
typedef struct {
    int64_t digit[XENTC_NUMBER_DIGITS];
    int low, high, negative;
    int64_t n_not_finite[3];
} xentc_number;

/* Which of a tally's sums is a number: sum `first` of a quad, and if it is one of products, of which two doubles hold
   each, `second` too; else that is -1. */
typedef struct {
    int quad, first, second;
} xentc_place;

extern const xentc_place xentc_places_of_products[7]; /* of classes and groups; without weights the first three */
extern const xentc_place xentc_places_of_bins[3];

void xentc_number_clear(xentc_number *number);
void xentc_number_add(xentc_number *number, double x);
void xentc_number_add_digits(xentc_number *number, const int64_t *digit, int n, int place);

/* To no more than XENTC_NUMBER_BYTES octets; returns how many. What is left of the number is to be cleared. */
ptrdiff_t xentc_number_write(xentc_number *number, uint8_t *to);

/* A cleared number from up to n octets; returns how many it took, 0 if they are not well-formed. */
ptrdiff_t xentc_number_read(xentc_number *number, const uint8_t *from, ptrdiff_t n);

/* A number that was read as doubles, the largest first; returns how many. What they cannot hold is left of it: all
   where it is above `most`, a power of two, and what is below 2^-1074. */
int xentc_number_split(xentc_number *number, int most, double *x);

/* Adds a number that was read, whose lowest bit is not below a place, to digits of base 2^32, the first at that
   place. */
void xentc_number_to_digits(const xentc_number *number, int64_t *digit, int place);

#endif
