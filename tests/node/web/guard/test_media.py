"""Media is recognised by content in every encoding and at every position; ordinary text never is."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import quopri
import secrets
import struct
import sys
import textwrap
import wave
import zipfile
import zlib
from contextlib import suppress
from hashlib import sha1, sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from vaern.node.web.guard.kinds import PACKED, kind_of
from vaern.node.web.guard.media import NESTED, Allowance, _Look, _Spent, media_in

if TYPE_CHECKING:
    from collections.abc import Callable


def _picture(kind: str) -> bytes:
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    out = io.BytesIO()
    if kind == "GIF":
        image = image.quantize(64)
    image.save(out, kind)
    return out.getvalue()


def _text_picture() -> bytes:
    return b"P3\n# made up\n16 16\n255\n" + b" ".join(b"%d" % (n % 256) for n in range(16 * 16 * 3))


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(np.random.default_rng(1).integers(-3000, 3000, 4000, dtype="<i2").tobytes())
    return out.getvalue()


def _video() -> bytes:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _number in range(5):
            pixels = np.random.default_rng(2).integers(0, 255, (48, 64, 3), dtype=np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.png", _picture("PNG"))
    return out.getvalue()


NOISE = np.random.default_rng(3).bytes(2000)
SAMPLES: dict[str, bytes] = {
    **{
        kind: _picture(kind)
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "PPM", "SGI", "PCX", "DDS")
    },
    "AVIF": _picture("AVIF"),
    "JXL codestream": b"\xff\x0a" + NOISE,
    "WAV": _sound(),
    "MP4": _video(),
    "Matroska": b"\x1aE\xdf\xa3" + NOISE,
    "Ogg": b"OggS\0\2" + NOISE,
    "MP3": b"ID3\x04\0\0" + NOISE,
    "MP3 frames": b"\xff\xfb\x90\x64" + NOISE,
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + NOISE,
    "zip": _zip(),
    "gzip": gzip.compress(_picture("PNG")),
    "zlib": zlib.compress(_picture("PNG")),
    "deflate": zlib.compress(_picture("PNG"))[2:-4],
    "noise": NOISE,
}
TEXT_SAMPLES = {
    "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
    + b" " * 100,
    "PPM as text": _text_picture(),
    "XPM": b"/* XPM */\nstatic char * a[] = {\n" + b'"16 16 2 1",\n' * 20,
}


def wrapped(text: bytes, width: int, end: bytes = b"\r\n") -> bytes:
    return end.join(text[at : at + width] for at in range(0, len(text), width))


def multipart(data: bytes, mime: str = "text/plain", name: str = "notes.txt") -> bytes:
    head = (
        f'--b0undary\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {mime}\r\n\r\n'
    )
    return head.encode() + data + b"\r\n--b0undary--\r\n"


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda d: d,
    "base64": base64.b64encode,
    "base64 without padding": lambda d: base64.b64encode(d).rstrip(b"="),
    "base64url": base64.urlsafe_b64encode,
    "base64url without padding": lambda d: base64.urlsafe_b64encode(d).rstrip(b"="),
    "base64 in lines of 76": lambda d: wrapped(base64.b64encode(d), 76),
    "base64 in lines of 64": lambda d: wrapped(base64.b64encode(d), 64, b"\n"),
    "base64 in lines of 75": lambda d: wrapped(base64.b64encode(d), 75, b"\n"),
    "base64 twice": lambda d: base64.b64encode(base64.b64encode(d)),
    "base64 of gzip": lambda d: base64.b64encode(gzip.compress(d)),
    "base64 of deflate": lambda d: base64.b64encode(zlib.compress(d)),
    "base64 of raw deflate": lambda d: base64.b64encode(zlib.compress(d)[2:-4]),
    "data URL": lambda d: b"data:image/jpeg;base64," + base64.b64encode(d),
    "data URL that lies": lambda d: b"data:text/plain;base64," + base64.b64encode(d),
    "data URL in percent": lambda d: b"data:image/jpeg," + quote_from_bytes(d).encode(),
    "hexadecimal": binascii.hexlify,
    "hexadecimal in capitals": lambda d: binascii.hexlify(d).upper(),
    "hexadecimal of gzip": lambda d: binascii.hexlify(gzip.compress(d)),
    "percent": lambda d: quote_from_bytes(d, safe="").encode(),
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "UTF-16 of base64": lambda d: base64.b64encode(d).decode().encode("utf-16"),
    "multipart": multipart,
    "multipart of base64": lambda d: multipart(wrapped(base64.b64encode(d), 76)),
    "multipart in multipart": lambda d: multipart(multipart(d, "image/png", "a.png"), "multipart/mixed"),
    "base64 of multipart": lambda d: base64.b64encode(multipart(d)),
    "JSON escapes": lambda d: json.dumps(d.decode("latin-1")).encode(),
}
MAGIC_ONLY: dict[str, Callable[[bytes], bytes]] = {
    "hexadecimal in lines of 64": lambda d: wrapped(binascii.hexlify(d), 64, b"\n"),
    "hexadecimal with blanks": lambda d: binascii.hexlify(d, " "),
    "list of numbers": lambda d: json.dumps(list(d)).encode(),
    "base64 in lines of 4": lambda d: wrapped(base64.b64encode(d), 4, b"\n"),
    "base32": base64.b32encode,
    "ascii85": lambda d: base64.a85encode(d, adobe=True),
    "quoted-printable": quopri.encodestring,
    "byte escapes": lambda d: "".join(f"\\x{byte:02x}" for byte in d).encode(),
}
"""Encodings that ordinary text can look like: undone, and then only what is beyond doubt is refused."""
WITHOUT_MAGIC = {"JXL codestream", "MP3 frames", "deflate", "noise", "PPM", "zlib", "SGI"}


def as_json(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


POSITIONS: dict[str, Callable[[bytes], bytes]] = {
    "alone": lambda e: e,
    "in a field": lambda e: b"note=" + e,
    "in a text": lambda e: "Blåbærgrød på fad: ".encode() + e + b" og slut.",
    "in JSON": lambda e: json.dumps({"reference": "2026-17", "note": as_json(e)}).encode("utf-8", "surrogateescape"),
    "deep in JSON": lambda e: json.dumps({"a": [{"b": [1, {"c": as_json(e)}]}]}).encode("utf-8", "surrogateescape"),
    "as a key of JSON": lambda e: json.dumps({as_json(e): 1}).encode("utf-8", "surrogateescape"),
    "JSON in JSON": lambda e: json.dumps({"a": json.dumps({"b": as_json(e)})}).encode("utf-8", "surrogateescape"),
}


QUICK = ("alone", "in a text", "in JSON")


@pytest.mark.once
@pytest.mark.parametrize(
    "position", [*QUICK, *(pytest.param(each, marks=pytest.mark.slow) for each in POSITIONS if each not in QUICK)]
)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_format_in_every_encoding_at_every_position(encoding: str, position: str) -> None:
    missed = [name for name, data in SAMPLES.items() if not media_in(POSITIONS[position](ENCODINGS[encoding](data)))]
    assert not missed


@pytest.mark.once
@pytest.mark.parametrize("encoding", MAGIC_ONLY)
def test_rarer_encodings_of_what_is_beyond_doubt(encoding: str) -> None:
    known = {name: data for name, data in SAMPLES.items() if name not in WITHOUT_MAGIC}
    missed = [
        (name, position)
        for name, data in known.items()
        for position in ("alone", "in JSON")
        if not media_in(POSITIONS[position](MAGIC_ONLY[encoding](data)))
    ]
    assert not missed


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("name", TEXT_SAMPLES)
@pytest.mark.parametrize(
    "encoding", ["as it is", "base64", "base64url without padding", "hexadecimal", "percent", "multipart", "data URL"]
)
def test_media_that_is_text(name: str, encoding: str, position: str) -> None:
    assert media_in(POSITIONS[position](ENCODINGS[encoding](TEXT_SAMPLES[name])))


@given(st.binary(min_size=1).filter(lambda data: not _is_plain(data)))
def test_what_is_not_text_is_refused(data: bytes) -> None:
    assert media_in(data)


def _is_plain(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return not any(c in text for c in map(chr, [*range(9), *range(14, 32), *range(127, 133), *range(134, 160)]))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200)


@given(WORDS)
@example("Rødgrød med fløde, Ærøskøbing, Übergröße, naïve, Łódź")
@example("P2 er en radiokanal, P1 12 34 00 og P3 2 3 4 5 er pladser")
@example("See data: the figures of 2026, and begin 600 words")
@example("50 % af 30 % er 15 %, altså a=12&b=34&c=56")
def test_ordinary_text_is_taken(text: str) -> None:
    assert media_in(text.encode()) == ""
    assert media_in(("note=" + quote(text)).encode()) == ""
    assert media_in(json.dumps({"note": text}).encode()) == ""
    assert media_in(json.dumps({"note": f"{text} " * 40}).encode()) == ""


@pytest.mark.parametrize("width", [22, 27, 28, 43, 64, 76, 86])
def test_a_picture_is_found_in_lines_as_long_as_those_of_keys(width: int) -> None:
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00C\x00"
    jpeg = head + bytes(range(256)) * 12
    lines = "\n".join(textwrap.wrap(base64.b64encode(jpeg).decode(), width))
    assert media_in(lines.encode())
    assert media_in(f"Dear colleague,\n\n{lines}\n\nregards".encode())


@pytest.mark.parametrize("size", [16, 20, 32])
@pytest.mark.parametrize("mark", [b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"])
def test_hashes_of_which_the_first_begins_as_zlib_does_are_taken(mark: bytes, size: int) -> None:
    """Two bytes prove nothing: one list in a few thousand begins so. What unpacks is refused."""
    values = [mark + bytes([255]) * (size - 2), *(sha256(bytes([number])).digest()[:size] for number in range(100))]
    for ending in ("", "="):
        lists = [base64.urlsafe_b64encode(value).decode().rstrip("=") + ending * (-size % 3) for value in values]
        assert media_in("\n".join(lists).encode()) == ""
    assert kind_of(b"".join(values)) == ""
    assert kind_of(mark + zlib.compress(NOISE)[2:]) == PACKED
    assert kind_of(zlib.compress(NOISE)[:100]) == "", "what is so short holds no picture"


def test_a_long_list_of_sha1_values_without_padding_is_taken() -> None:
    values = [sha1(bytes([number])).digest() for number in range(200)]
    assert media_in("\n".join(base64.urlsafe_b64encode(v).decode().rstrip("=") for v in values).encode()) == ""


@given(
    st.lists(
        st.sampled_from([16, 20, 32])
        .flatmap(lambda n: st.binary(min_size=n, max_size=n))
        .filter(lambda value: not kind_of(value)),  # the 16 bytes with which a film begins are nobody's digest
        min_size=1,
        max_size=40,
    )
)
def test_digests_keys_and_signatures_are_taken(values: list[bytes]) -> None:
    hexes = [value.hex() for value in values]
    for text in (
        "\n".join(hexes),
        ",".join(hexes),
        " ".join(hexes),
        json.dumps([{"sha256": value} for value in hexes]),
    ):
        assert media_in(text.encode()) == ""
    keys = [base64.b64encode(value + value).decode() for value in values]
    assert media_in(json.dumps({"keys": keys}).encode()) == ""
    assert media_in("\n".join(base64.urlsafe_b64encode(v).decode().rstrip("=") for v in values).encode()) == ""


def test_keys_and_long_tokens_are_taken() -> None:
    assert media_in(f"Authorization: Bearer vaern_{secrets.token_hex(16)}_{secrets.token_urlsafe(32)}".encode()) == ""
    assert media_in(("csrf=" + secrets.token_urlsafe(64)).encode()) == ""
    assert media_in(base64.b64encode(secrets.token_bytes(256))) == ""


@given(
    st.lists(
        st.tuples(st.binary(min_size=32, max_size=32), st.integers(0, 100), st.floats(0, 90_000, width=32)),
        min_size=1,
        max_size=200,
    )
)
def test_a_vpdq_of_any_length_is_taken(frames: list[tuple[bytes, int, float]]) -> None:
    value = b"".join(pdq + struct.pack("<If", quality, time) for pdq, quality, time in frames)
    assert media_in(json.dumps({"kind": "vpdq", "value": value.hex()}).encode()) == ""


@pytest.mark.once
@pytest.mark.timeout(400)
def test_hostile_text_costs_linear_time() -> None:
    """No pattern goes back over what it read: each of these takes many minutes if one does, and a second if none."""
    size = 150_000
    for piece in (
        "\n",
        " ",
        "a",
        "aaaa ",
        "0,",
        "<~",
        "\\",
        "\\u0061",
        "%41",
        "=41",
        "ff ",
        "P1 ",
        "<!--",
        "A\n",
        "a" * 30 + "\n",
        '"',
    ):
        media_in((piece * (size // len(piece))).encode())


SLOW = (
    "Qk ",
    "AAAA ",
    "77MP ",
    "aaaaa ",
    "ff d8 ff ",
    "000000 ",
    "00 ",
    "0,0,0,1,",
    "66,77,",
    "255,216,255,",
    r"\x00\x00\x00a",
    "%25",
    "\\\\",
    "&#38;",
    "=3D",
    "> > ",
    "ARTY*",
)
"""Texts in which something may begin at each few signs."""


@pytest.mark.once
@pytest.mark.parametrize("piece", SLOW)
def test_a_look_costs_a_few_steps_a_sign_whatever_was_made_to_be_slow(piece: str) -> None:
    """Counted in calls of functions, not in seconds, and beside what one request may spend once."""
    text = (piece * 20_000)[:60_000]
    nothing, calls = Allowance(), 0
    nothing.left = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with suppress(_Spent):
            _Look(nothing, len(text)).at(text, 0)
    finally:
        sys.setprofile(before)
    assert calls < 7 * len(text)


def test_many_pieces_of_one_request_share_what_it_may_cost() -> None:
    """A form may have a thousand fields: what each costs beyond its length is counted together."""
    allowance = Allowance()
    pieces = [f"{number} " + "/9j/ " * 60 for number in range(100)]
    assert media_in(pieces[0].encode()) == ""
    refused = [media_in(piece.encode(), allowance) for piece in pieces]
    assert set(refused[2:]) == {NESTED}
    assert media_in(b"What is honest still has its own.", allowance) == ""


@pytest.mark.once
@pytest.mark.parametrize("piece", ["0,0,0,1,", "0,0,1,0,0,0,0,7,", "66,77,", "1,0,0,0\n"])
def test_tables_of_numbers_are_taken_at_any_length(piece: str) -> None:
    """A matrix has three zeros everywhere, as a video has where it begins."""
    assert media_in((piece * 100_000)[:600_000].encode()) == ""


@given(st.sampled_from([bytes.fromhex(sign) for sign in ("1f8b08", "49443304", "ffd8ff", "00000018", "424d")]))
def test_what_ends_where_something_begins_is_read_to_its_end(beginning: bytes) -> None:
    for end in range(6):
        data = beginning + bytes(end)
        assert media_in(data.hex(" ").encode()) == ""
        assert media_in(base64.b64encode(data)) == ""
