"""A picture is refused however it was pasted by accident: quoted, numbered, as a list, as a dump, as numbers."""

from __future__ import annotations

import base64
import io
import itertools
import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vaern.node.web.guard.media import media_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "ICO")


def picture(kind: str, width: int = 32, height: int = 24, seed: int = 0, **options: object) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def lines(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def in_base64(data: bytes, width: int = 76) -> list[str]:
    return lines(base64.b64encode(data).decode(), width)


def rows(data: bytes) -> Iterable[tuple[int, bytes, str]]:
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        yield at, row, "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)


def pairs(row: bytes) -> str:
    return " ".join(f"{byte:02x}" for byte in row)


def words(row: bytes, order: str) -> str:
    return " ".join(f"{int.from_bytes(row[n : n + 2], order):04x}" for n in range(0, len(row), 2))  # type: ignore[arg-type]


def ragged(data: bytes) -> str:
    """Lines of 76 that a mail program broke once more at 72."""
    return "\n".join(itertools.chain.from_iterable((line[:72], line[72:]) for line in in_base64(data)))


PASTES: dict[str, Callable[[bytes], str]] = {
    "quoted mail": lambda d: "\n".join(f"> {line}" for line in in_base64(d, 70)),
    "quoted twice": lambda d: "\r\n".join(f">> {line}" for line in in_base64(d)),
    "lines with numbers": lambda d: "\n".join(f"{n:4}: {line}" for n, line in enumerate(in_base64(d), 1)),
    "a numbered list": lambda d: "\n".join(f"{n}. {line}" for n, line in enumerate(in_base64(d), 1)),
    "a table": lambda d: "\n".join(f"| {n} | {line} |" for n, line in enumerate(in_base64(d), 1)),
    "a JSON list of lines": lambda d: json.dumps(in_base64(d, 60)),
    "a JSON list on lines": lambda d: json.dumps(in_base64(d, 60), indent=2),
    "commas between": lambda d: ", ".join(in_base64(d)),
    "strings that are joined": lambda d: " +\n".join(f'"{line}"' for line in in_base64(d)),
    "marks of a page between": lambda d: "<br>".join(in_base64(d)),
    "signs without width": lambda d: "\u200b".join(in_base64(d, 40)),
    "broken twice": ragged,
    "short lines": lambda d: "\n".join(in_base64(d, 20)),
    "hexdump -C": lambda d: "\n".join(
        f"{at:08x}  {pairs(row[:8])}  {pairs(row[8:])}  |{shown}|" for at, row, shown in rows(d)
    ),
    "hexdump": lambda d: "\n".join(f"{at:07x} {words(row, 'little')}" for at, row, _ in rows(d)),
    "od -t x1": lambda d: "\n".join(f"{at:07o} {pairs(row)}" for at, row, _ in rows(d)),
    "xxd": lambda d: "\n".join(f"{at:08x}: {words(row, 'big'):39}  {shown}" for at, row, shown in rows(d)),
    "xxd -p": lambda d: "\n".join(lines(d.hex(), 60)),
    "a quoted dump": lambda d: "\n".join(f"> {at:08x}: {words(row, 'big'):39}  {shown}" for at, row, shown in rows(d)),
    "an array of C": lambda d: "{" + ", ".join(f"0x{byte:02x}" for byte in d) + "}",
    "an array of C in capitals": lambda d: ",\n".join(
        ", ".join(f"0x{byte:02X}" for byte in row) for _, row, _ in rows(d)
    ),
    "bytes of Python": repr,
    "a string of C": lambda d: '"' + "".join(f"\\{byte:03o}" for byte in d) + '"',
    "entities": lambda d: "".join(f"&#{byte};" for byte in d),
    "entities in hexadecimal": lambda d: "".join(f"&#x{byte:x};" for byte in d),
    "numbers": lambda d: " ".join(str(byte) for byte in d),
    "numbers with signs": lambda d: "[" + ", ".join(str(byte - 256 * (byte > 127)) for byte in d) + "]",
    "numbers on lines": lambda d: "\n".join(",".join(str(byte) for byte in row) for _, row, _ in rows(d)),
    "base85": lambda d: base64.b85encode(d).decode(),
    "base85 in lines": lambda d: "\n".join(lines(base64.b85encode(d).decode(), 76)),
    "Ascii85": lambda d: base64.a85encode(d).decode(),
    "Ascii85 in lines": lambda d: base64.a85encode(d, wrapcol=76).decode(),
    "base32": lambda d: base64.b32encode(d).decode(),
    "base32 in lines": lambda d: "\n".join(lines(base64.b32encode(d).decode().lower(), 64)),
}
AROUND: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "in a letter": lambda text: f"Dear colleague,\n\nhere it is:\n\n{text}\n\nregards",
    "in JSON": lambda text: json.dumps({"reference": "2026-17", "note": text}),
}


@pytest.mark.once
@pytest.mark.parametrize("paste", PASTES)
def test_a_pasted_picture_is_refused(paste: str) -> None:
    missed = [
        (kind, around)
        for kind in FORMATS
        for around in AROUND
        if not media_in(AROUND[around](PASTES[paste](picture(kind))).encode())
    ]
    assert not missed


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(PASTES)),
    st.sampled_from(sorted(AROUND)),
    st.integers(8, 60),
    st.integers(8, 60),
    st.integers(10, 95),
    st.integers(0, 2**16),
)
def test_a_photograph_of_any_size_and_quality_is_refused_in_each_of_them(
    paste: str, around: str, width: int, height: int, quality: int, seed: int
) -> None:
    data = picture("JPEG", width, height, seed, quality=quality)
    assert media_in(AROUND[around](PASTES[paste](data)).encode())


def test_numbers_and_dumps_of_something_else_are_taken() -> None:
    """The same ways of writing, around bytes that are no picture."""
    data = random.Random(5).randbytes(600)
    spelled = ("hexdump -C", "xxd", "xxd -p", "an array of C", "numbers", "numbers with signs", "short lines")
    assert [name for name in spelled if media_in(PASTES[name](data).encode())] == []


@pytest.mark.parametrize("zeros", range(12))
def test_a_run_of_zeros_hides_no_picture_behind_it(zeros: int) -> None:
    numbers = [*bytes(zeros), *picture("AVIF")]
    assert media_in(json.dumps(numbers).encode())


def test_a_long_list_of_zeros_costs_no_look_at_each() -> None:
    assert media_in(json.dumps([0] * 50_000).encode()) == ""
