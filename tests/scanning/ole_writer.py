"""A small writer of OLE2 files, after [MS-CFB], for the tests."""

from __future__ import annotations

import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
CUTOFF = 4096


def ole(tree):
    """A file of version 3 with these storages and streams: name → bytes, or another tree."""
    entries = [["Root Entry", 5, FREE, FREE, b""]]  # name, kind, next, first child, bytes
    _add(entries, 0, tree)
    small = b"".join(_padded(data, 64) for _, kind, _, _, data in entries if kind == 2 and len(data) < CUTOFF)
    minifat, starts, sectors, fat = [], {}, [], []

    def chain(data):
        begin, count = len(sectors), -(-len(data) // 512)
        sectors.extend(_padded(data, 512)[at : at + 512] for at in range(0, count * 512, 512))
        fat.extend([*range(begin + 1, begin + count), END] if count else [])
        return begin if count else END

    for number, (_, kind, _, _, data) in enumerate(entries):
        if kind == 2 and len(data) >= CUTOFF:
            starts[number] = chain(data)
        elif kind == 2 and data:
            starts[number], count = len(minifat), -(-len(data) // 64)
            minifat += [*range(len(minifat) + 1, len(minifat) + count), END]
    starts[0] = chain(small)
    first_minifat = chain(b"".join(number.to_bytes(4, "little") for number in minifat))
    sizes = {0: len(small)}
    directory = b"".join(
        _entry(name, kind, following, child, starts.get(number, END), sizes.get(number, len(data)))
        for number, (name, kind, following, child, data) in enumerate(entries)
    )
    first_directory = chain(directory)
    tables = 1
    while len(fat) + tables > tables * 128:
        tables += 1
    begin = len(fat)
    fat += [FAT] * tables
    table = _padded(b"".join(number.to_bytes(4, "little") for number in fat), 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x2I", 0x3E, 3, 0xFFFE, 9, 6, 0, tables)
    minifats = -(-len(minifat) // 128)
    header += struct.pack("<7I", first_directory, 0, CUTOFF, first_minifat, minifats, END, 0)
    header += struct.pack("<109I", *[*range(begin, begin + tables), *[FREE] * 109][:109])
    return header + b"".join(sectors) + table


def _add(entries, parent, tree):
    before = None
    for name, content in tree.items():
        number = len(entries)
        entries.append([name, 1 if isinstance(content, dict) else 2, FREE, FREE, b""])
        entries[parent if before is None else before][3 if before is None else 2] = number
        before = number
        if isinstance(content, dict):
            _add(entries, number, content)
        else:
            entries[number][4] = content


def _padded(data, size, filler=b"\0"):
    return data + filler * (-len(data) % size)


def _entry(name, kind, following, child, start, size):
    text = name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<64sHBB3I", text, len(text), kind, 1, FREE, following, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
