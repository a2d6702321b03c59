"""Walking JSON gives what the standard library's decoder gives, wherever the text is cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.source import Torn

if TYPE_CHECKING:
    from collections.abc import Iterator

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    """The text in pieces, some of them empty."""
    points = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[a:b] for a, b in zip([0, *points], [*points, len(text)], strict=True)]


class OneByOne:
    """Gives a stream one piece at a time, whatever the window would like."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[str]:
        return iter(self.pieces)


@given(st.data(), documents, st.sampled_from([None, 1]))
def test_a_value_is_what_the_decoder_says(data: st.DataObject, document: object, indent: int | None) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=data.draw(st.booleans()))
    assert JsonStream(iter(data.draw(cut(text)))).value() == document


@given(st.data(), st.lists(documents, max_size=6))
def test_elements_and_members_are_the_same_values(data: st.DataObject, rows: list[object]) -> None:
    text = json.dumps({"a": 1, "rows": rows, "z": {"y": [1]}}, indent=data.draw(st.sampled_from([None, 2])))
    stream = JsonStream(iter(data.draw(cut(text))))
    seen: dict[str, object] = {}
    for key in stream.members():
        if key == "rows":
            seen[key] = [stream.value() for _ in stream.elements()]
        elif key == "a":
            stream.skip()
        else:
            seen[key] = stream.value()
    assert seen == {"rows": rows, "z": {"y": [1]}}
    assert stream.peek() == ""


@pytest.mark.once
@given(st.data(), st.lists(documents, min_size=1, max_size=6))
def test_passing_over_lands_where_taking_does(data: st.DataObject, rows: list[object]) -> None:
    text = json.dumps(rows)
    skipped = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    stream = JsonStream(iter(data.draw(cut(text))))
    kept = []
    for number, _ in enumerate(stream.elements()):
        if number in skipped:
            stream.skip()
        else:
            kept.append(stream.value())
    assert kept == [row for number, row in enumerate(rows) if number not in skipped]


@given(st.data(), documents)
def test_a_torn_value_is_never_taken_for_a_whole_one(data: st.DataObject, document: object) -> None:
    text = json.dumps([document])
    stream = JsonStream(iter([text[: data.draw(st.integers(0, len(text) - 1))]]))
    with pytest.raises((Torn, BadValue)):
        stream.value()


@pytest.mark.parametrize("window", [1, 7, 1000])
def test_the_window_does_not_matter(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaern.formats.json_stream._WINDOW", window)
    rows = [{"n": n, "s": "x" * (n % 50), "e": '\\"\n\u00e6', "f": 1.5e300} for n in range(200)]
    text = json.dumps(rows)
    stream = JsonStream(text[at : at + 3] for at in range(0, len(text), 3))
    assert [stream.value() for _ in stream.elements()] == rows


def test_several_documents_one_after_another() -> None:
    stream = JsonStream(iter(['{"a":1}\n{"a', '":2}']))
    assert [{key: stream.value() for key in stream.members()} for _ in stream.documents()] == [
        {"a": 1},
        {"a": 2},
    ]


@pytest.mark.parametrize("rest", ["]", "x", "[1]", '"a"', "}"])
def test_what_is_no_document_ends_the_reading(rest: str) -> None:
    stream = JsonStream(iter(["{}", rest]))
    documents = stream.documents()
    next(documents)
    assert list(stream.members()) == []
    with pytest.raises(Torn):
        next(documents)
