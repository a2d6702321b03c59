"""Lines of text of any length, within a bound, for the readers of plain text and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_LINE = 1 << 20
"""Characters of the longest line that is read; a longer one is passed over in constant memory."""

TOO_LONG = "the line is longer than any that a list could have; it was passed over"


def lines(chunks: Iterable[str], longest: int = MAX_LINE) -> Iterator[str | None]:
    r"""Splits text into lines at `\n`, `\r\n` or a lone `\r`.

    Args:
        chunks: the text, cut anywhere.
        longest: characters allowed in a line.

    Yields:
        Each line without its end; `None` for a line that is too long.
    """
    rest, too_long = "", False
    for chunk in chunks:
        text = rest + chunk
        if text.endswith("\r"):  # its \n may come with the next chunk
            text, held = text[:-1], "\r"
        else:
            held = ""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *whole, rest = text.split("\n")
        for line in whole:
            yield None if too_long or len(line) > longest else line
            too_long = False
        if len(rest) > longest:
            rest, too_long = "", True
        rest += held
    if too_long:
        yield None
    elif rest:
        yield rest.removesuffix("\r")
