"""The notice as a host gets it, and the page that it leads to: what stands in it, who gets in, and what leaks where."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests.node.reports.takedown.worlds import DAY, MINUTE, REASON, URL, World, make_world, scope

from vaern.node.ledger.models import Entry
from vaern.node.reports.models import Assessment, Location, Notice
from vaern.node.reports.takedown import actions, blocks, notices, portal, queries, tokens
from vaern.node.reports.takedown.grounds import rests
from vaern.node.reports.takedown.items import waiting_items
from vaern.node.reports.takedown.presenters import next_clock
from vaern.node.runtime import logs
from vaern.node.web.mail import send_waiting
from vaern.node.web.models import Allowance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django.test import Client
    from tests.node.inbox import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def notify(world: World, *, named: bool = True) -> str:
    """Send a notice, and return the address in it."""
    with scope(world):
        world.trace()
        world.told()
        notice = notices.notify(world.viewer, REASON, world.now(), named=named)
    return reverse("reports:portal", args=[tokens.token_of(notice.pk, tokens.NOTICE)])


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


# The mail -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_notice_has_what_article_16_asks_for(world: World, inbox: Inbox, language: str) -> None:
    host = world.hosts["host"]
    host.language = language
    host.save()
    address = notify(world)
    assert send_waiting() == 1
    (mail,) = inbox.mails
    body = text_of(mail)
    assert mail["To"] == "abuse@host.example"
    assert URL in body
    assert address in body
    assert world.organisation.name in body
    assert world.report.code in body
    assert {"en": "good faith", "da": "god tro"}[language] in body
    assert {"en": "section of notify", "da": "En opfundet lov"}[language] in body
    assert "person" not in mail["From"].lower()
    assert world.person.name not in body


def test_the_notifier_may_stay_unnamed(world: World, inbox: Inbox) -> None:
    world.hosts["host"].country = "DK"
    world.hosts["host"].save()
    address = notify(world, named=False)
    send_waiting()
    assert world.organisation.name.encode() not in inbox.raw[0]
    assert "16(2)(c)" in text_of(inbox.mails[0])
    assert address in text_of(inbox.mails[0])


def test_a_desk_can_keep_the_address_behind_the_portal(inbox: Inbox) -> None:
    world = make_world(url_in_notice=False)
    assessed(world)
    notify(world)
    send_waiting()
    assert b"tagged" not in inbox.raw[0]
    assert len(list(inbox.mails[0].walk())) == 1


def test_what_waits_is_sealed(world: World) -> None:
    address = notify(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE queue_name = 'mail'")
        ((waiting,),) = cursor.fetchall()
        cursor.execute("SELECT row_to_json(n)::text FROM reports_notice n")
        ((row,),) = cursor.fetchall()
    for text in (waiting, row):
        assert "tagged" not in text
        assert address.split("/")[2] not in text


def assessed(world: World, basis: str = "looked", rests_on: Sequence[dict[str, str]] = ()) -> None:
    """Let somebody have found the report baseline, as the assessment room leaves it."""
    Assessment.everywhere.create(
        report=world.report,
        organisation=world.organisation,
        person=world.person,
        place="first",
        baseline=True,
        actionable=True,
        at=timezone.now(),
        final=True,
        basis=basis,
        rests_on=list(rests_on),
        extent="whole" if basis == "looked" else "nothing",
    )
    world.report.actionable = True
    world.report.save()


def test_programs_read_xarf_where_it_says_the_truth(world: World, inbox: Inbox, vectors: Path) -> None:
    notify(world)
    send_waiting()
    assert inbox.mails[0].get_content_type() == "text/plain", "nobody assessed it: nothing is claimed"
    other = make_world(url="https://second.tagged-host.example/x")
    assessed(other)
    notify(other)
    send_waiting()
    mail = inbox.mails[1]
    assert (mail.get_content_type(), mail.get_param("report-type")) == ("multipart/report", "feedback-report")
    first, second, third = mail.iter_parts()
    assert [part.get_content_type() for part in (first, second, third)] == [
        "text/plain",
        "message/feedback-report",
        "application/json",
    ]
    assert b"Feedback-Type: xarf" in second.as_bytes()
    assert third.get_filename() == "xarf.json"
    document = json.loads(third.get_payload(decode=True))
    assert (document["type"], document["classification"], document["detection_method"]) == (
        "csam",
        "baseline",
        "manual_review",
    )
    folder = vectors / "xarf" / "v4" / "schemas"
    schemas = [json.loads(path.read_text()) for path in folder.rglob("*.json")]
    registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas if "$id" in s)
    master = next(s for s in schemas if s.get("$id", "").endswith("xarf-v4-master.json"))
    Draft202012Validator(master, registry=registry).validate(document)


BASES: dict[str, list[dict[str, Any]]] = {
    "looked": [],
    "list": [{"list": "Listen (synthetic)", "release": "2026-11", "class": "INTERPOL baseline"}],
    "earlier": [{"report": "ABCDEFGH", "at": "2026-10-03T09:00:00+00:00"}],
    "text": [],
}


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("basis", BASES)
def test_the_mail_and_the_page_of_the_host_say_on_what_the_notice_rests(
    client: Client, world: World, inbox: Inbox, basis: str, language: str
) -> None:
    assessed(world, basis, BASES[basis])
    host = world.hosts["host"]
    host.language = language
    host.save()
    address = notify(world)
    with translation.override(language):
        says = rests(world.now())
    send_waiting()
    assert says in text_of(inbox.mails[0])
    client.cookies["django_language"] = language
    assert escape(says) in client.get(address).content.decode()


def test_each_basis_reads_otherwise(world: World) -> None:
    said = set()
    for basis, rests_on in BASES.items():
        Assessment.everywhere.filter(report=world.report).delete()
        assessed(world, basis, rests_on)
        said.add(rests(world.now()))
    assert len(said) == len(BASES)


# Who gets in --------------------------------------------------------------------------------------------------------


def page(client: Client, address: str, **posted: str):
    return client.post(address, posted) if posted else client.get(address)


def test_wrong_expired_and_foreign_addresses_look_the_same(client: Client, world: World) -> None:
    address = notify(world)
    notice = Notice.everywhere.get()
    wrong = page(client, reverse("reports:portal", args=["A" * 43]))
    of_a_block = page(client, reverse("reports:portal", args=[tokens.token_of(notice.pk, tokens.BLOCK)]))
    as_appeal = page(client, address.replace("/notice/", "/notice/appeal/"))
    Notice.everywhere.update(expires_at=timezone.now())
    expired, posted = page(client, address), page(client, address, said="removed")
    answers = [wrong, of_a_block, as_appeal, expired, posted]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_nothing_of_the_address_goes_elsewhere(client: Client, world: World, capsys) -> None:
    logs.configure("json")
    address = notify(world)
    wrong = address[:-2] + "x/"
    for answer in (page(client, address), page(client, address, said="removed"), page(client, wrong)):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
    said = capsys.readouterr()
    assert '"route": "reports:portal"' in said.err
    assert address.split("/")[2] not in said.err + said.out
    assert "tagged" not in said.err + said.out


def test_the_page_shows_the_place_defanged_and_exactly_only_when_asked(client: Client, world: World) -> None:
    address = notify(world)
    shown = page(client, address)
    assert b"hxxps://photos[.]tagged-host[.]example" in shown.content
    assert URL.encode() not in shown.content
    assert b"http://photos" not in shown.content
    assert b"https://photos" not in shown.content
    revealed = page(client, address, reveal="1")
    assert URL.encode() in revealed.content
    assert f'href="{URL}'.encode() not in revealed.content
    acts = Entry.objects.filter(subject=world.report.pk).values_list("act", "verb")
    assert ("reports.notice.opened", "disclosure") in acts
    assert ("reports.notice.revealed", "disclosure") in acts


def test_a_program_that_tries_the_link_has_not_opened_the_notice(client: Client, world: World) -> None:
    address = notify(world)
    assert client.head(address).status_code == 200
    assert Notice.everywhere.get().opened_at is None
    page(client, address)
    assert Notice.everywhere.get().opened_at is not None


def test_it_speaks_the_hosts_language_or_the_one_that_is_asked_for(client: Client, world: World) -> None:
    address = notify(world)
    assert b'lang="en"' in page(client, address).content
    assert b'<html lang="da"' in page(client, address + "?language=da").content
    host = world.hosts["host"]
    host.language = "da"
    host.save()
    assert b'<html lang="da"' in page(client, address).content


# Answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_host_that_says_removed_is_checked_and_not_reminded(client: Client, world: World) -> None:
    def shown() -> tuple[str, list[str]]:
        with scope(world):
            (location,) = queries.of_report(world.report)
            return str(next_clock(location)), [str(item.what) for item in waiting_items(world.viewer) if not item.news]

    def overdue() -> None:
        Location.everywhere.update(next_step_at=timezone.now() - MINUTE)

    address = notify(world)
    assert "Remind" in shown()[0]
    page(client, address, said="removed")
    step, titles = shown()
    assert "Re-check" in step
    assert any("says it is gone: check" in title for title in titles)
    overdue()
    assert notices.step_due() == 0, "the night reminds nobody who says that it is done"
    assert not any("A step could not be taken" in title for title in shown()[1])
    with scope(world):
        actions.check(world.viewer, REASON, world.now(), there=False)
    assert "Re-check" in shown()[0]
    assert notices.step_due() == 0
    with scope(world):
        actions.check(world.viewer, REASON, world.now(), there=True)
    step, titles = shown()
    assert "Remind" in step
    assert not any("says it is gone: check" in title for title in titles)
    assert notices.step_due() == 1
    page(client, address, said="removed")
    overdue()
    page(client, address, said="need_more", words="which one?")
    overdue()
    assert notices.step_due() == 1, "its last word counts"


def test_answers_are_kept_amended_and_change_what_they_should(client: Client, world: World) -> None:
    address = notify(world)
    assert page(client, address, said="removed", removed_at="2020-01-01T10:00").status_code == 302
    notice = Notice.everywhere.get()
    assert (notice.answer, world.now().state) == ("removed", "notified")
    assert notice.removed_at.isoformat() == "2020-01-01T10:00:00+00:00"
    page(client, address, said="moved", moved_to="https://new.tagged.example/", words="sorry")
    notice.refresh_from_db()
    assert (notice.answer, notice.removed_at, world.now().state) == ("moved", None, "moved")
    assert b"new.tagged" not in bytes(notice.moved_to)
    assert (portal.moved_to(notice), portal.words_of(notice)) == ("https://new.tagged.example/", "sorry")
    page(client, address, said="need_more", words="which one?")
    assert (world.now().state, Notice.everywhere.get().answers) == ("notified", 3)


@pytest.mark.once
@pytest.mark.parametrize(
    "posted",
    [
        {"said": ""},
        {"said": "gone"},
        {"said": "moved"},
        {"said": "need_more"},
        {"said": "removed", "removed_at": "2999-01-01T00:00"},
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(client: Client, world: World, posted: dict[str, str]) -> None:
    address = notify(world)
    assert page(client, address, **posted, x="1").status_code == 422
    assert Notice.everywhere.get().answer == ""


def test_what_is_done_takes_no_answer(client: Client, world: World) -> None:
    address = notify(world)
    with scope(world):
        for ago in (12, 8, 4):
            actions.check(world.viewer, REASON, world.now(), False, timezone.now() - ago * MINUTE)
    assert world.now().state == "offline"
    assert b"<form" not in page(client, address).content
    page(client, address, said="moved", moved_to="x")
    assert Notice.everywhere.get().answer == ""
    assert b"tagged" not in page(client, address, reveal="1").content


def test_the_answer_to_an_earlier_notice_is_kept_and_moves_nothing(client: Client, world: World) -> None:
    address = notify(world)
    with scope(world):
        world.trace(owner=world.hosts["owner"])
        notices.escalate(world.viewer, REASON, world.now())
    page(client, address, said="moved", moved_to="x")
    assert world.now().state == "notified"
    assert Notice.everywhere.filter(answer="moved").count() == 1


def test_a_reminder_carries_the_same_address(client: Client, world: World, inbox: Inbox) -> None:
    address = notify(world)
    Location.everywhere.update(next_step_at=timezone.now() - MINUTE)
    assert notices.step_due() == 1
    send_waiting()
    assert address in text_of(inbox.mails[1])
    assert inbox.mails[1]["Subject"].startswith("Reminder")
    assert page(client, address).status_code == 200


def test_the_clock_escalates_with_nobody_in_scope(world: World, inbox: Inbox) -> None:
    with scope(world):
        world.trace(owner=world.hosts["owner"])
        world.told()
        notices.notify(world.viewer, REASON, world.now())
    for _step in range(3):
        Location.everywhere.update(next_step_at=timezone.now() - MINUTE)
        assert notices.step_due() == 1
    send_waiting()
    assert [mail["To"] for mail in inbox.mails] == ["abuse@host.example"] * 3 + ["abuse@owner.example"]


@pytest.mark.once
def test_one_address_answers_so_often_and_no_more(client: Client, world: World) -> None:
    address = notify(world)
    assert [page(client, address).status_code for _request in range(50)] == [200] * 50
    Allowance.objects.update(left=-1e6)  # what a flood leaves; a slow machine would refill it between two requests
    assert page(client, address).status_code == 429


def test_media_is_refused_here_too(client: Client, world: World) -> None:
    address = notify(world)
    answer = client.post(address, {"said": "need_more", "words": "\x89PNG\r\n\x1a\n" + "0" * 100})
    assert answer.status_code in {400, 413, 415, 422}
    assert Notice.everywhere.get().answer == ""


# Appeals ------------------------------------------------------------------------------------------------------------


def test_whoever_is_blocked_learns_why_and_can_appeal(client: Client, world: World, inbox: Inbox) -> None:
    notify(world)
    with scope(world):
        notices.escalate(world.viewer, REASON, world.now())
        block = blocks.block(world.viewer, REASON, world.now(), "Nobody answered", timezone.localdate() + DAY)
    send_waiting()
    body = text_of(inbox.mails[1])
    address = reverse("reports:appeal", args=[tokens.token_of(block.pk, tokens.BLOCK)])
    assert address in body
    assert "Nobody answered" in body
    assert URL not in body
    assert b"Nobody answered" in page(client, address).content
    assert page(client, address, words="It is a museum").status_code == 302
    block.refresh_from_db()
    assert blocks.appeal_of(block) == "It is a museum"
    assert b"museum" not in page(client, address).content
    assert page(client, address, words="again").status_code == 422
    assert timedelta(0) < timezone.now() - block.appealed_at < MINUTE
