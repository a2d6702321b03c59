"""How far work is, for programs: a first and a last line, in the fields that the reference names, and no words."""

from __future__ import annotations

import json
import re
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import pytest

from vaern.cli.commands import cli
from vaern.cli.groups import commands
from vaern.cli.progress import Counting, Rematching, Transfer
from vaern.cli.progress_lines import WAYS, Counted, Moment, Note, OfScan

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]

PAGE = Path("docs/reference/progress.md").read_text()
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "whole number": (int,),
    "number": (int, float),
    "true or false": (bool,),
    "object": (dict,),
}


def fields(heading: str) -> dict[str, tuple[type, ...]]:
    """Names and types of a table of the reference."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].split("\n\nA stage")[0]
    return {
        name: TYPES[said.removesuffix(" or null")] + ((type(None),) if said.endswith(" or null") else ())
        for name, said in re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", section, re.MULTILINE)
    }


def holds(line: dict[str, Any], heading: str) -> bool:
    """Whether a line has the fields of a table, in the types that it says."""
    said = fields(heading)
    return list(line) == list(said) and all(
        isinstance(line[name], types) and isinstance(line[name], bool) == (types == (bool,))
        for name, types in said.items()
    )


def moments(result: Result) -> list[dict[str, Any]]:
    """The lines, each held against the reference."""
    found = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
    found = [line for line in found if list(line) != ["note"]]
    for line in found:
        assert holds(line, "A moment"), line
        assert line["scan"] is None or holds(line["scan"], "Of a scan")
        assert line["share"] is None or 0 <= line["share"] <= 1
        assert line["stage"] in get_args(Counted)
    assert [line["end"] for line in found] == [False] * (len(found) - 1) + [True]
    assert [line["seconds"] for line in found] == sorted(line["seconds"] for line in found)
    return found


def test_the_reference_names_every_field_and_stage() -> None:
    assert tuple(fields("A moment")) == Moment.__struct_fields__
    assert tuple(fields("Of a scan")) == OfScan.__struct_fields__
    assert Note.__struct_fields__ == ("note",)
    assert set(re.findall(r"^\| `(\w+)` \| .*`vaern", PAGE, re.MULTILINE)) == set(get_args(Counted))
    assert (
        tuple(re.findall(r"^\| `(\w+)` \|", PAGE.split("\n\nWith")[0].split("`vaern scan`, ")[0], re.MULTILINE)) == WAYS
    )


def test_every_command_that_shows_progress_can_be_told_how() -> None:
    fetch = {f"lists fetch {name}" for name in ("ncmec", "stopncii", "threatexchange", "release")}
    expected = {
        "scan",
        "watch",
        "rematch",
        "export vics",
        "export case",
        "lists build",
        "lists update",
        "lists export",
        *fetch,
    }
    every = commands(cli, ())
    having = {" ".join(names) for names, command in every if any(one.name == "progress" for one in command.params)}
    assert having == expected


@pytest.mark.once
def test_a_scan_and_a_rematch_tell_programs_from_the_first_file_to_the_report(
    vaern: Vaern, cabinet: Cabinet, tmp_path: Path
) -> None:
    words = ("--list", cabinet.known, "--progress", "json", "--out")
    scanned = moments(vaern("scan", cabinet.media, *words, tmp_path / "R", "--jobs", 1))
    assert scanned[0]["stage"] == "files"
    last = scanned[-1]
    assert last["scan"]["files"] == last["scan"]["total_files"] == 9
    assert last["scan"]["verdicts"]["known"] == 2
    matched = moments(vaern("rematch", tmp_path / "R", *words, tmp_path / "S"))
    assert (matched[0]["stage"], matched[0]["done"]) == ("findings", 0)
    assert (matched[-1]["stage"], matched[-1]["share"]) == ("report", 1.0)
    exported = moments(vaern("export", "vics", tmp_path / "R", "--out", tmp_path / "v.json", "--progress", "json"))
    findings = len((tmp_path / "R" / "findings.jsonl").read_text().splitlines())
    assert (exported[0]["done"], exported[-1]["done"]) == (0, findings)


def test_a_list_that_is_built_counts_its_entries_and_problems(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.txt"
    source.write_text("".join(f"sha256:{number:064x}\n" for number in range(1, 3000)) + "md5:12\n")
    words = ("lists", "build", tmp_path / "L", "--from", source, "--progress")
    found = moments(vaern(*words, "json"))
    assert (found[-1]["stage"], found[-1]["done"], found[-1]["problems"]) == ("entries", 2999, 2)
    assert not vaern("lists", "build", tmp_path / "M", "--from", source, "--progress", "none").stderr


def test_a_command_that_fails_has_no_last_line(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.txt"
    source.write_text("md5:12\nmd5:" + "12" * 15 + "34\n")
    failed = vaern("lists", "build", tmp_path / "L", "--from", source, "--strict", "--progress", "json")
    assert failed.exit_code == 2
    lines = [json.loads(line) for line in failed.stderr.splitlines() if line.startswith("{")]
    assert lines
    assert not any(line["end"] for line in lines)


@pytest.mark.parametrize("display", [lambda: Counting("C"), lambda: Transfer("T"), Rematching])
def test_lines_come_no_faster_than_ten_a_second(
    display: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with click.Context(cli) as context:
        context.meta["vaern.progress"] = "json"
        with display() as shown:
            for _ in range(4096):
                now += 1 / 1024
                if isinstance(shown, Transfer):
                    shown.add(7)
                elif isinstance(shown, Rematching):
                    shown.update("findings", 1, 0.5)
                else:
                    shown.another()
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    seconds = [line["seconds"] for line in found]
    assert all(later - before >= 0.099 for before, later in pairwise(seconds[:-1]))
    assert len(found) > 3
    assert found[-1]["seconds"] == 4.0
