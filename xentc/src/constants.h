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

/* (2 atanh(u/2) - u) / u^3 in z = u^2, relative to 2 atanh(u/2).
   Error below 2^-59.2 on [0x0.0p+0, 0x1.e24cc824c9a4ep-4]. */
#define ATANH_0 (0x1.5555555555592p-4)
#define ATANH_1 (0x1.999999997fee6p-7)
#define ATANH_2 (0x1.24924941e0f1ap-9)
#define ATANH_3 (0x1.c71c5216226e3p-12)
#define ATANH_4 (0x1.74663c5c7ec30p-14)
#define ATANH_5 (0x1.39a1faaef51b7p-16)
#define ATANH_6 (0x1.2f02ef32d12c4p-18)

/* For float32: the bits where the first of 128 cells of a binade begins, and {1/m_0, log m_0} of each. */
#define LOG_CELL_BITS 7
#define LOG_CELL_ORIGIN (UINT32_C(0x3f348000))
#define LOG_CELLS {{0x1.6a13ce0000000p+0, -0x1.6300334baac3cp-2}, \
    {0x1.6816820000000p+0, -0x1.5d5bdfa595f2ap-2}, \
    {0x1.661ec60000000p+0, -0x1.57bf73648d1f4p-2}, \
    {0x1.642c860000000p+0, -0x1.522ae1b38a3d5p-2}, \
    {0x1.623fa80000000p+0, -0x1.4c9e0b8172c37p-2}, \
    {0x1.6058160000000p+0, -0x1.4718dc171c41bp-2}, \
    {0x1.5e75bc0000000p+0, -0x1.419b438d5e8c4p-2}, \
    {0x1.5c98820000000p+0, -0x1.3c2525533317bp-2}, \
    {0x1.5ac0560000000p+0, -0x1.36b67563e110fp-2}, \
    {0x1.58ed240000000p+0, -0x1.314f20fd35cd3p-2}, \
    {0x1.571ed40000000p+0, -0x1.2bef087dc9353p-2}, \
    {0x1.5555560000000p+0, -0x1.269623134db8ap-2}, \
    {0x1.5390940000000p+0, -0x1.21445520eb8cfp-2}, \
    {0x1.51d07e0000000p+0, -0x1.1bf99425a6b8cp-2}, \
    {0x1.5015020000000p+0, -0x1.16b5ced2cfb6bp-2}, \
    {0x1.4e5e0a0000000p+0, -0x1.1178e6c27e478p-2}, \
    {0x1.4cab880000000p+0, -0x1.0c42d516162dfp-2}, \
    {0x1.4afd6a0000000p+0, -0x1.071385f4d5862p-2}, \
    {0x1.49539e0000000p+0, -0x1.01eae4aa6c690p-2}, \
    {0x1.47ae140000000p+0, -0x1.f991c3cb3b370p-3}, \
    {0x1.460cbc0000000p+0, -0x1.ef5adb2dcffdcp-3}, \
    {0x1.446f860000000p+0, -0x1.e530edde7100ep-3}, \
    {0x1.42d6620000000p+0, -0x1.db13d8bd4893bp-3}, \
    {0x1.4141420000000p+0, -0x1.d10383e655e65p-3}, \
    {0x1.3fb0140000000p+0, -0x1.c6ffbc8f00f71p-3}, \
    {0x1.3e22cc0000000p+0, -0x1.bd0874c3bd8abp-3}, \
    {0x1.3c995a0000000p+0, -0x1.b31d83a5bce39p-3}, \
    {0x1.3b13b20000000p+0, -0x1.a93ed8c8ad9cap-3}, \
    {0x1.3991c20000000p+0, -0x1.9f6c3b808964cp-3}, \
    {0x1.3813820000000p+0, -0x1.95a5b2ef70165p-3}, \
    {0x1.3698e00000000p+0, -0x1.8beb03b38fe73p-3}, \
    {0x1.3521d00000000p+0, -0x1.823c18551a3bep-3}, \
    {0x1.33ae460000000p+0, -0x1.7898da4444c6fp-3}, \
    {0x1.323e340000000p+0, -0x1.6f01247756aaap-3}, \
    {0x1.30d1900000000p+0, -0x1.6574eb68c133ap-3}, \
    {0x1.2f684c0000000p+0, -0x1.5bf407b543db1p-3}, \
    {0x1.2e025c0000000p+0, -0x1.527e5e2a1b58dp-3}, \
    {0x1.2c9fb40000000p+0, -0x1.4913d2733b540p-3}, \
    {0x1.2b404a0000000p+0, -0x1.3fb454c9928adp-3}, \
    {0x1.29e4120000000p+0, -0x1.365fc6c159004p-3}, \
    {0x1.288b020000000p+0, -0x1.2d16169868118p-3}, \
    {0x1.27350c0000000p+0, -0x1.23d715e49c1f7p-3}, \
    {0x1.25e2280000000p+0, -0x1.1aa2bea23f6fcp-3}, \
    {0x1.24924a0000000p+0, -0x1.1178ee227e458p-3}, \
    {0x1.2345680000000p+0, -0x1.08598e99e39fcp-3}, \
    {0x1.21fb780000000p+0, -0x1.fe89129dbd565p-4}, \
    {0x1.20b4700000000p+0, -0x1.ec738d30a10e3p-4}, \
    {0x1.1f70480000000p+0, -0x1.da727838446a0p-4}, \
    {0x1.1e2ef40000000p+0, -0x1.c885845bc4b1ap-4}, \
    {0x1.1cf06a0000000p+0, -0x1.b6ac7c9ad5ad1p-4}, \
    {0x1.1bb4a40000000p+0, -0x1.a4e763cb1bc38p-4}, \
    {0x1.1a7b960000000p+0, -0x1.9335e4d594988p-4}, \
    {0x1.1945380000000p+0, -0x1.8197e2740e3f0p-4}, \
    {0x1.1811820000000p+0, -0x1.700d3deeac089p-4}, \
    {0x1.16e0680000000p+0, -0x1.5e959c59791a7p-4}, \
    {0x1.15b1e60000000p+0, -0x1.4d31165207eacp-4}, \
    {0x1.1485f00000000p+0, -0x1.3bdf4d7d1ee10p-4}, \
    {0x1.135c820000000p+0, -0x1.2aa0580471746p-4}, \
    {0x1.12358e0000000p+0, -0x1.1973b6346554fp-4}, \
    {0x1.1111120000000p+0, -0x1.08599959e39a5p-4}, \
    {0x1.0fef020000000p+0, -0x1.eea338406b7b4p-5}, \
    {0x1.0ecf560000000p+0, -0x1.ccb7265ddb24dp-5}, \
    {0x1.0db20a0000000p+0, -0x1.aaef1ccfb10bap-5}, \
    {0x1.0c97140000000p+0, -0x1.894a8349fb262p-5}, \
    {0x1.0b7e6e0000000p+0, -0x1.67c937ed4bad1p-5}, \
    {0x1.0a68100000000p+0, -0x1.466ad942de386p-5}, \
    {0x1.0953f40000000p+0, -0x1.252f4078d1811p-5}, \
    {0x1.0842100000000p+0, -0x1.0415c89e74404p-5}, \
    {0x1.0732600000000p+0, -0x1.c63d06c14aa2ap-6}, \
    {0x1.0624de0000000p+0, -0x1.8492858c8c979p-6}, \
    {0x1.0519800000000p+0, -0x1.432ab25980c41p-6}, \
    {0x1.0410420000000p+0, -0x1.0205a38935667p-6}, \
    {0x1.03091c0000000p+0, -0x1.8244e0388a0dcp-7}, \
    {0x1.0204080000000p+0, -0x1.01014f588de6dp-7}, \
    {0x1.0101020000000p+0, -0x1.0081539588355p-8}, \
    {0x1.0000000000000p+0, 0x0.0p+0}, \
    {0x1.fc07f00000000p-1, 0x1.fe02b6b106791p-8}, \
    {0x1.f81f820000000p-1, 0x1.fc0a890fc03e4p-7}, \
    {0x1.f4465a0000000p-1, 0x1.7b91acfd5b11cp-6}, \
    {0x1.f07c200000000p-1, 0x1.f82990e783380p-6}, \
    {0x1.ecc07c0000000p-1, 0x1.39e86e1febd8dp-5}, \
    {0x1.e9131a0000000p-1, 0x1.77459be32dd23p-5}, \
    {0x1.e573ac0000000p-1, 0x1.b42de091971d5p-5}, \
    {0x1.e1e1e20000000p-1, 0x1.f0a30a01162a7p-5}, \
    {0x1.de5d6e0000000p-1, 0x1.1653710a37ae3p-4}, \
    {0x1.dae6080000000p-1, 0x1.341d7461bd1ddp-4}, \
    {0x1.d77b660000000p-1, 0x1.51b06dd061852p-4}, \
    {0x1.d41d420000000p-1, 0x1.6f0d272e56b4dp-4}, \
    {0x1.d0cb580000000p-1, 0x1.8c3465e319b45p-4}, \
    {0x1.cd85680000000p-1, 0x1.a926d8a4ad570p-4}, \
    {0x1.ca4b300000000p-1, 0x1.c5e54bf5bc748p-4}, \
    {0x1.c71c720000000p-1, 0x1.e27074e2af2e8p-4}, \
    {0x1.c3f8f00000000p-1, 0x1.fec9141dbeabbp-4}, \
    {0x1.c0e0700000000p-1, 0x1.0d77e8cd08e5ap-3}, \
    {0x1.bdd2b80000000p-1, 0x1.1b72b012f67a8p-3}, \
    {0x1.bacf920000000p-1, 0x1.29552c41ff52ep-3}, \
    {0x1.b7d6c40000000p-1, 0x1.371fc161e8f75p-3}, \
    {0x1.b4e81c0000000p-1, 0x1.44d2b38cb7d29p-3}, \
    {0x1.b203640000000p-1, 0x1.526e5e5a1b438p-3}, \
    {0x1.af286c0000000p-1, 0x1.5ff3060a793d5p-3}, \
    {0x1.ac57020000000p-1, 0x1.6d60fce19d21fp-3}, \
    {0x1.a98ef60000000p-1, 0x1.7ab890410d909p-3}, \
    {0x1.a6d01a0000000p-1, 0x1.87fa08620c915p-3}, \
    {0x1.a41a420000000p-1, 0x1.9525a80f456b8p-3}, \
    {0x1.a16d400000000p-1, 0x1.a23bbffe2b567p-3}, \
    {0x1.9ec8ea0000000p-1, 0x1.af3c91880bffep-3}, \
    {0x1.9c2d140000000p-1, 0x1.bc286be2d8cecp-3}, \
    {0x1.99999a0000000p-1, 0x1.c8ff7a79a9a26p-3}, \
    {0x1.970e500000000p-1, 0x1.d5c21434fbb98p-3}, \
    {0x1.948b100000000p-1, 0x1.e27075e2af2e7p-3}, \
    {0x1.920fb40000000p-1, 0x1.ef0adfddc5940p-3}, \
    {0x1.8f9c180000000p-1, 0x1.fb918bd5e3e44p-3}, \
    {0x1.8d30180000000p-1, 0x1.04025b6b4d04ap-2}, \
    {0x1.8acb900000000p-1, 0x1.0a3250a7390f0p-2}, \
    {0x1.886e600000000p-1, 0x1.1058bd1ae4ae2p-2}, \
    {0x1.8618620000000p-1, 0x1.1675c97aba611p-2}, \
    {0x1.83c9780000000p-1, 0x1.1c898b36999fdp-2}, \
    {0x1.8181820000000p-1, 0x1.22941e6cf7969p-2}, \
    {0x1.7f40600000000p-1, 0x1.2895a0bde86a4p-2}, \
    {0x1.7d05f40000000p-1, 0x1.2e8e2bee11d31p-2}, \
    {0x1.7ad2200000000p-1, 0x1.347ddb2987d59p-2}, \
    {0x1.78a4c80000000p-1, 0x1.3a64c596945eap-2}, \
    {0x1.767dce0000000p-1, 0x1.404309206a7e5p-2}, \
    {0x1.745d180000000p-1, 0x1.4618ba21c5ecap-2}, \
    {0x1.7242880000000p-1, 0x1.4be5f937778a1p-2}, \
    {0x1.702e060000000p-1, 0x1.51aad7c2df82ep-2}, \
    {0x1.6e1f760000000p-1, 0x1.5767736c55a74p-2}, \
    {0x1.6c16c20000000p-1, 0x1.5d1bda55809d0p-2}}

/* (log(1 + r) - r) / r^2, relative to log(1 + r), in a cell.
   Error below 2^-46.5 on [-0x1.0000000000000p-8, 0x1.0000000000000p-8]. */
#define LOG_SINGLE_0 (-0x1.ffffffffcab9ep-2)
#define LOG_SINGLE_1 (0x1.55555554f5961p-2)
#define LOG_SINGLE_2 (-0x1.0000d543bc187p-2)
#define LOG_SINGLE_3 (0x1.999b7dab4d373p-3)

#define INVERSE_LN2 (0x1.71547652b82fep+0)

/* For float32: 8 / ln 2, ln 2 / 8 in two parts, the bits of 2^(j/8) rounded less j 2^20, and what it
   lacks, relative to it; twice, so that they fill the widest vector. */
#define INVERSE_STEP (0x1.71547652b82fep+3)
#define STEP_HIGH (0x1.62e4300000000p-4f)
#define STEP_LOW (-0x1.05c610ca86c39p-32f)
#define EXP2_TABLE {0x3f800000, \
    0x3f7b95c2, \
    0x3f7837f0, \
    0x3f75fed7, \
    0x3f7504f3, \
    0x3f75672a, \
    0x3f7744fd, \
    0x3f7ac0c7, \
    0x3f800000, \
    0x3f7b95c2, \
    0x3f7837f0, \
    0x3f75fed7, \
    0x3f7504f3, \
    0x3f75672a, \
    0x3f7744fd, \
    0x3f7ac0c7}
#define EXP2_LACK {0x0.0p+0f, \
    -0x1.9c0c220000000p-27f, \
    0x1.1250020000000p-25f, \
    -0x1.0a35500000000p-25f, \
    0x1.26055c0000000p-26f, \
    0x1.67a1ca0000000p-28f, \
    -0x1.f9c3040000000p-27f, \
    -0x1.a5217c0000000p-28f, \
    0x0.0p+0f, \
    -0x1.9c0c220000000p-27f, \
    0x1.1250020000000p-25f, \
    -0x1.0a35500000000p-25f, \
    0x1.26055c0000000p-26f, \
    0x1.67a1ca0000000p-28f, \
    -0x1.f9c3040000000p-27f, \
    -0x1.a5217c0000000p-28f}

/* (exp(r) - 1 - r) / r^2, relative to exp(r): the rest of a step.
   Error below 2^-32.4 on [-0x1.633ce8fb9f87ep-5, 0x1.633ce8fb9f87ep-5]. */
#define EXP_SINGLE_0 (0x1.0000006e1369bp-1)
#define EXP_SINGLE_1 (0x1.555c7933d731dp-3)
#define EXP_SINGLE_2 (0x1.554837ced3cb9p-5)

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
