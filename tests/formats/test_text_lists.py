"""Plain text: what a line may be, and what tells SHA-256 from PDQ."""

from __future__ import annotations

import hashlib
import subprocess
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING

import pytest
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import FormatError
from vaern.records import Signal

if TYPE_CHECKING:
    from pathlib import Path

BARE = digest(1, "sha256")


def test_a_length_tells_md5_and_sha1_and_not_what_lies_between() -> None:
    entries, problems = read(f"{digest(1)}\n{digest(2, 'sha1')}\n\n  # note\n{digest(3)[:-2]}\n{digest(4) * 3}\n")
    assert [(entry.id, entry.signals[0].kind) for entry in entries] == [("1", "md5"), ("2", "sha1")]
    assert [p.line for p in problems] == [5, 6]


@pytest.mark.parametrize("frames", [1, 3, 2000])
def test_a_bare_video_is_known_by_its_frames_however_long(frames: int) -> None:
    """Of the longest, the head from which the format is told holds a part only."""
    pdq = sha256(b"synthetic").digest()
    value = b"".join(pdq + pack("<If", 99, second) for second in range(frames))
    entries, problems = read(f"{value.hex()}\n{digest(1)}\n")
    assert problems == []
    assert [entry.signals[0] for entry in entries] == [Signal("vpdq", value), Signal("md5", bytes.fromhex(digest(1)))]


def test_64_digits_alone_are_refused_at_the_start_with_what_to_do() -> None:
    with pytest.raises(FormatError, match=r"(?s)SHA-256 or PDQ.*# kind: pdq"):
        read(f"# list\n{BARE}\n")


@pytest.mark.parametrize("kind", ["sha256", "pdq"])
def test_64_digits_are_told_by_directive_mapping_name_or_prefix(kind: str) -> None:
    told = [
        read(f"# kind: {kind}\n{BARE}\n"),
        read(f"{BARE}\n", columns={"hash": kind}),
        read(f"{BARE}\n", name=f"list.{kind}.txt"),
        read(f"{kind}:{BARE}\n"),
        read(f"{kind.upper()} = {BARE}\n"),
    ]
    for entries, problems in told:
        assert problems == []
        assert [(entry.signals[0].kind, entry.signals[0].value.hex()) for entry in entries] == [(kind, BARE)]


def test_64_digits_far_into_the_file_are_a_problem_each() -> None:
    entries, problems = read("# padding to pass the head\n" * 4000 + f"{digest(1)}\n{BARE}\n{digest(2)}\n", "text")
    assert len(entries) == 2
    assert [p.line for p in problems] == [4002]


@pytest.mark.parametrize("tool", ["md5sum", "sha1sum", "sha256sum"])
@pytest.mark.parametrize("options", [[], ["--tag"], ["--binary"]])
def test_what_the_sum_tools_write_is_read(tool: str, options: list[str], tmp_path: Path) -> None:
    names = ["a b.jpg", "é (1).jpg", "x = y"]
    for name in names:
        (tmp_path / name).write_text(name)
    said = subprocess.run([tool, *options, *names], cwd=tmp_path, capture_output=True, check=True).stdout
    entries, problems = read(said)
    kind = tool.removesuffix("sum")
    assert problems == []
    assert [entry.extra["name"] for entry in entries] == names
    assert [(entry.signals[0].kind, entry.signals[0].value) for entry in entries] == [
        (kind, hashlib.new(kind, name.encode()).digest()) for name in names
    ]


def test_a_directive_with_an_unknown_kind_is_reported_and_has_no_effect() -> None:
    entries, problems = read(f"# kind: phash\n{digest(1)}\n", "text")
    assert [entry.signals[0].kind for entry in entries] == ["md5"]
    assert [p.line for p in problems] == [1]


@pytest.mark.parametrize("columns", [{"hash": "phash"}, {"MD5": "md5"}])
def test_a_mapping_that_does_not_fit_is_refused(columns: dict[str, str]) -> None:
    with pytest.raises(FormatError):
        read(f"{digest(1)}\n", "text", columns=columns)
