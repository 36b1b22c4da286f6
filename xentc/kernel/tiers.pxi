# The tables of the tiers (src/operations.h): which one runs, and that none lacks an operation.

cdef int tier_number = 0


def use_tier(int number):
    """Chooses the tier that all later calls run, by its place in `tier_names`."""
    global tier_number
    if not 0 <= number < xentc_n_supported_tiers():
        raise ValueError(f"this machine has no tier number {number}")
    tier_number = number


def tier_in_use():
    return tier_number


tier_names = tuple(xentc_tiers[i].name.decode() for i in range(xentc_n_tiers))
n_supported_tiers = xentc_n_supported_tiers()
n_operations = xentc_n_operations()
compiler = xentc_compiler().decode()
compile_flags = XENTC_FLAGS.decode()


def missing_operation(int tier, Py_ssize_t without=-1):
    """The place of the first operation that a tier lacks, or -1; of the tier as it would be without one, for a test."""
    if not 0 <= tier < xentc_n_tiers or without >= xentc_n_operations():
        raise IndexError(f"there are {xentc_n_tiers} tiers of {xentc_n_operations()} operations")
    cdef xentc_tier table = xentc_tiers[tier][0]
    if without >= 0:
        memset(<char *>&table + sizeof(xentc_tier) - (xentc_n_operations() - without) * sizeof(void *), 0,
               sizeof(void *))
    return xentc_missing_operation(&table)


def check_tables(Py_ssize_t without=-1):
    """Raises ImportError for an operation that is declared and has no row: it would be NULL at its first call."""
    for tier in range(xentc_n_tiers):
        place = missing_operation(tier, without)
        if place >= 0:
            raise ImportError(f"the tier {tier_names[tier]} lacks operation {place} of src/operations.h: a row in the"
                              " table of src/tier.h")


check_tables()
