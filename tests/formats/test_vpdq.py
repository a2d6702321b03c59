"""vPDQ in the forms of its reference: what is packed, written and read back is one value."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import digest, value_of

from vaern.formats import detect_format, render, vpdq, vpdq_text
from vaern.formats.signals import Refused, parse
from vaern.records import Signal

if TYPE_CHECKING:
    from pathlib import Path

times = st.floats(0, 100_000, width=32)
frames = st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.integers(0, 100), times), min_size=1, max_size=20)


def packed(rows: list[tuple[bytes, int, float]]) -> bytes:
    return b"".join(struct.pack("<32sIf", *row) for row in rows)


@given(frames)
def test_the_json_list_says_what_is_packed(rows: list[tuple[bytes, int, float]]) -> None:
    value = packed(rows)
    text = render(Signal("vpdq", value), "json")
    items = [item.split(",") for item in json.loads(text)]
    assert [(bytes.fromhex(pdq), int(quality), struct.pack("<f", float(time))) for pdq, quality, time in items] == [
        (pdq, quality, struct.pack("<f", time)) for pdq, quality, time in rows
    ]
    if len(set(value)) > 1:
        signal, encoding = parse("vpdq", text)
        assert (signal.value, render(signal, encoding)) == (value, text)
        assert parse("vpdq", value.hex())[0] == signal


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0.0"), (0.033, "0.033"), (17.8, "17.8"), (1.23e2, "123.0")])
def test_seconds_are_written_as_short_as_they_can_be(seconds: float, text: str) -> None:
    assert vpdq_text.to_json(packed([(bytes(32), 1, seconds)])) == f'["{"0" * 64},1,{text}"]'


WRONG = [
    "[]",
    "[",
    "[1]",
    "[{}]",
    '["x"]',
    f'["{digest(1, "pdq")},101,0"]',
    f'["{digest(1, "pdq")},1"]',
    '[["a"]]',
    f'["{digest(1, "pdq")},1,-1"]',
    f'["{digest(1, "pdq")},1,inf"]',
    f'["{digest(1, "pdq")},1,nan"]',
    f'["{digest(1, "pdq")},1,1e300"]',
    f'["{digest(1)},1,0"]',
    f'["{digest(1, "pdq")},-1,0"]',
    "[" * 100_000,
    f'["{digest(1, "pdq")},1{"0" * 5000},0"]',
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_list_of_frames_is_refused_whole(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse("vpdq", text)
    assert refusal.value.what.code == "signal_frames"


def lines(rows: list[tuple[bytes, int, float]]) -> str:
    return "".join(f"{n},{quality},{pdq.hex()},{time!r}\n" for n, (pdq, quality, time) in enumerate(rows))


def rows_of(count: int) -> list[tuple[bytes, int, float]]:
    return [(value_of(n, 32), n % 101, n / 8) for n in range(count)]


FORMS = {
    "lines": lines(rows_of(30)),
    "lines with a header": "frame,quality,hash,time\n" + lines(rows_of(30)),
    "json": vpdq_text.to_json(packed(rows_of(30))),
    "indented json": json.dumps(json.loads(vpdq_text.to_json(packed(rows_of(30)))), indent=2),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_frames_is_one_video(form: str) -> None:
    (entry,), problems = read(FORMS[form], name="clip 7.txt")
    assert ([signal.value for signal in entry.signals], entry.id, problems) == ([packed(rows_of(30))], "clip 7", [])


def test_lists_one_after_another_are_videos(tmp_path: Path) -> None:
    texts = [vpdq_text.to_json(packed(rows_of(count))) for count in (1, 2, 3)]
    entries, problems = read("\n".join(texts), name="clips.json")
    assert [(entry.id, len(entry.signals[0].value) // 40) for entry in entries] == [
        ("clips", 1),
        ("clips/2", 2),
        ("clips/3", 3),
    ]
    assert problems == []
    (tmp_path / "x").write_text(texts[0])
    assert detect_format(tmp_path / "x") == "vpdq"


@given(st.data(), st.sampled_from(sorted(FORMS)))
def test_every_frame_is_in_the_entry_or_a_problem(data: st.DataObject, form: str) -> None:
    """Whatever single line is spoilt, and wherever the file is cut."""
    pieces = FORMS[form].split("\n" if form.startswith("lines") else ",")
    at = data.draw(st.integers(2, len(pieces) - 2))
    joint = "\n" if form.startswith("lines") else ","
    spoilt = joint.join([*pieces[:at], pieces[at].replace("0", "x").replace("1", "?"), *pieces[at + 1 :]])
    entries, problems = read(spoilt, "vpdq")
    kept = sum(len(entry.signals[0].value) // 40 for entry in entries)
    assert kept + len(problems) >= 30
    assert kept >= 29
    cut = data.draw(st.integers(len(FORMS[form]) // 2, len(FORMS[form]) - 3))
    (entry,), problems = read(FORMS[form][:cut], "vpdq")
    assert packed(rows_of(30)).startswith(entry.signals[0].value[:-40])
    assert problems or form.startswith("lines")


def test_a_video_has_a_longest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vpdq, "MAX_FRAMES", 10)
    (entry,), (problem,) = read(FORMS["lines"])
    assert len(entry.signals[0].value) == 400
    assert "the last 20 were left out" in problem.reason


@pytest.mark.parametrize("quoted", ["text", "csv", "threatexchange-csv"])
def test_other_lists_hold_frames_too(quoted: str) -> None:
    value = vpdq_text.to_json(packed(rows_of(2000)))
    content = {
        "text": f"vpdq: {value}\n",
        "csv": f'id,vpdq\na,"{value.replace(chr(34), chr(34) * 2)}"\n',
        "threatexchange-csv": f'signal_type,signal_str,collab\nvpdq,"{value.replace(chr(34), chr(34) * 2)}",x\n',
    }[quoted]
    (entry,), problems = read(content)
    assert ([signal.value for signal in entry.signals], problems) == ([packed(rows_of(2000))], [])
    assert render(entry.signals[0], entry.extra["vpdq written as"]) == value
