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

/* For float64: the bits where the first of 256 cells of a binade begins, and of each a pair: 1/c in the
   first 22 bits of a double, the low part of log c in its other 42, as its first ones; and the high part.
   log(1 + r) - r is at most 2^-9.9 of log x, but for x = 1. */
#define LOG_DOUBLE_CELL_BITS 8
#define LOG_DOUBLE_ORIGIN (UINT64_C(0x3fe6980000000000))
#define LOG_DOUBLE_CELLS {{0x1.6a2f4f952f6f6p+0, -0x1.62c82f2b9c000p-2}, \
    {0x1.692f4ba790e7cp+0, -0x1.5ff3070a79000p-2}, \
    {0x1.680f4e35af727p+0, -0x1.5d1bdbf581000p-2}, \
    {0x1.670f3798ebcb8p+0, -0x1.5a42ab0f4d000p-2}, \
    {0x1.660f4d93ab655p+0, -0x1.5767717456000p-2}, \
    {0x1.652f48c59f98cp+0, -0x1.548a2c3add000p-2}, \
    {0x1.640f4fd2f636cp+0, -0x1.51aad872e0000p-2}, \
    {0x1.632f48d35eabcp+0, -0x1.4ec9732600000p-2}, \
    {0x1.620f4f5f24b36p+0, -0x1.4be5f95778000p-2}, \
    {0x1.618f4e688d3b0p+0, -0x1.4a7373ced0000p-2}, \
    {0x1.60af4bb226fc3p+0, -0x1.478cd5959b000p-2}, \
    {0x1.5faf4c7b8a3cep+0, -0x1.44a41b463c000p-2}, \
    {0x1.5e8f4c11a4050p+0, -0x1.41b941cce1000p-2}, \
    {0x1.5d8f4180a189fp+0, -0x1.3ecc460ef6000p-2}, \
    {0x1.5c8f4c95ed25cp+0, -0x1.3bdd24eb15000p-2}, \
    {0x1.5baf4a4160b9ap+0, -0x1.38ebdb38ed000p-2}, \
    {0x1.5b0f4fa50dab1p+0, -0x1.3772662bfe000p-2}, \
    {0x1.5a0f495653753p+0, -0x1.347dd9a988000p-2}, \
    {0x1.592f4613eae53p+0, -0x1.31871c9544000p-2}, \
    {0x1.580f499ec7a67p+0, -0x1.2e8e2bae12000p-2}, \
    {0x1.570f49b6c4b5bp+0, -0x1.2b9303ab8a000p-2}, \
    {0x1.562f4ea35eb49p+0, -0x1.2895a13de8000p-2}, \
    {0x1.55af4d3d3c7d8p+0, -0x1.27161913f8000p-2}, \
    {0x1.54af4c03ffcc9p+0, -0x1.241558bfd1000p-2}, \
    {0x1.53af4e0b9e2e9p+0, -0x1.2112559861000p-2}, \
    {0x1.52af4ebe3caa7p+0, -0x1.1e0d0c3371000p-2}, \
    {0x1.520f4e0504397p+0, -0x1.1c898c169a000p-2}, \
    {0x1.512f4adece9e9p+0, -0x1.1980d2dd42000p-2}, \
    {0x1.502f4e0e039ccp+0, -0x1.1675cababa000p-2}, \
    {0x1.4f0f4f4fa1267p+0, -0x1.136870293b000p-2}, \
    {0x1.4e8f4a91fe23fp+0, -0x1.11e0e2dada000p-2}, \
    {0x1.4d8f48b71d4a1p+0, -0x1.0ed005f658000p-2}, \
    {0x1.4caf4cbccb331p+0, -0x1.0bbccdb0d2000p-2}, \
    {0x1.4c2f431afb9fcp+0, -0x1.0a324e2739000p-2}, \
    {0x1.4b0f4ef2e2e90p+0, -0x1.071b85fcd6000p-2}, \
    {0x1.4a2f3c0dae27cp+0, -0x1.0402594b4d000p-2}, \
    {0x1.49af4a5e7a274p+0, -0x1.0274dc16c2000p-2}, \
    {0x1.48af4bcc5b8cbp+0, -0x1.feb0233e60000p-3}, \
    {0x1.478f4fdd7f5a9p+0, -0x1.f871b28956000p-3}, \
    {0x1.470f48c8f8e82p+0, -0x1.f550a564b8000p-3}, \
    {0x1.460f4ac9ade72p+0, -0x1.ef0adcbdc6000p-3}, \
    {0x1.450f49a016e04p+0, -0x1.e8c0252aa6000p-3}, \
    {0x1.448f4344d2f3cp+0, -0x1.e598ed5a88000p-3}, \
    {0x1.43af4e97a0ac3p+0, -0x1.df46c0c722000p-3}, \
    {0x1.432f4e3eb0699p+0, -0x1.dc1bca0abe000p-3}, \
    {0x1.420f486ea46efp+0, -0x1.d5c216b4fc000p-3}, \
    {0x1.412f49dc48e68p+0, -0x1.cf6354e09c000p-3}, \
    {0x1.40af490240e6ap+0, -0x1.cc320c0176000p-3}, \
    {0x1.3faf4824a77b3p+0, -0x1.c5cba543ae000p-3}, \
    {0x1.3f0f4b3f5cf7cp+0, -0x1.c2968558c2000p-3}, \
    {0x1.3e2f4e6b14fcep+0, -0x1.bc286742d8000p-3}, \
    {0x1.3daf4e1d4ccc8p+0, -0x1.b8ef670420000p-3}, \
    {0x1.3c8f4efa22a42p+0, -0x1.b2797ee464000p-3}, \
    {0x1.3c0f2e9398cffp+0, -0x1.af3c94e80c000p-3}, \
    {0x1.3b2f4f8c6173dp+0, -0x1.a8becfc882000p-3}, \
    {0x1.3aaf4ee672328p+0, -0x1.a57df28244000p-3}, \
    {0x1.398f49cc2ded0p+0, -0x1.9ef83d276a000p-3}, \
    {0x1.390f487caa287p+0, -0x1.9bb362e7e0000p-3}, \
    {0x1.380f4ca5c4df6p+0, -0x1.9525a9cf46000p-3}, \
    {0x1.37af4def1aaf7p+0, -0x1.91dcc8c340000p-3}, \
    {0x1.36af44b67c841p+0, -0x1.8b46f82236000p-3}, \
    {0x1.362f4c8848100p+0, -0x1.87fa06520c000p-3}, \
    {0x1.350f4c0a94be5p+0, -0x1.815c0a1436000p-3}, \
    {0x1.34af44e79f076p+0, -0x1.7e0afd630c000p-3}, \
    {0x1.33af409d240d2p+0, -0x1.7764c128f2000p-3}, \
    {0x1.330f4c2d9b264p+0, -0x1.740f8f5404000p-3}, \
    {0x1.320f4ef1b955cp+0, -0x1.6d60fe719e000p-3}, \
    {0x1.31af4d68fe112p+0, -0x1.6a079d0f7a000p-3}, \
    {0x1.312f4ea86f6ffp+0, -0x1.66acd4272a000p-3}, \
    {0x1.300f4e161bc61p+0, -0x1.5ff3070a7a000p-3}, \
    {0x1.2f8f4ea365233p+0, -0x1.5c94007598000p-3}, \
    {0x1.2eaf4eb765377p+0, -0x1.55d1ad4232000p-3}, \
    {0x1.2e0f4de42e8e0p+0, -0x1.526e5e3a1c000p-3}, \
    {0x1.2d8f4fa6fcbecp+0, -0x1.4f099f4a24000p-3}, \
    {0x1.2caf47ba949c9p+0, -0x1.483bccce6e000p-3}, \
    {0x1.2c0f45c330585p+0, -0x1.44d2b6ccb8000p-3}, \
    {0x1.2b2f4a29ca98bp+0, -0x1.3dfc2b0ecc000p-3}, \
    {0x1.2aaf46ebeddf5p+0, -0x1.3a8eb2d31a000p-3}, \
    {0x1.2a2f4fba1de6dp+0, -0x1.371fc201e8000p-3}, \
    {0x1.290f35a02d739p+0, -0x1.303d718e48000p-3}, \
    {0x1.288f4ed7bc647p+0, -0x1.2cca0f5f60000p-3}, \
    {0x1.280f4d6e59fd1p+0, -0x1.29552f8200000p-3}, \
    {0x1.270f493482ae1p+0, -0x1.2266f190a6000p-3}, \
    {0x1.26af458558dc2p+0, -0x1.1eed90e2dc000p-3}, \
    {0x1.262f4ba029060p+0, -0x1.1b72ad52f6000p-3}, \
    {0x1.252f4558d1441p+0, -0x1.1478584674000p-3}, \
    {0x1.248f4a4ece10dp+0, -0x1.10f8e42254000p-3}, \
    {0x1.242f4f2cb34bcp+0, -0x1.0d77e7cd08000p-3}, \
    {0x1.238f4a3cc15c5p+0, -0x1.09f561ee72000p-3}, \
    {0x1.228f456a3e974p+0, -0x1.02ebb42bf4000p-3}, \
    {0x1.220f4d5155747p+0, -0x1.fec9131dc0000p-4}, \
    {0x1.218f404261fa2p+0, -0x1.f7b79fec38000p-4}, \
    {0x1.20af4d19dd227p+0, -0x1.e98b549670000p-4}, \
    {0x1.200f4a8d0b0acp+0, -0x1.e27076e2b0000p-4}, \
    {0x1.1faf4e49de15bp+0, -0x1.db5270187c000p-4}, \
    {0x1.1f0f4a5150de4p+0, -0x1.d4313d66cc000p-4}, \
    {0x1.1e2f474315d61p+0, -0x1.c5e548f5bc000p-4}, \
    {0x1.1d8f4e26de2dbp+0, -0x1.beba818148000p-4}, \
    {0x1.1d0f4c97bdef1p+0, -0x1.b78c82bb10000p-4}, \
    {0x1.1caf43fc8b064p+0, -0x1.b05b49bee4000p-4}, \
    {0x1.1baf4f3505db8p+0, -0x1.a1ef1d8060000p-4}, \
    {0x1.1b0f4a299209ap+0, -0x1.9ab4246204000p-4}, \
    {0x1.1aaf4fb770dcep+0, -0x1.9375e55594000p-4}, \
    {0x1.1a2f4ec83d6b3p+0, -0x1.8c345d6318000p-4}, \
    {0x1.198f4df573492p+0, -0x1.84ef898e84000p-4}, \
    {0x1.188f3fb2f00d7p+0, -0x1.765bf23a6c000p-4}, \
    {0x1.180f4d2d1906ep+0, -0x1.6f0d28ae58000p-4}, \
    {0x1.17af3bdc92da8p+0, -0x1.67bb0726ec000p-4}, \
    {0x1.172f4c30ec77cp+0, -0x1.60658a9374000p-4}, \
    {0x1.16af4f0a13d5dp+0, -0x1.590cafdf00000p-4}, \
    {0x1.158f4bdff84c2p+0, -0x1.4a50d3aa1c000p-4}, \
    {0x1.152f46f03bbaap+0, -0x1.42edcbea64000p-4}, \
    {0x1.148f488905653p+0, -0x1.3b87598b1c000p-4}, \
    {0x1.142f4c7424a66p+0, -0x1.341d7961bc000p-4}, \
    {0x1.13af4f87b8b2ap+0, -0x1.2cb0283f5c000p-4}, \
    {0x1.132f4d05be3eep+0, -0x1.253f62f0a0000p-4}, \
    {0x1.120f451f179dap+0, -0x1.16536eea38000p-4}, \
    {0x1.118f4e407d1b5p+0, -0x1.0ed839b554000p-4}, \
    {0x1.110f4ee3b3f93p+0, -0x1.0759835990000p-4}, \
    {0x1.10af48c0cdd0ap+0, -0x1.ffae9119b8000p-5}, \
    {0x1.100f4b5667a0dp+0, -0x1.f0a30c0118000p-5}, \
    {0x1.0f8f4bfa91992p+0, -0x1.e19070c278000p-5}, \
    {0x1.0f2f45a908f1ep+0, -0x1.d276b8adb0000p-5}, \
    {0x1.0eaf4bcb3326bp+0, -0x1.c355dd0920000p-5}, \
    {0x1.0d8f4db961281p+0, -0x1.a4fe9ffa40000p-5}, \
    {0x1.0d0f4b0520a5fp+0, -0x1.95c830ec90000p-5}, \
    {0x1.0c8f44988e84dp+0, -0x1.868a830840000p-5}, \
    {0x1.0c0f4c6077396p+0, -0x1.77458f6330000p-5}, \
    {0x1.0baf4fb307cfap+0, -0x1.67f94f0948000p-5}, \
    {0x1.0b0f4acadce56p+0, -0x1.58a5bafc90000p-5}, \
    {0x1.0aaf48471e296p+0, -0x1.494acc34d8000p-5}, \
    {0x1.0a2f4fabf5203p+0, -0x1.39e87b9fe8000p-5}, \
    {0x1.098f49e339deap+0, -0x1.2a7ec22150000p-5}, \
    {0x1.090f4cd007a6cp+0, -0x1.1b0d989240000p-5}, \
    {0x1.088f4ba2625bcp+0, -0x1.0b94f7c198000p-5}, \
    {0x1.07af4b987c596p+0, -0x1.d91a66c540000p-6}, \
    {0x1.070f4ee68042cp+0, -0x1.b9fc027b00000p-6}, \
    {0x1.068f4b5d765fbp+0, -0x1.9ace7551d0000p-6}, \
    {0x1.060f4cee556d8p+0, -0x1.7b91b07d60000p-6}, \
    {0x1.058f498eed886p+0, -0x1.5c45a51b90000p-6}, \
    {0x1.050f4da8b10cbp+0, -0x1.3cea443470000p-6}, \
    {0x1.048f45064ea10p+0, -0x1.1d7f7eb9f0000p-6}, \
    {0x1.042f37c79f3dbp+0, -0x1.fc0a8b0fc0000p-7}, \
    {0x1.03af47097825fp+0, -0x1.bcf712c740000p-7}, \
    {0x1.030f4fac4916dp+0, -0x1.7dc475f820000p-7}, \
    {0x1.028f4982707fdp+0, -0x1.3e7295d260000p-7}, \
    {0x1.022f46788fc37p+0, -0x1.fe02a6b100000p-8}, \
    {0x1.01af41d274f0bp+0, -0x1.7ee11ebd80000p-8}, \
    {0x1.012f482f01282p+0, -0x1.ff00aa2b00000p-9}, \
    {0x1.008f4cef19876p+0, -0x1.ff802a9b00000p-10}, \
    {0x1.0000000000000p+0, 0x0.0p+0}, \
    {0x1.fe0f4859abf2dp-1, 0x1.0080559580000p-8}, \
    {0x1.fc0f4ef389466p-1, 0x1.0101575880000p-7}, \
    {0x1.fa0f4d155104bp-1, 0x1.82448a3880000p-7}, \
    {0x1.f80f4d84749f2p-1, 0x1.0205658930000p-6}, \
    {0x1.f60f42604e64ap-1, 0x1.432a925980000p-6}, \
    {0x1.f42f4aa82e8c9p-1, 0x1.8492528c90000p-6}, \
    {0x1.f22f4d50e7381p-1, 0x1.c63d2ec150000p-6}, \
    {0x1.f08f490ab649cp-1, 0x1.f7a9b16780000p-6}, \
    {0x1.ef2f4cae62a69p-1, 0x1.149e3e4008000p-5}, \
    {0x1.ed0f4e0d5f57cp-1, 0x1.35c8bfaa10000p-5}, \
    {0x1.eb2f4e222377fp-1, 0x1.5715c4c040000p-5}, \
    {0x1.e92f4422c3421p-1, 0x1.788595a358000p-5}, \
    {0x1.e72f4c308b93bp-1, 0x1.9a187b5740000p-5}, \
    {0x1.e58f4f559d35bp-1, 0x1.b35dd9b588000p-5}, \
    {0x1.e40f4e5970db8p-1, 0x1.ccb73cddd8000p-5}, \
    {0x1.e20f4f0f760d8p-1, 0x1.eea31c0068000p-5}, \
    {0x1.e02f45f9775c0p-1, 0x1.08598b59e4000p-4}, \
    {0x1.de0f4d59b4554p-1, 0x1.1973bd1464000p-4}, \
    {0x1.dd0f4d27633f0p-1, 0x1.2207b5c784000p-4}, \
    {0x1.db2f39a4adaa0p-1, 0x1.333d7f8184000p-4}, \
    {0x1.d90f4feb51ba3p-1, 0x1.4485e03dbc000p-4}, \
    {0x1.d78f4cc287659p-1, 0x1.5188742260000p-4}, \
    {0x1.d60f4c72df387p-1, 0x1.5e95a4d978000p-4}, \
    {0x1.d40f3b07a36a6p-1, 0x1.700d30aeac000p-4}, \
    {0x1.d28f4cf2230fap-1, 0x1.7d33687c28000p-4}, \
    {0x1.d10f4f0a302bep-1, 0x1.8a6477a91c000p-4}, \
    {0x1.cf2f4eadf027ap-1, 0x1.9c0c32d4d4000p-4}, \
    {0x1.cd8f4f98de530p-1, 0x1.a956d3ecac000p-4}, \
    {0x1.cc0f4ec6f7fd4p-1, 0x1.b6ac88dad4000p-4}, \
    {0x1.ca0f4991b4719p-1, 0x1.c885801bc4000p-4}, \
    {0x1.c90f4cd90ced8p-1, 0x1.d179788218000p-4}, \
    {0x1.c70f483da139ap-1, 0x1.e3707ee304000p-4}, \
    {0x1.c58f4cb8c7db1p-1, 0x1.f0f70cdd98000p-4}, \
    {0x1.c40f4d5965361p-1, 0x1.fe89139dbc000p-4}, \
    {0x1.c28f4d8c118a1p-1, 0x1.06135354d4000p-3}, \
    {0x1.c10f45194b6b0p-1, 0x1.0ce7ecdccc000p-3}, \
    {0x1.bf0f4bb0b4aa4p-1, 0x1.160c8024b2000p-3}, \
    {0x1.be2f4c6b0e378p-1, 0x1.1aa2b7e240000p-3}, \
    {0x1.bc0f440348e3fp-1, 0x1.23d712a49c000p-3}, \
    {0x1.bb0f4dd2538d6p-1, 0x1.28753bc11a000p-3}, \
    {0x1.b90f4fc263b8fp-1, 0x1.31b994d3a4000p-3}, \
    {0x1.b82f4ff4e82bfp-1, 0x1.365fcb015a000p-3}, \
    {0x1.b60f4c65c4f03p-1, 0x1.3fb45a5992000p-3}, \
    {0x1.b52f4e121629cp-1, 0x1.4462b9dc9c000p-3}, \
    {0x1.b38f4548bb3d6p-1, 0x1.4b6d6fefe2000p-3}, \
    {0x1.b22f4d3982e35p-1, 0x1.527e5e4a1c000p-3}, \
    {0x1.b0af4e874165ep-1, 0x1.59958ff1d6000p-3}, \
    {0x1.af2f4dc515b26p-1, 0x1.60b3100b0a000p-3}, \
    {0x1.ae2f4e63074d4p-1, 0x1.6574ebe8c2000p-3}, \
    {0x1.ac0f4d5dce435p-1, 0x1.6f0128b756000p-3}, \
    {0x1.ab2f4f59aa434p-1, 0x1.73cb9074fe000p-3}, \
    {0x1.a9af4eb9d7f2cp-1, 0x1.7b00916516000p-3}, \
    {0x1.a80f478376e6ap-1, 0x1.823c16551a000p-3}, \
    {0x1.a70f4cca3ad0cp-1, 0x1.871213750e000p-3}, \
    {0x1.a58f4edf572adp-1, 0x1.8e588ebac2000p-3}, \
    {0x1.a40f41fc8a163p-1, 0x1.95a5adcf70000p-3}, \
    {0x1.a30f4d1c3e8fcp-1, 0x1.9a8778deba000p-3}, \
    {0x1.a1af4c0783c01p-1, 0x1.a1dfc40f1c000p-3}, \
    {0x1.a02f4a1c90d41p-1, 0x1.a93ed3c8ae000p-3}, \
    {0x1.9f0f4dea356b9p-1, 0x1.ae2ca6f672000p-3}, \
    {0x1.9d8f4e6d43a0fp-1, 0x1.b5971a213a000p-3}, \
    {0x1.9c2f4b52f1165p-1, 0x1.bd087383be000p-3}, \
    {0x1.9b2f4a4b83b95p-1, 0x1.c2028ab180000p-3}, \
    {0x1.998f48ec586a3p-1, 0x1.c97f8079d4000p-3}, \
    {0x1.982f42129f9d7p-1, 0x1.d1037f2656000p-3}, \
    {0x1.972f4d75b81bfp-1, 0x1.d60a17f904000p-3}, \
    {0x1.960f4ca01aa12p-1, 0x1.db13db0d48000p-3}, \
    {0x1.948f4e08e05dep-1, 0x1.e2a877a6b2000p-3}, \
    {0x1.930f4d7a4598ep-1, 0x1.ea4449f04a000p-3}, \
    {0x1.922f328845597p-1, 0x1.ef5ade4dd0000p-3}, \
    {0x1.912f4eeb927c7p-1, 0x1.f474b134e0000p-3}, \
    {0x1.8f8f4d2ee91bcp-1, 0x1.fc218be620000p-3}, \
    {0x1.8e8f4c73635a2p-1, 0x1.00a1c6adda000p-2}, \
    {0x1.8d0f4b6f7c435p-1, 0x1.047e60cde8000p-2}, \
    {0x1.8c2f4f9d8c93ap-1, 0x1.07138604d6000p-2}, \
    {0x1.8b0f4ed428786p-1, 0x1.09aa572e6c000p-2}, \
    {0x1.898f47ba3221dp-1, 0x1.0d8fb813eb000p-2}, \
    {0x1.88af4bc7ef77fp-1, 0x1.102ac0a35d000p-2}, \
    {0x1.870f4f8301e09p-1, 0x1.14167ef367000p-2}, \
    {0x1.862f4c8ca6411p-1, 0x1.16b5ccbad0000p-2}, \
    {0x1.850f49f4bdcebp-1, 0x1.1956d3b9bc000p-2}, \
    {0x1.842f4c6b2255dp-1, 0x1.1bf99635a7000p-2}, \
    {0x1.828f4fa756d45p-1, 0x1.1ff0fe7cf4000p-2}, \
    {0x1.81af4e8508582p-1, 0x1.22981fbef8000p-2}, \
    {0x1.808f4ec75eb04p-1, 0x1.25410494e5000p-2}, \
    {0x1.7f2f4c8430addp-1, 0x1.2941afb187000p-2}, \
    {0x1.7e0f4aa73e929p-1, 0x1.2bef07cdc9000p-2}, \
    {0x1.7d0f490c0304ap-1, 0x1.2e9e2bce12000p-2}, \
    {0x1.7c2f4a389eb4dp-1, 0x1.314f1e1d36000p-2}, \
    {0x1.7b2f4c5f1cd56p-1, 0x1.3401e12aed000p-2}, \
    {0x1.7a0f445bb36c4p-1, 0x1.36b6776be1000p-2}, \
    {0x1.78af4b42fbef0p-1, 0x1.3ac8ca38e6000p-2}, \
    {0x1.77af488b1f0aap-1, 0x1.3d81fb5947000p-2}, \
    {0x1.768f4f9bbd5d1p-1, 0x1.403d086cea000p-2}, \
    {0x1.758f4e419103ep-1, 0x1.42f9f3ff62000p-2}, \
    {0x1.74af43644839fp-1, 0x1.45b8c0a17e000p-2}, \
    {0x1.738f4f706e119p-1, 0x1.487970e958000p-2}, \
    {0x1.722f4b882246cp-1, 0x1.4c9e09e173000p-2}, \
    {0x1.712f4ff05632dp-1, 0x1.4f637ebbaa000p-2}, \
    {0x1.700f4baf9c206p-1, 0x1.522ae0738a000p-2}, \
    {0x1.6f0f46a255302p-1, 0x1.54f431b7be000p-2}, \
    {0x1.6e0f47eb7b7b9p-1, 0x1.57bf753c8d000p-2}, \
    {0x1.6d2f3df1e6c2cp-1, 0x1.5a8cadbbee000p-2}, \
    {0x1.6c2f4282ca823p-1, 0x1.5d5bddf596000p-2}, \
    {0x1.6b0f47afa45dbp-1, 0x1.602d08af09000p-2}}

/* (log(1 + r) - r) / r^2, relative to log(1 + r).
   Error below 2^-59.6 on [-0x1.3b2c47bff8329p-9, 0x1.3b2c47bff8329p-9]. */
#define LOG_DOUBLE_0 (-0x1.0000000000000p-1)
#define LOG_DOUBLE_1 (0x1.555555554c48ep-2)
#define LOG_DOUBLE_2 (-0x1.ffffffffd84bfp-3)
#define LOG_DOUBLE_3 (0x1.999a33f57dbbcp-3)
#define LOG_DOUBLE_4 (-0x1.555610ed5d15fp-3)

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
