"""Images of disks for tests, made by the tools of each file system; what those cannot do is written here by hand."""

from __future__ import annotations

import os
import struct
import subprocess

MEGABYTE = 1 << 20
TIME = 1_700_000_000
"""When every file of the trees was changed: an even second, as FAT has them."""


def sow(folder, files):
    """A tree on disk: path → bytes, all of one time."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (TIME, TIME))
    return folder


def run(*command, **more):
    subprocess.run([*map(str, command)], check=True, capture_output=True, **more)


def blank(path, size=8 * MEGABYTE):
    with path.open("wb") as file:
        file.truncate(size)
    return path


def ext4(foreign, path, folder, *options):
    run(foreign("mkfs.ext4"), "-q", *options, "-d", folder, blank(path))
    return path


def fat(foreign, path, folder, *options, size=8 * MEGABYTE):
    run(foreign("mkfs.vfat"), *options, blank(path, size))
    for child in sorted(folder.iterdir()):
        run(foreign("mcopy"), "-s", "-m", "-i", path, child, "::/", env={**os.environ, "TZ": "UTC"})
    return path


def ntfs(foreign, path, files):
    """An NTFS with files in its root: its tools make no folders."""
    run(foreign("mkfs.ntfs"), "-q", "-F", "-f", blank(path))
    source = path.with_suffix(".file")
    for name, data in files.items():
        main, _, stream = name.partition(":")
        source.write_bytes(data)
        os.utime(source, (TIME, TIME))
        run(foreign("ntfscp"), *(["-N", stream] if stream else ["-t"]), path, source, main)
    return path


def exfat(foreign, path, files):
    """An exFAT with files in its root, one cluster behind the other (exFAT specification, 7.4, 7.6, 7.7)."""
    run(foreign("mkfs.exfat"), blank(path))
    image = bytearray(path.read_bytes())
    heap, root = struct.unpack_from("<I", image, 88)[0], struct.unpack_from("<I", image, 96)[0]
    sector = 1 << image[108]
    cluster = sector << image[109]

    def place(number):
        return heap * sector + (number - 2) * cluster

    at, free = place(root), root + 1
    while image[at]:
        at += 32
    for name, data in files.items():
        text = name.encode("utf-16-le")
        pieces = [text[i : i + 30].ljust(30, b"\0") for i in range(0, len(text), 30)]
        head = bytearray(struct.pack("<BBHHHIII12x", 0x85, 1 + len(pieces), 0, 0x20, 0, *[_dos_time()] * 3))
        more = struct.pack("<BBBBHHQIIQ", 0xC0, 3, 0, len(name), 0, 0, len(data), 0, free, len(data))
        entries = head + more + b"".join(b"\xc1\0" + piece for piece in pieces)
        total = 0
        for place_, byte in enumerate(entries):
            if place_ not in {2, 3}:
                total = ((total << 15 | total >> 1) + byte) & 0xFFFF
        struct.pack_into("<H", entries, 2, total)
        image[at : at + len(entries)] = entries
        image[place(free) : place(free) + len(data)] = data
        at, free = at + len(entries), free + -(-len(data) // cluster)
    path.write_bytes(image)
    return path


def _dos_time():
    """2023-11-14 22:13:20, as `TIME` is in UTC."""
    return (2023 - 1980) << 25 | 11 << 21 | 14 << 16 | 22 << 11 | 13 << 5 | 10


def partitioned(foreign, path, parts, label="dos"):
    """A disk with these volumes, one after another from 1 MB on."""
    at, lines = MEGABYTE, [f"label: {label}"]
    for part in parts:
        lines.append(f"start={at // 512},size={len(part) // 512}")
        at += len(part)
    blank(path, at + MEGABYTE)
    subprocess.run([foreign("sfdisk"), "-q", path], input="\n".join(lines).encode(), check=True, capture_output=True)
    at = MEGABYTE
    with path.open("r+b") as file:
        for part in parts:
            file.seek(at)
            file.write(part)
            at += len(part)
    return path


def encase(foreign, path, raw, *options):
    """An image of EnCase of a raw one; `path` has no suffix."""
    run(foreign("ewfacquire"), "-u", "-q", "-t", path, "-f", "encase6", "-c", "fast", *options, raw)
    return path.with_suffix(".E01")
