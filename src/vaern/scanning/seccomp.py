"""A seccomp filter for a process that only computes: every system call not named here fails with EPERM.

After it is installed the process can read and write the descriptors that it has, get memory, and run threads. It
can open no file, make no socket, start no process, map no new executable memory and signal nobody but itself.

The filter is a classic BPF program (Linux `Documentation/userspace-api/seccomp_filter.rst`); system call numbers
come from `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (aarch64).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""`AUDIT_ARCH_*` of `linux/audit.h`."""

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _TSYNC = 1, 1  # TSYNC: all threads of the process, not the caller's alone

# name: (x86-64, aarch64); the hottest first, since the program runs from the top.
ALLOWED: dict[str, tuple[int, int | None]] = {
    "read": (0, 63),
    "futex": (202, 98),
    "lseek": (8, 62),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "brk": (12, 214),
    "mremap": (25, 216),
    "pread64": (17, 67),
    "recvmsg": (47, 212),
    "sendmsg": (46, 211),
    "recvfrom": (45, 207),
    "sendto": (44, 206),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "newfstatat": (262, 79),  # how glibc spells fstat; it tells of a path, but opens nothing
    "readv": (19, 65),
    "writev": (20, 66),
    "preadv": (295, 69),
    "fadvise64": (221, 223),
    "dup": (32, 23),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "membarrier": (324, 283),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "times": (100, 153),
    "getrusage": (98, 165),
    "getrandom": (318, 278),
    "getrlimit": (97, 163),
    "setrlimit": (160, 164),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
}

_MMAP, _MPROTECT, _CLONE = (9, 222), (10, 226), (56, 220)
_CLONE3, _TGKILL, _PRLIMIT64 = (435, 435), (234, 131), (302, 261)
_FCNTL, _IOCTL = (72, 25), (16, 29)
_PROT_EXEC = 4
_CLONE_THREAD = 0x00010000
_FCNTL_COMMANDS = (1, 2, 3, 1030)  # F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
_IOCTL_REQUESTS = (0x5401, 0x5450, 0x5451)  # TCGETS, FIONCLEX, FIOCLEX: what Python asks of a new descriptor

# Instruction codes of linux/bpf_common.h, and verdicts of linux/seccomp.h.
_LOAD, _EQUAL, _GREATER_EQUAL, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
_X32 = 0x40000000

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, constant."""

_PERMIT: Instruction = (_RETURN, 0, 0, _ALLOW)
_REFUSE: Instruction = (_RETURN, 0, 0, _ERRNO | errno.EPERM)


def _when(number: int | None, body: list[Instruction]) -> list[Instruction]:
    """Run `body`, which must return, for this system call; go on after it for any other."""
    return [] if number is None else [(_EQUAL, 0, len(body), number), *body]


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)  # the low half: both machines are little-endian


def _one_of(index: int, values: tuple[int, ...]) -> list[Instruction]:
    body = [_argument(index)]
    for value in values:
        body += [(_EQUAL, 0, 1, value), _PERMIT]
    return [*body, _REFUSE]


def program(machine: str, pid: int) -> list[Instruction]:
    """The filter for one process.

    Args:
        machine: a key of `ARCHITECTURES`.
        pid: of the process, which may signal itself (`abort` does).
    """
    column = list(ARCHITECTURES).index(machine)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if machine == "x86_64":  # the x32 calls are others under the same architecture
        code += [(_GREATER_EQUAL, 0, 1, _X32), (_RETURN, 0, 0, _KILL_PROCESS)]
    for numbers in ALLOWED.values():
        code += _when(numbers[column], [_PERMIT])
    for numbers in (_MMAP, _MPROTECT):
        code += _when(numbers[column], [_argument(2), (_BITS, 0, 1, _PROT_EXEC), _REFUSE, _PERMIT])
    code += _when(_CLONE[column], [_argument(0), (_BITS, 0, 1, _CLONE_THREAD), _PERMIT, _REFUSE])
    # clone3 hides its flags behind a pointer; without it the C library falls back to clone.
    code += _when(_CLONE3[column], [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    code += _when(_TGKILL[column], _one_of(0, (pid,)))
    code += _when(_PRLIMIT64[column], _one_of(0, (0, pid)))
    code += _when(_FCNTL[column], _one_of(1, _FCNTL_COMMANDS))
    code += _when(_IOCTL[column], _one_of(1, _IOCTL_REQUESTS))
    return [*code, _REFUSE]


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def install() -> None:
    """Put the filter on every thread of this process, for good.

    Raises:
        OSError: no filter for this machine (ENOSYS), or the kernel refused it.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"there is no system call filter for {machine}")
    code = program(machine, os.getpid())
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    argument = _Program(len(code), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(_SECCOMP[machine], _SET_MODE_FILTER, _TSYNC, ctypes.byref(argument)) != 0:
        number = ctypes.get_errno() or errno.ESRCH  # a thread that could not be joined: its id is returned
        raise OSError(number, f"the kernel refused the system call filter: {os.strerror(number)}")
