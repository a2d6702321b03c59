"""On the pages: the router, the table, and a request between two organisations, by what people see and post."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from tests.node.cases.assistance.worlds import DAY, THERE, drafted, handed, hold, make_world, sent, travel
from tests.node.factories import sign_in

from vaern.node.cases.assistance import alarms, question
from vaern.node.cases.models import AssistanceRequest, HeldData, KeepingClock
from vaern.node.cases.rules.assistance import State
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Member
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.ledger.rules import Subject

pytestmark = pytest.mark.django_db
WHY = {"why": "legal_assistance", "words": "synthetic"}


def say_why(client: Client, subject: Subject) -> None:
    """Give the reason for a record, as the dialogue would."""
    session = client.session
    session[IN_SESSION] = {**session.get(IN_SESSION, {}), f"{subject.kind}:{subject.id}": ["legal_assistance", ""]}
    session.save()


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    answer = client.post(reverse(name, args=args), {**WHY, **data})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer


@pytest.mark.once
def test_the_router_says_why_denmark_has_no_european_order(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    page = reverse("cases:router")
    assert client.get(page).status_code == 200
    asked = {"requesting": "DK", "holder": "IE", "data": "subscriber", "on": "2026-11-25"}
    shown = client.get(page, asked).content.decode()
    assert "Denmark is not bound: Does not take part and is not bound" in shown
    assert "European Production Order" in shown
    assert client.get(page, {**asked, "on": "some day"}).status_code == 422


@pytest.mark.parametrize(
    ("grave", "words"),
    [("", "the offence has to be grave enough"), ("yes", "is grave enough"), ("no", "is not grave enough")],
)
def test_the_router_asks_how_grave_the_offence_is(client: Client, grave: str, words: str) -> None:
    world = make_world()
    sign_in(client, world.ada)
    asked = {"requesting": "DE", "holder": "FR", "data": "content", "on": "2026-11-28", "grave": grave}
    shown = client.get(reverse("cases:router"), asked).content.decode()
    assert "CSAM, are named, whatever they carry" in shown
    assert words in shown
    assert "a maximum of three years or more" in shown


def test_the_three_answers_stand_apart_with_one_sign_for_what_nobody_verified(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    asked = {"requesting": "DK", "holder": "NZ", "data": "content", "on": "2026-11-28", "dual": "no", "urgent": "on"}
    shown = client.get(reverse("cases:router"), asked).content.decode()
    usable, uncertain, others = (shown.index(f'id="{name}-caption"') for name in ("usable", "uncertain", "others"))
    assert usable < uncertain < others
    assert usable < shown.index("The convention against organised crime", usable) < uncertain
    assert uncertain < shown.index("The table does not say whether New Zealand is bound: look.") < others
    assert others < shown.index("European Investigation Order", uncertain)
    assert shown.count("nobody has verified") == 1
    assert "the other side may refuse" in shown
    assert "Ask again with the country of the provider’s addressee" in shown
    first = shown.index("<ol>", shown.index("Proposed sequence"))
    assert shown.index("Emergency channel of the provider", first) < shown.index("</li>", first)


@pytest.mark.once
def test_no_country_is_chosen_by_itself_but_ones_own_that_asks(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    data = client.get(reverse("cases:hold-data", args=[world.case.pk])).context["form"]
    router = client.get(reverse("cases:router")).context["form"]
    for form, name, chosen in ((data, "holder", ""), (router, "holder", ""), (router, "requesting", "XA")):
        assert f'<option value="{chosen}" selected>' in str(form[name]) or (not chosen and not form[name].value())
        assert form.fields[name].choices[0][0] == ""
    silent = client.post(
        reverse("cases:hold-data", args=[world.case.pk]),
        {
            **WHY,
            "label": "An account",
            "provider": "Fictional Provider",
            "data": "traffic",
            "holder": "",
            "kept_until": (timezone.localdate() + 40 * DAY).isoformat(),
        },
    )
    assert silent.status_code == 422
    assert not HeldData.everywhere.exists()


@pytest.mark.once
def test_the_end_of_a_clock_is_its_last_day_with_the_zone_that_says_so(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    day = timezone.localdate() + 40 * DAY
    for country in ("CA", "IE"):
        post(
            client,
            "cases:hold-data",
            world.case.pk,
            label=country,
            provider="Fictional Provider",
            identifier="",
            holder=country,
            data="traffic",
            kept_until=day.isoformat(),
        )
    shown = client.get(reverse("cases:assistance-clocks")).content.decode()
    assert f"through {date_format(day, 'SHORT_DATE_FORMAT')} (America/St_Johns)" in shown
    assert f"through {date_format(day, 'SHORT_DATE_FORMAT')} (Europe/Dublin)" in shown
    say_why(client, world.case.subject)
    sheet = client.get(reverse("cases:case", args=[world.case.pk])).content.decode()
    assert (
        sheet.count(f"through {date_format(day, 'SHORT_DATE_FORMAT')} (Europe/Dublin)") == 2
    )  # lost on, and the clock


def test_a_request_says_to_which_country_by_its_name(client: Client) -> None:
    world = make_world()
    drafted(world)
    name = Member.objects.get(code=THERE).name
    assert name != THERE
    sign_in(client, world.ada)
    assert f"<td>{name}</td>" in client.get(reverse("cases:assistance")).content.decode()


@pytest.mark.once
def test_a_request_goes_from_the_case_to_the_other_side(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    case = world.case
    day = (timezone.localdate() + 40 * DAY).isoformat()
    post(
        client,
        "cases:hold-data",
        case.pk,
        label="An account",
        provider="Fictional Provider",
        identifier="a-1",
        holder=THERE,
        data="traffic",
        kept_until=day,
    )
    held = HeldData.everywhere.get()
    page = client.get(reverse("cases:draft-request", args=[case.pk, held.pk]))
    assert page.context["form"].initial["instrument"] == "budapest-29"
    post(client, "cases:draft-request", case.pk, held.pk, instrument="budapest-29", language="English")
    request = AssistanceRequest.everywhere.get()
    asked = [one["code"] for one in request.pinned["form"]["fields"]]
    post(
        client,
        "cases:write-request",
        request.pk,
        language="English",
        translation="not_needed",
        **dict.fromkeys([f"asked-{code}" for code in asked[:-2]], "synthetic"),
    )
    over = {
        "recipients": [str(world.authority.id)],
        "handling": "amber+strict",
        "legal_ground": "",
        "until": day,
        **WHY,
    }
    shown = client.post(reverse("cases:hand-over-request", args=[request.pk]), over)
    assert world.authority.name in shown.content.decode()
    refused = client.post(
        reverse("cases:hand-over-request", args=[request.pk]), {**over, "shown": shown.context["shown"]}
    )
    assert refused.status_code == 422  # one of the six is missing
    post(
        client,
        "cases:write-request",
        request.pk,
        language="English",
        translation="not_needed",
        **dict.fromkeys([f"asked-{code}" for code in asked], "synthetic"),
    )
    post(client, "cases:hand-over-request", request.pk, **over, shown=shown.context["shown"])
    sign_in(client, world.lex)
    assert "A desk handed it over: send it, or return it." in client.get("/").content.decode()
    listed = client.get(reverse("cases:assistance"), {"state": "open"}).content.decode()
    assert request.code in listed
    say_why(client, request.subject)
    seen = client.get(reverse("cases:request", args=[request.pk])).content.decode()
    assert "a-1" in seen
    assert case.code not in seen
    pdf = client.get(reverse("cases:request-pdf", args=[request.pk]))
    assert pdf.headers["Content-Type"] == "application/pdf"
    post(client, "cases:send-request", request.pk)
    post(client, "cases:authority-event", request.pk, "acknowledge", text="by mail")
    post(client, "cases:authority-event", request.pk, "execute", text="", since=timezone.localdate().isoformat())
    post(client, "cases:correspond", request.pk, text="a call")
    request.refresh_from_db()
    assert State(request.state) is State.EXECUTED
    assert KeepingClock.everywhere.filter(origin="art_29", settled="").count() == 1


def test_a_request_leaves_as_a_pdf_only_with_a_second_factor_of_now(client: Client) -> None:
    """It is recorded as a disclosure: a session left open is not enough."""
    world = make_world()
    request = drafted(world)
    sign_in(client, world.ada, ago=315)
    say_why(client, request.subject)
    answer = client.get(reverse("cases:request-pdf", args=[request.pk]))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not Entry.objects.filter(act="cases.assistance.printed").exists()


@pytest.mark.once
@pytest.mark.parametrize("words", ["A sworn one, into Danish", ""])
def test_the_translation_that_is_enclosed_is_words_beside_how_far_it_is(client: Client, words: str) -> None:
    world = make_world()
    request = drafted(world)
    assert "translation" in {one["code"] for one in request.pinned["form"]["fields"]}
    sign_in(client, world.ada)
    say_why(client, request.subject)
    post(
        client,
        "cases:write-request",
        request.pk,
        language="English",
        translation="ordered",
        **{"asked-translation": words, "asked-offence": "synthetic"},
    )
    request.refresh_from_db()
    assert request.translation == "ordered"
    written = {"offence": "synthetic", **({"translation": words} if words else {})}
    assert question.values_of(request) == written
    shown = client.get(reverse("cases:write-request", args=[request.pk])).context["form"]
    assert shown["asked-translation"].value() == words
    assert shown["translation"].value() == "ordered"


def test_what_needs_the_authority_is_not_for_the_desk(client: Client) -> None:
    world = make_world()
    request = handed(world, drafted(world))
    sign_in(client, world.ada)
    assert client.get(reverse("cases:send-request", args=[request.pk])).status_code == 403
    assert client.get(reverse("cases:authority-event", args=[request.pk, "acknowledge"])).status_code == 403
    for event in ("acknowledge", "send"):
        assert client.get(reverse("cases:request-event", args=[request.pk, event])).status_code == 404


@pytest.mark.once
def test_clocks_are_shown_by_the_truth_of_now_though_no_job_ran(client: Client) -> None:
    world = make_world()
    hold(world, days=40)
    hold(world, days=50)
    sign_in(client, world.ada)
    assert "Preservation" not in client.get("/").content.decode()
    travel(30 * DAY)
    assert "Prolong it, ask for the data" in client.get("/").content.decode()
    travel(11 * DAY)
    home = client.get("/").content.decode()
    assert "It ran out: the data may be lost." in home
    assert "Take note</a>" not in home
    shown = client.get(reverse("cases:assistance-clocks")).content.decode()
    assert "Ran out" in shown
    assert "Take note" not in shown  # it is recorded first, by the job or by whoever acts
    assert alarms.look_at_all() > 0
    clock = KeepingClock.everywhere.exclude(lapsed_at=None).get()
    assert "Take note" in client.get(reverse("cases:assistance-clocks")).content.decode()
    post(client, "cases:note-lapse", clock.pk)
    assert "It ran out" not in client.get("/").content.decode()


def test_whoever_watches_gets_a_mail_that_names_a_code_and_a_day(client: Client, mailoutbox: Any) -> None:
    world = make_world()
    hold(world, days=10)
    send_waiting()
    (mail,) = mailoutbox
    assert mail.to == [world.ada.email]
    assert world.case.code in mail.subject
    assert "Fictional Provider" not in mail.body
    assert "account-1" not in mail.body


@pytest.mark.once
def test_clocks_are_prolonged_and_stopped_on_their_pages(client: Client) -> None:
    world = make_world()
    held = hold(world, days=5)
    sign_in(client, world.ada)
    clock = KeepingClock.everywhere.get()
    later = (timezone.localdate() + 30 * DAY).isoformat()
    assert client.get(reverse("cases:prolong-clock", args=[clock.pk])).status_code == 200
    post(client, "cases:prolong-clock", clock.pk, until=later)
    post(
        client,
        "cases:start-clock",
        held.pk,
        origin="us_2703f",
        basis="",
        since=timezone.localdate().isoformat(),
        until="",
    )
    law = KeepingClock.everywhere.get(origin="us_2703f")
    assert timedelta(days=89) < law.ends_at - timezone.now() < timedelta(days=91)
    post(client, "cases:prolong-clock", law.pk)
    once_more = client.post(reverse("cases:prolong-clock", args=[law.pk]), WHY)
    assert once_more.status_code == 422
    post(client, "cases:settle-clock", clock.pk, how="secured", by=law.pk)
    clock.refresh_from_db()
    assert (clock.settled, clock.secured_by) == ("secured", law)
    silent = client.post(reverse("cases:settle-clock", args=[law.pk]), {"why": "investigation", "how": "let_go"})
    assert silent.status_code == 422  # letting go is explained in words


@pytest.mark.once
def test_a_request_that_is_out_too_long_waits_on_the_front_page(client: Client) -> None:
    world = make_world()
    sent(world)
    travel(400 * DAY)
    sign_in(client, world.lex)
    assert "No answer in the expected time" in client.get("/").content.decode()
