"""What may hold pictures is never filed like a text; and a text is never filed as what may hold pictures."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sqlite3
import struct
import tarfile
import zipfile
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.hashing.pictures import encoded, landscape

from vaern.hashing import HashOptions, content, files, hash_stream
from vaern.hashing.containers import _TAILS, HEAD_BYTES, KINDS, MAGIC, TAIL_BYTES, container_of
from vaern.hashing.content import STILL_FORMATS, UNKNOWN, recognise

ROOT = Path(__file__).parents[2]
DIGESTS_ONLY = HashOptions(perceptual=False)


def media_of(data, options=DIGESTS_ONLY):
    return hash_stream(io.BytesIO(data), "x", len(data), options=options)


def at(offset, magic, size=4096):
    data = bytearray(max(size, offset + len(magic) + 64))
    data[offset : offset + len(magic)] = magic
    return bytes(data)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return out.getvalue()


def database():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table picture (data blob)")
        return connection.serialize()


def letter():
    message = EmailMessage()
    message["From"], message["To"] = "a@one.example", "b@two.example"
    message["Subject"], message["Message-ID"] = "synthetic", "<1@one.example>"
    message.set_content("see the picture")
    message.add_attachment(b"\xff\xd8\xff", "image", "jpeg", filename="a.jpg")
    return bytes(message)


def partitioned():
    data = bytearray(4096)
    data[446:462] = struct.pack("<B3sB3sII", 0x80, b"\1\1\0", 0x83, b"\xfe\xff\xff", 2048, 204_800)
    data[510:512] = b"\x55\xaa"
    return bytes(data)


def ext():
    data = bytearray(4096)
    struct.pack_into("<I", data, 1024 + 24, 2)
    data[1024 + 56 : 1024 + 60] = b"\x53\xef\1\0"
    return bytes(data)


def partition_table():
    data = bytearray(partitioned())
    data[450] = 0xEE
    data[512:520] = b"EFI PART"
    return bytes(data)


def lha():
    return b"\x21\x61-lh5-" + bytes(40)


MADE = {
    "application/zip": zipped(),
    "application/x-tar": tarred(),
    "application/gzip": gzip.compress(b"x"),
    "application/x-bzip2": bz2.compress(b"x"),
    "application/x-xz": lzma.compress(b"x"),
    "application/x-lzma": lzma.compress(b"x", lzma.FORMAT_ALONE),
    "application/x-lzh-compressed": lha(),
    "application/x-arj": b"\x60\xea\x2a\x00\x1e" + bytes(60),
    "application/x-uuencode": b"begin 644 picture.jpg\nM_]C_X\n",
    "application/x-shockwave-flash": b"CWS\x0a" + (5000).to_bytes(4, "little") + bytes(20),
    "application/vnd.sqlite3": database(),
    "message/rfc822": letter(),
    "application/mbox": b"From a@one.example Mon Jan  5 10:00:00 2026\r\n" + letter(),
    "application/x-raw-disk-image": partitioned(),
    "application/x-vhd": bytes(8192) + b"conectix" + bytes(504),
    "application/x-apple-diskimage": bytes(8192) + b"koly\0\0\0\4" + bytes(504),
}
"""Real or least files of a kind."""

PAGE = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
"""As an Office program saves a document with its pictures in one file."""

OTHERS = {
    "a page in one file": PAGE,
    "ext": ext(),
    "gpt": partition_table(),
    "pdf behind a line": b"\xef\xbb\xbf\r\n%PDF-1.4\n" + bytes(99),
}


@pytest.mark.parametrize("mime", sorted(MADE))
def test_a_file_of_each_kind_says_what_it_is(mime):
    media = media_of(MADE[mime])
    assert (media.mime, media.unopened) == (mime, KINDS[mime])


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_disks_and_documents_that_begin_otherwise(name):
    assert media_of(OTHERS[name]).unopened


@pytest.mark.parametrize("filler", [b"\0", b"\xeb", b"Z"])
def test_no_known_magic_is_passed_over_whatever_surrounds_it(filler):
    for offset, magic, mime in MAGIC:
        media = media_of(filler * offset + magic + filler * 60)
        assert media.is_media or media.unopened, (offset, magic)
        assert offset or media.unopened == KINDS[mime]


def test_every_kind_can_be_met():
    reached = {mime for _, _, mime in MAGIC} | {mime for _, mime in _TAILS} | set(MADE)
    assert reached == set(KINDS)
    assert max(offset + len(magic) for offset, magic, _ in MAGIC) <= HEAD_BYTES


@given(st.text(max_size=3000))
def test_a_text_is_no_container(text):
    data = text.encode("utf-8", "surrogatepass")
    strong = any(data.startswith(magic, offset) for offset, magic, _ in MAGIC)
    assert strong or container_of(data[:HEAD_BYTES], data[-TAIL_BYTES:]) is None


WORDS = st.sampled_from(
    [
        "free",
        "skip",
        "wide",
        "uuid",
        "From",
        "begin",
        "Subject:",
        "PDF",
        "%PDF",
        "BZ",
        "PK",
        "moving",
        "data",
        "\n",
        "7",
    ]
)


@given(st.lists(WORDS | st.text("abcdef \n", max_size=6), max_size=60), st.sampled_from(["", " "]))
def test_words_that_formats_use_make_no_media_of_a_text(words, between):
    data = between.join(words).encode()
    assume(data[4:8] not in content._MOVIE_BOXES)  # what a film of QuickTime begins with, as in "\nFromdata"
    assert recognise(data) == UNKNOWN
    assert container_of(data) is None


def test_the_texts_and_programs_of_this_house_are_neither():
    paths = [*ROOT.glob("src/vaern/**/*.py"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.py")]
    assert len(paths) > 500
    for path in random.Random(7).sample(paths, 100):
        media = media_of(path.read_bytes())
        assert (media.mime, media.unopened) == (UNKNOWN, ""), path


@given(st.binary(max_size=700))
def test_any_bytes_are_judged(data):
    found = container_of(data, data[-TAIL_BYTES:])
    assert found is None or KINDS[found.mime] == found.name


SHORT = (
    b"FWS",
    b"CWS",
    b"ZWS",
    b"BZh9",
    b"xx-lh5-",
    b"\x5d\0\0",
    b"\x60\xea",
    b"\xc7\x71",
    b"begin 644 ",
    b"From a 1999",
)


@pytest.mark.parametrize("signature", sorted({magic for _at, magic, _mime in MAGIC} | set(SHORT)), ids=repr)
def test_a_file_that_ends_within_its_signature_or_soon_after_is_judged(signature):
    for end in range(1, len(signature) + 1):
        for rest in (b"", b"\x01", b"\xff" * 9, bytes(30)):
            data = signature[:end] + rest
            found = container_of(data, data[-TAIL_BYTES:])
            assert found is None or KINDS[found.mime] == found.name


# --- Pictures and videos that were passed over


@pytest.mark.parametrize(
    "head",
    [
        b"IIRO\x08\0\0\0",
        b"IIU\0\x18\0\0\0",
        b"FUJIFILMCCD-RAW 0201",
        b"FOVb\0\0\2\0",
        b"\0MRM\0\0\0\0",
        b"II\x1a\0\0\0HEAPCCDR",
        b"II\xbc\x01",
        b"BPG\xfb",
        b"AT&TFORM",
        b"gimp xcf file",
        b"v/1\x01",
        b"#?RADIANCE\n",
        b"SIMPLE  =",
        b"\x8bJNG\r\n\x1a\n",
        b"/* XPM */",
        b"FORM\0\0\1\0ILBM",
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    ],
)
def test_a_picture_without_a_decoder_is_unreadable_and_says_so(head):
    media = media_of(head + bytes(200), HashOptions())
    assert media.mime.startswith("image/")
    assert media.mime not in STILL_FORMATS
    assert media.unreadable == f"no decoder for {media.mime}"


def test_a_targa_is_hashed():
    picture = landscape(320, 240)
    for options in ({}, {"compression": "tga_rle"}):
        media = media_of(encoded(picture, "TGA", **options), HashOptions())
        assert (media.mime, media.unreadable, media.width) == ("image/x-tga", "", 320)
        assert any(signal.kind == "pdq" for signal in media.signals)


@pytest.mark.parametrize(("kind", "mime"), [(b"AVI ", "video/x-msvideo"), (b"WEBP", "image/webp")])
def test_a_riff_of_either_order_of_bytes_is_known(kind, mime):
    """No decoder reads the other order: such a file is unreadable, and not passed over."""
    assert {recognise(riff + bytes(4) + kind) for riff in (b"RIFF", b"RIFX")} == {mime}
    media = media_of(b"RIFX\0\0\1\0" + kind + bytes(256), HashOptions())
    assert media.is_media
    assert media.unreadable


@given(
    st.lists(st.tuples(st.from_regex(rb"[ -~]{4}", fullmatch=True), st.binary(max_size=300)), min_size=1, max_size=9)
)
def test_boxes_of_any_name_before_those_of_a_film_make_no_difference(boxes):
    data = b"".join((8 + len(body)).to_bytes(4, "big") + name + body for name, body in boxes)
    assert recognise(data + b"\0\0\0\x18ftypisom").startswith(("video/", "image/", "audio/"))


@pytest.mark.parametrize("whole_below", [100, files.WHOLE_BELOW])
@pytest.mark.parametrize("large", [False, True])
def test_a_film_behind_a_long_private_box_is_known(monkeypatch, whole_below, large):
    """Longer than the head that is looked at; also where the file is not read into memory."""
    monkeypatch.setattr(files, "WHOLE_BELOW", whole_below)
    length = (1).to_bytes(4, "big") + b"priv" + (100_000).to_bytes(8, "big") if large else b"\0\1\x86\xa0priv"
    data = length.ljust(100_000, b"x") + b"\0\0\0\x18ftypisom" + bytes(12)
    assert media_of(data).mime == "video/quicktime"
    assert media_of(data.replace(b"ftyp", b"text")).mime == UNKNOWN
    assert media_of(data[:90_000]).mime == UNKNOWN


@pytest.mark.parametrize("kind", [b"free", b"skip", b"wide", b"uuid", b"styp", b"moof", b"sidx", b"emsg", b"prft"])
def test_an_mp4_is_known_by_whatever_box_comes_first(kind):
    assert recognise(b"\0\0\0\x10" + kind + bytes(8) + b"\0\0\0\x18ftypisom").startswith("video/")


FILM_MARKS = [b"\x11\xaf\0\1", b"\x12\xaf\xff\xff", b"ftyp", b"mdat", b"free"]


@given(st.binary(min_size=4, max_size=4) | st.sampled_from(FILM_MARKS), st.booleans())
def test_a_mailbox_is_none_but_that_whatever_its_checksum_is(checksum, unicode):
    """[MS-PST] 2.2.2.6: behind `!BDN` stands a checksum, which may look like the mark of a film."""
    head = b"!BDN" + checksum + b"SM" + struct.pack("<HHBB", 23 if unicode else 14, 19, 1, 1)
    head = head.ljust(HEAD_BYTES, b"\0")
    assert recognise(head) == UNKNOWN
    assert container_of(head).mime == "application/vnd.ms-outlook"
