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
from vaern.node.alliance.commitments.forms import ContentForm
from vaern.node.alliance.models import CommitmentVersion, Declared, Round, RoundReply
from vaern.node.alliance.rules import definitions

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


class Writing:
    """A rapporteur at the form of a reply."""

    def __init__(self, client: Client, reply: RoundReply) -> None:
        self.client, self.reply = client, reply

    def part(self, line: object, name: str) -> str:
        return reverse("alliance:write-reply-part", args=[self.reply.pk, line, name])

    @property
    def pages(self) -> list[str]:
        """The pages that the list leads to, in its order."""
        page = self.client.get(reverse("alliance:write-reply", args=[self.reply.pk])).content.decode()
        return re.findall(r'<li>\s*<a href="([^"]*/write/[^"]+)"', page)

    def fields(self, address: str) -> dict[str, Any]:
        return form_of(self.client.get(address).content.decode())

    def post(self, address: str, changed: dict[str, Any] | None = None) -> int:
        return self.client.post(address, {**self.fields(address), **(changed or {})}).status_code

    def value(self, indicator: str) -> tuple[str, str]:
        """Where a value is declared: the page, and the name of its field."""
        found = [
            (address, name)
            for address in self.pages
            for name in self.fields(address)
            if name.endswith(f"-{indicator}-value")
        ]
        return found[0]


@pytest.fixture
def writing(client: Client) -> tuple[Writing, Any]:
    """A rapporteur at a reply about one commitment in force."""
    country = make_country()
    one = published(country, make_secretariat())
    reply = make_round("Round", country.member).replies.get()
    return Writing(as_(client, country.viewer), reply), one


def test_every_page_of_a_reply_is_small_and_together_they_ask_for_everything(writing: tuple[Writing, Any]) -> None:
    writer, _one = writing
    fields = [writer.fields(address) for address in writer.pages]
    counts = [sum("-" in name and "_FORMS" not in name for name in page) for page in fields]
    assert max(counts) <= 16
    assert sum(counts) > 100
    names = {name.removeprefix("c-") for page in fields for name in page}
    assert {*ContentForm.base_fields} - {"goal"} <= names
    assert {"actions-0-text", "evidence-0-text"} <= names
    codes = {one.code for one in definitions.current().indicators}
    assert codes == {name.split("-")[1] for name in names if name.startswith("d") and name.endswith("-value")}


def test_the_second_of_two_writers_of_a_part_sees_both_and_others_are_not_in_the_way(
    writing: tuple[Writing, Any],
) -> None:
    writer, one = writing
    client, promise, target = writer.client, writer.part(one.pk, "promise"), writer.part(one.pk, "target")
    first, beside = writer.fields(promise), writer.fields(target)
    assert client.post(promise, {**first, "c-owner": "A new agency"}).status_code == 302
    assert client.post(target, {**beside, "c-target_text": "More of them"}).status_code == 302  # another part
    late = client.post(promise, {**first, "c-owner": "Another"})
    assert late.status_code == 409
    assert "A new agency" in late.content.decode()
    assert 'value="Another"' in late.content.decode()
    writer.reply.refresh_from_db()
    assert reply_intake.lines_of(writer.reply)[0].content.owner == "A new agency"
    assert client.post(promise, form_of(late.content.decode())).status_code == 302  # knowingly
    writer.reply.refresh_from_db()
    (line,) = reply_intake.lines_of(writer.reply)
    assert (line.content.owner, line.content.target.text) == ("Another", "More of them")


def test_what_is_wrong_in_a_part_stands_at_its_field(writing: tuple[Writing, Any]) -> None:
    writer, one = writing
    target = writer.part(one.pk, "target")
    wrong = writer.client.post(target, {**writer.fields(target), "c-unit": "days"})
    assert wrong.status_code == 422
    assert "The indicator is counted in another unit." in wrong.content.decode()
    where, value = writer.value("removal_72h")
    without_source = writer.client.post(where, {**writer.fields(where), value: "81.5"})
    assert without_source.status_code == 422
    assert "This is missing." in without_source.content.decode()


def test_a_reply_is_handed_in_when_nothing_is_missing_and_each_gap_leads_to_its_field(
    writing: tuple[Writing, Any],
) -> None:
    writer, one = writing
    client, reply = writer.client, writer.reply
    submit, leave = reverse("alliance:submit-reply", args=[reply.pk]), "alliance:leave-out-of-reply"
    assert client.get(writer.part("new1", "target")).status_code == 404  # what it is about comes first
    assert writer.post(writer.part("new1", "promise"), {"c-goal": "g4.2"}) == 302
    gaps = re.findall(r'<a href="([^"#]+/write/[^"#]+)#([^"]+)"', client.get(submit).content.decode())
    assert {address for address, _field in gaps} == {writer.part("new1", "promise"), writer.part("new1", "target")}
    assert len(gaps) == 7
    for address, field in gaps:
        assert f'id="{field}"' in client.get(address).content.decode()
    reply.refresh_from_db()
    assert client.post(submit, {"version": reply.revision}).status_code == 422
    assert "4.2, Obligation" in client.get(reverse("alliance:reply", args=[reply.pk])).content.decode()
    client.post(reverse(leave, args=[reply.pk, one.pk]))  # what is in force stays
    assert client.post(reverse(leave, args=[reply.pk, "new1"])).status_code == 302
    reply.refresh_from_db()
    assert [line.commitment for line in reply_intake.lines_of(reply)] == [one.pk]
    assert client.post(submit, {"version": reply.revision}).status_code == 302


def test_two_who_bring_a_new_commitment_at_once_bring_two(writing: tuple[Writing, Any]) -> None:
    writer, one = writing
    address = writer.part("new1", "promise")
    sent = writer.fields(address)
    for goal, line in (("g4.2", "new1"), ("g2.1", "new2")):
        went_on = writer.client.post(address, {**sent, "c-goal": goal})
        assert went_on.headers["Location"] == writer.part(line, "target")
    writer.reply.refresh_from_db()
    goals = [line.content.goal for line in reply_intake.lines_of(writer.reply)]
    assert goals == [one.goal, "g4.2", "g2.1"]


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

    writing = Writing(client, reply)
    for address in writing.pages[:4]:
        assert writing.post(address) == 302  # as it stands: nothing is lost on the way
    reply.refresh_from_db()
    assert [(line.content, line.commitment) for line in reply_intake.lines_of(reply)] == [(WHOLE, one.pk)]
    assert writing.post(writing.part(one.pk, "promise"), {"c-owner": "A new agency"}) == 302
    where, value = writing.value("removal_72h")
    named = {value: "81.5", value.replace("-value", "-source"): "National hotline"}
    assert writing.post(where, named) == 302
    page = client.get(reverse("alliance:reply", args=[reply.pk])).content.decode()
    assert "<ins>A new agency</ins>" in page
    reply.refresh_from_db()
    version = {"version": reply.revision}
    assert client.post(reverse("alliance:submit-reply", args=[reply.pk]), version).status_code == 302

    as_(client, secretariat)
    version = {"version": reply.revision + 1}
    assert client.post(reverse("alliance:publish-reply", args=[reply.pk]), version).status_code == 302
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
