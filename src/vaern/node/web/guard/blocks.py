"""Long encoded blocks, whatever they contain: unbroken runs, and lines of equal length; not lists of short values."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{80,}+")
_RUN = re.compile(r"[A-Za-z0-9+/]{80,}+|[A-Za-z0-9_-]{80,}+")
_CHUNK = re.compile(r"[A-Za-z0-9+/_-]{20,}+")
_GAP = re.compile(r"[^A-Za-z=]{1,16}\Z")
"""Between two lines of one block: blanks, quotes, commas, a number. Padding ends a block."""
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_BASE32 = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{120,}+")
_ASCII85 = re.compile(r"<~([!-uz\s]{80,}?)~>")
_URL_END = re.compile(r"(\bh(?:tt|xx)ps?\[?:\]?//[^\s\"'<>?#]{1,2000}+)[?#][^\s\"'<>]*+", re.IGNORECASE)
"""What follows the page in an address: signed addresses carry tokens of any length there."""

SHORTEST_LINE = 60
"""Programs that break base64 do it at 60 signs or more; lines of one length below that are a list of short values."""
OF_64_BYTES = {86, 87}
"""Signs of a key or digest of 64 bytes without padding, the one kind of short value that is as long as such a line; and
with the `n` of a line's end that JSON has escaped."""
MIXED = 60
"""As many of the 64 signs occur in a block of unknown bytes; base58, base32, hexadecimal and words have fewer."""
BARE = 8
"""A run of fewer different signs is a rule on paper: `----`, `____`."""
_STANDARD = str.maketrans("-_", "+/")


def blocks(text: str) -> Iterator[tuple[bytes, bool]]:
    """Yield the decoded bytes of each long block, and whether long ones must be text."""
    text = _URL_END.sub(r"\1", text)
    for whole in ANY_RUN.findall(text):
        for run in _RUN.findall(whole):
            yield decoded(run), len(set(run[:2000])) > BARE
    for length, lines in _even_lines(text):
        joined = "".join(lines)
        is_list = length < SHORTEST_LINE or length in OF_64_BYTES or len(set(joined)) < MIXED
        yield decoded(joined), not is_list
    for pattern, decode in ((_BASE32, _of_base32), (_ASCII85, _of_ascii85)):
        for match in pattern.finditer(text):
            yield decode(match.group()), False


def decoded(run: str) -> bytes:
    """Decode a run of letters and digits: hexadecimal, or base64 of either alphabet, padded or not."""
    if _HEX.match(run):
        return bytes.fromhex(run[: len(run) // 2 * 2])
    standard = run.translate(_STANDARD)
    return base64.b64decode(standard[: len(standard) // 4 * 4])


def _even_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line length and the lines of each block: three or more equally long lines, and a shorter last one."""
    lines: list[str] = []
    end = 0
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        follows = bool(lines) and _GAP.match(text, end, match.start()) is not None
        if follows and len(chunk) <= len(lines[0]) and len(lines[-1]) == len(lines[0]):
            lines.append(chunk)
        else:
            if len(lines) > 2:
                yield len(lines[0]), lines
            lines = [chunk]
        end = match.end()
    if len(lines) > 2:
        yield len(lines[0]), lines


def _of_base32(run: str) -> bytes:
    return base64.b32decode(run[: len(run) // 8 * 8])


def _of_ascii85(run: str) -> bytes:
    try:
        return base64.a85decode(run, adobe=True)
    except ValueError:
        return b""
