"""Content never enters by a message: it is looked through before it is kept."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.node.exchange.nodes import sent_to, taken_of
from tests.node.exchange.notes import put_down, write
from tests.node.exchange.test_passing import desks

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node


def picture() -> bytes:
    """A grey square."""
    file = io.BytesIO()
    Image.new("L", (64, 64), 128).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("encode", [base64.b64encode, lambda data: data.hex().encode(), base64.b85encode])
def test_what_is_no_text_never_enters_and_the_sender_is_told(
    pair: tuple[Node, Node], line: Line, encode: object
) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    write(north, mine, theirs, encode(picture()).decode())  # type: ignore[operator]
    write(north, mine, theirs, "after")
    line.settle((north, south))
    assert put_down(south) == ["after"]
    refused = [row for row in taken_of(south, north) if row.state == "refused"]
    assert [(bytes(row.sealed), row.because.partition(":")[0]) for row in refused] == [(b"", "content")]
    assert [row.result for row in sent_to(north, south) if row.kind == "test.note"] == ["refused", "taken_in"]


def test_hashes_and_words_are_text(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    texts = [*(hashlib.sha256(b"%d" % n).hexdigest() for n in range(40)), "En hjælpende hånd, på dansk – 45 °C"]
    for text in (*texts, "\n".join(texts)):
        write(north, mine, theirs, text)
    line.settle((north, south))
    assert put_down(south) == [*texts, "\n".join(texts)]
