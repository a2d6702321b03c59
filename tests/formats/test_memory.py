"""A list of any size is read in memory that does not grow with it: peak memory of a process that reads it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.formats.test_damage import KINDS, LENGTHS, WRITERS
from tests.formats.values import value_of

from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from pathlib import Path

READ = """
import resource, sys
from vaern.formats import read_list
reading = read_list(sys.argv[1], format=sys.argv[2])
for _ in reading:
    pass
print(reading.entries, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(path: Path, format_name: str) -> tuple[int, int]:
    """Entries, and the peak resident memory in KiB of a process that reads them."""
    said = subprocess.run(
        [sys.executable, "-c", READ, str(path), format_name], capture_output=True, text=True, check=True
    ).stdout.split()
    return int(said[0]), int(said[1])


def write(path: Path, format_name: str, size: int) -> int:
    """Writes a list of about `size` bytes and returns how many entries it has."""
    block = 2000
    with path.open("wb") as file:
        count = 0
        while file.tell() < size:
            numbers = range(count, count + block)
            entries = [
                Entry(f"m/{n}", tuple(Signal(kind, value_of(n, LENGTHS[kind])) for kind in KINDS[format_name]))
                for n in numbers
            ]
            document = WRITERS[format_name](entries)
            if count == 0:
                file.write(document.head)
            elif format_name in {"vics", "stopncii", "threatexchange-json"}:
                file.write(b",")
            file.write(b"".join(document.records))
            count += block
        file.write(document.tail)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("format_name", WRITERS)
def test_memory_does_not_grow_with_the_file(format_name: str, tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    write(small, format_name, 1_000_000)
    count = write(large, format_name, 48_000_000)
    _, few = peak(small, format_name)
    found, many = peak(large, format_name)
    assert found == count
    remembered = 120 * count // 1024 if format_name == "vics" else 0  # the MD5 values seen, up to a million
    assert many - few < 8_192 + remembered


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_name", "head", "filling"),
    [
        ("text", b"", b"a"),
        ("csv", b"md5,note\n", b'"a,'),
        ("csv", b"md5,note\n", b'"a\n'),
        ("vics", b'{"@odata.context":"x#Media","value":[{"a":"', b"xx"),
        ("vics", b'{"@odata.context":"x#Media","value":[{"a":', b"["),
        ("vics", b'{"@odata.context":"x#Media","value":[', b"[],"),
        ("vics", b'{"@odata.context":"x#Cases","value":[{', b'"a":1,'),
        ("vics", b'{"a":', b'["'),
        ("ncmec", b"<queryResult><images>", b"<a>x</a>"),
        ("ncmec", b"<queryResult><images>", b"x"),
        ("ncmec", b"<queryResult>", b"<images/>"),
        ("ncmec", b"<queryResult ", b'a="1" '),
    ],
)
def test_no_content_makes_it_grow(format_name: str, head: bytes, filling: bytes, tmp_path: Path) -> None:
    """A list that is one endless line, row, string, record or nothing at all."""
    assert growth(tmp_path, format_name, head, filling, 16_000_000) < 8 * 1024  # half the file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_name", "head", "filling"),
    [
        ("ncmec", b"<queryResult><images><image>", b"<a/>"),
        ("vics", b'{"@odata.context":"x#Media","value":[{"a":[', b"[],"),
    ],
)
def test_one_record_as_objects_is_the_most_that_is_held(
    format_name: str, head: bytes, filling: bytes, tmp_path: Path
) -> None:
    assert growth(tmp_path, format_name, head, filling, 64_000_000) < 192 * 1024


def growth(folder: Path, format_name: str, head: bytes, filling: bytes, size: int) -> int:
    """How much more memory, in KiB, a list of this size takes than one of almost nothing."""
    large, little = folder / "x", folder / "y"
    little.write_bytes(head + filling * 10)
    with large.open("wb") as file:
        file.write(head)
        for _ in range(size // 500_000):
            file.write(filling * (500_000 // len(filling)))
    return peak(large, format_name)[1] - peak(little, format_name)[1]
