/* The tiers of this build, from the slowest to the fastest, and how many of them this machine can run. */
#ifndef XENTC_TIERS_H
#define XENTC_TIERS_H

#include "operations.h"

extern const xentc_tier *const xentc_tiers[];
extern const int xentc_n_tiers;
int xentc_n_supported_tiers(void);

/* How many operations a table has, and the place of the first that a table lacks, or -1. */
ptrdiff_t xentc_n_operations(void);
ptrdiff_t xentc_missing_operation(const xentc_tier *tier);

const char *xentc_compiler(void);

#endif
