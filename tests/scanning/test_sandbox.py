"""Each claim about the sandbox is tried from inside a real, locked worker."""

from __future__ import annotations

import platform
import struct
from pathlib import Path

import pytest
from tests.scanning.misbehaving import attempts

from vaern.scanning import landlock, sandbox, seccomp


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """What a hostile decoder got, and the worker's own report."""
    from tests.scanning.conftest import MISBEHAVING, NO_LISTS, QUICK

    from vaern.formats import findings
    from vaern.scanning import scan
    from vaern.scanning.record import read_run

    folder, out = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("results")
    (folder / "main").write_bytes(b"MISBEHAVE try")
    (folder / "thread").write_bytes(b"MISBEHAVE try in a thread")
    scan([folder], NO_LISTS, out, QUICK, worker=MISBEHAVING)
    notes = {found.media.name.rpartition("/")[2]: found.media.notes for found in findings.read(out / "findings.jsonl")}
    return notes["main"], notes["thread"], read_run(out / "run.json").sandbox


@pytest.mark.once
@pytest.mark.parametrize("what", attempts(0))
@pytest.mark.parametrize("place", [0, 1], ids=["main thread", "later thread"])
def test_a_locked_worker_cannot(locked, what, place):
    (note,) = [note for note in locked[place] if note.startswith(f"{what}: ")]
    assert note != f"{what}: done"


def test_the_same_attempts_succeed_outside():
    """Else the test above would prove nothing."""
    outside = attempts(1000)
    for what in (
        "read a file",
        "list a folder",
        "make an internet socket",
        "make a local socket",
        "start a program",
        "signal the parent",
        "take memory beyond the limit",
        "keep an anonymous file",
    ):
        outside[what]()


@pytest.mark.skipif(not Path("/proc/self/ns/net").exists(), reason="a kernel without network namespaces")
def test_every_layer_is_in_force_or_says_why_not(locked):
    layers = locked[2]
    assert tuple(layers) == sandbox.LAYERS
    # Seccomp and limits need nothing of the system but a kernel of this century: they must hold wherever tests run.
    for name in ("limits", "no new privileges", "seccomp", "capabilities"):
        assert layers[name] == sandbox.IN_FORCE
    assert all(state for state in layers.values())


def test_a_layer_that_fails_is_reported_not_raised(monkeypatch):
    def fails():
        raise OSError(38, "there is no such thing here")

    assert sandbox._attempt(fails) == "there is no such thing here"


class Machine:
    """Runs a classic BPF program as the kernel would (`Documentation/networking/filter.rst`)."""

    def __init__(self, program):
        self.program = program

    def __call__(self, architecture, number, *arguments):
        arguments = [*arguments, 0, 0, 0, 0, 0, 0][:6]
        data = struct.pack("=IIQ6Q", number, architecture, 0, *(value & (1 << 64) - 1 for value in arguments))
        at = accumulator = 0
        while True:
            code, true, false, value = self.program[at]
            at += 1
            if code == 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            elif code == 0x06:
                return value
            else:
                held = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
                at += true if held else false


ALLOW, REFUSE, MISSING, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
CALLS = {  # call: (x86-64, aarch64), from linux/arch/*/include
    "openat": (257, 56),
    "openat2": (437, 437),
    "socket": (41, 198),
    "connect": (42, 203),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "kill": (62, 129),
    "io_uring_setup": (425, 425),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "pidfd_open": (434, 434),
    "process_vm_readv": (310, 270),
    "mount": (165, 40),
    "memfd_create": (319, 279),
    "setns": (308, 268),
    "unshare": (272, 97),
    "keyctl": (250, 219),
    "prctl": (157, 167),
}


@pytest.fixture(params=sorted(seccomp.ARCHITECTURES))
def kernel(request):
    """A call on one architecture with the filter of process 4711: name or numbers → verdict."""
    machine = Machine(seccomp.program(request.param, 4711))
    column = list(seccomp.ARCHITECTURES).index(request.param)

    def call(numbers, *arguments):
        return machine(seccomp.ARCHITECTURES[request.param], numbers[column], *arguments)

    return call


@pytest.mark.parametrize("name", CALLS)
def test_the_filter_refuses(kernel, name):
    assert kernel(CALLS[name]) == REFUSE


def test_the_filter_allows_what_it_lists_and_nothing_else(kernel):
    conditional = (9, 10, 56, 435, 234, 302, 72, 16), (222, 226, 220, 435, 131, 261, 25, 29)
    for number in range(600):
        for column in (0, 1):
            listed = {numbers[column] for numbers in seccomp.ALLOWED.values()}
            if number in conditional[column]:
                continue
            numbers = (number, -1 & 0xFFFF) if column == 0 else (0xFFFF, number)
            verdict = kernel(numbers)
            assert verdict in (ALLOW, REFUSE)
            if numbers[column] == number and verdict == ALLOW:
                assert number in listed


@pytest.mark.parametrize(
    ("numbers", "arguments", "verdict"),
    [
        ((9, 222), (0, 4096, 3), ALLOW),  # mmap, read and write
        ((9, 222), (0, 4096, 5), REFUSE),  # mmap, executable
        ((10, 226), (0, 4096, 7), REFUSE),  # mprotect, executable
        ((56, 220), (0x003D0F00,), ALLOW),  # clone of a thread, as pthread_create does
        ((56, 220), (0x01200011,), REFUSE),  # clone of a process, as fork does
        ((435, 435), (), MISSING),  # clone3
        ((234, 131), (4711, 4711, 6), ALLOW),  # abort
        ((234, 131), (1, 1, 9), REFUSE),  # signal another
        ((302, 261), (0, 0), ALLOW),  # own limits
        ((302, 261), (1, 0), REFUSE),  # another's
        ((72, 25), (3, 3), ALLOW),  # F_GETFL
        ((72, 25), (3, 8), REFUSE),  # F_SETOWN
        ((16, 29), (3, 0x5401), ALLOW),  # TCGETS
        ((16, 29), (3, 0x5412), REFUSE),  # TIOCSTI
    ],
)
def test_the_filter_looks_at_arguments(kernel, numbers, arguments, verdict):
    assert kernel(numbers, *arguments) == verdict


def test_the_filter_kills_what_calls_by_another_table():
    machine = Machine(seccomp.program("x86_64", 1))
    assert machine(0x40000003, 0) == KILL  # the 32-bit table
    assert machine(seccomp.ARCHITECTURES["x86_64"], 0x40000000) == KILL  # x32


def test_a_filter_for_an_unknown_machine_is_an_error(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    with pytest.raises(OSError, match="pdp11"):
        seccomp.install()


@pytest.mark.parametrize(("version", "length"), [(1, 8), (3, 8), (4, 16), (5, 16), (6, 24)])
def test_landlock_asks_for_all_that_the_kernel_knows(version, length):
    attributes = landlock.ruleset(version)
    assert len(attributes) == length
    files = struct.unpack_from("=Q", attributes)[0]
    assert files.bit_count() == 13 + (version >= 2) + (version >= 3) + (version >= 5)
