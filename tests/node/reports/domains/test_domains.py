"""A domain is stopped on two people of one country and a second country, for a time, with an appeal, and leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.assessment.test_pages import told
from tests.node.reports.takedown.worlds import DAY, REASON, World, make_world

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention.actions import erase
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.domains import actions, queries, tokens, zones
from vaern.node.reports.domains.items import waiting_items
from vaern.node.reports.domains.views_public import APPEALS
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import DomainAppeal, DomainBlock, Host, LegalGround, Location, Report, Zone
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown.block_list import Groundless
from vaern.node.web.mail import send_waiting
from vaern.node.web.places import PLACES, share

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.inbox import Inbox

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
DOMAIN = "tagged-host.example"
STOP = "stop.access.test"
BECAUSE, DEDICATED = "Notices did not help (synthetic)", "Nothing else lies on it (synthetic)"


class Two:
    """A desk that asks, its second person, and a desk of another country."""

    def __init__(self) -> None:
        self.world = failed(make_world())
        self.second = viewer_for(make_person(Role.INVESTIGATOR, self.world.organisation))
        other = make_organisation(OrganisationKind.HOTLINE, member=make_member("BB"))
        self.other = viewer_for(make_person(Role.ANALYST, other))

    def asks(self, days: int = 30) -> DomainBlock:
        return asks(self.world, days)

    def seconds(self, block: DomainBlock) -> None:
        with viewing(self.world.organisation.id):
            actions.second(self.second, REASON, block)

    def puts(self, block: DomainBlock) -> None:
        with viewing(self.world.organisation.id):
            actions.put(self.second, REASON, block, self.other.organisation)

    def answers(self, block: DomainBlock, *, confirmed: bool = True) -> None:
        with viewing(self.other.organisation.id):
            actions.answer(self.other, REASON, block, "We looked (synthetic)", confirmed=confirmed)

    def in_force(self) -> DomainBlock:
        block = self.asks()
        self.seconds(block)
        self.puts(block)
        self.answers(block)
        return block


def failed(world: World) -> World:
    """A location of which notices were tried to their end."""
    Location.everywhere.filter(pk=world.location.pk).update(
        state="notified", level=Level.POLICE, host=world.hosts["host"], first_notified_at=timezone.now() - 9 * DAY
    )
    return world


def asks(world: World, days: int = 30, domain: str = DOMAIN) -> DomainBlock:
    with viewing(world.organisation.id):
        return actions.ask(
            world.viewer, REASON, world.now(), domain, BECAUSE, DEDICATED, timezone.localdate() + timedelta(days)
        )


def names(viewer: Viewer, **given: Any) -> set[str]:
    """What a desk would hand out now."""
    with viewing(viewer.organisation.id), transaction.atomic():
        text = zones.export(viewer, REASON, "An access provider (synthetic)", STOP, **given)
        transaction.set_rollback(True)
    return {line.split(" ")[0] for line in text.splitlines()[3:] if not line.startswith("*")}


@pytest.fixture
def two() -> Two:
    return Two()


@pytest.mark.once
def test_only_two_people_and_two_countries_put_it_on_the_list(two: Two) -> None:
    both = (two.world.viewer, two.other)
    block = two.asks()
    assert [names(one) for one in both] == [set(), set()]
    two.seconds(block)
    assert [names(one) for one in both] == [set(), set()]
    two.puts(block)
    assert [names(one) for one in both] == [set(), set()]
    two.answers(block)
    assert [names(one) for one in both] == [{DOMAIN}, {DOMAIN}]
    acts = Entry.objects.filter(act__startswith="reports.domain.").order_by("id").values_list("act", "recipient")
    assert [act.rpartition(".")[2] for act, _to in acts] == ["asked", "seconded", "put", "answered"]
    assert acts[2][1] == two.other.organisation.pk


@pytest.mark.once
def test_the_same_asked_for_in_two_countries_is_two_countries(two: Two) -> None:
    block = two.asks()
    two.seconds(block)
    other = failed(make_world(url="https://www.tagged-host.example/other"))
    other.organisation.member = make_member("BB")
    other.organisation.save()
    twin = asks(other)
    assert names(two.world.viewer) == names(other.viewer) == set()
    with viewing(other.organisation.id):
        actions.second(viewer_for(make_person(Role.INVESTIGATOR, other.organisation)), REASON, twin)
    assert names(two.world.viewer) == names(other.viewer) == {DOMAIN}
    Report.everywhere.filter(pk=other.report.pk).update(actionable=False)
    assert names(two.world.viewer) == set()


def test_another_desk_of_the_same_country_is_no_second_country(two: Two) -> None:
    block = two.asks()
    two.seconds(block)
    near = make_organisation(OrganisationKind.HOTLINE, member=two.world.organisation.member)
    with viewing(two.world.organisation.id), pytest.raises(Refusal, match="another country"):
        actions.put(two.second, REASON, block, near)
    twin = failed(make_world(url="https://www.tagged-host.example/other"))
    assert twin.organisation.member == two.world.organisation.member
    made = asks(twin)
    with viewing(twin.organisation.id):
        actions.second(viewer_for(make_person(Role.INVESTIGATOR, twin.organisation)), REASON, made)
    assert names(two.world.viewer) == set()


def test_nobody_seconds_or_decides_about_themselves(two: Two) -> None:
    block = two.asks()
    with viewing(two.world.organisation.id), pytest.raises(Refusal, match="Somebody else"):
        actions.second(two.world.viewer, REASON, block)
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainBlock.everywhere.filter(pk=block.pk).update(seconded_by=block.asked_by, seconded_at=timezone.now())
    with viewing(two.other.organisation.id), pytest.raises(Refusal):
        actions.answer(two.other, REASON, block, "words", confirmed=True)
    two.seconds(block)
    actions.appeal(DOMAIN, "", "It is lawful (synthetic)")
    for viewer in (two.world.viewer, two.second):
        with viewing(two.world.organisation.id), pytest.raises(Refusal, match="Somebody else"):
            actions.decide(viewer, REASON, block, upheld=False)


# Somebody gets a lawful domain blocked --------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("state", ["untraced", "traced", "held", "notified", "moved", "offline", "stopped"])
def test_only_where_removal_failed(two: Two, state: str) -> None:
    Location.everywhere.filter(pk=two.world.location.pk).update(state=state, level=Level.HOST)
    with pytest.raises(Refusal, match="notices"):
        two.asks()
    Location.everywhere.filter(pk=two.world.location.pk).update(level=Level.POLICE)
    if state == "notified":
        two.asks()
    else:
        with pytest.raises(Refusal):
            two.asks()


@pytest.mark.once
def test_nobody_gets_a_shared_a_foreign_or_a_providers_domain_blocked(two: Two) -> None:
    for domain in ("other.example", "example", "com", "192.0.2.1", "", "photos.tagged-host.example.org"):
        with pytest.raises(Refusal):
            asks(two.world, domain=domain)
    Host.everywhere.create(organisation=two.other.organisation, kind="host", name="H", abuse=f"abuse@{DOMAIN}")
    with pytest.raises(Refusal, match="provider"):
        two.asks()
    assert not DomainBlock.everywhere.exists()
    Host.everywhere.filter(name="H").update(kind="owner")
    assert actions.domain_of(asks(two.world, domain=" hxxp://tagged-host[.]example ")) == DOMAIN


def test_it_needs_a_ground_in_both_countries_and_on_the_day_of_the_list(two: Two) -> None:
    block = two.asks()
    two.seconds(block)
    two.puts(block)
    ground = LegalGround.objects.filter(action="block")
    ground.update(valid_to=timezone.localdate() - DAY)
    with pytest.raises(GroundMissing):
        two.answers(block)
    ground.update(valid_to=None)
    two.answers(block)
    ground.update(valid_to=timezone.localdate() - DAY)
    for viewer in (two.world.viewer, two.other):
        with pytest.raises(Groundless):
            names(viewer)
        assert names(viewer, without=True) == set()


@pytest.mark.once
@pytest.mark.parametrize("change", [{"actionable": False}, {"actionable": None, "state": "arrived"}])
def test_what_is_not_concluded_any_more_leaves_with_no_list(two: Two, change: dict[str, Any]) -> None:
    two.in_force()
    Report.everywhere.filter(pk=two.world.report.pk).update(**change)
    for viewer in (two.world.viewer, two.other):
        with pytest.raises(Groundless):
            names(viewer)
        assert names(viewer, without=True) == set()
    with viewing(two.world.organisation.id):
        assert queries.waiting(two.second)["wrong"].count == 1


@pytest.mark.once
def test_it_lapses_on_its_day_and_when_it_is_gone_and_is_not_renewed(two: Two) -> None:
    block = two.in_force()
    today = timezone.localdate()
    assert actions.lapse_due(block.review_date) == 0
    assert actions.lapse_due(block.review_date + DAY) == 1
    assert names(two.world.viewer) == set()
    again = two.in_force()
    Location.everywhere.filter(pk=two.world.location.pk).update(state="offline")
    assert actions.lapse_due(today) == 1
    assert actions.lapse_due(today) == 0
    again.refresh_from_db()
    assert again.ended_at
    with pytest.raises(Refusal):
        two.asks(days=91)


def test_a_report_is_not_erased_under_it(two: Two) -> None:
    block = two.in_force()
    with viewing(two.world.organisation.id):
        with pytest.raises(Refusal):
            erase(two.second, REASON, Report.everywhere.get(pk=two.world.report.pk))
        actions.lift(two.second, REASON, block)
        erase(two.second, REASON, Report.everywhere.get(pk=two.world.report.pk))
    assert not DomainBlock.everywhere.exists()


def test_the_serial_grows_with_each_list(two: Two) -> None:
    two.in_force()
    seen = []
    for _again in range(3):
        with viewing(two.world.organisation.id):
            text = zones.export(two.second, REASON, "somebody", STOP)
        seen.append(int(text.splitlines()[1].split()[4]))
    assert seen == sorted(set(seen))
    assert Zone.everywhere.get(organisation=two.world.organisation).serial == seen[-1]
    assert Entry.objects.filter(act="reports.domains.exported", verb="disclosure", count=1).count() == 3


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_other_country_sees_the_domain_and_why_and_nothing_of_the_report(two: Two, client: Client) -> None:
    block = two.asks()
    two.seconds(block)
    page = reverse("reports:domain", args=[block.pk])
    sign_in(client, two.other.person)
    assert client.get(page).status_code == 404
    two.puts(block)
    told(client, two.world.report)
    text = client.get(page).content.decode()
    assert "tagged-host[.]example" in text
    assert DEDICATED in text
    for hidden in (two.world.report.code, str(two.world.report.pk), "albums", two.world.person.name):
        assert hidden not in text
    for route in ("second-domain", "put-domain", "lift-domain", "decide-domain"):
        assert client.get(reverse(f"reports:{route}", args=[block.pk])).status_code == 404
    done = client.post(
        reverse("reports:answer-domain", args=[block.pk]),
        {"confirmed": "yes", "because": "We looked", "why": "removal"},
    )
    assert done.status_code == 302
    assert names(two.other) == {DOMAIN}


def test_from_the_location_to_the_list_by_the_pages(two: Two, client: Client) -> None:
    world = two.world
    sign_in(client, world.person)
    page = reverse("reports:location", args=[world.report.pk, world.location.pk])
    address = reverse("reports:ask-domain", args=[world.report.pk, world.location.pk])
    told(client, world.report)
    assert address in client.get(page).content.decode()
    given = {"domain": DOMAIN, "because": BECAUSE, "dedicated": DEDICATED, "why": "removal"}
    day = (timezone.localdate() + timedelta(20)).isoformat()
    assert client.post(address, {**given, "domain": "com", "review_date": day}).status_code == 422
    assert client.post(address, {**given, "review_date": day}).status_code == 302
    with viewing(world.organisation.id):
        assert waiting_items(two.second)[-1].about == f"report/{world.report.pk}"
    assert "tagged-host[.]example" in client.get(reverse("reports:domains")).content.decode()


# The stop page --------------------------------------------------------------------------------------------------------


def page_of(client: Client, **given: str) -> Any:
    return client.post(reverse("reports:stopped"), {"domain": "", "code": "", "words": "It is lawful", **given})


def test_it_says_why_who_and_how_to_appeal_and_keeps_nothing(two: Two, client: Client) -> None:
    two.in_force()
    with viewing(two.world.organisation.id):
        zones.export(two.second, REASON, "somebody", STOP)
    before = Entry.objects.count()
    for language, words in (("en", "This page is blocked"), ("da", "Siden er blokeret")):
        response = client.get(
            reverse("reports:stopped"), {"language": language}, headers={"referer": f"http://{DOMAIN}/"}
        )
        text = response.content.decode()
        assert words in text
        assert two.world.organisation.name in text
        assert DOMAIN not in text
        assert "tagged-host" not in text
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
    assert Entry.objects.count() == before


def test_nobody_learns_from_an_appeal_what_is_on_the_list(two: Two, client: Client) -> None:
    block = two.in_force()
    tries = [{"domain": name} for name in (DOMAIN, "www.never-listed.example", "?!")]
    tries += [{"code": code} for code in ("x" * 43, tokens.token_of(block.pk))]
    answers = []
    for given in tries:
        PLACES.forget()
        answers.append(page_of(client, **given))
    assert len({(one.status_code, one["Location"], one.content, tuple(sorted(one.headers))) for one in answers}) == 1
    texts = {client.get(one["Location"]).content for one in answers}
    assert len(texts) == 1
    assert DomainAppeal.everywhere.filter(block=block).count() == 2
    assert not client.cookies


def test_a_flood_of_appeals_neither_fills_the_desk_nor_keeps_the_owner_out(two: Two, client: Client) -> None:
    block = two.in_force()
    PLACES.forget()
    codes = [page_of(client, domain=DOMAIN).status_code for _again in range(8)]
    allowed = share(APPEALS)
    assert codes == [302] * allowed + [429] * (8 - allowed)
    for _again in range(30):
        actions.appeal(DOMAIN, "", "It is lawful (synthetic)")
    assert DomainAppeal.everywhere.filter(block=block, owner=False).count() == 10
    assert actions.appeal("", tokens.token_of(block.pk), "It is ours (synthetic)") == 1
    assert DomainAppeal.everywhere.get(block=block, owner=True).upheld is None


def test_nobody_appeals_as_the_owner_without_the_code(two: Two, inbox: Inbox) -> None:
    block = two.asks()
    two.seconds(block)
    send_waiting()
    (mail,) = [mail for mail in inbox.mails if "domain" in mail["Subject"]]
    code = tokens.token_of(block.pk)
    assert code in mail.get_body(("plain",)).get_content()
    for wrong in (code[:-1], code.swapcase(), tokens.token_of(two.world.report.pk)):
        actions.appeal(DOMAIN, wrong, "words (synthetic)")
    assert not DomainAppeal.everywhere.filter(owner=True).exists()


@pytest.mark.once
def test_an_appeal_that_is_right_ends_it_and_a_stranger_is_kept_to_the_hour(two: Two) -> None:
    block = two.in_force()
    actions.appeal(f"https://{DOMAIN}/", "", "It is lawful (synthetic)")
    found = DomainAppeal.everywhere.get()
    assert (found.at.minute, found.at.second) == (0, 0)
    entry = Entry.objects.get(act="reports.domain.appealed")
    assert (entry.person, entry.at.minute, entry.at.second) == (None, 0, 0)
    third = viewer_for(make_person(Role.INVESTIGATOR, two.world.organisation))
    with viewing(two.world.organisation.id):
        actions.decide(third, REASON, block, upheld=True)
    assert names(two.world.viewer) == names(two.other) == set()
    assert actions.appeal(DOMAIN, "", "again") == 0
