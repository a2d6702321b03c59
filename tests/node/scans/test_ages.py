"""Every finding of a scan keeps as of when its verdict is, whichever way it came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.scans.test_pages import REASON, browser, opened
from tests.node.scans.worlds import World, finding, make_world, run_json

from vaern.formats import findings
from vaern.node.scans.exports import as_csv
from vaern.node.scans.models import Finding, ListUse, Scan
from vaern.node.scans.queries import plain
from vaern.node.scans.results import ResultsError, moment_of, read_run, row
from vaern.node.scans.rules import WITHOUT_SIGNALS
from vaern.records import VERDICTS

if TYPE_CHECKING:
    from vaern.records import Finding as Found

pytestmark = pytest.mark.django_db
OLD, NEW = datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC)
MOMENTS = st.none() | st.datetimes(datetime.fromisoformat("1990-01-02"), datetime.fromisoformat("2199-12-30")).map(
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=moment.hour - 12)))
)


@pytest.fixture
def world() -> World:
    return make_world()


def aged(number: int, verdict: str, oldest: datetime | None, of_match: datetime | None) -> Found:
    found = finding(number, verdict)
    text = of_match.isoformat() if of_match else ""
    matches = tuple(msgspec.structs.replace(match, checked=text) for match in found.matches)
    return msgspec.structs.replace(found, matches=matches, checked=oldest.isoformat() if oldest else "")


@given(verdict=st.sampled_from(VERDICTS), oldest=MOMENTS, of_match=MOMENTS)
def test_the_age_of_a_verdict_is_that_of_the_list_it_rests_on_or_of_the_oldest_that_has_nothing(
    verdict: str, oldest: datetime | None, of_match: datetime | None
) -> None:
    kept = row(findings.decode(findings.encode(aged(1, verdict, oldest, of_match))), 1)
    wanted = of_match if verdict in {"known", "near"} else None if verdict in WITHOUT_SIGNALS else oldest
    assert kept.checked_at == wanted


@pytest.mark.parametrize("text", ["yesterday", "2026-11-20", "2026-11-20T08:00:00", "0001-01-01T00:00:00+00:00"])
def test_what_is_no_moment_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(ResultsError, match="offset from UTC"):
        moment_of(text)
    for key in ("checked", "last_checked"):
        with pytest.raises(ResultsError, match="offset from UTC"):
            read_run(run_json(lists=[{"name": "a", "release": "1", key: text}]))


def test_a_results_folder_and_what_leaves_the_node_have_the_age(world: World) -> None:
    lists = [
        {
            "name": "synthetic",
            "release": "7",
            "checked": OLD.isoformat(),
            "last_release": "9",
            "last_checked": NEW.isoformat(),
        },
        {"name": "fixed", "release": "1", "last_release": "1"},
    ]
    found = [aged(1, "known", OLD, NEW), aged(2, "new", OLD, None), aged(3, "new", None, None)]
    files: dict[str, Any] = {
        "findings": SimpleUploadedFile("findings.jsonl", b"".join(map(findings.encode, found))),
        "run": SimpleUploadedFile("run.json", run_json(lists=lists)),
    }
    client = browser(world.officer)
    answer = client.post(reverse("scans:bring-in"), {"reference": "2026-114", **REASON, **files})
    assert answer.status_code == 302, answer.content.decode()
    kept = list(Finding.everywhere.order_by("number"))
    assert [one.checked_at for one in kept] == [NEW, OLD, None]
    used = {one.name: (one.checked_at, one.last_release, one.last_checked_at) for one in ListUse.everywhere.all()}
    assert used == {"synthetic": (OLD, "9", NEW), "fixed": (None, "", None)}
    page = opened(client, Scan.everywhere.get()).content.decode()
    assert "7 – 9" in page
    assert page.count(f'datetime="{OLD.isoformat()}"') + page.count(f'datetime="{NEW.isoformat()}"') >= 3
    assert [plain(one)["checked"] for one in kept] == [NEW.isoformat(), OLD.isoformat(), None]
    ends = [line.rsplit(",", 3)[1] for line in as_csv("line", kept).splitlines()[1:]]
    assert ends == ["checked", NEW.isoformat(), OLD.isoformat(), ""]


def test_a_program_says_it_too_and_reads_it_again(world: World) -> None:
    headers = world.key(world.officer)
    match = {"kind": "md5", "distance": 0, "list": "synthetic", "release": "7", "entry": "e"}
    bare = {"mime": "image/png", "size": 1}
    body = {
        "reference": "by a program",
        "complete": True,
        "lists": [{"name": "synthetic", "release": "7", "checked": OLD.isoformat()}],
        "findings": [
            {"number": 1, "verdict": "known", "match": match, "checked": NEW.isoformat(), **bare},
            {"number": 2, "verdict": "new", "checked": OLD.isoformat(), **bare},
            {"number": 3, "verdict": "new", **bare},
        ],
    }
    client = Client()
    made = client.post("/api/scans", body, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    assert [one.checked_at for one in Finding.everywhere.order_by("number")] == [NEW, OLD, None]
    where = f"/api/scans/{made.json()['id']}"
    (used,) = client.get(where, headers=headers).json()["lists"]
    assert datetime.fromisoformat(used["checked"]) == OLD
    items = client.get(f"{where}/findings", headers=headers).json()["items"]
    assert [one["checked"] for one in items] == [NEW.isoformat(), OLD.isoformat(), None]
