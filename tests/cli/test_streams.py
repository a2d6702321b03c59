"""Signals that come through a pipe are answered as they come, wherever the bytes are cut."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import command, values
from tests.cli.test_signals import lines, of_files, pictures, plain
from tests.formats.values import value_of

from vaern.cli import signal_lines
from vaern.cli.signal_lines import Line, gathered, read
from vaern.cli.signals import Asking
from vaern.formats import render
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]


class Pieces(io.BytesIO):
    """A pipe whose bytes come in pieces of given sizes; it tells how much of it was taken."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__(data)
        self.sizes = sizes

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(self.sizes.pop() if self.sizes else size)


def everything(data: bytes, sizes: list[int] | None = None) -> list[Line]:
    return [line for some in read(Pieces(data, sizes or [])) for line in some]


sizes = st.lists(st.integers(1, 40), max_size=200)


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)), st.booleans(), sizes)
def test_lines_are_those_of_the_file_wherever_it_is_cut(some: list[bytes], ended: bool, sizes: list[int]) -> None:
    data = b"\n".join(some) + b"\n" * (ended and bool(some))
    expected = data.split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = [line for batch in gathered(Pieces(data, sizes)) for line in batch]
    assert found == list(enumerate(expected, 1))


@given(st.integers(0, 30), st.lists(st.integers(0, 60), max_size=8), sizes)
def test_a_line_that_is_too_long_is_passed_over(longest: int, lengths: list[int], sizes: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal_lines, "LONGEST", longest)
        data = b"".join(b"x" * length + b"\n" for length in lengths)
        found = [line for batch in gathered(Pieces(data, sizes)) for _, line in batch]
    assert found == [None if length > longest else b"x" * length for length in lengths]


forms = st.sampled_from(["json", "text", "sum", "call"])


@given(st.lists(st.tuples(of_files | pictures, forms), max_size=6), sizes, st.sampled_from(["\n", "\r\n"]))
def test_all_forms_are_read_as_they_were_wherever_they_are_cut(
    some: list[tuple[Signal, str]], sizes: list[int], end: str
) -> None:
    texts, expected = ["# a comment"], []
    for number, (signal, form) in enumerate(some, 2):
        bare = Signal(signal.kind, signal.value, signal.quality)
        row = plain(signal, id="mine")
        if form == "text":
            quality = "" if signal.quality is None else f",{signal.quality}"
            texts.append(f"{signal.kind}:{render(signal)}{quality}")
            expected.append(Line(number, (Asking(bare),)))
        elif form == "sum" and signal.kind in ("md5", "sha1", "sha256"):
            texts.append(f"{signal.value.hex()}  a b.jpg")
            expected.append(Line(number, (Asking(signal, "a b.jpg"),)))
        else:
            texts.append(json.dumps({"signals": [row, row]} if form == "call" else row))
            expected.append(Line(number, (Asking(signal, "mine"),) * (2 if form == "call" else 1)))
    assert everything(end.join(texts).encode(), sizes) == expected


@given(st.lists(of_files | pictures, max_size=6), sizes, st.sampled_from(",;\t"), st.booleans())
def test_a_table_is_read_as_it_was(some: list[Signal], sizes: list[int], delimiter: str, wide: bool) -> None:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerow(["name", "kind", "value", "quality", "orientation", "region", "frame"])
    if wide:
        out.seek(0)
        out.truncate()
        rows.writerow(["name", "quality", *(kind.upper() for kind in ("pdq", "sha256"))])
        some = [Signal(one.kind, one.value, one.quality) for one in some if one.kind in ("pdq", "sha256")]
    for one in some:
        text = [render(one), "" if one.quality is None else one.quality, one.orientation, one.region, one.frame]
        name = f'a{delimiter} "b".jpg'
        cells = {"pdq": "", "sha256": "", one.kind: text[0]}
        rows.writerow([name, text[1], cells["pdq"], cells["sha256"]] if wide else [name, one.kind, *text])
    expected = [Line(at, (Asking(one, f'a{delimiter} "b".jpg'),)) for at, one in enumerate(some, 2)]
    assert everything(out.getvalue().encode("utf-8-sig"), sizes) == expected


@given(st.lists(of_files, min_size=1, max_size=5), sizes)
def test_an_object_of_many_lines_may_stand_alone(some: list[Signal], sizes: list[int]) -> None:
    text = lines([{"signals": [plain(one) for one in some]}], 2)
    assert everything(text, sizes) == [Line(1, tuple(Asking(one) for one in some))]


GOOD = f"md5:{value_of(1, 16).hex()}"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"kind": "md5", "val', "malformed"),
        ('{"kind": "md5",', "truncated"),
        ("[1]", "Expected `object`"),
        ("zz", "'zz': not hexadecimal"),
        ("# kind: nothing", "'nothing' is no kind of signal"),
        ("nothing:12", "'nothing' cannot be looked up"),
        ("\udcff", "no text in UTF-8"),
    ],
)
def test_a_fault_costs_its_line_wherever_it_is(line: str, says: str) -> None:
    raw = line.encode(errors="surrogateescape")
    for texts in ([raw, GOOD.encode(), GOOD.encode()], [GOOD.encode(), raw, GOOD.encode()]):
        found = everything(b"\n".join(texts))
        assert [bool(one.asked) for one in found] == [one != raw for one in texts]
        (fault,) = [one.fault for one in found if one.fault]
        assert fault.startswith(f"line {texts.index(raw) + 1}: ")
        assert says in fault or line.startswith("{")


def test_what_bare_values_are_may_be_said() -> None:
    value = value_of(1, 32)
    assert [len(one.asked) for one in everything(value.hex().encode())] == [2]
    said = everything(f"# kind: pdq\n{value.hex()}\n# kind: domain\na.example".encode())
    assert [one.asked[0].signal.kind for one in said] == ["pdq", "domain"]


@pytest.mark.once
def test_a_line_is_answered_before_the_next_is_written(cabinet: Cabinet) -> None:
    known = values(cabinet.media / "1.jpg")["sha256"]
    words = command("match", "--from", "-", "--list", cabinet.known, "--json")
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in range(1, 6):
            value = known if number % 2 else f"{number:064}"
            process.stdin.write(f"sha256:{value}\n".encode())
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["line"], answer["value"], len(answer["matches"])) == (number, value, number % 2)
        process.stdin.write(b"zz\n")
        process.stdin.flush()
        assert process.stderr.readline().startswith(b"line 6: 'zz': not hexadecimal")
        process.stdin.close()
        assert process.wait() == 3
        assert process.stdout.read() == b""


@pytest.mark.once
def test_a_hundred_thousand_lines_are_answered_in_order(cabinet: Cabinet) -> None:
    number = 100_000
    known = values(cabinet.media / "1.jpg")["sha256"]
    asked = [known if at % 1000 == 0 else f"{at:064x}" for at in range(1, number + 1)]
    asked[4] = "zz"
    text = "".join(f"sha256:{value}\n" for value in asked)
    done = subprocess.run(
        command("match", "--from", "-", "--list", cabinet.known, "--json"),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("line 5: ")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["line"] for answer in answers] == [at for at in range(1, number + 1) if at != 5]
    assert [answer["line"] for answer in answers if answer["matches"]] == list(range(1000, number + 1, 1000))


@pytest.mark.once
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_what_hash_writes_is_piped_into_match(vaern: Vaern, cabinet: Cabinet, tmp_path: Path, form: str) -> None:
    vaern_hash = command("hash", form, cabinet.media)
    match = command("match", "--from", "-", "--list", cabinet.known, "--json")
    with subprocess.Popen(vaern_hash, stdout=subprocess.PIPE) as hashing:
        done = subprocess.run(match, stdin=hashing.stdout, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    vaern("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R", "--jobs", 1, "--orientations", 1)
    hits = {
        (answer["id"], hit["entry"])
        for answer in map(json.loads, done.stdout.splitlines())
        for hit in answer["matches"]
    }
    for name in ("findings.jsonl", "findings.csv"):
        again = vaern("match", "--from", tmp_path / "R" / name, "--list", cabinet.known, "--json")
        found = [json.loads(line) for line in again.stdout.splitlines()]
        assert {(answer["id"], hit["entry"]) for answer in found for hit in answer["matches"]} == hits
    assert {entry for _, entry in hits} == {"K1", "N2"}


def test_a_named_pipe_is_read_once_as_it_comes(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    asked.write_text(f"zz\n{GOOD}\n")
    refused = vaern("match", "--from", asked, "--list", cabinet.known)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "nothing was looked up: line 1: 'zz': not hexadecimal" in " ".join(refused.stderr.split())
    with subprocess.Popen(["cat", asked], stdout=subprocess.PIPE) as cat:
        assert cat.stdout
        answered = vaern("match", "--from", f"/dev/fd/{cat.stdout.fileno()}", "--list", cabinet.known)
    assert answered.exit_code == 4
    assert answered.stdout == f"md5 {GOOD[4:]}: no list has it\n"
    assert answered.stderr.startswith("line 1: 'zz'")


def test_a_pipe_without_a_signal_is_no_all_clear(vaern: Vaern, cabinet: Cabinet) -> None:
    for nothing in ("", "\n\n", '{"name": "a", "size": 1}\n'):
        with subprocess.Popen(["printf", nothing], stdout=subprocess.PIPE) as source:
            assert source.stdout
            result = vaern("match", "--from", f"/dev/fd/{source.stdout.fileno()}", "--list", cabinet.known)
        assert result.exit_code == 2
        assert "there is no signal in it" in result.stderr
