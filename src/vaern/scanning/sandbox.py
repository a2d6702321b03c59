"""The layers that shut a worker in, and which of them are in force.

A worker calls `isolate` when it starts, loads its decoders, then calls `lock`: from there on it has its memory, its
socket to the parent and the read-only descriptors that arrive over it, and nothing else. Each layer is tried; one
that the machine does not offer is reported, never passed over in silence.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.scanning import landlock, seccomp, segments

if TYPE_CHECKING:
    from collections.abc import Callable

LAYERS = ("network namespace", "limits", "no new privileges", "capabilities", "landlock", "seccomp")
"""In the order in which they are put on."""

IN_FORCE = "in force"

DESCRIPTORS = 32 + 2 * segments.MOST
"""What a worker may have open at once: the files of two images, the one that it reads and the next."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522


def die_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent dies; at once, if that process is gone already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def isolate() -> dict[str, str]:
    """Leave the network, which must come before any thread exists.

    Returns:
        State of the layer `network namespace`.
    """
    return {"network namespace": _attempt(_leave_network)}


def lock(memory: int) -> dict[str, str]:
    """Put on all other layers, for good.

    Args:
        memory: bytes that decoding may take on top of what the process has now.

    Returns:
        For each layer `in force`, or why it is not.
    """
    _prctl(_PR_SET_DUMPABLE, 0)
    layers: tuple[tuple[str, Callable[[], object]], ...] = (
        ("limits", lambda: _limit(memory)),
        ("no new privileges", lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1)),
        ("capabilities", _drop_capabilities),
        ("landlock", _restrict_files),
        ("seccomp", seccomp.install),
    )
    return {name: _attempt(put_on) for name, put_on in layers}


def allow_processor_time(seconds: float) -> None:
    """Let this process use so many more seconds of processor time; past them the kernel ends it with SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _attempt(put_on: Callable[[], object]) -> str:
    try:
        put_on()
    except OSError as error:
        return error.strerror or str(error)
    return IN_FORCE


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(option: int, value: int) -> None:
    _check(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def _leave_network() -> None:
    """An own, empty network. Without root this takes an own user namespace, which some systems forbid."""
    flags = _CLONE_NEWNET | _CLONE_NEWIPC
    if os.geteuid() != 0:
        flags |= _CLONE_NEWUSER
    _check(_libc().unshare(flags), "unshare")


def _limit(memory: int) -> None:
    """No core file, no byte written to any file, few descriptors, bounded memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    address_space = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    descriptors = min(DESCRIPTORS, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


def _drop_capabilities() -> None:
    """Root without capabilities is a user like any other."""
    number = _CAPSET.get(os.uname().machine)
    if number is None:
        raise OSError(0, f"the number of capset on {os.uname().machine} is not known here")
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc().syscall(number, header, bytes(24)), "capset")


def _restrict_files() -> None:
    """Landlock holds for the calling thread and its later children (before Linux 7.0): be the only one."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        raise OSError(0, f"{threads} threads were running already, and Landlock reaches only one")
    landlock.restrict()
