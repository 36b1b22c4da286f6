# Made by tools/make_declarations.py from src/survey.h. Do not edit: change that, and run it.

cdef extern from "src/survey.h" nogil:
    enum:
        XENTC_SURVEY_LANES, XENTC_SHORT_ROW

    enum:
        XENTC_ASK_ALL, XENTC_ASK_PLACE, XENTC_ASK_SQUARES, XENTC_N_QUESTIONS

    ctypedef struct xentc_survey:
        double *largest
        double *place
        double *smallest
        double *sum
        double *squares
        double *sum_lane
        double *square_lane
