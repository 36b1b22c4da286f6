# The outer axes of a plan, in the order in which memory is best walked.


cdef void sort_and_join_axes(Plan *plan, bint sort) noexcept:
    """Outer axes from the largest to the smallest step in memory, or as they are; those of one run joined."""
    cdef int i, j, w, n = 0
    cdef bint joined
    for i in range(plan.n_axes):    # axes of length 1 have no step
        if plan.shape[i] != 1:
            move_axis(plan, i, n)
            n += 1
    for i in range(1, n if sort else 0):    # insertion sort: stable, at most 63 axes
        for j in range(i, 0, -1):
            if step_of(plan, j - 1) >= step_of(plan, j):
                break
            swap_axes(plan, j - 1, j)
    i = 0
    for j in range(1, n):
        joined = True
        for w in range(<int>N_WALKERS):
            joined = joined and plan.stride[i][w] == plan.stride[j][w] * plan.shape[j]
        if joined:
            plan.shape[i] *= plan.shape[j]
            for w in range(<int>N_WALKERS):
                plan.stride[i][w] = plan.stride[j][w]
        else:
            i += 1
            move_axis(plan, j, i)
    plan.n_axes = i + 1
    if n == 0:
        plan.shape[0] = 1
        for w in range(<int>N_WALKERS):
            plan.stride[0][w] = 0


cdef inline Py_ssize_t step_of(const Plan *plan, int axis) noexcept:
    """Size of a step of the operand that is read most: y, or t where y is broadcast."""
    cdef Py_ssize_t y = plan.stride[axis][<int>Y], t = plan.stride[axis][<int>T]
    return abs(y) if y else abs(t)


cdef inline void move_axis(Plan *plan, int source, int target) noexcept:
    plan.shape[target] = plan.shape[source]
    plan.stride[target] = plan.stride[source]


cdef inline void swap_axes(Plan *plan, int i, int j) noexcept:
    cdef Py_ssize_t length = plan.shape[i]
    cdef Py_ssize_t[N_WALKERS] stride = plan.stride[i]
    move_axis(plan, j, i)
    plan.shape[j] = length
    plan.stride[j] = stride
