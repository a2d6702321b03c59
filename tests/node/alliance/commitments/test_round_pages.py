"""A round through its pages, without a script: planned, answered by the form, handed in, published."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.commitments.factories import make_country, make_round, make_secretariat
from tests.node.alliance.commitments.test_commitments import WHOLE, published
from tests.node.factories import sign_in

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.models import CommitmentVersion, Declared, Round, RoundReply

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
FIELD = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*>', re.DOTALL)
VALUE = re.compile(r'value="([^"]*)"')


def form_of(page: str) -> dict[str, Any]:
    """Return the fields of a page's form as a browser sends them when nothing is changed."""
    sent: dict[str, Any] = {}
    body = page[page.index('<form method="post" novalidate') :]
    for found in FIELD.finditer(body):
        tag, name = found[0], found[1]
        if tag.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', body[found.end() : body.index("</select>", found.end())])
            sent[name] = chosen[1] if chosen else ""
        elif tag.startswith("<textarea"):
            sent[name] = body[found.end() : body.index("</textarea>", found.end())].strip()
        elif ('type="radio"' not in tag and 'type="checkbox"' not in tag) or " checked" in tag:
            sent[name] = value[1] if (value := VALUE.search(tag)) else ""
    return sent


def as_(client: Client, viewer: Viewer) -> Client:
    assert viewer.person
    sign_in(client, viewer.person)
    return client


@pytest.mark.once
def test_a_round_from_the_plan_to_the_published_reply(client: Client) -> None:
    country, secretariat, today = make_country(), make_secretariat(), timezone.localdate()
    one = published(country, secretariat)
    plan = {"name": "Autumn", "opens": today, "closes": today + timedelta(30), "reminders": "14, 3", "period": "2026"}
    as_(client, secretariat)
    assert client.post(reverse("alliance:plan-round"), {**plan, "reminders": "99"}).status_code == 422  # says why not
    assert client.post(reverse("alliance:plan-round"), {**plan, "period": "now"}).status_code == 422
    assert client.post(reverse("alliance:plan-round"), plan).status_code == 302
    one_round = Round.objects.get()
    assert client.post(reverse("alliance:open-round", args=[one_round.pk])).status_code == 302
    reply = RoundReply.objects.get()
    assert client.get(reverse("alliance:reply", args=[reply.pk])).status_code == 404  # not handed in yet

    as_(client, country.viewer)
    address = reverse("alliance:write-reply", args=[reply.pk])
    sent = form_of(client.get(address).content.decode())
    assert client.post(address, sent).status_code == 302  # as it stands: nothing is lost on the way
    reply.refresh_from_db()
    assert [(line.content, line.commitment) for line in reply_intake.lines_of(reply)] == [(WHOLE, one.pk)]
    assert client.post(address, sent).status_code == 409  # the second of two writers
    sent = form_of(client.get(address).content.decode())
    (value,) = [name for name in sent if name.endswith("-removal_72h-value")]
    wrong = client.post(address, {**sent, value: "81.5", "c0-unit": "days"}).content.decode()
    assert "This is missing." in wrong  # the source of the value
    assert "The indicator is counted in another unit." in wrong
    named = {**sent, value: "81.5", value.replace("-value", "-source"): "National hotline", "c0-owner": "A new agency"}
    assert client.post(address, {**named, "c1-wanted": "on", "c1-goal": "g4.2"}).status_code == 302
    assert client.post(reverse("alliance:submit-reply", args=[reply.pk]), {"version": 2}).status_code == 422
    reply.refresh_from_db()
    assert reply.state == "begun"  # the new commitment says nothing yet, and the page says so
    page = client.get(reverse("alliance:reply", args=[reply.pk])).content.decode()
    assert "4.2, Obligation" in page
    assert "<ins>A new agency</ins>" in page
    sent = form_of(client.get(address).content.decode())
    del sent["c1-wanted"]
    assert client.post(address, sent).status_code == 302
    assert client.post(reverse("alliance:submit-reply", args=[reply.pk]), {"version": 3}).status_code == 302

    as_(client, secretariat)
    assert client.post(reverse("alliance:publish-reply", args=[reply.pk]), {"version": 4}).status_code == 302
    assert CommitmentVersion.objects.filter(commitment=one).count() == 2
    assert Declared.objects.get().value == 81.5
    as_(client, make_country().viewer)
    assert "National hotline" in client.get(reverse("alliance:reply", args=[reply.pk])).content.decode()
    assert "1 of 1 members" in client.get(reverse("alliance:round", args=[one_round.pk])).content.decode()


def test_a_reply_is_its_ministrys_and_a_planned_round_the_secretariats(client: Client) -> None:
    country, other, secretariat = make_country(), make_country(), make_secretariat()
    one = make_round("Round", country.member)
    reply = one.replies.get()
    for viewer, status in ((country.viewer, 200), (other.viewer, 404), (secretariat, 404)):
        assert as_(client, viewer).get(reverse("alliance:reply", args=[reply.pk])).status_code == status
    assert as_(client, other.viewer).get(reverse("alliance:round", args=[one.pk])).status_code == 200
    planned = make_round("Planned", state="planned")
    assert client.get(reverse("alliance:round", args=[planned.pk])).status_code == 404
    assert as_(client, secretariat).get(reverse("alliance:round", args=[planned.pk])).status_code == 200


@pytest.mark.parametrize("act", ["change", "open", "extend", "close"])
def test_a_page_that_asks_says_of_which_round(client: Client, act: str) -> None:
    one = make_round("Autumn 2031", state="planned")
    page = as_(client, make_secretariat()).get(reverse(f"alliance:{act}-round", args=[one.pk]))
    assert "Autumn 2031" in str(page.context["subject"])


@pytest.mark.parametrize("name", ["submit-reply", "take-reply-back", "publish-reply", "return-reply"])
def test_a_page_that_asks_says_of_whose_reply(client: Client, name: str) -> None:
    country = make_country()
    one = make_round("Autumn 2031", country.member)
    RoundReply.objects.update(state="submitted", submitted_at=timezone.now())
    by = country.viewer if name in {"submit-reply", "take-reply-back"} else make_secretariat()
    page = as_(client, by).get(reverse(f"alliance:{name}", args=[one.replies.get().pk]))
    shown = str(page.context["subject"])
    assert "Autumn 2031" in shown
    assert str(country.member) in shown
