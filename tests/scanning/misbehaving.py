"""A worker that does what a file tells it: the real one, with another hash function. Started by the tests."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from msgspec.structs import replace

from vaern.hashing import hash_stream
from vaern.records import Media, Signal, Traits
from vaern.scanning import worker
from vaern.scanning.forks import LACKS, fork_workers
from vaern.scanning.protocol import Began, Hashed, Listing, Longer, packed, send

MARK = b"MISBEHAVE "
CHANNEL = []


def attempts(size):
    """What a hostile decoder could try: each gives what it got, or raises."""
    return {
        "read a file": lambda: Path("/etc/passwd").read_text(),
        "write a file": lambda: Path("/tmp/vaern-escaped").write_text("x"),
        "list a folder": lambda: list(Path("/").iterdir()),
        "remove a file": lambda: Path("/tmp/vaern-escaped").unlink(),
        "make an internet socket": lambda: socket.socket(socket.AF_INET).close(),
        "make a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "start a program": lambda: subprocess.run(["/bin/true"], check=True),
        "become a program": lambda: os.execv("/bin/true", ["true"]),
        "fork": os.fork,
        "signal the parent": lambda: os.kill(os.getppid(), 0),
        "trace": lambda: checked(ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0)),
        "map executable memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
        "take memory beyond the limit": lambda: bytearray(size),
        "lift the limit of memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
        "lift the limit of file size": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)),
        "mount": lambda: checked(ctypes.CDLL(None, use_errno=True).mount(b"x", b"/", b"tmpfs", 0, None)),
        "keep an anonymous file": lambda: os.close(os.memfd_create("x")),
    }


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def tried(size):
    notes = []
    for what, attempt in attempts(size).items():
        try:
            attempt()
            notes.append(f"{what}: done")
        except (OSError, ValueError, MemoryError) as error:
            notes.append(f"{what}: {type(error).__name__}")
    return tuple(notes)


def run_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(tried(1 << 40)))
    thread.start()
    thread.join()
    return found[0]


def spin():
    while True:
        pass


def babble(media):
    worker.packed = lambda _: b"\xff" * 64
    return media


def list_for_ever():
    while True:
        send(CHANNEL[0], packed(Listing(())))


def say_twice(media):
    for _ in range(2):
        send(CHANNEL[0], packed(Hashed((3,), Media("member", 1))))
    return media


def say_no_text(media):
    CHANNEL[0].sendall(packed(Began((), "here", 1)).replace(b"here", b"\xff" * 4))
    return media


def raise_a_bug(_):
    raise ZeroDivisionError("a bug\x1b[2J in a decoder")


def crash_later(media):
    """Succeed, and leave behind what ends the worker during the next file."""
    threading.Timer(0.5, lambda: ctypes.string_at(0)).start()
    return media


def ask_for(seconds, position=()):
    def ask(media):
        send(CHANNEL[0], packed(Longer(position, seconds)))
        return media

    return ask


def nap(media):
    time.sleep(1)
    return media


def tell(media, options):
    """What it was asked for, as a note."""
    return replace(media, notes=(f"threads: {options.threads}",))


def outlast(media, options):
    """Say that it takes a minute, then work on past the processor time that the kernel allowed before that."""
    before, _ = resource.getrlimit(resource.RLIMIT_CPU)
    options.patience(60.0)
    while time.process_time() < before + 0.5:
        pass
    return media


DEEDS = {
    b"crash later": crash_later,
    b"nap": nap,
    b"take an hour": ask_for(3600.0),
    b"take no one knows how long": ask_for(0.0),
    b"take for ever": ask_for(float("inf")),
    b"take less than nothing": ask_for(-1.0),
    b"take long elsewhere": ask_for(1.0, (3,)),
    b"segfault": lambda _: ctypes.string_at(0),
    b"abort": lambda _: os.abort(),
    b"exit": lambda _: os._exit(7),
    b"lack": lambda _: os._exit(LACKS),
    b"spin": lambda _: spin(),
    b"sleep": lambda _: time.sleep(1e6),
    b"memory": lambda _: bytearray(1 << 40),
    b"raise": raise_a_bug,
    b"try": lambda media: replace(media, notes=tried(1 << 40)),
    b"try in a thread": lambda media: replace(media, notes=run_a_thread()),
    b"lie": lambda media: replace(media, signals=(Signal("sha256", b"short"),)),
    b"babble": babble,
    b"list for ever": lambda _: list_for_ever(),
    b"say twice": say_twice,
    b"say no text": say_no_text,
    b"be elsewhere": lambda media: replace(media, archive="other.zip", member=(5,)),
    b"have many signals": lambda media: replace(media, signals=(Signal("pdq", bytes(32)),) * 10_000),
    b"odd texts": lambda media: replace(
        media,
        camera="a\\x41 \u202e",
        taken="\n",
        notes=("\ud800",),
        mime="image/png",
        traits=Traits(serial="\u202e" * 90),
    ),
    b"go past the North Pole": lambda media: replace(media, traits=Traits(place=(90.1, 0.0))),
    b"be nowhere": lambda media: replace(media, traits=Traits(place=(float("nan"), 0.0))),
    b"name a folder": lambda media: replace(media, traits=Traits(folder="ab" * 32)),
}


DEEDS_WITH_OPTIONS = {b"outlast": outlast, b"tell": tell}


def hasher(stream, name, size, modified, options):
    first = stream.readline()
    stream.seek(0)
    if not first.startswith(MARK):
        return hash_stream(stream, name, size, modified, options)
    deed = first.removeprefix(MARK).strip()
    if deed.startswith(b"always "):
        deed = deed.removeprefix(b"always ")
    elif not options.perceptual:
        return hash_stream(stream, name, size, modified, options)
    if deed in DEEDS_WITH_OPTIONS:
        return DEEDS_WITH_OPTIONS[deed](Media(name, size), options)
    return DEEDS[deed](Media(name, size))


def misbehave(channel):
    CHANNEL.append(channel)
    worker.serve(channel, {}, hasher)


if __name__ == "__main__":  # nothing here is decoded, so nothing is warmed up: the tests start many
    with socket.socket(fileno=int(sys.argv[1])) as control:
        fork_workers(control, misbehave)
