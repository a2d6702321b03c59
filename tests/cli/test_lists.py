from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import call_of_the_first_format

from vaern.cli.lists import FORMATS
from vaern.formats import FORMATS as READABLE
from vaern.matching import Freshness, ListPackage, refresh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]


def md5(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()


def test_help_names_the_formats_that_can_be_read() -> None:
    assert list(FORMATS) == list(READABLE)


def test_what_was_built_is_told_and_shown(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,md5\n" + "".join(f"e{number},{md5(number)}\n" for number in range(2500)))
    words = ("--from", source, "--name", "Examplia", "--release", "7", "--distance", "20")
    built = vaern("lists", "build", tmp_path / "L", *words)
    assert built.exit_code == 0
    assert "Examplia, release 7: known material, near within 20 bits" in built.stdout
    assert "2,500" in built.stdout
    manifest = ListPackage.open(tmp_path / "L").manifest
    assert (manifest.name, manifest.release, manifest.purpose, manifest.distance) == ("Examplia", "7", "known", 20)
    assert manifest.entries == manifest.signals["md5"] == 2500
    shown = vaern("lists", "show", tmp_path / "L")
    assert built.stdout.partition("From ")[0] in shown.stdout
    assert re.search(rf"^  {re.escape(str(source))} +csv +2,500 +0 +0 +0$", built.stdout, re.MULTILINE)
    assert hashlib.sha256(source.read_bytes()).hexdigest() in shown.stdout


def test_names_have_defaults(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(md5(1))
    assert vaern("lists", "build", tmp_path / "A list", "--from", tmp_path / "list.txt").exit_code == 0
    manifest = ListPackage.open(tmp_path / "A list").manifest
    assert manifest.name == "A list"
    assert manifest.checksum.startswith(manifest.release)


@pytest.mark.parametrize(
    "words",
    [["--known-good"], ["--purpose", "known-good"], ["--known-good", "--purpose", "known-good"]],
)
def test_a_known_good_list_is_one_whichever_way_it_is_said(vaern: Vaern, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "list.txt").write_text(md5(1))
    assert vaern("lists", "build", tmp_path / "L", "--from", tmp_path / "list.txt", *words).exit_code == 0
    assert ListPackage.open(tmp_path / "L").purpose == "known-good"


def test_a_contradiction_is_refused(vaern: Vaern, cabinet: Cabinet, tmp_path: Path) -> None:
    result = vaern("lists", "build", tmp_path / "L", "--from", cabinet.source, "--known-good", "--purpose", "known")
    assert result.exit_code == 2
    assert not (tmp_path / "L").exists()


def test_columns_and_kinds_can_be_named(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(f"Sag,Værdi\nA,{md5(1)}\n")
    (tmp_path / "bare.txt").write_text("12" * 16 + "34" * 16 + "\n")
    named = ("--column", "md5=Værdi", "--column", "id=Sag")
    odd = vaern("lists", "build", tmp_path / "O", "--from", tmp_path / "odd.csv", *named)
    assert odd.exit_code == 0, odd.output
    assert ListPackage.open(tmp_path / "O").entry(0).id == "A"
    bare = vaern("lists", "build", tmp_path / "B", "--from", tmp_path / "bare.txt", "--kind", "sha256")
    assert bare.exit_code == 0, bare.output
    assert ListPackage.open(tmp_path / "B").manifest.signals == {"sha256": 1}
    wrong = vaern("lists", "build", tmp_path / "W", "--from", tmp_path / "odd.csv", "--column", "Værdi")
    assert wrong.exit_code == 2
    assert "KIND=HEADER" in wrong.stderr


def test_problems_are_shown_ten_at_most_and_all_are_kept(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    rows = [f"e{number},{'0' * 32 if number % 2 else md5(number)}" for number in range(60)]
    source.write_text("\n".join(["id,md5", *rows]))
    result = vaern("lists", "build", tmp_path / "L", "--from", source)
    assert result.exit_code == 0
    manifest = ListPackage.open(tmp_path / "L").manifest
    kept = [json.loads(line) for line in (tmp_path / "L" / "problems.jsonl").read_text().splitlines()]
    assert len(kept) == manifest.problems >= 30
    assert manifest.quarantined == 30
    assert result.stdout.count(f"  {source}:") == 10
    assert f"{manifest.problems} problems, all in {tmp_path / 'L' / 'problems.jsonl'}" in result.stdout


JUNK = [f"e{number},{'0' * 32}" for number in range(30)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("zz\n", "all there was is 1 problem;"),
        ("\n".join(["id,md5", *JUNK]), "all there was is 60 problems;"),
        ("# nothing but a remark\n", "it holds no record that a reader of text knows"),
    ],
)
def test_a_list_of_which_nothing_can_be_loaded_is_refused(vaern: Vaern, tmp_path: Path, text: str, says: str) -> None:
    source = tmp_path / "list.csv"
    source.write_text(text)
    words = ("lists", "build", tmp_path / "L", "--from", source, "--format", "csv" if "," in text else "text")
    refused = vaern(*words)
    assert refused.exit_code == 2
    assert says in refused.stderr
    assert "--allow-empty" in refused.stderr
    assert refused.stderr.count(f"  {source}:") == {"zz": 1, "id": 10, "# ": 1}[text[:2]]
    assert list(tmp_path.iterdir()) == [source]
    assert vaern(*words, "--allow-empty").exit_code == 0
    assert not ListPackage.open(tmp_path / "L").manifest.signals


def test_a_list_of_recalls_alone_is_one(vaern: Vaern, tmp_path: Path) -> None:
    """A feed may say of everything in it that it is withdrawn."""
    source = tmp_path / "list.csv"
    source.write_text(f"id,md5,recalled\na,{md5(1)},true\n")
    built = vaern("lists", "build", tmp_path / "L", "--from", source)
    assert built.exit_code == 0, built.output
    assert ListPackage.open(tmp_path / "L").manifest.recalled == 1


def test_a_file_that_gives_nothing_is_never_silent_beside_one_that_does(vaern: Vaern, tmp_path: Path) -> None:
    good, bad, empty = tmp_path / "good.csv", tmp_path / "bad.json", tmp_path / "empty.csv"
    good.write_text(f"id,md5\na,{md5(1)}\n")
    bad.write_text(json.dumps({"@odata.context": "x#Cases", "Items": [{"MD5": md5(2)}]}))
    empty.write_text("id,md5\n")
    words = ("lists", "build", tmp_path / "L", "--from", good, "--from", bad, "--from", empty)
    built = vaern(*words)
    assert built.exit_code == 4
    assert ListPackage.open(tmp_path / "L").manifest.entries == 1
    shown = {line.split()[0]: line for line in built.stdout.splitlines() if "  " in line.strip()}
    assert [shown[str(path)].endswith("! nothing was loaded") for path in (good, bad, empty)] == [False, True, True]
    assert [line.partition(": ")[0] for line in built.stderr.splitlines()] == [f"Missing, {bad}", f"Missing, {empty}"]
    assert "'Items' holds more than one value and is not read here" in built.stdout
    assert built.stdout.count("nothing was loaded from this file") == 1
    allowed = vaern("lists", "build", tmp_path / "M", *words[3:], "--allow-empty")
    assert (allowed.exit_code, allowed.stderr) == (0, "")
    assert "! nothing was loaded" in allowed.stdout


def test_a_damaged_file_and_a_page_of_many_are_told_by_the_status(vaern: Vaern, tmp_path: Path) -> None:
    page = {"count": 1, "hasMoreRecords": True, "hashRecords": [{"signalType": "VideoMD5", "hashValue": md5(1)}]}
    first, last, torn = tmp_path / "1.json", tmp_path / "2.json", tmp_path / "3.json"
    first.write_text(json.dumps(page))
    last.write_text(json.dumps({**page, "hasMoreRecords": False}))
    torn.write_text(json.dumps({**page, "hasMoreRecords": False})[:-2])
    statuses = {}
    for order in ((first, last), (first,), (last, first), (torn,)):
        words = [word for path in order for word in ("--from", path)]
        statuses[order] = vaern("lists", "build", tmp_path / str(len(statuses)), *words)
    assert [built.exit_code for built in statuses.values()] == [0, 4, 4, 4]
    assert "another page follows this one" in statuses[(first,)].stderr
    assert "what follows the damage" in statuses[(torn,)].stderr
    assert "! not whole" in statuses[(torn,)].stdout


def test_the_later_version_of_an_entry_replaces_the_earlier(vaern: Vaern, tmp_path: Path) -> None:
    def page(name: str, day: int, number: int) -> Path:
        image = (
            f'<image><member id="101">Example</member><timestamp>2026-01-0{day}T00:00:00Z</timestamp><id>x</id>'
            f"<fingerprints><md5>{md5(number)}</md5></fingerprints></image>"
        )
        path = tmp_path / name
        path.write_text(f'<queryResult><images count="1">{image}</images></queryResult>')
        return path

    pages = [page("old.xml", 1, 1), page("new.xml", 2, 2)]
    for order in (pages, pages[::-1]):
        folder = tmp_path / order[0].stem
        built = vaern("lists", "build", folder, "--from", order[0], "--from", order[1])
        assert built.exit_code == 0, built.output
        assert re.search(r"^  replaced +1$", built.stdout, re.MULTILINE)
        assert vaern("match", md5(2), "--list", folder).exit_code == 3
        assert vaern("match", md5(1), "--list", folder).exit_code == 0


def test_strict_refuses_and_leaves_nothing(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(f"id,md5\na,{md5(1)}\nb,zz\n")
    result = vaern("lists", "build", tmp_path / "L", "--from", source, "--strict")
    assert result.exit_code == 2
    assert f"{source}:3:" in result.stderr
    assert list(tmp_path.iterdir()) == [source]


def test_a_package_is_never_changed(vaern: Vaern, cabinet: Cabinet) -> None:
    before = {path: path.read_bytes() for path in cabinet.known.rglob("*") if path.is_file()}
    result = vaern("lists", "build", cabinet.known, "--from", cabinet.source)
    assert result.exit_code == 2
    assert "exists" in result.stderr
    assert {path: path.read_bytes() for path in cabinet.known.rglob("*") if path.is_file()} == before


def test_verify_knows_a_changed_byte(vaern: Vaern, tmp_path: Path, cabinet: Cabinet) -> None:
    folder = tmp_path / "L"
    assert vaern("lists", "build", folder, "--from", cabinet.source).exit_code == 0
    assert vaern("lists", "verify", folder).exit_code == 0
    for path in (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size):
        content = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert vaern("lists", "verify", folder).exit_code == 2, path
        path.write_bytes(content)
    assert vaern("lists", "verify", folder).exit_code == 0


def test_verify_refuses_a_list_that_says_it_is_of_the_first_format(
    vaern: Vaern, tmp_path: Path, cabinet: Cabinet
) -> None:
    """What it is, known or known-good, could have been changed together with that."""
    folder = tmp_path / "L"
    assert vaern("lists", "build", folder, "--from", cabinet.source).exit_code == 0
    call_of_the_first_format(folder)
    result = vaern("lists", "verify", folder)
    assert result.exit_code == 2
    assert f"the content of {folder} is whole, but it is of format 'vaern-list/1'" in result.stderr
    assert "is whole:" not in result.stdout


def test_what_a_list_says_cannot_steer_the_terminal(vaern: Vaern, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(f"id,md5\na\x1b[2J\u202e,zz\nb,{md5(1)}\n")
    result = vaern("lists", "build", tmp_path / "L", "--from", source, "--name", "x\x1b[31m")
    assert result.exit_code == 0
    assert not {"\x1b", "\u202e"} & set(result.output)


def test_a_list_is_changed_in_place_and_used_like_a_package(vaern: Vaern, tmp_path: Path) -> None:
    source, bare, folder = tmp_path / "l.csv", tmp_path / "bare.txt", tmp_path / "Examplia"
    source.write_text(f"id,md5\na,{md5(1)}\nb,{md5(2)}\n")
    bare.write_text(f"{md5(3)}\n")
    begun = vaern("lists", "update", folder, "--from", source)
    assert begun.exit_code == 0, begun.output
    assert begun.stdout.startswith("Examplia, release 1, state 1 of ")
    bare_too = vaern("lists", "update", folder, "--from", bare, "--release", "of today")
    assert "Examplia, release of today, state 2" in bare_too.stdout
    assert "Before: 2 entries, release 1" in bare_too.stdout
    bare.write_text(f"{md5(4)}\n{md5(3)}\n")
    assert "entries  4" in vaern("lists", "update", folder, "--from", bare).stdout, "a value stands for its identifier"
    assert "nothing was changed" in vaern("lists", "update", folder, "--from", bare).stdout
    for number in (1, 2, 3, 4):
        assert vaern("match", "--list", folder, md5(number)).exit_code == 3
    withdrawn = vaern("lists", "withdraw", folder, "a", f"md5:{md5(3)}")
    assert "entries  2" in withdrawn.stdout
    assert [vaern("match", "--list", folder, md5(number)).exit_code for number in (1, 2, 3, 4)] == [0, 3, 0, 3]
    assert vaern("lists", "show", folder).stdout in withdrawn.stdout
    assert "is whole: Examplia" in vaern("lists", "verify", folder).stdout
    whole = vaern("lists", "update", folder, "--from", source, "--whole", "--purpose", "negative", "--distance", "7")
    assert "files that are not known material, near within 7 bits" in whole.stdout
    assert "entries  2" in whole.stdout
    assert vaern("match", "--list", folder, md5(1)).exit_code == 0, "a negative list finds nothing"


def test_what_a_list_does_not_have_is_not_withdrawn(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"id,md5\na,{md5(1)}\n")
    vaern("lists", "update", tmp_path / "L", "--from", tmp_path / "l.csv")
    refused = vaern("lists", "withdraw", tmp_path / "L", "a", "b")
    assert (refused.exit_code, vaern("match", "--list", tmp_path / "L", md5(1)).exit_code) == (2, 3)
    assert "has no entry 'b'; nothing was withdrawn" in refused.stderr
    vaern("lists", "build", tmp_path / "P", "--from", tmp_path / "l.csv")
    assert "never changes" in vaern("lists", "update", tmp_path / "P", "--from", tmp_path / "l.csv").stderr


def test_identifiers_of_a_source_stay_even_where_they_look_like_lines(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"id,md5\n1,{md5(1)}\n3,{md5(2)}\n")
    vaern("lists", "update", tmp_path / "L", "--from", tmp_path / "l.csv")
    assert vaern("lists", "withdraw", tmp_path / "L", "1", "3").exit_code == 0


def test_an_old_list_warns_and_one_too_old_is_not_used(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"id,md5\na,{md5(1)}\n")
    vaern("lists", "update", tmp_path / "L", "--from", tmp_path / "l.csv")
    past, future = "2026-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"
    refresh(tmp_path / "L", Freshness(past, past, future))
    old = vaern("match", "--list", tmp_path / "L", md5(1))
    assert old.exit_code == 3
    assert f"last checked {past}" in old.stderr
    assert f"checked {past}" in old.stdout
    refresh(tmp_path / "L", Freshness(past, past, past))
    stopped = vaern("match", "--list", tmp_path / "L", md5(1))
    assert stopped.exit_code == 2
    assert "fetch it again" in stopped.stderr
    assert vaern("lists", "show", tmp_path / "L").exit_code == 0
