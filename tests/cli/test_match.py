from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import call_of_the_first_format, values

from vaern.formats import findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]


@pytest.mark.once
def test_every_hit_of_a_scan_can_be_replayed(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    lists = ("--list", cabinet.known, "--list", cabinet.good)
    vaern("scan", cabinet.media, *lists, "--out", tmp_path / "R", "--jobs", 1)
    hits = [hit for finding in findings.read(tmp_path / "R" / "findings.jsonl") for hit in finding.matches]
    assert {hit.kind for hit in hits} == {"sha256", "pdq"}
    for hit in hits:
        answer = json.loads(vaern("match", f"{hit.kind}:{hit.query}", *lists, "--json").stdout)
        found = [
            (match["entry"], match.get("distance"), match["list"], match["release"]) for match in answer["matches"]
        ]
        assert (hit.entry, hit.distance, hit.list, hit.release) in found


def test_64_digits_alone_are_tried_as_both_kinds(vaern: Vaern, cabinet: Cabinet) -> None:
    for kind, name in (("sha256", "1.jpg"), ("pdq", "2.jpg")):
        value = values(cabinet.media / name)[kind]
        alone = vaern("match", value, "--list", cabinet.known, "--json")
        answers = [json.loads(line) for line in alone.stdout.splitlines()]
        assert {answer["kind"]: len(answer["matches"]) for answer in answers} == {
            "sha256": int(kind == "sha256"),
            "pdq": int(kind == "pdq"),
        }
        said = vaern("match", f"{kind.upper()}:{value.upper()}", "--list", cabinet.known, "--json")
        assert [json.loads(line)["kind"] for line in said.stdout.splitlines()] == [kind]
        assert alone.exit_code == said.exit_code == 3


def test_the_distance_is_kept(vaern: Vaern, cabinet: Cabinet) -> None:
    value = bytearray.fromhex(values(cabinet.media / "2.jpg")["pdq"])
    value[3] ^= 0b111
    words = ("match", f"pdq:{value.hex()}", "--list", cabinet.known)
    assert vaern(*words, "--distance", 2).exit_code == 0
    near = vaern(*words, "--distance", 3)
    assert near.exit_code == 3
    assert "  3 bits  list known, release 1  entry N2" in near.stdout


def test_known_good_is_no_alarm(vaern: Vaern, cabinet: Cabinet) -> None:
    value = values(cabinet.media / "3.jpg")["sha256"]
    result = vaern("match", value, "--list", cabinet.good)
    assert "entry G3" in result.stdout
    assert result.exit_code == 0


def test_a_list_that_may_have_been_changed_is_warned_of(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(cabinet.known, changed)
    call_of_the_first_format(changed)
    result = vaern("match", "0" * 32, "--list", changed, "--list", cabinet.good)
    (warning,) = [line for line in result.stderr.splitlines() if line.startswith("Warning: nobody can tell")]
    assert str(changed) in warning


def test_nothing_found_says_so(vaern: Vaern, cabinet: Cabinet) -> None:
    result = vaern("match", "12" * 16, "34" * 20, "--list", cabinet.known)
    assert result.stdout == f"md5 {'12' * 16}: no list has it\nsha1 {'34' * 20}: no list has it\n"
    assert result.exit_code == 0


def test_what_is_not_compared_is_not_said_to_be_missing(vaern: Vaern, cabinet: Cabinet) -> None:
    poor, good = (f"pdq:{values(cabinet.media / '2.jpg')['pdq']},{quality}" for quality in (10, 90))
    result = vaern("match", poor, good, f"ssvh:{'12' * 9}34", "--list", cabinet.known)
    assert result.exit_code == 3
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert lines[0].endswith(", quality 10: PDQ values of a quality below 50 are not compared")
    assert lines[1].endswith(", quality 90")
    assert lines[2].endswith("34: signals of this kind are kept, not compared")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("zz", "not hexadecimal"),
        ("abcd", "4 digits; expected: md5 32"),
        ("pdna:" + "12" * 16, "expected 192 characters of base64 or 288 hexadecimal digits"),
        ("md5:" + "12" * 20, "40 digits; md5 has 32"),
        ("", "0 digits"),
        ("\x1b[2J", r"'\\x1b[2J': not hexadecimal"),
        ("https://a.example/", "'https' cannot be looked up"),
        ("domain:a b", "that is no domain"),
        (f"pdq:{'12' * 32},101", "quality of a PDQ value, 0 to 100"),
        (f"md5:{'12' * 16},50", "quality of a PDQ value"),
        ("vpdq:" + "12" * 41, "expected a multiple of 80 hexadecimal digits"),
    ],
)
def test_a_slip_is_explained(vaern: Vaern, cabinet: Cabinet, text: str, says: str) -> None:
    result = vaern("match", text, "--list", cabinet.known)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
