"""A central authority asks one on another node: request, question, answer; and what a hostile peer gets of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.assistance.incoming.worlds import Asked as AskedHere
from tests.node.cases.assistance.incoming.worlds import delivery, do, give_reason, passed
from tests.node.cases.assistance.worlds import (
    DAY,
    HERE,
    REASON,
    THERE,
    World,
    bind,
    drafted,
    handed,
    hold,
    make_world,
    scope,
)
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, sent_to, taken_of
from tests.node.factories import make_member, make_organisation, make_person, sign_in

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import actions as outgoing
from vaern.node.cases.assistance import question
from vaern.node.cases.assistance.across import taking
from vaern.node.cases.assistance.across.messages import MOVED, REQUESTED, Moved, Requested, Said
from vaern.node.cases.assistance.incoming import delivery as deliveries
from vaern.node.cases.assistance.incoming.effects import NOTHING
from vaern.node.cases.assistance.incoming.effects import Said as Details
from vaern.node.cases.assistance.incoming.state import asker_of, dues_of, values_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, IncomingRequest, KeepingClock
from vaern.node.cases.rules import across as rules
from vaern.node.cases.rules.assistance import Event as Ours
from vaern.node.cases.rules.assistance import State as Sent
from vaern.node.cases.rules.incoming import Event, State
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.said_law import lines_of
from vaern.node.cases.rules.term_files import Kind, table
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.peers import actions as peers
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.rules.entitlement import RECIPIENT_NOT_ENTITLED
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.once  # several whole nodes each

PASSES = [REQUESTED, MOVED]


@dataclass
class Asked:
    """A desk with its authority in the north, and the authority in the south that it asks, with a desk."""

    north: Node
    south: Node
    line: Line
    world: World
    there: AskedHere

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def send(self, instrument: str = "budapest-31", held: Any = None) -> AssistanceRequest:
        """Send a request to the authority in the south."""
        with self.north.on():
            found = handed(self.world, drafted(self.world, held, instrument))
            with scope(self.world.legal):
                return outgoing.send(self.world.legal, REASON, found, delivery(self.there.authority.pk))

    def sent(self) -> AssistanceRequest:
        """The request as the north has it now."""
        with self.north.on():
            found: AssistanceRequest = AssistanceRequest.everywhere.get()
        return found

    def came(self) -> IncomingRequest | None:
        """The request as the south has it now."""
        with self.south.on():
            found: IncomingRequest | None = IncomingRequest.everywhere.first()
        return found

    def asked(self) -> IncomingRequest:
        """The same, where it is there."""
        found = self.came()
        assert found is not None
        return found

    def do(self, event: Event, words: str = "synthetic", said: Details = NOTHING, *, second: bool = False) -> None:
        """Let the authority in the south do something, and carry it."""
        with self.south.on():
            do(self.there.second if second else self.there.legal, self.asked(), event, words, said)
        self.rest()

    def follow(self, event: Ours, words: str = "synthetic") -> None:
        """Let the authority in the north say something of what it sent, and carry it."""
        with self.north.on(), scope(self.world.legal):
            outgoing.happen(self.world.legal, REASON, self.sent(), event, words)
        self.rest()

    def lines(self) -> list[str]:
        """The lines of the correspondence in the north."""
        with self.north.on():
            return list(AssistanceNote.of(request=self.sent()).order_by("id").values_list("event", flat=True))


def world_of(strangers: tuple[Node, Node], line: Line, passes: list[str]) -> Asked:
    """Introduce the two nodes."""
    north, south = strangers
    with north.on():
        world = make_world()
    with south.on():
        make_member(HERE)
        there = make_member(THERE)
        authority = make_organisation(OrganisationKind.AUTHORITY, member=there)
        desk = make_organisation(OrganisationKind.POLICE, member=there)
        lena, lars = make_person(Role.LEGAL, authority), make_person(Role.LEGAL, authority)
        asked = AskedHere(world, authority, desk, lena, lars, make_person(Role.INVESTIGATOR, desk))
        for country in (HERE, THERE):
            bind(asked.legal, country, "budapest")
    nodes.introduce(north, south, passes, {north.name: [HERE], south.name: [THERE]})
    found = Asked(north, south, line, world, asked)
    found.rest()
    return found


@pytest.fixture
def asked(strangers: tuple[Node, Node], line: Line) -> Asked:
    return world_of(strangers, line, PASSES)


def test_what_was_sent_arrives_as_it_says_under_the_law_as_it_is_known_there(asked: Asked) -> None:
    sent = asked.send()
    assert (sent.state, sent.sent_to_id) == (Sent.SENT.value, asked.there.authority.pk)
    asked.rest()
    came = asked.asked()
    assert (came.about, came.organisation_id, came.sender_id) == (sent.pk, asked.there.authority.pk, sent.authority_id)
    assert came.pk != sent.pk
    assert (came.instrument, came.data, came.urgent) == (sent.instrument, sent.data, sent.urgent)
    assert (came.requesting, came.requested) == (HERE, THERE)
    with asked.north.on():
        said = question.values_of(sent)
    with asked.south.on():
        assert values_of(came) == said
        assert asker_of(came) == (asked.world.authority.name, sent.code)
        assert read(came.pinned).instrument == read(sent.pinned).instrument
        entry = Entry.objects.get(act="cases.incoming.came")
        assert (entry.organisation, entry.owner) == (sent.authority_id, asked.there.authority.pk)
    with asked.north.on():
        entry = Entry.objects.get(act="cases.assistance.crossed")
        assert (entry.organisation, entry.recipient) == (asked.world.authority.pk, asked.there.authority.pk)


def test_question_and_answer_move_both_sides_and_the_answer_can_be_registered(asked: Asked) -> None:
    asked.send()
    asked.rest()
    asked.do(Event.ACKNOWLEDGE)
    assert asked.sent().state == Sent.ACKNOWLEDGED
    asked.do(Event.ASK, "Which account?")
    assert asked.sent().state == Sent.CLARIFICATION
    asked.follow(Ours.CLARIFY, "This one (synthetic)")
    assert asked.asked().state == State.ACKNOWLEDGED
    asked.do(Event.RECOGNISE)
    with asked.south.on():
        passed_on = asked.there
        do(passed_on.legal, asked.asked(), Event.EXECUTE)
    asked.do(Event.ANSWER, "One disc (synthetic)", Details(limits="For this case alone"), second=True)
    found = asked.sent()
    assert (found.state, found.answered_at is None) == (Sent.EXECUTED, False)
    assert asked.lines()[-2:] == ["their_answer", "their_limits"]
    with asked.north.on():
        assert question.limits_said(found) == "For this case alone"
    assert asked.asked().state == State.ANSWERED
    assert all(row.result == "taken_in" for row in sent_to(asked.south, asked.north))


def test_what_passes_between_the_authority_there_and_its_desk_is_not_told(asked: Asked) -> None:
    asked.send()
    asked.rest()
    with asked.south.on():
        passed(asked.there, asked.asked())
        do(asked.there.police, asked.asked(), Event.EXECUTE)
    asked.rest()
    assert asked.lines()[-1] == "their_recognise"
    assert asked.sent().state == Sent.SENT


def test_what_is_withdrawn_here_ends_there(asked: Asked) -> None:
    asked.send()
    asked.rest()
    asked.follow(Ours.WITHDRAW)
    assert asked.asked().state == State.WITHDRAWN
    assert asked.asked().due == ""


def test_a_withdrawal_waits_for_a_peer_that_is_suspended(asked: Asked) -> None:
    asked.send()
    asked.rest()
    with asked.north.on():
        peers.suspend(asked.north.administrator, nodes.REASON, asked.north.peer(asked.south))
    with asked.north.on(), scope(asked.world.legal):
        outgoing.happen(asked.world.legal, REASON, asked.sent(), Ours.WITHDRAW, "synthetic")
    asked.line.carry(asked.north, asked.south)
    assert asked.asked().state == State.RECEIVED
    with asked.north.on():
        peers.resume(asked.north.administrator, nodes.REASON, asked.north.peer(asked.south))
    asked.rest()
    assert asked.asked().state == State.WITHDRAWN


def test_an_answer_that_crosses_a_withdrawal_changes_neither(asked: Asked) -> None:
    asked.send()
    asked.rest()
    with asked.south.on():
        do(asked.there.legal, asked.asked(), Event.REFUSE, said=Details(ground=ground_of(asked, Kind.REFUSE)))
    asked.follow(Ours.WITHDRAW)
    assert (asked.sent().state, asked.asked().state) == (Sent.WITHDRAWN, State.REFUSED)
    assert asked.lines()[-1] == "their_refuse"


def ground_of(asked: Asked, kind: Kind) -> str:
    """A ground on which the request can be refused or postponed."""
    return table().grounds_of(read(asked.asked().pinned).instrument, kind)[0].code


def test_each_side_counts_by_its_own_law_and_shows_what_the_other_says(asked: Asked) -> None:
    expected = asked.send().expected_at
    asked.rest()
    came = asked.asked()
    assert came.said["expected"] == expected.isoformat().replace("+00:00", "Z")  # type: ignore[union-attr]
    with asked.south.on():
        ends = max(one.at for one in dues_of(came) if one.at)
    postponed = Details(ground=ground_of(asked, Kind.POSTPONE), until=timezone.localdate() + 400 * DAY)
    asked.do(Event.POSTPONE, said=postponed)
    asked.do(Event.RESUME)
    found = asked.sent()
    assert found.expected_at == expected
    assert found.promised_at is not None
    assert found.promised_at >= ends


def test_a_law_that_is_otherwise_is_shown_and_not_applied(asked: Asked) -> None:
    changed = {"instrument.provision": "Art. 99", "treaty.until": "2001-01-01"}

    def otherwise(pinned: dict[str, Any]) -> dict[str, str]:
        return {**lines_of(pinned), **changed}

    with mock.patch("vaern.node.cases.assistance.across.sending.lines_of", otherwise):
        asked.send()
    asked.rest()
    came = asked.asked()
    with asked.south.on():
        assert read(came.pinned).instrument.provision != "Art. 99"
        client = Client()
        sign_in(client, asked.there.lena)
        give_reason(client, came)
        page = client.get(reverse("cases:incoming-request", args=[came.pk]), HTTP_HOST="localhost").content.decode()
    assert "instrument.provision" in page
    assert "Art. 99" in page


def test_the_page_says_how_far_it_has_come(asked: Asked) -> None:
    found = asked.send()

    def shown() -> str:
        with asked.north.on():
            client = Client()
            sign_in(client, asked.world.lex)
            give_reason(client, found)  # type: ignore[arg-type]
            return client.get(reverse("cases:request", args=[found.pk]), HTTP_HOST="localhost").content.decode()

    assert "Waits to leave" in shown()
    asked.line.carry(asked.north, asked.south)
    assert "Delivered" in shown()
    asked.rest()
    assert "Arrived at the desk there" in shown()
    with asked.south.on():
        client = Client()
        sign_in(client, asked.there.lena)
        came = asked.asked()
        give_reason(client, came)
        client.get(reverse("cases:incoming-request", args=[came.pk]), HTTP_HOST="localhost")
    asked.rest()
    assert "Opened there by a person" in shown()


def test_what_is_taken_in_twice_is_one_request(asked: Asked) -> None:
    asked.send()
    asked.line.drops_answer = lambda: True
    for _ in range(2):
        asked.line.carry(asked.north, asked.south)
    asked.line.drops_answer = lambda: False
    asked.rest()
    with asked.south.on():
        assert IncomingRequest.everywhere.count() == 1


def test_it_is_offered_only_where_the_peer_gets_requests(strangers: tuple[Node, Node], line: Line) -> None:
    asked = world_of(strangers, line, ["release.recalled"])
    with asked.north.on():
        found = handed(asked.world, drafted(asked.world))
        assert deliveries.authorities(found, read(found.pinned)) == []
        with scope(asked.world.legal), pytest.raises(Refusal):
            outgoing.send(asked.world.legal, REASON, found, delivery(asked.there.authority.pk))


def test_a_preservation_begins_when_they_say_and_never_ahead(asked: Asked) -> None:
    with asked.north.on():
        held = hold(asked.world)
        bind(asked.world.legal, HERE, "budapest", since=timezone.localdate() - 10 * DAY)
    sent = asked.send("budapest-29", held)
    asked.rest()
    asked.do(Event.RECOGNISE)
    with asked.south.on():
        do(asked.there.legal, asked.asked(), Event.EXECUTE)
    later = timezone.now() + 300 * DAY
    body = Moved(said=Said.ANSWER, words="kept", since=later)
    assert forged(asked, MOVED, body, asked.there.authority, sent.pk) == "taken_in"
    with asked.north.on():
        clock = KeepingClock.everywhere.get(request=sent)
        assert clock.starts_at <= timezone.now()


def forged(asked: Asked, kind: str, body: object, sender: Organisation, about: object) -> str:
    """Let the south send what its pages would not, and return what the north says of it."""
    with asked.south.on():
        send_message(
            kind,
            body,  # type: ignore[arg-type]
            sender=sender,
            recipient=asked.south.organisation(asked.world.authority),
            about=about,  # type: ignore[arg-type]
            by=NODE,
            reason=REASON,
        )
    asked.rest()
    row = taken_of(asked.north, asked.south)[-1]
    return f"{row.state} {row.because}".strip()


def request_of(**given: Any) -> Requested:
    """A request of the south."""
    said: dict[str, Any] = {
        "instrument": "budapest-31",
        "requesting": THERE,
        "requested": HERE,
        "data": DataKind.SUBSCRIBER,
        "urgent": False,
        "synthetic": True,
        "reference": "S-1",
        "language": "English",
        "values": {"facts": "synthetic"},
        "names": {},
        "law": {},
    }
    return Requested(**{**said, **given})


def test_a_peer_asks_only_for_its_own_country_under_what_is_known_here(asked: Asked) -> None:
    own = asked.there.authority
    others = f"refused {rules.OTHER_COUNTRY}"
    assert forged(asked, REQUESTED, request_of(requesting="XT"), own, uuid4()) == others
    assert forged(asked, REQUESTED, request_of(requested=THERE), own, uuid4()) == others
    unknown = f"refused {rules.NO_INSTRUMENT}"
    assert forged(asked, REQUESTED, request_of(instrument="no-such"), own, uuid4()) == unknown
    about = uuid4()
    assert forged(asked, REQUESTED, request_of(), own, about) == "taken_in"
    assert forged(asked, REQUESTED, request_of(), own, about) == f"refused {rules.TWICE}"


def test_a_peer_moves_only_what_it_was_asked_and_as_far_as_it_may(asked: Asked) -> None:
    sent = asked.send()
    asked.rest()
    own = asked.there.authority
    with asked.south.on():
        other = make_organisation(OrganisationKind.AUTHORITY, member=own.member)
        ministry = make_organisation(OrganisationKind.MINISTRY, member=own.member)
        send_changed_directories()
    asked.rest()
    never = f"refused {rules.NEVER_ASKED}"
    answer = Moved(said=Said.ANSWER, words="synthetic")
    assert forged(asked, MOVED, answer, own, uuid4()) == never
    assert forged(asked, MOVED, answer, other, sent.pk) == never
    assert forged(asked, MOVED, Moved(said=Said.WITHDRAW), own, sent.pk) == never
    assert forged(asked, MOVED, Moved(said=Said.COMPLETE), own, sent.pk) == never
    assert forged(asked, REQUESTED, request_of(), own, sent.pk) == f"refused {rules.TWICE}"
    assert forged(asked, MOVED, answer, ministry, sent.pk).startswith("refused sender_")
    assert asked.sent().state == Sent.SENT
    asked.follow(Ours.WITHDRAW)
    assert forged(asked, MOVED, answer, own, sent.pk) == "taken_in"
    assert asked.sent().state == Sent.WITHDRAWN
    assert asked.sent().answered_at is None


def test_it_is_for_an_authority_and_for_nobody_else(asked: Asked) -> None:
    with asked.south.on():
        send_message(
            REQUESTED,
            request_of(),
            sender=asked.there.authority,
            recipient=asked.south.organisation(asked.world.desk),
            about=uuid4(),
            by=NODE,
            reason=REASON,
        )
    asked.rest()
    assert taken_of(asked.north, asked.south)[-1].because == RECIPIENT_NOT_ENTITLED


def test_how_far_ahead_they_say_they_answer_is_bounded(asked: Asked) -> None:
    sent = asked.send()
    asked.rest()
    late = timezone.now() + timedelta(days=365 * 900)
    said = Moved(said=Said.EXTEND, words="later", until=late)
    assert forged(asked, MOVED, said, asked.there.authority, sent.pk) == "taken_in"
    assert asked.sent().promised_at < timezone.now() + taking.FURTHEST + DAY  # type: ignore[operator]
