"""Where bytes come from: any packing says the same, and what is no list is refused before the first entry."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.formats.test_damage import WRITERS, sample
from tests.formats.values import digest

from vaern.formats import FORMATS, FormatError, detect_format, read_list, source
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def zipped(content: bytes, *names: str) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        for name in names or ("folder/list.x",):
            archive.writestr(name, content)
    return out.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


def everything(path: Path, **options: object) -> list[Entry | Problem]:
    return list(read_list(path, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("format_name", WRITERS)
def test_a_packed_list_says_the_same(tmp_path: Path, format_name: str, packing: str) -> None:
    content = sample(format_name, 20).whole
    plain, packed = tmp_path / "list", tmp_path / f"list.{packing}"
    plain.write_bytes(content)
    packed.write_bytes(PACKINGS[packing](content))
    assert detect_format(packed) == detect_format(plain) == format_name
    assert everything(packed) == everything(plain)


@pytest.mark.once
@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zip"])
def test_a_packed_list_that_is_cut_gives_a_prefix(tmp_path: Path, packing: str) -> None:
    content = "".join(f"{digest(number)}\n" for number in range(60_000)).encode()
    plain, packed = tmp_path / "list", tmp_path / f"list.{packing}"
    plain.write_bytes(content)
    whole = everything(plain)
    full = PACKINGS[packing](content)
    packed.write_bytes(full[: len(full) * 2 // 3])
    if packing == "zip":  # its directory stands at the end
        with pytest.raises(FormatError):
            read_list(packed)
        return
    *entries, last = everything(packed)
    assert isinstance(last, Problem)
    assert "stopped" in last.reason
    assert len(entries) > 20_000
    assert entries[:-1] == whole[: len(entries) - 1]


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
def test_parts_packed_one_after_another_are_one_list(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"".join(PACKINGS[packing](f"{digest(n)}\n".encode()) for n in range(3)))
    assert [entry.id for entry in everything(path)] == ["1", "2", "3"]  # type: ignore[union-attr]


@pytest.mark.once
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_bomb_ends_in_a_problem(tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "FREE_EXPANSION", 1 << 20)
    path = tmp_path / "list"
    path.write_bytes(PACKINGS[packing](f"{digest(1)}\n".encode() + b"\n" * 8_000_000))
    first, *_, last = everything(path)
    assert isinstance(first, Entry)
    assert isinstance(last, Problem)
    assert "times its size" in last.reason


def test_an_xz_stream_may_not_ask_for_much_memory(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    path = tmp_path / "list.xz"
    path.write_bytes(lzma.compress(f"{digest(1)}\n".encode(), filters=filters))
    with pytest.raises(FormatError, match="emory"):
        read_list(path)


@pytest.mark.parametrize("names", [(), ("a", "b")])
def test_a_zip_holds_one_list(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(b"x", *names) if names else zipfile_of_nothing())
    with pytest.raises(FormatError, match=f"holds {len(names)} files"):
        read_list(path)


def zipfile_of_nothing() -> bytes:
    import io

    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


def test_a_packed_database_is_to_be_unpacked_first(tmp_path: Path) -> None:
    path = tmp_path / "x.db.gz"
    path.write_bytes(gzip.compress(b"SQLite format 3\0" + bytes(1000)))
    with pytest.raises(FormatError, match="unpack it first"):
        read_list(path)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in ((tmp_path, "folder"), (tmp_path / "pipe", "pipe"), (tmp_path / "none", "No such file")):
        with pytest.raises(FormatError, match=said):
            read_list(path)
    for device in ("/dev/null", "/dev/zero"):
        with pytest.raises(FormatError, match="device"):
            read_list(device)
    with pytest.raises(FormatError, match="cannot be read"):
        read_list("a\0b")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "ff d8 ff e0"),
        (b"<html><body>Sign in</body></html>", "XML or HTML"),
        (b'{"error": {"message": "x"}}', "JSON without"),
        (b"[1, 2]", "JSON without"),
        (b"Dear colleague\n", "Dear colleague"),
    ],
)
def test_what_is_no_list_says_what_was_seen_and_which_formats_exist(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    for refused in (detect_format, read_list):
        with pytest.raises(FormatError, match=said) as refusal:
            refused(path)
        assert str(path) in str(refusal.value)
        assert said == "empty" or all(name in str(refusal.value) for name in FORMATS)


def test_an_unknown_format_says_which_exist(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(digest(1))
    with pytest.raises(FormatError, match=", ".join(FORMATS)):
        read_list(path, format="xlsx")


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(f"{digest(1)}\n{digest(2)}\n")
    rows = read_list(path)
    assert next(rows).id == "1"  # type: ignore[union-attr]
    rows.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("bad", [b"\xff", b"\xe6\x97", b"\xed\xa0\x80", b"\xf0\x9f"])
@pytest.mark.parametrize("before", [0, 65_535 - 40, 65_536 - 40, 65_537 - 40, 200_000])
def test_bytes_that_are_no_text_are_replaced_wherever_a_chunk_ends(tmp_path: Path, bad: bytes, before: int) -> None:
    content = b"#" + b"x" * before + b"\n" + f"{digest(1)}  \ufffd\u00e6".encode() + bad + f"z\n{digest(2)}\n".encode()
    path = tmp_path / "x"
    path.write_bytes(content)
    first, second, problem = everything(path, format="text")
    assert isinstance(first, Entry)
    assert first.extra["name"] == content.split(b"  ")[1].partition(b"\n")[0].decode(errors="replace")
    assert isinstance(second, Entry)
    assert isinstance(problem, Problem)
    assert "U+FFFD" in problem.reason
