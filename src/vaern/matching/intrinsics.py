"""Four machine operations that Numba has no word for: population count, lowest one, prefetch, vector comparison.

They are written as LLVM instructions, so LLVM chooses the machine's own (AVX-512, AVX2, SSE, NEON); no intrinsic
of one processor is named here. None checks bounds: the caller does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

LANES = 32
"""Sketches compared by one `compare_sketches`; arrays of sketches are padded by as many at the end."""

_LLVM: Any = ir  # llvmlite has no types
_I1, _I8, _I16, _I32, _I64 = (_LLVM.IntType(bits) for bits in (1, 8, 16, 32, 64))
_VECTOR = _LLVM.VectorType(_I16, LANES)


def _function(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    """An LLVM intrinsic by name."""
    get: Any = cgutils.get_or_insert_function
    return get(builder.module, _LLVM.FunctionType(result, arguments), name)


def _element(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """The address of `array[index]`, for a C-contiguous array of one dimension."""
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [index])


def _splat(builder: Any, value: Any) -> Any:
    """A vector that holds `value` in every lane."""
    undefined = _LLVM.Constant(_VECTOR, _LLVM.Undefined)
    zeros = _LLVM.Constant(_LLVM.VectorType(_I32, LANES), None)
    return builder.shuffle_vector(builder.insert_element(undefined, value, _I32(0)), undefined, zeros)


def _popcount(typing_context: Any, value: Any) -> Any:  # noqa: ARG001 - Numba passes them by position
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
        return builder.call(_function(builder, "llvm.ctpop.i64", _I64, [_I64]), args)

    return types.uint64(types.uint64), codegen


def _lowest_one(typing_context: Any, value: Any) -> Any:  # noqa: ARG001
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
        return builder.call(_function(builder, "llvm.cttz.i64", _I64, [_I64, _I1]), [args[0], _I1(1)])

    return types.uint64(types.uint64), codegen


def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.bitcast(_element(context, builder, signature.args[0], *args), _I8.as_pointer())
        arguments = [_I8.as_pointer(), _I32, _I32, _I32]
        prefetch_line = _function(builder, "llvm.prefetch.p0", _LLVM.VoidType(), arguments)
        builder.call(prefetch_line, [pointer, _I32(0), _I32(3), _I32(1)])  # to read, keep it close, data
        return context.get_dummy_value()

    return types.void(array, types.int64), codegen


def _compare_sketches(typing_context: Any, sketches: Any, index: Any, query: Any, bound: Any) -> Any:  # noqa: ARG001
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array, index, query, bound = args
        pointer = _element(context, builder, signature.args[0], array, index)
        loaded = builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()))
        loaded.align = 2
        count = _function(builder, f"llvm.ctpop.v{LANES}i16", _VECTOR, [_VECTOR])
        differing = builder.call(count, [builder.xor(loaded, _splat(builder, query))])
        within = builder.icmp_unsigned("<=", differing, _splat(builder, builder.trunc(bound, _I16)))
        return builder.zext(builder.bitcast(within, _LLVM.IntType(LANES)), _I64)

    return types.uint64(sketches, types.int64, types.uint16, types.int64), codegen


popcount = cast("Callable[[Any], Any]", intrinsic(_popcount))
"""The number of ones in a `uint64`."""

lowest_one = cast("Callable[[Any], Any]", intrinsic(_lowest_one))
"""The position of the lowest one in a `uint64` that is not 0."""

prefetch = cast("Callable[[Any, Any], None]", intrinsic(_prefetch))
"""Ask for the cache line of `array[index]`: one-dimensional, contiguous; any index is harmless."""

compare_sketches = cast("Callable[[Any, int, Any, int], Any]", intrinsic(_compare_sketches))
"""`compare_sketches(sketches, index, query, bound)`: a `uint64` whose bit k, below `LANES`, says that
`sketches[index + k]` is within `bound` bits of `query`. `sketches` is a contiguous uint16 array that reaches to
`index + LANES` at least; `query` uint16, `bound` int64 from 0 on."""
