/* Made by tools/make_constants.py; a test holds this file to it. Do not edit. */

#ifndef XENTC_CONSTANTS_H
#define XENTC_CONSTANTS_H

/* ln 2 in two parts: LN2_HIGH has 42 bits, so e * LN2_HIGH is exact for every exponent e of a double.
   LN2_HIGH + LN2_LOW misses ln 2 by 2^-102.0. */
#define LN2 (0x1.62e42fefa39efp-1)
#define LN2_HIGH (0x1.62e42fefa3800p-1)
#define LN2_LOW (0x1.ef35793c76730p-45)

/* Bits of sqrt(1/2): subtracting them and keeping the exponent field splits x = 2^e m with m in
   [sqrt(1/2), sqrt(2)), so that log m never cancels against e ln 2. */
#define SQRT_HALF_BITS_64 (UINT64_C(0x3fe6a09e667f3bcc))
#define SQRT_HALF_BITS_32 (UINT32_C(0x3f3504f3))

/* (2 atanh(u/2) - u) / u^3 in z = u^2, relative to 2 atanh(u/2).
   Error below 2^-59.2 on [0x0.0p+0, 0x1.e24cc824c9a4ep-4]. */
#define ATANH_0 (0x1.5555555555592p-4)
#define ATANH_1 (0x1.999999997fee6p-7)
#define ATANH_2 (0x1.24924941e0f1ap-9)
#define ATANH_3 (0x1.c71c5216226e3p-12)
#define ATANH_4 (0x1.74663c5c7ec30p-14)
#define ATANH_5 (0x1.39a1faaef51b7p-16)
#define ATANH_6 (0x1.2f02ef32d12c4p-18)

/* (log(1+f) - f) / f^2, relative to log(1+f): enough for a correctly rounded float32.
   Error below 2^-35.7 on [-0x1.2bec333018867p-2, 0x1.a827999fcef32p-2]. */
#define LOG1P_0 (-0x1.00000001d92a5p-1)
#define LOG1P_1 (0x1.555555cf5a466p-2)
#define LOG1P_2 (-0x1.fffff90f39ed2p-3)
#define LOG1P_3 (0x1.999910e41f691p-3)
#define LOG1P_4 (-0x1.5556b36ac268ep-3)
#define LOG1P_5 (0x1.24abbfc7f6631p-3)
#define LOG1P_6 (-0x1.ffe4db30f27ffp-4)
#define LOG1P_7 (0x1.c2f4256604422p-4)
#define LOG1P_8 (-0x1.969f7b85cede9p-4)
#define LOG1P_9 (0x1.9a3b088656a0ep-4)
#define LOG1P_10 (-0x1.9459d395677aap-4)
#define LOG1P_11 (0x1.b6fa14e16f708p-5)

#define INVERSE_LN2 (0x1.71547652b82fep+0)

/* For float32: 16 / ln 2, ln 2 / 16 in two parts, 2^(j/16) rounded, and what that lacks, relative to it. */
#define INVERSE_STEP (0x1.71547652b82fep+4)
#define STEP_HIGH (0x1.62e4300000000p-5f)
#define STEP_LOW (-0x1.05c610ca86c39p-33f)
#define EXP2_TABLE {0x1.0000000000000p+0f, \
    0x1.0b55860000000p+0f, \
    0x1.172b840000000p+0f, \
    0x1.2387a60000000p+0f, \
    0x1.306fe00000000p+0f, \
    0x1.3dea640000000p+0f, \
    0x1.4bfdae0000000p+0f, \
    0x1.5ab07e0000000p+0f, \
    0x1.6a09e60000000p+0f, \
    0x1.7a11480000000p+0f, \
    0x1.8ace540000000p+0f, \
    0x1.9c49180000000p+0f, \
    0x1.ae89fa0000000p+0f, \
    0x1.c199be0000000p+0f, \
    0x1.d5818e0000000p+0f, \
    0x1.ea4afa0000000p+0f}
#define EXP2_REST {0x0.0p+0f, \
    0x1.8d96d40000000p-25f, \
    -0x1.9c0c220000000p-27f, \
    0x1.9649040000000p-25f, \
    0x1.1250020000000p-25f, \
    0x1.370be40000000p-25f, \
    -0x1.0a35500000000p-25f, \
    -0x1.00d8ac0000000p-27f, \
    0x1.26055c0000000p-26f, \
    -0x1.05cb440000000p-25f, \
    0x1.67a1ca0000000p-28f, \
    0x1.a3b5e40000000p-28f, \
    -0x1.f9c3040000000p-27f, \
    -0x1.6961b40000000p-28f, \
    -0x1.a5217c0000000p-28f, \
    0x1.61428e0000000p-28f}

/* (exp(r) - 1 - r) / r^2, relative to exp(r): the rest of a step.
   Error below 2^-29.2 on [-0x1.633ce8fb9f87ep-6, 0x1.633ce8fb9f87ep-6]. */
#define EXP_SINGLE_0 (0x1.00021f36ea634p-1)
#define EXP_SINGLE_1 (0x1.55559afe9390dp-3)

/* (exp(r) - 1 - r) / r^2, relative to exp(r).
   Error below 2^-56.5 on [-0x1.633ce8fb9f87ep-2, 0x1.633ce8fb9f87ep-2]. */
#define EXP_0 (0x1.000000000000ap-1)
#define EXP_1 (0x1.55555555554f9p-3)
#define EXP_2 (0x1.55555555507f4p-5)
#define EXP_3 (0x1.1111111127e77p-7)
#define EXP_4 (0x1.6c16c1844a2c4p-10)
#define EXP_5 (0x1.a01a0129b69e9p-13)
#define EXP_6 (0x1.a01999b0378dap-16)
#define EXP_7 (0x1.71df262b94d5bp-19)
#define EXP_8 (0x1.28adcc169c19ap-22)
#define EXP_9 (0x1.ad7efd05c4c20p-26)

#endif
