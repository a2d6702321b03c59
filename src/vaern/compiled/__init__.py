"""The loops that Python is too slow for: C, compiled when the package is built, in the words of NumPy.

The sources lie beside the modules that call them, `X.c` beside `X.py`; `tools/compiling.py` makes one library of all of
them for each level of the processor, and nothing is compiled on a user's machine. A call releases the GIL. The loops
trust what they are given: `at` checks what an array is, and the module that calls knows how long it has to be.
"""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

LEVELS = {
    "x86_64": {
        # AVX-512 with the population counts of vectors: Intel since Ice Lake, AMD since Zen 4.
        "v4": "abm avx2 bmi1 bmi2 f16c fma movbe "
        "avx512_bitalg avx512_vpopcntdq avx512bw avx512cd avx512dq avx512f avx512vl",
        "v3": "abm avx2 bmi1 bmi2 f16c fma movbe",
        "v2": "",
    },
    "aarch64": {"v8": ""},
}
"""By machine, the best first: a level, and what `/proc/cpuinfo` says of a processor that has it."""

WHOLE = ctypes.c_int64
REAL = ctypes.c_float
ARRAY = ctypes.c_void_p
"""What a loop takes: a whole number, a `float32`, or where an array or a structure lies."""


def level(machine: str, flags: set[str]) -> str:
    """The best level of a machine whose processor has these flags."""
    return next(name for name, wanted in LEVELS[machine].items() if flags.issuperset(wanted.split()))


def _flags() -> set[str]:
    """What the first processor can; the others can the same."""
    with Path("/proc/cpuinfo").open("rb", buffering=0) as said:
        for line in said.read(1 << 13).decode("ascii", "replace").splitlines():
            if line.startswith("flags"):
                return set(line.partition(":")[2].split())
    return set()


def _library() -> Path:
    machine = platform.machine()
    if machine not in LEVELS:
        raise ImportError(f"Værn runs on {' and '.join(LEVELS)} machines, and this is {machine}")
    path = Path(__file__).with_name(f"{machine}-{level(machine, _flags())}.so")
    if not path.exists():
        raise ImportError(f"{path} is missing: install a wheel of Værn, or build it with `pip install .`")
    return path


LIBRARY = _library()
"""The one that is used here."""

_loops = ctypes.CDLL(str(LIBRARY))
_address, _byte = ctypes.addressof, ctypes.c_char.from_buffer


def loop(name: str, *takes: Any, gives: Any = None) -> Callable[..., Any]:
    """A loop by its name, with what it takes and gives."""
    function = _loops[name]
    function.argtypes, function.restype = takes, gives
    return function


def at(array: npt.NDArray[Any], kind: str) -> int:
    """Where an array lies.

    Args:
        array: contiguous, as C has it; it must outlive the call.
        kind: what it has to hold, as a letter of NumPy's (`np.dtype.char`).

    Raises:
        TypeError: it is another one.
    """
    if array.dtype.char != kind or not array.flags.c_contiguous:
        raise TypeError(f"an array of {kind!r}, contiguous, and this is {array.dtype} with strides {array.strides}")
    try:
        return _address(_byte(array.data))
    except (TypeError, ValueError):  # closed to change, or empty: thrice as long to ask
        return int(array.ctypes.data)
