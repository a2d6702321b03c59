"""One decorator for Numba kernels: cached on disk where that is possible, never compiled at import."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def compiled(function: F) -> F:
    """Compile at the first call, without the GIL, and keep the machine code on disk.

    Numba stores beside the source, else in the user's cache folder. Where neither can be written (a read-only
    container) it refuses to decorate at all; the kernel then lives in memory only.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("F", numba.njit(nogil=True)(function))
