"""How loops are compiled: without fast maths, without Python's lock, and kept on disk for the next process.

Imported where loops run, for numba costs a second and memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numba.extending
from llvmlite import ir
from numba import types

_USUAL: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}
_BORROWED: dict[str, Any] = {"_nrt": False}
"""No references are counted: arrays are borrowed. Numba has it, but not in its types."""


def kernel[F: Callable[..., Any]](function: F) -> F:
    """A function to be compiled for the types that it is called with first."""
    made: F = numba.njit(cache=True, **_USUAL)(function)
    return made


def lean[F: Callable[..., Any]](function: F) -> F:
    """A kernel that makes no arrays: those it is given are its caller's, so it counts no references to them.

    Counting is an atomic operation each time an array is looked at, which took a quarter of the time.
    """
    made: F = numba.njit(cache=True, **_USUAL, **_BORROWED)(function)
    return made


def inlined[F: Callable[..., Any]](function: F) -> F:
    """The same for what is short and called for each field: it becomes a part of its callers."""
    made: F = numba.njit(forceinline=True, **_USUAL, **_BORROWED)(function)
    return made


def intrinsic(generate: Callable[..., Any]) -> Callable[..., Any]:
    """What LLVM can do and Python cannot say; `generate` is given the types, and gives signature and code."""
    made: Callable[..., Any] = numba.extending.intrinsic(generate)
    return made


def pointer(context: Any, builder: Any, signature: Any, arguments: Any, bits: int) -> Any:
    """For an intrinsic's code: the place of a word of so many bits, at any byte of an array of bytes (array, place)."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(bits).as_pointer())


@intrinsic
def get(_, data, at):  # noqa: ARG001  # numba asks for all of them
    """Eight bytes from any byte of an array of bytes."""

    def generate(context, builder, signature, arguments):
        return builder.load(pointer(context, builder, signature, arguments, 64), align=1)

    return types.uint64(data, types.intp), generate
