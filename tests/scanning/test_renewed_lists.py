"""A scan goes on with its lists as they are now, and every verdict says as of when it is."""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING

import pytest
from tests.scanning.conftest import QUICK
from tests.scanning.trees import encoded, picture

from vaern.formats import findings
from vaern.matching import Freshness, List, Matcher, build_package, publish, refresh
from vaern.records import Entry, Signal
from vaern.scanning import Refusal, scan
from vaern.scanning.record import read_run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vaern.records import Finding
    from vaern.scanning.record import Run

pytestmark = pytest.mark.once
NEVER = "2999-01-01T00:00:00+00:00"
THEN, NOW = "2026-01-01T10:00:00+00:00", "2026-01-02T10:00:00+00:00"


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


def put(media: Path, *numbers: int) -> None:
    for number in numbers:
        (media / f"{number}.png").write_bytes(encoded(picture(number)))


def entries(*numbers: int) -> Iterable[Entry]:
    return [Entry(str(n), (Signal("md5", hashlib.md5(encoded(picture(n))).digest()),)) for n in numbers]


def live(folder: Path, *numbers: int, checked: str = THEN) -> Path:
    """A list that changes, as it was compared with its source then."""
    publish(folder, entries(*numbers), name="live", whole=True, freshness=Freshness(checked, stop_at=NEVER))
    return folder


def found(out: Path) -> dict[str, Finding]:
    lines = [*findings.read(out / "findings.jsonl")]
    by_name = {one.media.name.rpartition("/")[2]: one for one in lines}
    assert len(by_name) == len(lines)
    return by_name


def verdicts(out: Path) -> dict[str, str]:
    return {name: one.verdict for name, one in found(out).items()}


def record(out: Path) -> Run:
    return read_run(out / "run.json")


def test_what_was_recalled_since_the_lists_were_opened_is_not_found(media: Path, tmp_path: Path) -> None:
    put(media, 1, 2)
    matcher = Matcher([List.open(live(tmp_path / "live", 1))])
    live(tmp_path / "live", 2, checked=NOW)
    scan([media], matcher, tmp_path / "out", QUICK)
    assert verdicts(tmp_path / "out") == {"1.png": "new", "2.png": "known"}
    (used,) = record(tmp_path / "out").lists
    assert (used.release, used.last_release, used.states, used.behind) == ("1", "2", 2, "")
    assert (used.checked, used.last_checked) == (THEN, NOW)
    assert "2" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_scan_that_is_resumed_takes_up_what_changed_and_keeps_what_it_found(media: Path, tmp_path: Path) -> None:
    put(media, 1)
    folder, out = tmp_path / "live", tmp_path / "out"
    build_package(tmp_path / "fixed", entries(9), name="fixed", release="1")
    # the third finds nothing new, and changes nothing
    for numbers, states in (((1,), 1), ((2,), 2), ((2,), 2), ((2, 3), 3)):
        put(media, *numbers)
        live(folder, *numbers)
        lists = [List.open(path) for path in (folder, tmp_path / "fixed")]
        scan([media], Matcher(lists), out, QUICK, resume=out.exists())
        assert [used.states for used in record(out).lists] == [states, 1]
    assert verdicts(out) == dict.fromkeys(("1.png", "2.png", "3.png"), "known")
    releases = {name: one.matches[0].release for name, one in found(out).items()}
    assert releases == {"1.png": "1", "2.png": "2", "3.png": "4"}
    page = (out / "report.html").read_text("utf-8")
    assert all(f"<bdi>live</bdi></th><td><bdi>{release}</bdi>" in page for release in "124")
    build_package(tmp_path / "fixed 2", entries(9), name="fixed", release="2")
    with pytest.raises(Refusal, match="set of lists"):
        scan([media], Matcher([lists[0], List.open(tmp_path / "fixed 2")]), out, QUICK, resume=True)


def test_a_list_that_becomes_too_old_ends_the_scan_which_goes_on_when_it_was_fetched(
    media: Path, tmp_path: Path
) -> None:
    put(media, 1, 2)
    out, folder = tmp_path / "out", live(tmp_path / "live", 1)
    matcher = Matcher([List.open(folder)])
    refresh(folder, Freshness(THEN, stop_at=NOW))
    with pytest.raises(Refusal, match=rf"'live' was last checked {THEN.replace('+', '.')} .* go on with --resume"):
        scan([media], matcher, out, QUICK)
    assert not record(out).complete
    assert verdicts(out) == {}
    live(folder, 1, checked=NOW)
    assert scan([media], Matcher([List.open(folder)]), out, QUICK, resume=True).finished
    assert verdicts(out) == {"1.png": "known", "2.png": "new"}


def test_every_verdict_says_as_of_when_it_is_in_every_file(media: Path, tmp_path: Path) -> None:
    """Of a hit its list's age, of no hit that of the list which was compared the longest ago, and nothing of none."""
    put(media, 1, 2, 3)
    (media / "text.txt").write_text("nothing")
    build_package(tmp_path / "fixed", entries(3), name="fixed", release="1")
    publish(tmp_path / "late", entries(2), name="late", freshness=Freshness(NOW))
    folders = [live(tmp_path / "live", 1), tmp_path / "late", tmp_path / "fixed"]
    scan([media], Matcher([List.open(folder) for folder in folders]), tmp_path / "out", QUICK)
    wanted = {"1.png": THEN, "2.png": NOW, "3.png": "", "text.txt": THEN}
    assert {name: one.age for name, one in found(tmp_path / "out").items()} == wanted
    assert {one.checked for one in found(tmp_path / "out").values()} == {THEN}
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["name"].rpartition("/")[2]: row["checked"] for row in csv.DictReader(stream)} == wanted
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("2026-01-01 10:00:00 UTC") >= 2
    assert "2026-01-02 10:00:00 UTC" in page
    scan([media], Matcher([List.open(tmp_path / "fixed")]), tmp_path / "other", QUICK)
    assert {one.age for one in found(tmp_path / "other").values()} == {""}


def test_a_later_state_that_is_damaged_is_not_taken_up_and_the_record_says_why(media: Path, tmp_path: Path) -> None:
    put(media, 1, 2)
    folder = live(tmp_path / "live", 1)
    matcher = Matcher([List.open(folder)])
    live(folder, 2)
    (folder / "current.json").chmod(0o644)
    (folder / "current.json").write_bytes((folder / "current.json").read_bytes().replace(b'"live"', b'"live "'))
    scan([media], matcher, tmp_path / "out", QUICK)
    assert verdicts(tmp_path / "out") == {"1.png": "known", "2.png": "new"}
    (used,) = record(tmp_path / "out").lists
    assert (used.states, "was changed after it was written" in used.behind) == (1, True)
