"""Graded VICS comes back: every fault with its record, grades as what a person answers for, twice as once."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.scans.worlds import World, make_world

from vaern.formats.left import Left
from vaern.formats.vics_write import Document, write
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations import graded
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.votes import actions, actions_graded
from vaern.node.lists.votes.actions import Ballot
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import workstation
from vaern.node.scans.models import Finding
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "investigation", "words": "made up for a test"}
QUICK = hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
EXAMINER = "Examiner 7 (synthetic)"


@pytest.fixture(autouse=True)
def lists_of_this_test(settings: Any, tmp_path: Any) -> None:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"


@pytest.fixture
def world() -> World:
    return make_world()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def medium(digest: str, category: int | None, *, listed: bool = False) -> dict[str, Any]:
    said = {} if category is None else {"Category": category}
    return {"MediaID": 1, "MD5": digest.upper(), "IsPrecategorized": listed, **said}


def case(*media: Mapping[str, Any]) -> bytes:
    """A case as a workstation saves it."""
    fields = {"CaseID": "9b2f6d0a-0000-4000-8000-000000000001", "CaseNumber": "2026-1", "ContactName": EXAMINER}
    return json.dumps({"@odata.context": CONTEXT, "value": [{**fields, "Media": list(media)}]}).encode()


def known(*keys: str) -> Any:
    return lambda media: [{row.id} & set(keys) for row in media]


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def choose(client: Client, address: str, data: bytes) -> Any:
    return client.post(address, {"do": "read", "file": SimpleUploadedFile("graded.json", data, "application/json")})


def taken(client: Client, address: str, answer: Any, **more: str) -> Any:
    """Take what the page carries."""
    (field,) = html.fromstring(answer.content.decode()).xpath("//input[@name='sample']/@value")
    return client.post(address, {"do": "take", "sample": field, **REASON, **more})


# Reading --------------------------------------------------------------------------------------------------------------

_MEDIA = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([None, 0, 1, 2]), st.booleans()), min_size=1, max_size=14
)


@QUICK
@given(drawn=_MEDIA, at_once=st.integers(1, 5))
def test_what_is_read_is_what_a_walk_through_the_media_says(
    drawn: Sequence[tuple[int, int | None, bool]], at_once: int
) -> None:
    """The oracle: the first grade of each known file, all that differ from it are faults, strangers are counted.

    A reader of VICS makes one entry of media of one MD5, so each file stands in a case of its own here.
    """
    keys = [md5(str(n)) for n in range(4)]
    rows = [Entry(md5(str(n)), scheme="S", classification=None if c is None else str(c), extra=_said(listed=one))
            for n, c, one in drawn]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graded, "AT_ONCE", at_once)
        reader = graded._Reader(known(*keys))
        for record, row in enumerate(rows, start=1):
            reader.add(record, row)
        reader.finish()
    wanted: dict[str, graded.Category] = {}
    faults = []
    for record, (n, c, listed) in enumerate(drawn, start=1):
        if n >= 4:
            continue
        category = graded.Category("S", "" if c is None else str(c), listed)
        if wanted.setdefault(md5(str(n)), category) != category:
            faults.append(record)
    assert {key: reader.categories[at] for key, (at, _record) in reader.found.items()} == wanted
    assert [one.record for one in reader.problems] == faults
    assert reader.unknown == sum(n >= 4 for n, _c, _listed in drawn)


def _said(*, listed: bool) -> dict[str, str]:
    return {"IsPrecategorized": str(listed).lower()}


def test_faults_have_their_record_and_the_examiner_stays_words():
    data = case(medium(md5("a"), 1), {"MD5": "xyz"}, medium(md5("stranger"), 2))
    found = graded.read(data, known(md5("a")))
    assert {one.record for one in found.problems} == {2}
    assert (found.examiner, found.unknown, found.sha256) == (EXAMINER, 1, hashlib.sha256(data).hexdigest())
    assert [str(one) for one in found.categories] == ["VICS 2.0 UK 1"]


# Findings -------------------------------------------------------------------------------------------------------------


def test_grades_come_back_to_a_scan_once_and_nothing_is_concluded(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    address = reverse("scans:graded", args=[scan.pk])
    rows = list(Finding.everywhere.filter(scan=scan, md5__isnull=False).order_by("number"))
    digests = [bytes(row.md5).hex() for row in rows]
    data = case(
        medium(digests[0], 1), medium(digests[1], 2, listed=True), medium(digests[2], None), medium(md5("x"), 1)
    )
    page = choose(client, address, data)
    text = page.content.decode()
    assert page.status_code == 200
    assert "VICS 2.0 UK 1" in text
    assert "From a list: nobody looked" in text
    assert EXAMINER in text
    assert not Finding.everywhere.exclude(graded="").exists()  # nothing before it is taken
    assert taken(client, address, page).status_code == 302
    (row,) = Finding.everywhere.exclude(graded="")
    assert (row.pk, row.graded, row.graded_by) == (rows[0].pk, "VICS 2.0 UK 1", world.officer)
    assert EXAMINER in row.graded_words
    scan.refresh_from_db()
    assert (scan.state, scan.outcome) == ("to_review", "")
    before = list(Finding.everywhere.filter(scan=scan).order_by("pk").values())
    assert taken(client, address, choose(client, address, data)).status_code == 302
    assert list(Finding.everywhere.filter(scan=scan).order_by("pk").values()) == before
    assert [entry.count for entry in LedgerEntry.objects.filter(act="scans.findings.graded")] == [1]
    other = choose(client, address, case(medium(digests[0], 2)))
    cells = html.fromstring(other.content.decode()).xpath("//table[@id='difference']//tbody/tr/td//text()")
    assert [cell.strip() for cell in cells if cell.strip()][-4:] == ["1", "0", "0", "1"]  # otherwise before


def test_a_document_of_strangers_or_of_nothing_says_so_and_changes_nothing(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    address = reverse("scans:graded", args=[scan.pk])
    for data in (case(medium(md5("x"), 1)), b"%PDF-1.7 nothing", b"", case(medium(md5("x"), None))):
        answer = choose(client, address, data)
        assert answer.status_code == 422
        assert not re.search(r'name="sample"', answer.content.decode())
    for carried in ("", "{}", "[1]", '{"sha256":"","examiner":"","categories":[],"media":[["a",4]],"unknown":0}'):
        assert client.post(address, {"do": "take", "sample": carried, **REASON}).status_code == 422
    assert not Finding.everywhere.exclude(graded="").exists()
    assert choose(browser(world.analyst), address, case(medium(md5("x"), 1))).status_code == 404


def test_what_was_graded_goes_out_again_as_graded_by_a_person(world: World) -> None:
    scan = world.scan()
    row = Finding.everywhere.filter(scan=scan, verdict="new").first()
    with viewing(world.police.id):
        from vaern.node.scans.actions import grade

        assert grade(world.viewer, QUALITY, scan, {"VICS 2.0 UK 2": [bytes(row.md5).hex(), "no hash"]}, "x") == 1
    document = Document("2.0", "UK")
    data = b"".join(write(workstation.goods(scan).entries(document, Left()), document))
    read = graded.read(data, known(bytes(row.md5).hex()))
    assert [(str(one), one.grades) for one in read.categories] == [("VICS 2.0 UK 2", True)]


# Votes ----------------------------------------------------------------------------------------------------------------


def _with(kind: str, text: str) -> Entry:
    return entry_of(text, Signal("md5", bytes.fromhex(md5(text)))) if kind == "md5" else entry_of(text)


def test_grades_become_votes_with_scheme_and_person_and_a_dispute_goes_to_a_person() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    add(viewer, hash_list, _with("md5", "a"), _with("md5", "b"), _with("sha256", "c"))
    other = curator()
    client, address = browser(viewer.person), reverse("lists:graded", args=[hash_list.pk])
    data = case(medium(md5("a"), 1), medium(md5("b"), 2), medium(md5("c"), 1))
    page = choose(client, address, data)
    assert "Media in the file that are nothing of what is here: 1" in page.content.decode()
    refused = taken(client, address, page)
    assert refused.status_code == 422
    assert "Say of at least one category" in refused.content.decode()
    assert not EntryVote.everywhere.exists()
    answer = taken(client, address, page, category_0="positive")
    assert answer.status_code == 302
    (vote,) = EntryVote.everywhere.all()
    said = (vote.entry.ident, vote.opinion, vote.view, vote.scheme, vote.classification, vote.person)
    assert said == ("a", "positive", "independent", "VICS 2.0 UK", "1", viewer.person)
    assert EXAMINER in vote.words
    assert choose(browser(other.person), address, data).status_code == 404
    changed, entries = HashList.everywhere.get().change, LedgerEntry.objects.count()
    with viewing(viewer.organisation.id):
        ballot = Ballot("positive", "independent", "VICS 2.0 UK", "1")
        again = actions_graded.vote_all(viewer, QUALITY, hash_list, {"a": ballot, "gone": ballot})
    assert (again.made, again.same, again.gone) == (0, 1, 1)
    assert (HashList.everywhere.get().change, LedgerEntry.objects.count()) == (changed, entries)


def test_a_no_needs_words_and_a_key_votes_on_nothing() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    add(viewer, hash_list, _with("md5", "a"))
    from dataclasses import replace

    from vaern.node.ledger.rules import Reason, Why

    silent = Reason(Why.LIST_QUALITY)
    with viewing(viewer.organisation.id):
        with pytest.raises(Refusal):
            actions_graded.vote_all(viewer, silent, hash_list, {"a": Ballot("negative", "independent")})
        with pytest.raises(Refusal):
            actions_graded.vote_all(
                replace(viewer, person=None), QUALITY, hash_list, {"a": Ballot("positive", "independent")}
            )
    assert not EntryVote.everywhere.exists()


_BALLOTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.sampled_from(["positive", "negative", "unsure"]), st.sampled_from(["", "1"])),
    max_size=6,
)


@pytest.mark.once
@QUICK
@given(rounds=st.lists(st.tuples(st.integers(0, 1), _BALLOTS), max_size=3), at_once=st.integers(1, 4))
def test_many_votes_at_once_are_the_same_votes_one_by_one(
    rounds: Sequence[tuple[int, Mapping[str, tuple[str, str]]]], at_once: int
) -> None:
    """The oracle is `vote`, entry by entry: opinions, counts, states and the list's own counts."""
    organisation = make_organisation(OrganisationKind.HOTLINE)
    voters = [curator(organisation=organisation), curator(organisation=organisation)]
    ends = []
    for many in (True, False):
        hash_list = make_list(voters[0], f"votes-{HashList.everywhere.count()}")
        add(voters[0], hash_list, *(_voted(text) for text in "abcde"))
        for who, drawn in rounds:
            ballots = {key: Ballot(op, "independent", "S" if c else "", c) for key, (op, c) in drawn.items()}
            with viewing(organisation.id), pytest.MonkeyPatch.context() as patch:
                patch.setattr(actions_graded, "AT_ONCE", at_once)
                if many:
                    actions_graded.vote_all(voters[who], QUALITY, hash_list, ballots)
                else:
                    for row in ListEntry.of(list=hash_list).filter(ident__in=ballots):
                        row.list = hash_list
                        actions.vote(voters[who], QUALITY, row, ballots[row.ident])
        rows = ListEntry.of(list=hash_list).order_by("ident").values_list("ident", "state", "positive", "negative")
        votes = EntryVote.of(entry__list=hash_list).order_by("entry__ident")
        current = HashList.everywhere.get(pk=hash_list.pk)
        assert len({row.change for row in ListEntry.of(list=hash_list)}) == 5  # each change has its own number
        assert current.change == current.published or not rounds
        ends.append(
            (
                list(rows),
                list(votes.values_list("entry__ident", "opinion", "scheme", "classification")),
                (current.live, current.disputed),
            )
        )
    assert ends[0] == ends[1]


def _voted(text: str) -> Entry:
    """An entry on which its source has a vote."""
    from vaern.records import Vote

    return entry_of(text, votes=(Vote("Elsewhere (synthetic)", "positive", view="independent"),))


def test_a_recipient_votes_with_its_grades_too(world: World) -> None:
    del world
    viewer = curator()
    hash_list = make_list(viewer)
    add(viewer, hash_list, _with("md5", "a"))
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone
    from tests.node.factories import terms

    from vaern.node.casework.releases import actions as releases
    from vaern.node.casework.releases.terms import Handling

    person = make_person(Role.CURATOR, make_organisation(OrganisationKind.HOTLINE))
    with viewing(viewer.organisation.id), transaction.atomic():
        until = timezone.now() + timedelta(days=9)
        given_terms = terms(Handling.GREEN, until, "made up (synthetic)")
        releases.release(viewer, hash_list, [person.organisation_id], QUALITY, given_terms)
    client, address = browser(person), reverse("lists:graded", args=[hash_list.pk])
    page = choose(client, address, case(medium(md5("a"), 1)))
    assert taken(client, address, page, category_0="negative").status_code == 302
    assert EntryVote.everywhere.get().organisation_id == person.organisation_id
