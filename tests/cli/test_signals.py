"""Signals as commands take them: what is written in any of the forms is read as it was, or each fault is named."""

from __future__ import annotations

import io
from typing import Any

import click
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.values import LENGTHS, value_of

from vaern.cli.errors import CannotRun
from vaern.cli.signal_lines import MOST_FAULTS, checked
from vaern.cli.signals import Asking, SignalText, named, written
from vaern.formats import findings, vpdq_text
from vaern.records import ALL_KINDS, KINDS, Finding, Media, Signal

OF_FILES = {**LENGTHS, "ssvh": 20, "netclean": 20, "videntifier": 30}
TEXTS = {"address": b"https://a.example/b", "domain": b"a.example", "wallet": b"0x" + b"ab" * 20}


def hashed(kind: str, seed: int) -> Signal:
    return Signal(kind, value_of(seed, OF_FILES[kind]))


of_files = st.builds(hashed, st.sampled_from(KINDS), st.integers(0, 99))
pictures = st.builds(
    lambda seed, quality, orientation, region, frame: Signal(
        "pdq", value_of(seed, 32), quality, orientation, region, frame
    ),
    st.integers(0, 99),
    st.none() | st.integers(0, 100),
    st.sampled_from(["upright", "mirrored", "rotated-90"]),
    st.sampled_from(["whole", "unbordered"]),
    st.integers(0, 3),
)
texts = st.builds(Signal, st.just("domain"), st.sampled_from([b"a.example", b"b.example"])) | st.builds(
    Signal, st.just("keyword"), st.binary(min_size=32, max_size=32)
)
media = st.builds(
    Media,
    st.sampled_from(["a.jpg", "b/Æ.mp4"]),
    st.just(1),
    signals=st.lists(of_files | pictures, max_size=3).map(tuple),
)


def plain(signal: Signal, **more: Any) -> dict[str, Any]:
    """As a call of the look-up service has it."""
    said = msgspec.to_builtins(signal, builtin_types=(bytes,)) | more
    return said | {"value": written(signal)}


def read(text: bytes | str) -> list[Asking]:
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    file.name = "asked"  # type: ignore[attr-defined]
    return [asking for some in checked(file) for line in some for asking in line.asked]


def lines(objects: list[Any], indent: int = 0) -> bytes:
    return b"\n".join(msgspec.json.format(msgspec.json.encode(one), indent=indent or -1) for one in objects)


@given(st.lists(media, min_size=1).filter(lambda some: any(one.signals for one in some)))
def test_what_hash_and_a_scan_write_is_read_as_it_was_and_named_by_its_file(files: list[Media]) -> None:
    expected = [Asking(signal, one.name) for one in files for signal in one.signals]
    scanned = b"".join(findings.encode(Finding(one, "new")) for one in files)
    assert read(scanned) == expected
    hashed = [msgspec.json.decode(line)["media"] for line in scanned.splitlines()]
    assert read(lines(hashed)) == expected


@given(st.lists(of_files | pictures | texts, min_size=1, max_size=5), st.sampled_from(["", "mine"]))
def test_what_a_call_has_is_read_as_it_was_in_one_piece_or_a_line_each(some: list[Signal], id_: str) -> None:
    expected = [Asking(signal, id_) for signal in some]
    rows = [plain(signal, id=id_) for signal in some]
    for row in rows:
        if row["kind"] == "keyword":  # it is only ever asked by its digest
            row["digest"] = row.pop("value")
    assert read(lines(rows)) == expected
    for indent in (0, 2):
        assert read(lines([{"purpose": "upload", "signals": rows}], indent)) == expected


@given(of_files | texts | st.sampled_from([Signal(kind, value) for kind, value in TEXTS.items()]))
def test_what_is_written_names_the_signal_again(signal: Signal) -> None:
    for kind in (signal.kind, signal.kind.upper()):
        assert SignalText().convert(f"{kind}:{written(signal)}", None, None) == (signal,)


def test_every_kind_is_tried() -> None:
    assert {*OF_FILES, *TEXTS, "keyword"} == set(ALL_KINDS)


def test_a_video_is_read_as_threatexchange_lists_its_frames() -> None:
    value = vpdq_text.from_json(vpdq_text.to_json(b"".join(value_of(n, 32) + bytes(8) for n in range(3))))
    (found,) = read(lines([{"kind": "vpdq", "value": vpdq_text.to_json(value)}]))
    assert found.signal == Signal("vpdq", value)
    assert named(Asking(found.signal, "a.mp4")) == "a.mp4: vpdq 3 frames"


def test_quality_and_spelling() -> None:
    value = value_of(1, 32).hex()
    assert SignalText().convert(f"pdq:{value},87", None, None) == (Signal("pdq", bytes.fromhex(value), 87),)
    assert SignalText().convert("Domain: BÜCHER.example.", None, None)[0].value == b"xn--bcher-kva.example"
    word = SignalText().convert("keyword:Some  WORD", None, None)
    assert word == SignalText().convert("keyword:some word", None, None)
    assert len(word[0].value) == 32, "of a keyword the digest alone"
    assert read(lines([{"kind": "domain", "digest": "ab" * 32}])) == [Asking(Signal("domain-sha256", b"\xab" * 32))]


GOOD = {"kind": "md5", "value": value_of(1, 16).hex()}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no signal in it"),
        ("{}", "line 1: Object missing required field `kind`"),
        ("[1]", "line 1: Expected `object`"),
        ('{"signals": [{"kind": "md5", "value": "12"}]}', "line 1: signals[0]: 2 digits; md5 has 32"),
        ('{"kind": "pdq", "value": "zz"}', "line 1: not hexadecimal"),
        ('{"kind": "nothing", "value": "12"}', "line 1: 'nothing' is no kind of signal"),
        ('{"kind": "md5", "digest": "12"}', "line 1: a digest stands instead of"),
        ('{"kind": "domain", "digest": "12"}', "line 1: a SHA-256 has 64 digits"),
        (f'{{"kind": "pdq", "value": "{"12" * 32}", "quality": 101}}', "line 1: a quality is 0 to 100"),
        ('{"signals": [\n{"kind": "md5"}', "from line 1: "),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, says: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read(text)
    assert says in caught.value.message
    assert isinstance(caught.value, click.ClickException)


@given(st.lists(st.booleans(), min_size=1, max_size=3 * MOST_FAULTS).filter(any))
def test_every_line_that_is_wrong_is_counted(wrong: list[bool]) -> None:
    text = lines([{**GOOD, "kind": "sha1"} if one else GOOD for one in wrong])
    with pytest.raises(CannotRun) as caught:
        read(text)
    places = [f"line {number}: " for number, one in enumerate(wrong, 1) if one]
    assert [place in caught.value.message for place in places] == [at < MOST_FAULTS for at in range(len(places))]
    assert ("more line" in caught.value.message) == (len(places) > MOST_FAULTS)
