"""Loops over reports, compiled by numba: the path from plans to bytes, a row at a time (ADR 0014).

What they compute is held to the bit against plain numpy formulas by tests/motion/test_kernels.py. Only + - * / sqrt,
comparisons, floor and rint decide values, and nothing lets the compiler reorder or fuse them. Imported where it is
used: numba costs most of a second and 100 MB, which only those processes pay that compute states or events.
"""
