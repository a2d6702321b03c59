"""The pages of scans, through every middleware: bring in, read with a reason, release, recall, export, erase."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.node.factories import make_person, sign_in
from tests.node.scans.worlds import SECRET_NAME, WHY, World, lines, make_world, run_json

from vaern.node.casework.models import Release
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.scans import results
from vaern.node.scans.forms import BringInForm
from vaern.node.scans.models import Finding, Scan
from vaern.node.scans.rules import COUNTED, FALLEN

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
REASON = {"why": "investigation", "words": "made up for a test"}


@pytest.fixture
def world() -> World:
    return make_world()


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def opened(client: Client, scan: Scan, query: str = "") -> HttpResponse:
    """Open a scan, giving a reason when asked."""
    address = reverse("scans:scan", args=[scan.pk]) + query
    answer = client.get(address)
    if b"reason-why" in answer.content:
        given = {
            "kind": "scan",
            "record": str(scan.pk),
            "next": address,
            "reason-why": "investigation",
            "reason-words": "x",
        }
        answer = client.post(reverse("casework:reason"), given)
        assert (answer.status_code, answer["Location"]) == (302, address)
        answer = client.get(address)
    return answer


def test_a_results_folder_comes_in_without_the_names_of_files(world: World) -> None:
    client = browser(world.officer)
    files = {
        "findings": SimpleUploadedFile("findings.jsonl", lines(70)),
        "run": SimpleUploadedFile("run.json", run_json()),
    }
    answer = client.post(reverse("scans:bring-in"), {"reference": "2026-114", **REASON, **files})
    assert answer.status_code == 302, answer.content.decode()
    scan = Scan.everywhere.get()
    assert (scan.reference, scan.run, scan.engine, scan.total) == ("2026-114", "0123456789abcdef", "0.1.0", 70)
    assert {getattr(scan, column) for code, column in COUNTED.items() if code != FALLEN} == {10}
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "2026-114" in page.content.decode()
    assert "Not looked into" in page.content.decode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s',
                ["%Holiday%", "%/secret/%"],
            )
            assert cursor.fetchone() == (0,), table
    assert SECRET_NAME not in page.content.decode()


def test_what_is_harmless_keeps_no_signal(world: World) -> None:
    world.scan()
    for found in Finding.everywhere.all():
        bare = not (found.md5 or found.sha1 or found.sha256 or found.perceptual or found.matched_kind)
        assert bare == (found.verdict in {"ignored", "not media"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        (b'{"media": {"name": "x", "size": 1}, "verdict": "wonderful"}\n', "Line 1"),
        (lines(2) + b"{nonsense\n", "Line 3"),
        (b'{"verdict": "new", "verdict": "known", "media": {"name": "x", "size": 1}}\n', "Line 1"),
    ],
)
def test_what_is_not_findings_is_refused_and_nothing_kept(world: World, text: bytes, said: str) -> None:
    files = {"findings": SimpleUploadedFile("findings.jsonl", text)}
    answer = browser(world.officer).post(reverse("scans:bring-in"), {"reference": "r", **REASON, **files})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "wonderful" not in answer.content.decode()
    assert not Scan.everywhere.exists()


def _line(**changes: Any) -> bytes:
    """A line of `findings.jsonl` in which something is otherwise than an engine writes it."""
    plain = msgspec.json.decode(lines(1, 7))
    media = {**plain["media"], **changes.pop("media", {})}
    return msgspec.json.encode({**plain, **changes, "media": media}) + b"\n"


SIGNAL, HIT = {"kind": "md5", "value": "00"}, {"kind": "pdq", "value": "00", "list": "l", "release": "r"}
MATCH = {**HIT, "entry": "e", "distance": 1}
REFUSED_LINES = [
    b"{nonsense\n",
    b"\xff\n",
    b"\xef\xbb\xbf{}\n",
    b'{"a": 1, "a": 2}\n',
    b'{"a": NaN}\n',
    b'{"a": 1e999}\n',
    b'{"a": 99999999999999999999}\n',
    b'{"a": "\\u0000"}\n',
    b"[" * 20 + b"]" * 20 + b"\n",
    b"[" + b"0," * 500_001 + b"0]\n",
    b" " * 2_000_001 + b"1\n",
    b"{}\n",
    _line(media={"size": "x"}),
    _line(verdict="wonderful"),
    _line(media={"mime": "nothing"}),
    _line(media={"size": -1}),
    _line(media={"signals": [SIGNAL]}),
    _line(media={"signals": [{**SIGNAL, "kind": "pdq"}]}),
    _line(media={"signals": [{**SIGNAL, "kind": "vpdq"}]}),
    _line(media={"signals": [{**SIGNAL, "kind": "sound"}]}),
    _line(media={"signals": [SIGNAL] * 601}),
    _line(verdict="near", matches=[{**MATCH, "distance": 257}]),
    _line(verdict="near", matches=[{**MATCH, "entry": "x" * 201}]),
    _line(media={"taken": "yesterday"}),
    _line(media={"traits": {"make": "x" * 101}}),
    _line(media={"traits": {"place": [91.0, 0.0]}}),
    _line(media={"traits": {"name": "Somebody.jpg"}}),
    _line(media={"traits": {"folder": "/home"}}),
]
START, END = "2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"
USED = {"name": "l", "release": "r"}
REFUSED_RUNS = [
    b"nonsense",
    b'{"format": 1}',
    run_json(format=2),
    run_json(started="2026-11-24T12:00:00"),
    run_json(started="1970-01-01T00:00:00Z"),
    run_json(started=END, finished=START),
    run_json(lists=[USED] * 101),
    run_json(lists=[{**USED, "name": "x" * 201}]),
    run_json(lists=[{**USED, "entries": -1}]),
]


def said_of(kind: str, body: bytes, language: str) -> str:
    """What a person reads who brings in such a file."""
    good = {"findings": lines(1), "run": run_json()}
    files = {name: SimpleUploadedFile(name, body if name == kind else given) for name, given in good.items()}
    with translation.override(language):
        form = BringInForm({"reference": "r", **REASON}, files)
        assert list(form.errors) == [kind], form.errors
        return str(form.errors[kind][0])


@pytest.mark.parametrize(
    ("kind", "body"),
    [*(("findings", body) for body in REFUSED_LINES), *(("run", body) for body in REFUSED_RUNS)],
    ids=[f"line-{n}" for n in range(len(REFUSED_LINES))] + [f"run-{n}" for n in range(len(REFUSED_RUNS))],
)
def test_each_refusal_of_results_is_a_sentence_in_the_readers_language(kind: str, body: bytes) -> None:
    english, danish = said_of(kind, body, "en"), said_of(kind, body, "da")
    begins = {"findings": ("Line 1 cannot be taken. ", "Linje 1 kan ikke modtages. ")}
    first, foerste = begins.get(kind, ("It cannot be taken. ", "Den kan ikke modtages. "))
    for said, begin in ((english, first), (danish, foerste)):
        rest = said.removeprefix(begin)
        assert rest != said
        assert rest[0].isupper() or rest[0] in "“»"
        assert rest.endswith(".")
        assert not rest.endswith("..")
    assert english.removeprefix(first) != danish.removeprefix(foerste)
    assert not re.search(r"\b(the|is|not|has)\b", danish), danish


def test_every_refusal_of_results_is_translated_where_it_is_raised() -> None:
    for node in ast.walk(ast.parse(Path(results.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ResultsError":
            said = ast.unparse(node.args[0])
            assert said.startswith("_(") or said in {"problem", "problem.detail", "error.what"}, said


@pytest.mark.once
def test_opening_what_a_search_found_asks_for_a_reason_once_a_record_and_session(world: World) -> None:
    one, two = world.scan("one"), world.scan("two")
    client, found = browser(world.officer), "?found=1"
    asked = client.get(reverse("scans:scan", args=[one.pk]) + found)
    assert "reason-why" in asked.content.decode()
    assert "one" not in asked.content.decode().split("<main")[1].split("</main")[0].split()
    assert "scans.scan.consulted" not in acts()
    assert opened(client, one, found).status_code == 200
    assert b"reason-why" not in client.get(reverse("scans:scan", args=[one.pk]) + found).content
    assert b"reason-why" in client.get(reverse("scans:scan", args=[two.pk]) + found).content
    assert b"reason-why" in browser(world.officer).get(reverse("scans:scan", args=[one.pk]) + found).content
    entry = Entry.objects.filter(act="scans.scan.consulted").first()
    assert entry is not None
    assert (entry.verb, entry.person, entry.subject, entry.why) == (
        "consultation",
        world.officer.pk,
        one.pk,
        "investigation",
    )


@pytest.mark.parametrize("header", ["investigation", "other", "nothing"])
def test_a_page_takes_no_reason_from_a_header(world: World, header: str) -> None:
    scan = world.scan()
    page = f"{reverse('scans:scan', args=[scan.pk])}?found=1"
    answer = browser(world.officer).get(page, headers={"Vaern-Reason": header})
    assert b"reason-why" in answer.content


def test_every_read_is_recorded(world: World) -> None:
    scan = world.scan()
    client = browser(world.officer)
    client.get(reverse("scans:scans"))
    client.get(reverse("scans:scans"), {"q": "drive"})
    opened(client, scan)
    client.get(reverse("casework:recalls"))
    client.get(reverse("casework:overdue-recalls"))
    found = {act for act in acts() if not act.startswith("organisations.session")}
    assert found >= {
        "scans.scans.listed",
        "scans.scans.searched",
        "scans.scan.consulted",
        "scans.findings.consulted",
        "organisations.releases.read",
    }


def released(client: Client, world: World, scan: Scan, **changes: object) -> HttpResponse:
    until = (timezone.localdate() + timedelta(days=10)).isoformat()
    given = {
        "recipients": [str(world.hotline.pk)],
        "handling": "amber+strict",
        "until": until,
        "legal_ground": "LED article 9 (synthetic)",
        **REASON,
        **changes,
    }
    return client.post(reverse("scans:release", args=[scan.pk]), given)


def test_recipients_are_shown_before_anything_is_released(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    shown = released(client, world, scan)
    text = shown.content.decode()
    assert world.hotline.name in text
    assert "LED article 9" in text
    assert not Release.everywhere.exists()
    proof = text.split('name="shown" value="')[1].split('"')[0]
    # What was shown is what is confirmed: with another recipient the page is shown again.
    other = released(client, world, scan, recipients=[str(world.hub.pk)], shown=proof)
    assert other.status_code == 200
    assert not Release.everywhere.exists()
    done = released(client, world, scan, shown=proof)
    assert done.status_code == 302
    release = Release.everywhere.get()
    assert (release.recipient, release.handling, release.why) == (world.hotline, "amber+strict", "investigation")
    entry = Entry.objects.get(act="organisations.release.made")
    assert (entry.verb, entry.recipient, entry.subject) == ("disclosure", world.hotline.pk, scan.pk)


def test_another_regime_needs_a_legal_ground(world: World) -> None:
    answer = released(browser(world.officer), world, world.scan(), legal_ground="")
    assert answer.status_code == 422
    assert "legal regime" in answer.content.decode()


def test_the_recipient_sees_it_its_handling_and_no_more(world: World) -> None:
    scan, other = world.scan("one"), world.scan("two")
    analyst = browser(world.analyst)
    assert analyst.get(reverse("scans:scan", args=[scan.pk])).status_code == 404
    world.release(scan, world.hotline)
    page = opened(analyst, scan).content.decode()
    assert "TLP:AMBER+STRICT" in page
    assert world.police.name in page
    assert analyst.get(reverse("scans:scan", args=[other.pk])).status_code == 404
    for name in ("release", "review", "erase", "keep", "reopen", "finish"):
        address = reverse("scans:scan", args=[scan.pk]) + f"{name}/"
        assert analyst.get(address).status_code in {403, 404}, name


def test_unknown_and_foreign_look_alike(world: World) -> None:
    scan = world.scan()
    analyst = browser(world.analyst)
    for name in ("scan", "release", "export", "review"):
        foreign = analyst.get(reverse(f"scans:{name}", args=[scan.pk]))
        unknown = analyst.get(reverse(f"scans:{name}", args=[uuid4()]))
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content.replace(str(scan.pk).encode(), b"") == unknown.content


@pytest.mark.once
def test_recall_ends_sight_and_waits_for_an_acknowledgement(world: World) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    analyst = browser(world.analyst)
    assert opened(analyst, scan).status_code == 200
    answer = browser(world.officer).post(reverse("scans:recall", args=[scan.pk, world.hotline.pk]), REASON)
    assert answer.status_code == 302
    assert analyst.get(reverse("scans:scan", args=[scan.pk])).status_code == 404
    release = Release.everywhere.get()
    page = analyst.get(reverse("casework:recalls")).content.decode()
    assert world.police.name in page
    Release.everywhere.update(
        released_at=timezone.now() - timedelta(days=9), recalled_at=timezone.now() - timedelta(days=8)
    )
    assert world.hotline.name in browser(world.officer).get(reverse("casework:overdue-recalls")).content.decode()
    stranger = browser(world.checker).post(reverse("casework:acknowledge-scan", args=[release.pk]), REASON)
    assert stranger.status_code == 404
    assert analyst.post(reverse("casework:acknowledge-scan", args=[release.pk]), REASON).status_code == 302
    assert (
        world.hotline.name
        not in browser(world.officer).get(reverse("casework:overdue-recalls")).content.decode().split("<main")[1]
    )
    assert Entry.objects.filter(act="organisations.release.acknowledged").count() == 1


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_carries_its_handling_and_is_a_disclosure(world: World, form: str) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    given = {"verdicts": ["known", "near"], "form": form, "to_whom": "A prosecutor (synthetic)", **REASON}
    own = browser(world.officer).post(reverse("scans:export", args=[scan.pk]), given)
    theirs = browser(world.analyst).post(reverse("scans:export", args=[scan.pk]), given)
    for answer, who in ((own, world.police), (theirs, world.hotline)):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "TLP:AMBER+STRICT" in text
        assert f"exported by {who.name}" in text
        assert Finding.everywhere.filter(verdict="known")[0].sha256.hex() in text
        assert "SYNTHETIC" in text
    entries = Entry.objects.filter(act="scans.scan.exported")
    count = Finding.everywhere.filter(scan=scan, verdict__in=given["verdicts"]).count()
    assert count
    assert [(entry.verb, entry.count) for entry in entries] == [("disclosure", count), ("disclosure", count)]


def test_an_export_asks_for_the_second_factor_again(world: World) -> None:
    client = Client()
    sign_in(client, world.officer, ago=3600)
    scan = world.scan()
    for name in ("export", "release"):
        assert client.get(reverse(f"scans:{name}", args=[scan.pk])).status_code == 302


def test_a_person_decides(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    assert client.post(reverse("scans:review", args=[scan.pk]), {**REASON, "outcome": "confirmed"}).status_code == 302
    scan.refresh_from_db()
    assert (scan.state, scan.outcome, scan.reviewed_by) == ("reviewed", "confirmed", world.officer)
    assert client.post(reverse("scans:reopen", args=[scan.pk]), REASON).status_code == 302
    scan.refresh_from_db()
    assert (scan.state, scan.outcome, scan.reviewed_by) == ("to_review", "", None)


def test_erasing_keeps_the_fact_and_the_numbers(world: World) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    assert browser(world.officer).post(reverse("scans:erase", args=[scan.pk]), REASON).status_code == 302
    assert not Scan.everywhere.exists()
    assert not Finding.everywhere.exists()
    release = Release.everywhere.get()
    assert release.recalled_at is not None
    entry = Entry.objects.get(act="scans.scan.erased")
    assert (entry.verb, entry.subject, entry.count) == ("erasure", scan.pk, 12)


def test_the_night_erases_what_passed_its_date(world: World) -> None:
    from vaern.node.casework.retention import actions as retention
    from vaern.node.scans.retention import RETENTION

    old, young = world.scan("old"), world.scan("young")
    Scan.everywhere.filter(pk=old.pk).update(review_date=timezone.localdate() - timedelta(days=1))
    assert retention.expire(RETENTION) == 1
    assert [scan.pk for scan in Scan.everywhere.all()] == [young.pk]
    entry = Entry.objects.get(act="scans.scan.expired")
    assert (entry.person, entry.subject, entry.why) == (None, old.pk, "retention")
    assert retention.expire(RETENTION) == 0


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 23, 1, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 6, 30, 22, 1, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_an_erased_scan_counts_in_the_month_of_the_node(world: World, at: datetime, day: date) -> None:
    from vaern.node.scans.retention import RETENTION

    scan = world.scan()
    scan.started_at = at
    assert {number.day for number in RETENTION.numbers(scan)} == {day}


def test_the_end_date_is_moved_by_a_person_who_says_why(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    until = timezone.localdate() + timedelta(days=400)
    assert (
        client.post(reverse("scans:prolong", args=[scan.pk]), {**REASON, "until": until.isoformat()}).status_code == 302
    )
    scan.refresh_from_db()
    assert scan.review_date == until


@pytest.mark.once
def test_the_home_page_says_what_waits(world: World) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    page = browser(world.officer).get("/").content.decode()
    assert f"Scan {scan.reference}" in page
    assert "Its findings wait to be reviewed." in page
    browser(world.officer).post(reverse("scans:recall", args=[scan.pk, world.hotline.pk]), REASON)
    assert "recalled it: acknowledge" in browser(world.analyst).get("/").content.decode()


def test_who_may_not_see_casework_does_not(world: World) -> None:
    press = browser(make_person(Role.PRESS, world.police))
    assert press.get(reverse("scans:scans")).status_code == 403
    assert WHY


@pytest.mark.once
@pytest.mark.parametrize("name", ["finish", "review", "reopen", "prolong", "export", "erase"])
def test_a_page_that_asks_says_of_which_scan(world: World, name: str) -> None:
    scan = world.scan("Item 7 of A-2031")
    if name == "reopen":
        Scan.everywhere.update(
            state="reviewed", outcome="confirmed", reviewed_by=world.officer, reviewed_at=timezone.now()
        )
    if name == "finish":
        Scan.everywhere.update(state="receiving")
    page = browser(world.officer).get(reverse(f"scans:{name}", args=[scan.pk]))
    assert "Item 7 of A-2031" in str(page.context["subject"])
