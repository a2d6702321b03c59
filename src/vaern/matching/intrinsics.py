"""Five machine operations that Numba has no word for: population count, prefetch, and sketch comparison in a vector.

They are written as LLVM instructions, so LLVM chooses the machine's own (AVX-512, AVX2, SSE, NEON); no intrinsic
of one processor is named here.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

LANES = 32
"""Sketches compared by one `compare_sketches`; arrays of sketches are padded by as many at the end."""

_i1, _i8, _i16, _i32, _i64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))


def _element(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """The address of `array[index]`, for a C-contiguous array of one dimension, without a bounds check."""
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [index])


def _unary(name: str, kind: Any) -> Any:
    """An LLVM instruction of one integer operand."""

    def typed(typing_context: Any, value: Any) -> Any:  # noqa: ARG001 - Numba calls it by position
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            function_type = ir.FunctionType(_i64, [_i64] if name == "ctpop" else [_i64, _i1])
            function = cgutils.get_or_insert_function(builder.module, function_type, f"llvm.{name}.i64")
            return builder.call(function, [args[0]] if name == "ctpop" else [args[0], _i1(1)])

        return kind(kind), codegen

    return typed


@intrinsic
def popcount(typing_context: Any, value: Any) -> Any:
    """The number of ones in a `uint64`."""
    return _unary("ctpop", types.uint64)(typing_context, value)


@intrinsic
def lowest_one(typing_context: Any, value: Any) -> Any:
    """The position of the lowest one in a `uint64` that is not 0."""
    return _unary("cttz", types.uint64)(typing_context, value)


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line of `array[index]`; one-dimensional, contiguous; any address is harmless."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.bitcast(_element(context, builder, signature.args[0], *args), _i8.as_pointer())
        function_type = ir.FunctionType(ir.VoidType(), [_i8.as_pointer(), _i32, _i32, _i32])
        function = cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        builder.call(function, [pointer, _i32(0), _i32(3), _i32(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), codegen


@intrinsic
def compare_sketches(typing_context: Any, sketches: Any, index: Any, query: Any, bound: Any) -> Any:  # noqa: ARG001
    """A `uint64` whose bit k (k < `LANES`) says that `sketches[index + k]` is within `bound` bits of `query`.

    `sketches` is a contiguous uint16 array that reaches at least to `index + LANES`; `query` uint16, `bound` int64 of
    0 to 16.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array, index, query, bound = args
        vector = ir.VectorType(_i16, LANES)
        pointer = builder.bitcast(_element(context, builder, signature.args[0], array, index), vector.as_pointer())
        loaded = builder.load(pointer)
        loaded.align = 2
        differing = builder.xor(loaded, _splat(builder, query, vector))
        count_type = ir.FunctionType(vector, [vector])
        count = cgutils.get_or_insert_function(builder.module, count_type, f"llvm.ctpop.v{LANES}i16")
        within = builder.icmp_unsigned(
            "<=", builder.call(count, [differing]), _splat(builder, builder.trunc(bound, _i16), vector)
        )
        return builder.zext(builder.bitcast(within, ir.IntType(LANES)), _i64)

    return types.uint64(sketches, types.int64, types.uint16, types.int64), codegen


def _splat(builder: Any, value: Any, vector: Any) -> Any:
    """A vector that holds `value` in every lane."""
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, _i32(0))
    zeros = ir.Constant(ir.VectorType(_i32, vector.count), None)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)
