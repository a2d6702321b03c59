"""Landlock: take from this thread every access to the file system and to TCP ports.

The kernel's own interface (Linux `Documentation/userspace-api/landlock.rst`); the system call numbers are the same on
all machines. The packages that wrap it are pre-releases or need a compiler, and what we need is two calls.
"""

from __future__ import annotations

import ctypes
import os
import struct

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_VERSION = 1  # flag: ask for the version only
_MAX_VERSION = 6  # of the structure below; later kernels accept it

# Rights by the version of the interface that brought them.
_FILES = {1: 0x1FFF, 2: 0x2000, 3: 0x4000, 5: 0x8000}  # 13 rights; refer; truncate; ioctl on devices
_TCP_BIND_CONNECT = 3  # since 4
_ABSTRACT_SOCKETS_AND_SIGNALS = 3  # since 6


def ruleset(version: int) -> bytes:
    """`struct landlock_ruleset_attr` that handles all that this version knows, and so forbids it."""
    files = sum(rights for since, rights in _FILES.items() if since <= version)
    fields = [files]
    if version >= 4:
        fields.append(_TCP_BIND_CONNECT)
    if version >= 6:
        fields.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def restrict() -> int:
    """Forbid this thread, and all that it starts, every path and TCP port. Descriptors that are open stay usable.

    Returns:
        The version of the kernel's interface.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = _checked(libc.syscall(_CREATE_RULESET, None, 0, _VERSION))
    attributes = ruleset(min(version, _MAX_VERSION))
    descriptor = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    try:
        _checked(libc.syscall(_RESTRICT_SELF, descriptor, 0))
    finally:
        os.close(descriptor)
    return version


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock is not available: {os.strerror(number)}")
    return result
