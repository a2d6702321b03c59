"""Feedback up: a source hears what an organisation found, each opinion once, and its answer is read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.client.serving import Asked, Said, serving
from tests.lookup import lists as upstream
from tests.lookup.service import running
from tests.node.lists.factories import QUALITY, add, curator, entry_of
from tests.node.lists.test_sources import KEY, REASON, _later, browser, fetched_from, setting

from vaern.formats import ncmec_hashes_write as ncmec
from vaern.lookup.foreign.ncmec import REASONS
from vaern.lookup.spool import Feedback
from vaern.matching import publish
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import HashList, ListEntry, ListSource, SourceFeedback
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import NOTICED, UpState, after_failure
from vaern.node.lists.sources import actions as sources
from vaern.node.lists.sources import fetching
from vaern.node.lists.upward import actions, items, jobs, queries, sending
from vaern.node.lists.upward.actions import Telling
from vaern.node.lists.upward.reasons import reasons_for
from vaern.node.lists.votes import actions as votes
from vaern.node.lists.votes.actions import Ballot
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.lookup.service import Running

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
WHY = next(iter(REASONS.values()))
NAMES = "abcd"


@pytest.fixture
def service(tmp_path: Any) -> Iterator[Running]:
    folder = tmp_path / "served"
    publish(folder / "known", map(upstream.entry, NAMES), name="known", release="1", whole=True)
    with running(folder) as found:
        yield found


def fetched(viewer: Viewer, service: Running, kind: SourceKind = SourceKind.NCMEC) -> HashList:
    """A list that is fetched from a look-up service, and has what that has."""
    base = f"{service.address}/{'ncmec' if kind is SourceKind.NCMEC else 'stopncii'}/known"
    keys = dict.fromkeys(("key", "password", "feedback_key"), service.keys["holder"])
    name = f"known-{HashList.everywhere.count()}"
    hash_list = fetched_from(viewer, setting(base, kind=kind, keys=keys), name)
    fetching.fetch(hash_list.pk, clock=_later)
    assert ListSource.everywhere.get(list=hash_list).outcome == "taken"
    return hash_list


def heard(service: Running) -> list[Feedback]:
    """What the curators of the source hear, in its order."""
    return [one for one in service.spool() if isinstance(one, Feedback)]


def row_of(hash_list: HashList, name: str) -> ListEntry:
    found = ListEntry.everywhere.select_related("list__organisation").filter(list=hash_list)
    return next(row for row in found if Signal("md5", upstream.sha256(name)[:16]) in row.record.signals)


def offered(viewer: Viewer, hash_list: HashList) -> dict[str, str]:
    with viewing(viewer.organisation.id):
        kind = SourceKind(ListSource.everywhere.get(list=hash_list).kind)
        return {one.entry.ident: one.opinion for one in queries.found(hash_list, kind)}


def tell(viewer: Viewer, hash_list: HashList, opinions: dict[str, str], **given: Any) -> int:
    with viewing(viewer.organisation.id):
        source = actions.source_to_tell(hash_list)
        known = reasons_for(source, ["md5", "pdq"])
        telling = Telling(opinions, given.get("kinds", ["md5", "pdq"]), given.get("reasons", [WHY]), known)
        return actions.tell(viewer, QUALITY, hash_list, telling)


def vote(viewer: Viewer, row: ListEntry, opinion: str, view: str = "independent") -> None:
    with viewing(viewer.organisation.id):
        votes.vote(viewer, QUALITY, row, Ballot(opinion, view))


# The law --------------------------------------------------------------------------------------------------------------

_NAME = st.sampled_from(NAMES)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), _NAME, st.sampled_from(["positive", "negative", "unsure"]), st.booleans()),
        *(st.tuples(st.just(what), _NAME) for what in ("recall", "reinstate")),
        *(st.tuples(st.just(what)) for what in ("tell", "send", "crash", "down")),
    ),
    max_size=14,
)


class World:
    """A list that is fetched from a service, and what its source has to hear, worked out by hand."""

    def __init__(self, service: Running, free_port: int) -> None:
        self.service, self.port, self.viewer = service, free_port, curator()
        self.before = len(heard(service))
        self.list = fetched(self.viewer, service)
        self.idents = {name: row_of(self.list, name).ident for name in NAMES}
        self.votes: dict[str, tuple[str, bool]] = {}
        self.recalled: set[str] = set()
        self.taken_back: set[str] = set()
        self.told: dict[str, str] = {}
        self.crashes = 0

    def vote(self, name: str, opinion: str, own: bool) -> None:
        if name not in self.recalled:
            vote(self.viewer, row_of(self.list, name), opinion, "independent" if own else "inherited")
            self.votes[name] = (opinion, own)

    def recall(self, name: str) -> None:
        if name not in self.recalled:
            with viewing(self.viewer.organisation.id):
                curation.recall(self.viewer, QUALITY, row_of(self.list, name), RecallReason.NOT_CSAM)
            self.recalled.add(name)

    def reinstate(self, name: str) -> None:
        if name in self.recalled:
            with viewing(self.viewer.organisation.id):
                curation.reinstate(self.viewer, QUALITY, row_of(self.list, name))
            self.recalled.remove(name)
            self.taken_back.add(name)

    def says(self, name: str) -> str:
        opinion, own = self.votes.get(name, ("", False))
        if name in self.recalled:
            return "negative"
        if own and opinion in {"positive", "negative"}:
            return opinion
        lifted = name in self.taken_back and self.told.get(name) == "negative"
        return "positive" if lifted and opinion in {"", "positive"} else ""

    def tell(self) -> None:
        fresh = {name: self.says(name) for name in NAMES if self.says(name) not in {"", self.told.get(name)}}
        found = offered(self.viewer, self.list)
        assert found == {self.idents[name]: said for name, said in fresh.items()}
        if fresh:
            assert tell(self.viewer, self.list, found) == 2 * len(fresh)
        self.told |= fresh

    def send(self) -> None:
        SourceFeedback.everywhere.filter(state="waits").update(next_at=timezone.now())
        sending.send(self.list.pk)

    def crash(self) -> None:
        SourceFeedback.everywhere.filter(state="waits").update(next_at=timezone.now())
        self.crashes += _crash(self.list)

    def down(self) -> None:
        here = ListSource.everywhere.filter(list=self.list)
        address = here.get().address
        here.update(address=f"http://127.0.0.1:{self.port}")
        assert sending.send(self.list.pk) == 0
        here.update(address=address)

    def check(self) -> None:
        assert not SourceFeedback.everywhere.filter(list=self.list).exclude(state="sent").exists()
        repeated, last = 0, dict[tuple[str, str], str]()
        for one in heard(self.service)[self.before :]:
            repeated += last.get((one.entry, one.kind)) == one.opinion
            last[one.entry, one.kind] = one.opinion
        assert last == {(f"id {name}", kind): said for name, said in self.told.items() for kind in ("md5", "pdq")}
        assert repeated <= self.crashes


@pytest.mark.once
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_a_source_hears_what_an_organisation_says_and_each_opinion_once(
    steps: Sequence[tuple[Any, ...]], service: Running, free_port: int
) -> None:
    world = World(service, free_port)
    for what, *told in (*steps, ("tell",), ("send",)):
        getattr(world, what)(*told)
    world.check()


def _crash(hash_list: HashList) -> int:
    """A process that dies when the source has an opinion, and nothing here says so."""
    source = ListSource.everywhere.select_related("list__organisation").get(list=hash_list)
    row = sending._due(source).order_by("next_at", "id").first()
    if row is None:
        return 0
    row.list = source.list
    sending._tell(sending.services.client_of(source), SourceKind(source.kind), row)
    return 1


# What a source takes --------------------------------------------------------------------------------------------------


def test_a_no_goes_with_the_sources_own_reason(service: Running) -> None:
    viewer = curator()
    hash_list = fetched(viewer, service)
    row = row_of(hash_list, "a")
    vote(viewer, row, "negative")
    with pytest.raises(Refusal, match="Say why not") as caught:
        tell(viewer, hash_list, {row.ident: "negative"}, reasons=["a reason of our own"])
    assert caught.value.field == "reasons"
    assert tell(viewer, hash_list, {row.ident: "negative"}, kinds=["pdq"]) == 1
    assert sending.send(hash_list.pk) == 1
    (one,) = heard(service)
    assert (one.entry, one.kind, one.opinion, one.reasons) == ("id a", "pdq", "negative", (next(iter(REASONS)),))
    assert [act for act in LedgerEntry.objects.values_list("act", flat=True) if act.startswith("lists.told")] == [
        "lists.told.asked",
        "lists.told.sent",
    ]


def test_stopncii_hears_it_in_its_own_words(service: Running) -> None:
    viewer = curator()
    hash_list = fetched(viewer, service, SourceKind.STOPNCII)
    rows = {row.ident: row for row in ListEntry.everywhere.select_related("list").filter(list=hash_list)}
    opinions = dict(zip(sorted(rows), ["positive", "negative", "positive"], strict=False))
    for ident, opinion in opinions.items():
        vote(viewer, rows[ident], opinion)
    assert tell(viewer, hash_list, opinions) == 3
    assert sending.send(hash_list.pk) == 3
    assert sending.send(hash_list.pk) == 0
    values = {rows[ident].record.signals[0].value.hex(): opinion for ident, opinion in opinions.items()}
    assert {one.value: one.opinion for one in heard(service)} == values


def test_without_the_key_for_feedback_stopncii_is_told_nothing(service: Running) -> None:
    viewer = curator()
    hash_list = fetched(viewer, service, SourceKind.STOPNCII)
    keys = dict.fromkeys(("key", "password"), service.keys["holder"])
    source = ListSource.everywhere.get()
    with viewing(viewer.organisation.id):
        sources.drop(viewer, QUALITY, hash_list)
        sources.set_source(viewer, QUALITY, hash_list, setting(source.address, kind=SourceKind.STOPNCII, keys=keys))
        with pytest.raises(Conflict, match="key of its own"):
            actions.source_to_tell(hash_list)
        further = setting(source.address, kind=SourceKind.STOPNCII, keys={"feedback_key": service.keys["holder"]})
        sources.set_source(viewer, QUALITY, hash_list, further)  # the other keys stay
        assert actions.source_to_tell(hash_list)
    fetching.fetch(hash_list.pk)
    assert ListSource.everywhere.get().outcome in {"taken", "nothing"}


def test_threatexchange_takes_no_opinions(service: Running) -> None:
    viewer = curator()
    given = setting(f"{service.address}/x", kind=SourceKind.THREATEXCHANGE, account="7")
    hash_list = fetched_from(viewer, given)
    with viewing(viewer.organisation.id), pytest.raises(Conflict, match="takes opinions"):
        actions.source_to_tell(hash_list)
    client = browser(viewer.person)
    session = client.session
    session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
    session.save()
    assert "takes none here" in client.get(reverse("lists:list", args=[hash_list.pk])).content.decode()


# Faults ---------------------------------------------------------------------------------------------------------------


class Exchange:
    """An exchange that answers feedback as it is told."""

    def __init__(self) -> None:
        self.status, self.said, self.reasons = 200, b"", b""

    def __call__(self, asked: Asked) -> Said:
        if asked.path.endswith("/reasons"):
            return (
                Said(ncmec.feedback_reasons("MD5", [ncmec.Reason("g1", "Not it")]))
                if not self.reasons
                else Said(self.reasons)
            )
        return Said(self.said or ncmec.submission_result(), self.status)


@pytest.fixture
def exchange() -> Iterator[tuple[Exchange, Any]]:
    found = Exchange()
    with serving(found) as server:
        yield found, server


def denied(viewer: Viewer, base: str, *idents: str) -> HashList:
    """A list of which entries are recalled, with a source that has none of them told yet."""
    hash_list = fetched_from(viewer, setting(base))
    for row in add(
        viewer, hash_list, *(entry_of(ident, Signal("md5", bytes(15) + bytes([n]))) for n, ident in enumerate(idents))
    ):
        with viewing(viewer.organisation.id):
            curation.recall(viewer, QUALITY, row, RecallReason.NOT_CSAM)
    return hash_list


def test_what_a_source_refuses_is_said_in_its_words_and_never_sent_by_itself_again(
    exchange: tuple[Exchange, Any],
) -> None:
    there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1")
    tell(viewer, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])
    there.status, there.said = 404, b"there is no such entry"
    assert sending.send(hash_list.pk) == 0
    row = SourceFeedback.everywhere.get()
    assert (row.state, row.next_at, "there is no such entry" in row.said) == ("refused", None, True)
    asked = len(server.asked)
    assert jobs.due() == sending.send(hash_list.pk) == 0
    assert len(server.asked) == asked
    with viewing(viewer.organisation.id):
        (item,) = items.failed_items(viewer)
    assert "there is no such entry" in str(item.what)
    there.status, there.said = 200, b""
    tell(viewer, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])  # a person says so again
    assert sending.send(hash_list.pk) == 1
    with viewing(viewer.organisation.id):
        assert items.failed_items(viewer) == []


@pytest.mark.once
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_concerns_no_entry_lets_all_wait_and_is_tried_less_and_less(
    status: int, exchange: tuple[Exchange, Any]
) -> None:
    there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1", "7/e2")
    tell(viewer, hash_list, {"7/e1": "negative", "7/e2": "negative"}, kinds=["md5"], reasons=["Not it"])
    there.status, there.said = status, b"not now"
    waits = []
    for number in range(NOTICED):
        with viewing(viewer.organisation.id):
            assert bool(items.failed_items(viewer)) == (number >= NOTICED)
        asked = len(server.asked)
        assert sending.send(hash_list.pk) == 0
        assert len(server.asked) == asked + 1
        (first, second) = SourceFeedback.everywhere.order_by("pk")
        assert (first.state, first.next_at, first.failures) == ("waits", second.next_at, number + 1)
        waits.append(first.next_at - timezone.now())
        SourceFeedback.everywhere.update(next_at=timezone.now())
    assert waits[0] < waits[1] < waits[2]
    with viewing(viewer.organisation.id):
        assert len(items.failed_items(viewer)) == 2
    there.status, there.said = 200, b""
    assert sending.send(hash_list.pk) == 2
    assert set(SourceFeedback.everywhere.values_list("state", "failures", "said")) == {("sent", 0, "")}


@given(st.integers(0, 599))
def test_only_what_a_source_says_of_the_entry_is_final(status: int) -> None:
    final = after_failure(status) is UpState.REFUSED
    assert final == ((300 <= status < 500 and status not in {401, 403, 408, 425, 429}) or 0 < status < 300)


def test_what_somebody_decided_otherwise_meanwhile_is_not_marked_as_sent(exchange: tuple[Exchange, Any]) -> None:
    _there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1")
    tell(viewer, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])
    old = SourceFeedback.everywhere.select_related("list").get()
    with viewing(viewer.organisation.id):
        curation.reinstate(viewer, QUALITY, ListEntry.everywhere.select_related("list").get(ident="7/e1"))
    with pytest.raises(Conflict):
        tell(viewer, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])
    assert tell(viewer, hash_list, {"7/e1": "positive"}, kinds=["md5"]) == 1
    assert sending._answered(old, UpState.SENT) == 0
    assert sending.send(hash_list.pk) == 1
    assert SourceFeedback.everywhere.get().opinion == "positive"


def test_another_source_is_told_nothing_of_what_was_for_the_first(exchange: tuple[Exchange, Any]) -> None:
    _there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1")
    tell(viewer, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])
    with viewing(viewer.organisation.id):
        sources.set_source(viewer, QUALITY, hash_list, setting(f"{server.base}/other"))
    assert sending.send(hash_list.pk) == 0
    assert ListSource.everywhere.get().reasons == {}
    assert offered(viewer, hash_list) == {"7/e1": "negative"}


def test_reasons_are_asked_for_once_a_day_and_the_last_stand_where_the_source_is_silent(
    exchange: tuple[Exchange, Any],
) -> None:
    there, server = exchange
    viewer = curator()
    denied(viewer, server.base, "7/e1")
    source = ListSource.everywhere.get()
    there.reasons = b"<html>sign in</html>"
    with pytest.raises(Conflict, match="did not say"):
        reasons_for(source, ["md5"])
    there.reasons = b""
    assert reasons_for(source, ["md5"]) == {"md5": {"Not it": "g1"}}
    source.refresh_from_db()
    asked = len(server.asked)
    there.reasons = b"<html>sign in</html>"
    assert reasons_for(source, ["md5"]) == {"md5": {"Not it": "g1"}}
    assert len(server.asked) == asked
    source.reasons["day"] = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert reasons_for(source, ["md5"]) == {"md5": {"Not it": "g1"}}
    assert len(server.asked) == asked + 1


# Pages ----------------------------------------------------------------------------------------------------------------


def test_the_pages_offer_send_and_show(exchange: tuple[Exchange, Any]) -> None:
    _there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1", "7/e2")
    client, page = browser(viewer.person), reverse("lists:tell-source", args=[hash_list.pk])
    shown = client.get(page).content.decode()
    assert Counter(text in shown for text in ("7/e1", "7/e2", "Not it", "MD5")) == {True: 4}
    empty = client.post(page, {**REASON, "kinds": "md5"})
    assert (empty.status_code, "Choose at least one entry" in empty.content.decode()) == (422, True)
    given = {**REASON, "kinds": "md5", "negative": ["7/e2"]}
    refused = client.post(page, given)
    text = refused.content.decode()
    assert (refused.status_code, "Say why not" in text, "made up for a test" in text) == (422, True, True)
    assert client.post(page, {**given, "reasons": "Not it"}).status_code == 302
    told = reverse("lists:source-told", args=[hash_list.pk])
    assert "On its way" in client.get(told).content.decode()
    assert sending.send(hash_list.pk) == 1
    after = client.get(told, {"state": "sent"}).content.decode()
    assert "Taken by the source" in after
    assert KEY not in after
    assert "7/e1" in client.get(page).content.decode()
    assert "7/e2" not in client.get(page).content.decode()
    assert client.post(page, {**given, "negative": "7/e1", "reasons": "Not it"}).status_code == 302
    assert client.get(page)["Location"] == told


def test_only_a_person_who_keeps_the_list_tells_its_source(exchange: tuple[Exchange, Any]) -> None:
    from dataclasses import replace

    _there, server = exchange
    viewer = curator()
    hash_list = denied(viewer, server.base, "7/e1")
    for other in (replace(viewer, person=None), curator()):
        with pytest.raises(Refusal):
            tell(other, hash_list, {"7/e1": "negative"}, kinds=["md5"], reasons=["Not it"])
    assert not SourceFeedback.everywhere.exists()
