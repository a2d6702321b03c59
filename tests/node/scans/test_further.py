"""The matches beside the nearest come in, are shown beneath it and go out again, by page and by program."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.node.scans.worlds import WHY, World, make_world

from vaern.formats import findings
from vaern.node.base.scope import viewing
from vaern.node.casework.matches import nearest_of
from vaern.node.scans import presenters, queries
from vaern.node.scans.exports import as_json
from vaern.node.scans.models import Finding, FindingMatch
from vaern.node.scans.results import ResultsError, read_lines
from vaern.records import Finding as Found
from vaern.records import Match, Media, Signal

HITS = [
    {"kind": "md5", "distance": 0, "list": "one", "release": "7", "entry": "e-nearest", "classification": "A"},
    {"kind": "pdq", "distance": 8, "list": "one", "release": "7", "entry": "e-beside", "orientation": "mirrored"},
    {"kind": "pdq", "distance": 12, "list": "two", "release": "3", "entry": "e-elsewhere", "region": "unbordered"},
    {
        "kind": "pdq",
        "distance": 3,
        "list": "two",
        "release": "3",
        "entry": "e-film",
        "frame_of": "entry",
        "seconds": 12.5,
    },
]


@pytest.fixture
def world(db: Any) -> World:
    return make_world()


def out(hit: dict[str, Any]) -> dict[str, Any]:
    given = {"orientation": "upright", "region": "whole", "frame_of": "", "seconds": None, **hit}
    return {
        **{key: value for key, value in given.items() if key != "classification"},
        "class": hit.get("classification", ""),
        "fallen": None,
        "fallen_at": None,
    }


def test_what_a_program_sends_it_reads_again(world: World) -> None:
    found = {"number": 1, "verdict": "known", "mime": "image/jpeg", "size": 9}
    nearest, *further = HITS
    body = {
        "reference": "r",
        "findings": [{**found, "match": nearest, "further": further, "more": 4}],
        "complete": True,
    }
    client, headers = Client(), world.key(world.officer)
    made = client.post("/api/scans", body, "application/json", headers=headers)
    assert made.status_code == 201, made.content
    (read,) = client.get(f"/api/scans/{made.json()['id']}/findings", headers=headers).json()["items"]
    assert (read["match"]["entry"], read["further"], read["more"]) == ("e-nearest", [out(one) for one in further], 4)
    scan = Finding.everywhere.get().scan
    (exported,) = json.loads(as_json("", scan, [Finding.everywhere.get()]))["findings"]
    assert exported == read
    alone = {**found, "further": further, "more": 4}  # further than nothing there is nothing
    made = client.post("/api/scans", {"reference": "s", "findings": [alone]}, "application/json", headers=headers)
    assert made.status_code == 201
    (read,) = client.get(f"/api/scans/{made.json()['id']}/findings", headers=headers).json()["items"]
    assert (read["match"], read["further"], read["more"]) == (None, [], 0)


def line(hits: list[dict[str, Any]], more: int = 0) -> bytes:
    md5 = Signal("md5", b"m" * 16)
    matches = tuple(Match(query="", **hit) for hit in hits)
    return findings.encode(Found(Media("", 9, "image/jpeg", (md5,)), "known", matches, more=more))


def test_the_page_shows_them_beneath_the_nearest_and_how_many_the_engine_did_not_name(world: World) -> None:
    scan = world.scan("r", read_lines(line(HITS, 12) + line(HITS[:1])))
    with viewing(world.police.id):
        page = queries.opened(world.viewer, scan, WHY, "", {})
        first, second = (str(row.cells[6]) for row in presenters.findings_table(scan, page).rows)
    assert first.startswith("one 7: e-nearest")
    assert first.index("<details>") < first.index("one 7: e-beside") < first.index("two 3: e-elsewhere")
    assert "a frame of the video, at 12.5 s" in first
    assert "12 more hits are not kept" in first
    assert "details" not in second
    with viewing(world.hotline.id):
        assert not FindingMatch.objects.exists(), "another organisation's"
    with viewing(world.police.id):
        assert FindingMatch.objects.count() == len(HITS) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"distance": 257},
        {"distance": -1},
        {"entry": "e" * 201},
        {"list": "a\nb"},
        {"scheme": "s" * 201},
        {"seconds": -0.5},
        {"seconds": 1e9},
    ],
)
def test_a_further_match_that_no_engine_writes_is_refused(world: World, change: dict[str, Any]) -> None:
    with pytest.raises(ResultsError):
        read_lines(line([HITS[0], {**HITS[1], **change}]))


def test_of_a_match_by_one_frame_the_page_says_so_and_the_whole_comes_first(world: World) -> None:
    whole = {"kind": "vpdq", "distance": 9, "list": "one", "release": "7", "entry": "e-whole"}
    frame = {**HITS[3], "frame_of": "file"}
    scan = world.scan("r", read_lines(line([frame]) + line([whole, frame])))
    with viewing(world.police.id):
        page = queries.opened(world.viewer, scan, WHY, "", {})
        alone, both = (str(row.cells[6]) for row in presenters.findings_table(scan, page).rows)
        nearest = nearest_of(FindingMatch.objects.filter(finding__number=2))
    assert nearest is not None
    assert nearest.entry == "e-whole"
    assert alone == "two 3: e-film; by its own frame, at 12.5 s"
    assert both.startswith("one 7: e-whole ")


@pytest.mark.parametrize("more", [-1, 2**31])
def test_more_is_a_number_of_hits(more: int) -> None:
    with pytest.raises(ResultsError):
        read_lines(line(HITS, more))
