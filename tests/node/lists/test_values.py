"""Lists of what is no hash are found by the search of the menu, and every list leaves as the command line writes it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.lookup.service import until
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list, send
from tests.node.lists.test_kinds import SPELLED, kinds, value_of

from vaern.formats import csv_lists_write
from vaern.formats.spellings import without_spellings
from vaern.formats.values import normal
from vaern.matching import List
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.workstations.queries import Destination
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.models import Note
from vaern.node.lists.base.disk import folder_of, follow, on_disk
from vaern.node.lists.curation import actions, presenters, values, workstation
from vaern.node.lists.curation.finders import LOOKS, find
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.search import queries as searching
from vaern.node.web.search.looks import recognised
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

FANGLESS = {"addresses": "hxxps://host[.]example/~a", "domains": "xn--bcher-kva[.]example"}


def filled(viewer: Viewer, holds: str, name: str = "known") -> HashList:
    """Return a list with the value in two spellings of `SPELLED`, and two others."""
    kind, value = value_of(holds)
    said = [Signal(kind, value), *(Signal(kind, normal(kind, f"other{number}.example")) for number in range(2))]
    made = make_list(viewer, name, holds=holds)
    add(viewer, made, *(entry_of(f"{name}-{number}", one) for number, one in enumerate(said)))
    made.refresh_from_db()
    until(lambda: any(one.entries for one in on_disk(name)))  # a process looks at the folder now and then
    return made


def reached(viewer: Viewer, text: str) -> list[str]:
    with viewing(viewer.organisation.id):
        wanted = recognised(text)
        assert wanted.looks & LOOKS, "the finder is not even asked"
        return [str(hit.title) for hit in find(viewer, wanted, 10)]


@pytest.mark.once
@kinds
def test_the_menu_finds_a_value_in_any_spelling_for_whoever_sees_its_list_and_keeps_nothing_of_it(holds: str) -> None:
    owner, other = curator(), curator()
    made = filled(owner, holds)
    filled(other, next(one for one in SPELLED if one != holds), "theirs")
    texts = [*SPELLED[holds], f"  {SPELLED[holds][1]} ", *([FANGLESS[holds]] if holds in FANGLESS else [])]
    if holds == "keywords":
        texts.append(value_of(holds)[1].hex())
    for text in texts:
        assert reached(owner, text) == ["known: known-0"], text
        assert reached(other, text) == []
    assert reached(owner, "another.example") == []
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [other.organisation.pk], terms(Handling.AMBER, soon()))
    assert reached(other, texts[0]) == ["known: known-0"]
    with viewing(owner.organisation.id):
        assert {group.finder.kind: len(group.hits) for group in searching.search(owner, texts[0]).groups}["list"] == 1
    assert not Note.objects.filter(details__contains=SPELLED[holds][1]).exists()


def rows_of(hash_list: HashList) -> list[ListEntry]:
    return list(ListEntry.everywhere.filter(list=hash_list).select_related("list").order_by("pk"))


def soon() -> Any:
    return timezone.now() + timedelta(days=30)


def taken_out(viewer: Viewer, hash_list: HashList) -> list[Entry]:
    with viewing(viewer.organisation.id):
        document = b"".join(values.take_out(viewer, hash_list, QUALITY, Destination("A partner (synthetic)")))
    found, problems = read(document, name="out.csv")
    assert not problems
    return found


@kinds
def test_a_list_is_downloaded_as_the_command_line_writes_it_and_recorded_with_how_many(holds: str) -> None:
    owner = curator()
    made = filled(owner, holds)
    gone = rows_of(made)[-1]
    with viewing(owner.organisation.id):
        actions.recall(owner, QUALITY, gone, RecallReason.NOT_CSAM)
    made.refresh_from_db()
    found = taken_out(owner, made)
    document = b"".join(csv_lists_write.write(List.open(folder_of(made.name)).live()))
    assert sorted(found, key=lambda one: one.id) == sorted(read(document, name="out.csv")[0], key=lambda one: one.id)
    assert [one.id for one in found] == ["known-0", "known-1"]
    (said,) = LedgerEntry.objects.filter(act="lists.list.values_taken_out")
    assert (said.count, said.subject, said.verb) == (2, made.pk, "disclosure")


def test_the_file_has_no_vote_to_which_the_organisation_is_blind() -> None:
    owner = curator()
    made = filled(owner, "domains")
    voter = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [voter.organisation.pk], terms(Handling.AMBER, soon()))
    for row in rows_of(made):
        with viewing(voter.organisation.id):
            vote(voter, QUALITY, row, Ballot("positive", "independent"))
    assert [one.votes for one in taken_out(owner, made)] == [()] * 3
    own = viewer_for(make_person(Role.IDENTIFIER, owner.organisation))
    first = rows_of(made)[0]
    with viewing(owner.organisation.id):
        vote(own, QUALITY, first, Ballot("positive", "inherited"))
    names = [{one.organisation for one in entry.votes} for entry in taken_out(owner, made)]
    assert {voter.organisation.name, owner.organisation.name} <= names[0]
    assert names[1:] == [set(), set()]
    assert EntryVote.everywhere.count() == 4


SENT = {"why": QUALITY.why.value, "words": "for a test", "goes": "own", "to_whom": "Another node (synthetic)"}


def test_the_page_gives_a_list_to_whoever_keeps_it_and_says_where_it_went(client: Client) -> None:
    owner, other = curator(), curator()
    made = filled(owner, "wallets")
    url = reverse("lists:values-file", args=[made.pk])
    sign_in(client, owner.person)
    assert url in {one.url for one in presenters.offers(owner, made)}
    assert client.post(url, {**SENT, "to_whom": ""}).status_code == 422
    answer = client.post(url, SENT)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Disposition"].startswith('attachment; filename="known.tlp-')
    assert b"".join(answer).count(b"\n") == 4
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [other.organisation.pk], terms(Handling.AMBER, soon()))
    assert url not in {one.url for one in presenters.offers(other, made)}
    with viewing(other.organisation.id), pytest.raises(Refusal, match="Only who keeps"):
        values.take_out(other, made, QUALITY, Destination("Nobody (synthetic)"))
    sign_in(client, other.person)
    assert client.get(url).status_code == 302
    assert LedgerEntry.objects.filter(act="lists.list.values_taken_out").count() == 1
    assert Note.objects.filter(details__contains="CSV: Another node (synthetic); TLP:").count() == 1


@pytest.mark.parametrize("pass_on", [True, False])
def test_a_recipient_takes_a_list_of_hashes_out_where_its_licence_says_so(client: Client, pass_on: bool) -> None:
    owner, other = curator(), curator()
    made = make_list(owner, pass_on=pass_on)
    add(owner, made, entry_of("one", Signal("pdq", value_of_hash(1, 32))))
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [other.organisation.pk], terms(Handling.GREEN, soon()))
    url = reverse("lists:values-file", args=[made.pk])
    sign_in(client, other.person)
    assert url in {one.url for one in presenters.offers(other, made)}
    assert client.post(url, SENT).status_code == 200
    outside = client.post(url, {**SENT, "goes": "others", "permission": "asked (synthetic)"})
    assert outside.status_code == (200 if pass_on else 422)
    if not pass_on:
        assert "does not let a recipient pass it on" in outside.content.decode()


_HASHES = st.lists(
    st.sampled_from([("md5", 16), ("sha1", 20), ("sha256", 32), ("pdq", 32), ("pdna", 144), ("tmk", 99), ("ssvh", 7)]),
    min_size=1,
    max_size=3,
    unique=True,
)
_SAID = st.fixed_dictionaries(
    {
        "classification": st.sampled_from([None, "A1", "=1+1"]),
        "series": st.sampled_from(["", "One; two", " spaced "]),
        "victim_identified": st.sampled_from([None, True, False]),
        "jurisdiction": st.sampled_from(["", "DK"]),
        "basis": st.sampled_from(["", "Invented Act, section 1"]),
        "licence": st.sampled_from(["", "made-up"]),
        "viewed_by": st.sampled_from([(), ("A hotline", "A; B")]),
        "ends": st.sampled_from(["", "2099-12-31"]),
        "source": st.sampled_from(["", "A source (synthetic)"]),
        "extra": st.sampled_from([{}, {"unknown": "kept; as it is"}]),
        "votes": st.sampled_from([(), (Vote("A police force", "positive", "DK", "independent", "A1", "NCMEC"),)]),
    }
)


@pytest.mark.once
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(_HASHES, _SAID, st.booleans()), min_size=1, max_size=4), page=st.integers(1, 3))
def test_what_a_list_of_hashes_says_is_what_another_node_reads_back(
    drawn: list[tuple[list[tuple[str, int]], dict[str, Any], bool]], page: int
) -> None:
    """Whatever kind of hash: nothing is lost but votes to which the organisation is blind."""
    owner, other = curator(), curator()
    number = HashList.everywhere.count()
    made = make_list(owner, f"known-{number}")
    voter = viewer_for(make_person(Role.IDENTIFIER, owner.organisation))
    for place, (kinds_, said, voted) in enumerate(drawn):
        signals = (Signal(kind, value_of_hash(place, length)) for kind, length in kinds_)
        scheme = "NCMEC" if said["classification"] else None
        (row,) = add(owner, made, Entry(f"e{place}", tuple(signals), scheme=scheme, **said))
        if voted:
            with viewing(owner.organisation.id):
                vote(voter, QUALITY, row, Ballot("positive", "inherited"))
    copy = make_list(other, f"copy-{number}")
    with pytest.MonkeyPatch.context() as patch, viewing(owner.organisation.id):
        patch.setattr(workstation, "AT_ONCE", page)
        made.refresh_from_db()
        document = b"".join(values.take_out(owner, made, QUALITY, Destination("Another node (synthetic)")))
    send(other, copy, document)
    follow(made.pk)
    wanted = {one.id: _plain(one) for one in List.open(folder_of(made.name)).live()}
    for place, (_kinds, _said, voted) in enumerate(drawn):
        if not voted:
            wanted[f"e{place}"] = msgspec.structs.replace(wanted[f"e{place}"], votes=(), viewed_by=())
    assert {row.ident: _plain(row.record) for row in rows_of(copy)} == wanted


def _plain(entry: Entry) -> Entry:
    """Without the order of its hashes, and what a reader notes of how they were spelled."""
    signals = tuple(sorted(entry.signals, key=lambda one: (one.kind, one.value)))
    return msgspec.structs.replace(entry, signals=signals, extra=without_spellings(entry.extra))


def value_of_hash(number: int, length: int) -> bytes:
    """Random bytes of a length, that are of no file."""
    return hashlib.shake_256(b"made up %d" % number).digest(length)
