"""The yearly report: counted from the ledger alone, so that nothing that is erased changes it; a closed year stays."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.reports.factories import make_location, make_report
from tests.node.reports.flagging.worlds import KEEPS, decide, step
from tests.node.reports.takedown.worlds import REASON, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Role
from vaern.node.reports.base import provider_names
from vaern.node.reports.flagging import actions, documents, queries
from vaern.node.reports.models import FlaggerReport, Host, Location, Notice, ProviderName, Report
from vaern.node.reports.rules import flagger_counts, flaggers
from vaern.node.reports.rules.flagger_counts import Happened, What
from vaern.node.reports.rules.flaggers import Decision, Known
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import corrections, hosts, notices, portal
from vaern.node.reports.takedown.tracers import Traced

if TYPE_CHECKING:
    from typing import Any

    from django.test import Client

YEAR = 2026
CITED = frozenset({"dsa-16"})
REPORTS = [UUID(int=1), UUID(int=2)]


# Counting against an oracle -------------------------------------------------------------------------------------------


@st.composite
def ledgers(draw: st.DrawFn) -> list[Happened]:
    """Entries in which notices are counted within their location, as the takedown does."""
    sent: Counter[tuple[UUID, str]] = Counter()
    found = []
    year = YEAR - 1
    for _ in range(draw(st.integers(0, 14))):
        year = min(YEAR + 1, year + draw(st.sampled_from([0, 0, 0, 1])))
        what, report, item = draw(st.sampled_from(What)), draw(st.sampled_from(REPORTS)), draw(st.sampled_from("12"))
        tags = {"item": item}
        if what is What.NOTICE:
            sent[report, item] += 1
            tags |= {"notice": str(sent[report, item]), "offence": draw(st.sampled_from(["material", "enticement"]))}
            if draw(st.integers(0, 3)):
                tags["provider"] = draw(st.sampled_from(["aa", "bb"]))
                tags["cites"] = draw(st.sampled_from(["dsa-16", "elsewhere"]))
                flagger = draw(st.sampled_from(["named", "unnamed", ""]))
                tags |= {"flagger": flagger} if flagger and tags["cites"] in CITED else {}
        if what is What.ANSWER:
            tags |= {
                "notice": str(draw(st.integers(1, 3))),
                "answer": draw(st.sampled_from(["removed", "moved", "need_more"])),
            }
        found.append(Happened(what, year, report, tags))
    return found


def naive(entries: list[Happened]) -> tuple[Counter[tuple[str, str, str]], int, int]:
    """The oracle: notice by notice, each with everything that came after it."""
    lines: Counter[tuple[str, str, str]] = Counter()
    unnamed = outside = 0
    for at, one in enumerate(entries):
        if one.what is not What.NOTICE or "provider" not in one.tags or one.year != YEAR:
            continue
        if "flagger" not in one.tags:
            outside += one.tags["cites"] in CITED
            continue
        unnamed += one.tags["flagger"] == "unnamed"
        later = [two for two in entries[at + 1 :] if two.place == one.place]
        answers = [
            two.tags["answer"] for two in later if two.what is What.ANSWER and two.tags["notice"] == one.tags["notice"]
        ]
        until = next(
            (k for k, two in enumerate(later) if two.what is What.NOTICE and "provider" in two.tags), len(later)
        )
        if any(two.what is What.TAKEN_BACK for two in later):
            action = "taken_back"
        elif answers[-1:] == ["removed"]:
            action = "removed"
        elif any(two.what is What.OFFLINE for two in later[:until]):
            action = "offline"
        else:
            action = answers[-1] if answers else "none"
        lines[one.tags["provider"], one.tags["offence"], action] += 1
    return lines, unnamed, outside


@given(ledgers())
def test_a_year_is_what_looking_at_each_notice_finds(entries: list[Happened]) -> None:
    found = flagger_counts.counted(entries, YEAR, CITED)
    assert (found.lines, found.unnamed, found.outside) == naive(entries)


def test_every_short_course_of_one_location_is_counted_as_looking_at_it_finds() -> None:
    """All courses of four entries about one place: two providers, an answer to either notice, gone, taken back."""
    kinds = [
        (What.NOTICE, {"provider": "aa"}),
        (What.NOTICE, {"provider": "bb"}),
        (What.ANSWER, {"notice": "1", "answer": "removed"}),
        (What.ANSWER, {"notice": "2", "answer": "moved"}),
        (What.OFFLINE, {}),
        (What.TAKEN_BACK, {}),
    ]
    for course in product(kinds, repeat=4):
        sent, entries = 0, []
        for what, more in course:
            tags = {"item": "1", **more}
            if what is What.NOTICE:
                sent += 1
                tags |= {"notice": str(sent), "offence": "material", "cites": "dsa-16", "flagger": "named"}
            entries.append(Happened(what, YEAR, REPORTS[0], tags))
        found = flagger_counts.counted(entries, YEAR, CITED)
        assert (found.lines, found.unnamed, found.outside) == naive(entries), course


@given(
    st.lists(st.tuples(st.sampled_from(Decision), st.integers(-20, 380), st.booleans()), max_size=5),
    st.integers(0, 400).map(lambda days: date(YEAR, 1, 1) + timedelta(days=days)),
)
def test_the_days_of_the_status_are_those_on_which_it_stands(history: list, today: date) -> None:
    somebody = Organisation(id=UUID(int=7), name="Somebody")
    known = [
        Known(step(somebody, decision, date(YEAR, 1, 1) + timedelta(days=days)), verified)
        for decision, days, verified in {days: one for one in history for days in [one[1]]}.values()
    ]
    found = flagger_counts.spans(known, YEAR, today)
    days = {first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)}
    every = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(365)]
    assert days == {day for day in every if day <= today and flaggers.in_force(known, day)}
    assert all(one[1] + timedelta(days=1) < two[0] for one, two in pairwise(found))


# From the real acts ---------------------------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    made = make_world()
    Host.everywhere.filter(organisation=made.organisation).update(country="DK")
    decide(made.organisation, Decision.AWARDED, date(timezone.localdate().year - 1, 6, 1))
    return made


def this_year() -> int:
    return timezone.localdate().year


def administrator(world: World) -> Any:
    return viewer_for(make_person(Role.ADMINISTRATOR, world.organisation))


def notified(world: World, host: Host, offence: str = "material", *, named: bool = True) -> Notice:
    """Send a notice about a location of its own."""
    report = make_report(world.organisation, ["https://a.example/1"], state=State.IN_ACTION.value)
    Report.everywhere.filter(pk=report.pk).update(offence=offence, actionable=True)
    location = make_location(report)
    with scope(world):
        takedown.trace(world.viewer, REASON, location, Traced("192.0.2.1", "AS64496", "DK"), host=host)
        takedown.tell_police(world.viewer, REASON, location)
        return notices.notify(world.viewer, REASON, fresh(location), named=named)


def fresh(location: Location) -> Location:
    return Location.everywhere.select_related("report", "item", "host", "owner", "registrar").get(pk=location.pk)


def gone(world: World, notice: Notice) -> None:
    now = timezone.now()
    with scope(world):
        for minutes in (15, 10, 5):
            takedown.check(
                world.viewer, REASON, fresh(notice.location), there=False, at=now - timedelta(minutes=minutes)
            )


def lines(world: World) -> dict[tuple[str, str, str], int]:
    found = queries.yearly(world.organisation, this_year())
    return {(one.provider, one.type, one.action): one.notices for one in found.lines}


@pytest.fixture
def told(world: World) -> list[Notice]:
    """Notices to two providers, with every thing that can become of one."""
    one = world.hosts["host"]
    two = Host.everywhere.create(
        organisation=world.organisation, name="Other Host (synthetic)", abuse="abuse@other.example", country="IE"
    )
    abroad = Host.everywhere.create(
        organisation=world.organisation, name="Far Host (synthetic)", abuse="abuse@far.example", country="US"
    )
    made = [
        notified(world, one),
        notified(world, one),
        notified(world, one, "enticement"),
        notified(world, two),
        notified(world, two),
        notified(world, two, named=False),
        notified(world, abroad),
    ]
    portal.answer(made[0], "removed")
    gone(world, made[0])
    gone(world, made[1])
    portal.answer(made[2], "need_more", words="What is it?")
    portal.answer(made[3], "need_more", words="What is it?")
    portal.answer(made[3], "moved", moved_to="https://b.example/2")
    Report.everywhere.filter(pk=made[4].location.report_id).update(actionable=None)
    with scope(world):
        corrections.correct(world.viewer, REASON, fresh(made[4].location))
    return made


EXPECTED = {
    ("Host One (synthetic)", "material", "removed"): 1,
    ("Host One (synthetic)", "material", "offline"): 1,
    ("Host One (synthetic)", "enticement", "need_more"): 1,
    ("Other Host (synthetic)", "material", "moved"): 1,
    ("Other Host (synthetic)", "material", "taken_back"): 1,
    ("Other Host (synthetic)", "material", "none"): 1,
}


@pytest.mark.once
@pytest.mark.django_db
def test_it_counts_what_was_done(world: World, told: list[Notice]) -> None:
    found = queries.yearly(world.organisation, this_year())
    assert lines(world) == EXPECTED
    assert (found.total, found.unnamed, found.outside) == (6, 1, 0)
    assert found.awarded == date(this_year() - 1, 6, 1)
    assert queries.yearly(world.organisation, this_year() - 1).total == 0


@pytest.mark.once
@pytest.mark.django_db
def test_erasing_a_report_or_a_host_changes_nothing(world: World, told: list[Notice]) -> None:
    before = queries.yearly(world.organisation, this_year())
    with scope(world):
        for notice in told:
            report = Report.everywhere.get(pk=notice.location.report_id)
            retention.erase(world.viewer, Reason(Why.RETENTION), report)
    assert not Notice.everywhere.filter(organisation=world.organisation).exists()
    later = timezone.now() + hosts.KEPT_UNUSED + timedelta(days=1)
    assert hosts.erase_unused(later)
    assert not Host.everywhere.filter(organisation=world.organisation).exists()
    assert provider_names.forget(later) == 0
    after = queries.yearly(world.organisation, this_year())
    assert msgspec.structs.replace(after, known=before.known) == before
    assert provider_names.forget(timezone.now() + provider_names.KEPT + timedelta(days=1)) == 2
    assert {one.provider for one in queries.yearly(world.organisation, this_year()).lines} == {""}


@pytest.mark.once
@pytest.mark.django_db
def test_the_ledger_and_the_names_hold_no_address_and_nobody_else(world: World, told: list[Notice]) -> None:
    tags = " ".join(
        Entry.objects.filter(owner=world.organisation.pk, tags__isnull=False).values_list("tags", flat=True)
    )
    for word in ("Host", "example", "synthetic", str(world.person.pk), *(str(one.pk) for one in told)):
        assert word not in tags
    kept = set(ProviderName.everywhere.filter(organisation=world.organisation).values_list("name", flat=True))
    assert kept == {"Host One (synthetic)", "Other Host (synthetic)"}


@pytest.mark.django_db
def test_without_the_status_a_notice_is_in_no_line(world: World) -> None:
    decide(world.organisation, Decision.SUSPENDED, timezone.localdate())
    notified(world, world.hosts["host"])
    found = queries.yearly(world.organisation, this_year())
    assert (found.lines, found.outside) == ((), 1)
    assert not ProviderName.everywhere.exists()


@pytest.mark.django_db
def test_an_escalation_is_told_to_nobodys_account(world: World) -> None:
    notice = notified(world, world.hosts["host"])
    location = fresh(notice.location)
    with scope(world):
        takedown.trace(
            world.viewer,
            REASON,
            location,
            Traced("192.0.2.1", "AS64496", "DK"),
            host=world.hosts["host"],
            owner=world.hosts["owner"],
            registrar=world.hosts["registrar"],
        )
        notices.escalate(world.viewer, REASON, fresh(location))
        notices.escalate(world.viewer, REASON, fresh(location))
    assert lines(world) == {("Host One (synthetic)", "material", "none"): 1}
    assert set(ProviderName.everywhere.values_list("name", flat=True)) == {"Host One (synthetic)"}


# A closed year --------------------------------------------------------------------------------------------------------


def closed(world: World) -> FlaggerReport:
    viewer = administrator(world)
    with scope(world):
        if queries.explanation(world.organisation) is None:
            actions.explain(viewer, KEEPS, "Nobody here works for a provider.", "Ingen her arbejder for en udbyder.")
        return actions.close(viewer, KEEPS, this_year())


@pytest.mark.once
@pytest.mark.django_db
def test_a_closed_year_stays_and_says_what_drifted(world: World, told: list[Notice]) -> None:
    kept = closed(world)
    viewer = administrator(world)
    with scope(world):
        assert queries.seen(viewer, this_year()).drift == []
    data = documents.json(queries.content_of(kept))
    assert hashlib.sha256(data).hexdigest() == kept.digest
    Notice.everywhere.filter(pk=told[2].pk).update(answers=1)
    portal.answer(told[2], "removed")
    with scope(world):
        seen = queries.seen(viewer, this_year())
    assert {(one.line.action, one.then, one.now) for one in seen.drift} == {("need_more", 1, 0), ("removed", 0, 1)}
    again = FlaggerReport.everywhere.get(pk=kept.pk)
    assert documents.json(queries.content_of(again)) == data
    second = closed(world)
    assert (second.version, second.digest != kept.digest) == (2, True)
    with scope(world):
        seen = queries.seen(viewer, this_year())
    assert seen.drift == []
    assert [one.version for one in seen.closed] == [2, 1]


@pytest.mark.django_db
def test_what_was_closed_is_not_changed_even_by_the_database(world: World) -> None:
    kept = closed(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        FlaggerReport.everywhere.filter(pk=kept.pk).update(digest="0" * 64)


@pytest.mark.django_db
def test_what_has_to_be_there_before_a_year_is_closed(world: World, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    viewer = administrator(world)
    with scope(world):
        with pytest.raises(Refusal, match="not over"):
            actions.close(viewer, KEEPS, this_year())
        with pytest.raises(Refusal, match="independence"):
            actions.close(viewer, KEEPS, this_year() - 1)
        with pytest.raises(Refusal, match="one language"):
            actions.explain(viewer, KEEPS, " ", "")
        actions.explain(viewer, KEEPS, "Nobody here works for a provider.", "")
        with pytest.raises(Refusal, match="Nothing was changed"):
            actions.explain(viewer, KEEPS, "Nobody here works for a provider.", "")
        with pytest.raises(Refusal, match="no trusted flagger"):
            actions.close(viewer, KEEPS, this_year() - 2)
        kept = actions.close(viewer, KEEPS, this_year() - 1)
        actions.explain(viewer, KEEPS, "Something else.", "")
        assert queries.content_of(kept).independence == {"en": "Nobody here works for a provider."}
        today = timezone.localdate()
        for day, place in ((today - timedelta(days=1), "x"), (today + timedelta(days=1), "x"), (today, " ")):
            with pytest.raises(Refusal):
                actions.deliver(viewer, KEEPS, kept, "sent", day, place)
        actions.deliver(viewer, KEEPS, kept, "sent", today, "coordinator@dsc.example")
        actions.deliver(viewer, KEEPS, kept, "published", today, "https://hotline.example/2025")
        seen = queries.seen(viewer, this_year() - 1)
    assert [(one.what, one.day) for one in seen.deliveries] == [("published", today), ("sent", today)]
    other = make_world()
    with scope(other), pytest.raises(Refusal):
        actions.deliver(administrator(other), KEEPS, kept, "sent", today, "x")


@pytest.mark.once
@pytest.mark.django_db
def test_the_files_and_the_page_say_the_same(world: World, told: list[Notice], client: Client) -> None:
    viewer = administrator(world)
    sign_in(client, viewer.person)

    def file(form: str, **more: Any) -> bytes:
        return client.get(reverse("reports:flagger-file", args=[this_year(), form]), more).content

    page = reverse("reports:flagger", args=[this_year()])
    assert "Not closed" in client.get(page).content.decode()
    kept = closed(world)
    rows = list(csv.DictReader(io.StringIO(file("csv").decode())))
    assert {(one["provider"], one["type"], one["action"]): int(one["notices"]) for one in rows} == EXPECTED
    data = file("json")
    assert hashlib.sha256(data).hexdigest() == kept.digest
    assert msgspec.json.decode(data)["total"] == 6
    assert file("pdf", lang="en")[:5] == file("pdf", lang="da")[:5] == b"%PDF-"
    assert file("pdf", lang="da") == file("pdf", lang="da")
    shown = client.get(page).content.decode()
    for word in (*{key[0] for key in EXPECTED}, kept.digest, "Nobody here works"):
        assert word in shown
    for form, status in (("xml", 404), ("csv", 200)):
        assert client.get(reverse("reports:flagger-file", args=[this_year(), form])).status_code == status
    assert client.get(reverse("reports:flagger-file", args=[this_year(), "csv"]), {"version": 9}).status_code == 404


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "da"])
def test_the_document_adds_up(world: World, told: list[Notice], language: str) -> None:
    content = queries.yearly(world.organisation, this_year())
    said = documents.what_it_says(content, None, language)
    table = said["table"]
    numbers = [[int(cell) for cell in row[2:]] for row in table["rows"]]
    assert [int(cell) for cell in table["total"][2:]] == [sum(column) for column in zip(*numbers, strict=True)]
    assert all(sum(row[:-1]) == row[-1] for row in numbers)
    assert int(table["total"][-1]) == content.total == sum(EXPECTED.values())
    assert sum(int(row[-1]) for row in table["kinds"]) == content.total


@pytest.mark.django_db
def test_pages_lead_through_a_year(world: World, client: Client) -> None:
    viewer = administrator(world)
    sign_in(client, viewer.person)
    last = this_year() - 1
    assert f"{last}" in client.get(reverse("reports:flagger-latest")).content.decode()
    why = {"why": "administration"}
    explain = reverse("reports:flagger-independence")
    assert client.post(explain, why).status_code == 422
    assert client.post(explain, why | {"text": "We are paid by nobody."}).status_code == 302
    assert client.get(reverse("reports:flagger-deliver", args=[last])).status_code == 404
    assert client.post(reverse("reports:flagger-close", args=[last]), why).status_code == 302
    today = timezone.localdate().isoformat()
    sent = {"what": "sent", "day": today, "place": "dsc.example"}
    assert client.post(reverse("reports:flagger-deliver", args=[last]), why | sent).status_code == 302
    shown = client.get(reverse("reports:flagger", args=[last])).content.decode()
    assert "dsc.example" in shown
    assert client.get(reverse("reports:flagger", args=[last - 1])).status_code == 404
