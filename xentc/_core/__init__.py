"""What every function over rows is made of: arguments, targets, the call of the kernels, exact sums, threads."""
