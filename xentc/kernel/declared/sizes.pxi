# Made by tools/make_declarations.py from src/sizes.h. Do not edit: change that, and run it.

cdef extern from "src/sizes.h" nogil:
    enum:
        XENTC_LANES, XENTC_EXP_LANES, XENTC_MOST_SHORT_CLASSES, XENTC_FEW_CLASSES, XENTC_BLOCK, XENTC_TILE_ROWS
        XENTC_TILE_ELEMENTS, XENTC_CAPACITY, XENTC_KEPT_BYTES, XENTC_COLUMNS, XENTC_ROWS_ROOM, XENTC_STEP
        XENTC_SCAN_ROOM
