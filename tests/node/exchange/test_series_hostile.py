"""What a peer says of series that it may not: it is refused with its code, and nothing of ours changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.exchange.series_worlds import World, made
from tests.node.factories import make_organisation
from tests.node.victims.factories import FINDING, digest

from vaern.node.base.scope import viewing
from vaern.node.exchange.base.kinds import kinds
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.rules.entitlement import NOT_AGREED, SENDER_NOT_ENTITLED
from vaern.node.exchange.rules.messages import Terms
from vaern.node.exchange.rules.releases import NO_TERMS
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.victims.elsewhere import bodies
from vaern.node.victims.exchanging import messages
from vaern.node.victims.models import Dissemination, Member, Milestone, Series, Tiding
from vaern.node.victims.rules import exchanged as rules
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.exchanged import Said
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones
from vaern.node.victims.sharing import outcomes

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node

pytestmark = pytest.mark.once  # several whole nodes each

IDENTIFIED = bodies.Outcome(code=Milestones.IDENTIFIED, on=timezone.localdate())
SAFE = bodies.Outcome(code=Milestones.SAFEGUARDED, on=timezone.localdate())
ACCEPTS = bodies.Answered(answer=Answer.ACCEPTED)


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Line) -> World:
    return made(*strangers, line)


def file(number: int, **more: Any) -> bodies.File:
    return bodies.File(number=number, sha256=digest(number).hex(), **more)


def series(**more: Any) -> bodies.Disseminated:
    return bodies.Disseminated(**{"code": "ABCD2345", "synthetic": True, "total": 1, "files": [file(1)], **more})


def terms(**more: Any) -> Terms:
    given = {
        "handling": "red",
        "transfer": "synthetic",
        "ground": "synthetic",
        "from_country": "QN",
        "to_country": "QM",
    }
    return Terms(**{**given, "until": timezone.now() + timedelta(days=30), **more})


def disseminated(world: World, body: bodies.Disseminated, given: Terms | None, about: Any = None) -> str:
    """Let the south send a series to the north, and return what the north says of it."""
    from tests.node.exchange.nodes import taken_of

    with world.south.on():
        send_message(
            "series.disseminated",
            body,
            sender=world.tem.organisation,
            recipient=world.south.organisation(world.ada.organisation),
            about=about or uuid4(),
            by=NODE,
            reason=FINDING,
            terms=given,
        )
    world.rest()
    row = taken_of(world.north, world.south)[-1]
    return f"{row.state} {row.because}".strip()


def untouched(world: World) -> bool:
    """Whether nothing was said in the north of its series."""
    with world.north.on():
        return not (Milestone.everywhere.exists() or Tiding.everywhere.exists()) and world.now().state == State.NEW


def test_nobody_answers_or_identifies_what_was_never_sent(world: World) -> None:
    own = world.tem.organisation
    never = f"refused {rules.NEVER_SENT}"
    for kind, body in (
        ("series.answered", ACCEPTS),
        ("series.outcome", IDENTIFIED),
        ("series.stop", bodies.Stop(same_file=True, code=Milestones.IDENTIFIED)),
        ("series.stands", bodies.Stands(state=State.CLOSED, yours=False)),
        ("series.changed", bodies.Changed(total=1, files=[file(1)])),
    ):
        assert world.forged(kind, body, own, uuid4()) == never
        assert world.forged(kind, body, own, world.series.pk) == never, "the id of a series is none of a release"
    assert untouched(world)


def test_nobody_says_what_another_desk_was_asked(world: World) -> None:
    (sent,) = world.disseminate()
    other = world.uma.organisation
    never = f"refused {rules.NEVER_SENT}"
    assert world.forged("series.answered", ACCEPTS, other, sent.release_id) == never
    assert world.forged("series.outcome", IDENTIFIED, other, sent.release_id) == never
    assert world.now().state == State.DISSEMINATED


def test_a_desk_that_did_not_accept_says_nothing_of_the_child(world: World) -> None:
    (sent,) = world.disseminate()
    own, about = world.tem.organisation, sent.release_id
    assert world.forged("series.outcome", IDENTIFIED, own, about) == f"refused {rules.NOT_ACCEPTED}"
    world.accept()
    assert world.forged("series.answered", ACCEPTS, own, about) == f"refused {rules.ANSWERED}"
    assert world.forged("series.outcome", SAFE, own, about).startswith("refused state:"), "safe before it is known"
    for code in (Milestones.CLOSED, Milestones.STOPPED, Milestones.OTHER_CHILD, Milestones.REOPENED):
        said = bodies.Outcome(code=code, on=timezone.localdate())
        assert world.forged("series.outcome", said, own, about) == f"refused {rules.NO_SUCH_OUTCOME}"
    far = bodies.Outcome(code=Milestones.IDENTIFIED, on=timezone.localdate() + timedelta(days=9))
    assert world.forged("series.outcome", far, own, about) == f"refused {rules.IMPOSSIBLE}"
    named = bodies.Outcome(code=Milestones.RETRACTED, on=timezone.localdate(), why="her name is Someone")
    assert world.forged("series.outcome", named, own, about) == f"refused {rules.WORDS}"
    many = msgspec.structs.replace(IDENTIFIED, children=1, girls=2)
    assert world.forged("series.outcome", many, own, about).startswith("refused ")
    assert world.now().state == State.ACCEPTED


def test_a_platform_safeguards_no_child(world: World) -> None:
    (sent,) = world.disseminate()
    with world.south.on():
        platform = make_organisation(OrganisationKind.PLATFORM)
        send_changed_directories()
    world.rest()
    assert world.forged("series.outcome", SAFE, platform, sent.release_id) == f"refused {SENDER_NOT_ENTITLED}"
    assert world.forged(
        "series.stop", bodies.Stop(same_file=True, code=Milestones.IDENTIFIED), platform, sent.release_id
    ) == (f"refused {SENDER_NOT_ENTITLED}")


def test_a_desk_changes_no_file_of_its_owner(world: World) -> None:
    (sent,) = world.disseminate()
    own, about = world.tem.organisation, sent.release_id
    for body in (bodies.Changed(total=0, files=[file(99)]), bodies.Changed(total=0, gone=[1]), bodies.Changed(total=0)):
        assert world.forged("series.changed", body, own, about) == f"refused {rules.NEVER_SENT}"
    clue = bodies.Observed(
        kind=ClueKind.OBJECT,
        nature=Nature.FACT,
        confidence=Confidence.LOW,
        circle=Circle.RECIPIENTS,
        words="write to somebody@example.com",
    )
    assert world.forged("series.changed", bodies.Changed(total=0, clues=[clue]), own, about) == f"refused {rules.WORDS}"
    stands = bodies.Stands(state=State.CLOSED, yours=False)
    assert world.forged("series.stands", stands, own, about) == f"refused {rules.NEVER_SENT}"
    with world.north.on():
        assert Member.of(series=world.series).count() == 4


def test_a_series_comes_on_terms_and_takes_no_id_or_code_of_ours(world: World) -> None:
    assert disseminated(world, series(), None) == f"refused {NO_TERMS}"
    with world.north.on():
        code = world.series.code
    assert disseminated(world, series(code=code), terms(), world.series.pk) == "taken_in"
    with world.north.on():
        came = Dissemination.everywhere.select_related("series").get(release=world.series.pk)
        assert came.series_id != world.series.pk
        assert came.series.code != code
        assert came.series.organisation_id == world.tem.organisation.pk
        assert Member.of(series=world.series).count() == 4, "ours is as it was"
        with viewing(world.ada.organisation.id):
            assert {one.pk for one in Series.objects.all()} == {world.series.pk, came.series_id}
    with world.south.on():
        assert Series.everywhere.get(pk=world.same.pk).state == State.NEW
    assert disseminated(world, series(), terms(), world.series.pk).startswith("refused "), "the same release once more"


def test_what_a_copy_is_made_of_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaern.node.victims.elsewhere.files.MOST_FILES", 2)
    assert disseminated(world, series(files=[file(1), file(2), file(3)]), terms()) == f"refused {rules.TOO_MANY_FILES}"
    assert disseminated(world, series(files=[file(1, make="a\nb")]), terms()) == f"refused {rules.WORDS}"
    naive = timezone.now().replace(tzinfo=None)
    assert disseminated(world, series(files=[file(1, taken=naive)]), terms()) == f"refused {rules.IMPOSSIBLE}"
    assert disseminated(world, series(files=[file(1), file(1)]), terms()) == "taken_in", "one number is one file"
    with world.north.on():
        assert Series.everywhere.get(code="ABCD2345").members_total == 1


@pytest.mark.parametrize(
    "body",
    [
        bodies.Stands(state=State.SAFEGUARDED, yours=False),
        bodies.Stands(state=State.IDENTIFIED, yours=False),
        bodies.Stands(state=State.ANALYSED, yours=False, identified_on=timezone.localdate()),
        bodies.Stands(state=State.CLOSED, yours=False, identified_on=timezone.localdate()),
        bodies.Stands(state=State.NEW, yours=False),
    ],
)
def test_a_series_does_not_stand_as_none_can(world: World, body: bodies.Stands) -> None:
    about = uuid4()
    assert disseminated(world, series(), terms(), about) == "taken_in"
    assert world.forged("series.stands", body, world.tem.organisation, about) == f"refused {rules.IMPOSSIBLE}"


def test_nothing_comes_that_was_not_agreed(world: World) -> None:
    from tests.node.exchange import nodes

    from vaern.node.exchange.peers import actions as peers

    with world.north.on():
        peer = world.north.peer(world.south)
        peers.agree(world.north.administrator, nodes.REASON, peer, accepts=[], sends=[], countries=peer.countries)
    assert disseminated(world, series(), terms()) == f"refused {NOT_AGREED}"


def test_after_sight_has_ended_nothing_is_said(world: World) -> None:
    from vaern.node.victims.sharing import actions

    (sent,) = world.disseminate()
    world.accept()
    with world.north.on(), viewing(world.ada.organisation.id):
        actions.recall(world.ada, FINDING, world.sent())
    own, about = world.tem.organisation, sent.release_id
    assert world.forged("series.outcome", IDENTIFIED, own, about) == f"refused {rules.ENDED}"
    assert world.forged("series.stop", bodies.Stop(same_file=True, code=Milestones.IDENTIFIED), own, about) == (
        f"refused {rules.ENDED}"
    )


def test_a_refused_word_leaves_the_copy_as_its_owner_says(world: World) -> None:
    """The owner reopened nothing, and the desk adds what cannot be: both end with what the owner has."""
    world.disseminate()
    world.accept()
    with world.south.on(), viewing(world.tem.organisation.id):
        outcomes.identify(world.tem, FINDING, world.copy(), timezone.localdate(), "QN-1")  # type: ignore[arg-type]
    with world.north.on(), viewing(world.ada.organisation.id):
        outcomes.identify(world.ada, FINDING, world.now(), timezone.localdate(), "QM-1")
    world.rest()
    copy, now = world.copy(), world.now()
    assert copy is not None
    assert (
        (copy.state, copy.identified_by_id)
        == (now.state, now.identified_by_id)
        == (State.IDENTIFIED, world.ada.organisation.id)
    )


days = st.none() | st.dates(timezone.localdate() - timedelta(days=20), timezone.localdate() + timedelta(days=20))


@given(st.sampled_from(State), days, days, st.booleans())
def test_what_is_possible_fits_the_tables(state: State, identified: Any, safeguarded: Any, excused: bool) -> None:
    said = Said(state, identified, safeguarded, excused)
    if said.possible(timezone.localdate()):
        assert not (state in {State.IDENTIFIED, State.SAFEGUARDED} and identified is None)
        assert not (state is State.CLOSED and identified and not safeguarded and not excused)
        assert not (safeguarded and safeguarded < identified)


def test_no_kind_about_a_child_is_for_platforms() -> None:
    for kind in messages.ALL:
        assert kinds()[kind.name] == kind
        assert OrganisationKind.PLATFORM not in kind.senders | kind.recipients
