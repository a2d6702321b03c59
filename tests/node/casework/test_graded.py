"""Graded VICS comes back: every fault with its record, grades as what a person answers for, twice as once."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html
from tests.node.casework.brought import REASON, brought, choose, taken
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.scans.worlds import World, make_world

from vaern.formats.left import Left
from vaern.formats.vics_write import Document, write
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.casework.workstations import actions, files, jobs, reading, taking
from vaern.node.casework.workstations.graded import Category
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.casework.workstations.models import GradedDocument, GradedFault, GradedMedium
from vaern.node.casework.workstations.rules import KEPT_FOR
from vaern.node.casework.workstations.said import MOST_KEPT
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.votes import actions as one_by_one
from vaern.node.lists.votes import actions_graded
from vaern.node.lists.votes.actions import Ballot
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import workstation
from vaern.node.scans.actions import grade
from vaern.node.scans.models import Finding, Scan
from vaern.node.scans.presenters import findings_table
from vaern.node.scans.queries import ScanPage
from vaern.node.web.paging import Page
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = hypothesis_settings(QUICK, max_examples=6)
"""Each example starts a reader of its own, a process."""

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


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


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
    world = make_world()
    scan = world.scan()
    keys = [bytes(one.md5).hex() for one in Finding.everywhere.filter(scan=scan, md5__isnull=False)][:4]
    files = [*keys, *(md5(str(n)) for n in range(7))][:7]
    rows = [_medium(files[n], c, listed=one) for n, c, one in drawn]
    document = _reading(world, scan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "AT_ONCE", at_once)
        stage = reading.Stage(document, kind_of(Scan.KIND), scan)
        for record, row in enumerate(rows, start=1):
            stage.put(row, record)
        stage.finish()
    wanted: dict[str, Category] = {}
    faults = []
    for record, (n, c, listed) in enumerate(drawn, start=1):
        if n >= 4:
            continue
        category = Category("S", "" if c is None else str(c), listed)
        if wanted.setdefault(files[n], category) != category:
            faults.append(record)
    categories = [one.category for one in stage.counted]
    staged = GradedMedium.of(document=document).values_list("key", "category")
    assert {key: categories[at] for key, at in staged} == wanted
    assert sorted(GradedFault.of(document=document).values_list("medium", flat=True)) == faults
    assert Counter({one.category: one.media for one in stage.counted if one.media}) == Counter(wanted.values())
    document.refresh_from_db()
    assert (document.read, document.found) == (len(drawn), len(wanted))
    assert (document.unknown, document.faults) == (sum(n >= 4 for n, _c, _listed in drawn), len(faults))


def _medium(digest: str, category: int | None, *, listed: bool) -> Entry:
    said = {"IsPrecategorized": str(listed).lower()}
    value = None if category is None else str(category)
    return Entry(digest, (Signal("md5", bytes.fromhex(digest)),), value, "S", extra=said)


def _reading(world: World, scan: Scan) -> GradedDocument:
    return GradedDocument.everywhere.create(
        organisation=world.police, kind=Scan.KIND, record=scan.pk, state="reading", size=1, reason="investigation"
    )


def test_faults_have_their_record_and_the_examiner_stays_words(world: World) -> None:
    scan = world.scan()
    digest = _digests(scan)[0]
    data = case(medium(digest, 1), {"MD5": "xyz"}, medium(md5("stranger"), 2))
    found = brought(world.viewer, QUALITY, scan, data)
    assert set(GradedFault.of(document=found).values_list("medium", flat=True)) == {2}
    assert (found.examiner, found.unknown, found.sha256) == (EXAMINER, 1, hashlib.sha256(data).hexdigest())
    assert [str(one.category) for one in found.counted if one.media] == ["VICS 2.0 UK 1"]
    assert not files.path_of(found.pk).exists()  # nothing of it lies there any more


def _digests(scan: Scan) -> list[str]:
    rows = Finding.everywhere.filter(scan=scan, md5__isnull=False).order_by("number")
    return [bytes(row.md5).hex() for row in rows]


@pytest.mark.once
@FEW
@given(cuts=st.sets(st.integers(1, 400), max_size=6), again=st.booleans(), crash=st.booleans())
def test_a_document_in_pieces_is_the_document_whole(cuts: set[int], again: bool, crash: bool) -> None:
    """However it is cut, a piece sent twice, and a reading that crashed, which begins anew: the same is staged."""
    world = make_world()
    scan = world.scan()
    data = case(*(medium(one, n % 3) for n, one in enumerate([*_digests(scan), md5("stranger")])))
    whole = brought(world.viewer, QUALITY, scan, data)
    expected = list(GradedMedium.of(document=whole).order_by("key").values_list("key", "category", "medium"))
    GradedDocument.everywhere.all().delete()
    places = [0, *sorted(one for one in cuts if one < len(data)), len(data)]
    with viewing(world.police.id):
        document = actions.begin(world.viewer, QUALITY, scan, len(data))
        for begin, end in itertools.pairwise(places):
            for _time in range(1 + (again and end < len(data))):
                assert actions.add_piece(document, data[begin:end], begin) == end
    if crash:
        stage = reading.Stage(document, kind_of(Scan.KIND), scan)
        stage.put(_medium(_digests(scan)[0], 9, listed=False), 1)
        stage.finish()
    reading.read(document.pk)
    assert reading.read(document.pk) == 0  # a job that runs again finds nothing to do
    document.refresh_from_db()
    found = list(GradedMedium.of(document=document).order_by("key").values_list("key", "category", "medium"))
    assert (found, document.sha256, document.categories) == (expected, whole.sha256, whole.categories)


def test_a_piece_out_of_its_place_is_refused_and_a_new_document_takes_the_place_of_half_a_one(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    data = case(medium(_digests(scan)[0], 1))
    answer = client.post(reverse("scans:graded", args=[scan.pk]), {"size": len(data), **REASON})
    assert answer.status_code == 302
    half = GradedDocument.everywhere.get()
    sent = [
        client.post(f"{answer.url}pieces/{at}/", piece, content_type="text/plain").status_code
        for at, piece in ((5, data[5:]), (0, data + b" "), (0, data[:9]), (0, b"\xff\xd8\xff\xe0" + bytes(40)))
    ]
    assert sent == [409, 422, 200, 415]
    assert "Coming in" in client.get(answer.url).content.decode()
    assert client.post(reverse("scans:graded", args=[scan.pk]), REASON).status_code == 422
    page = choose(client, reverse("scans:graded", args=[scan.pk]), data)
    assert page.context["take"]
    assert not GradedDocument.everywhere.filter(pk=half.pk).exists()
    assert not files.path_of(half.pk).exists()
    waits = client.get(reverse("scans:graded", args=[scan.pk]))
    assert waits.status_code == 302  # to the one that waits
    again = brought_refused(world, scan, data)
    assert "Another document" in again


def brought_refused(world: World, scan: Scan, data: bytes) -> str:
    """What is said of a second document while the first one waits."""
    with viewing(world.police.id):
        document = actions.begin(world.viewer, QUALITY, scan, len(data))
        with pytest.raises(Refusal) as refused:
            actions.add_piece(document, data, 0)
    return str(refused.value)


# Taking ---------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@FEW
@given(at_once=st.integers(1, 4), values=st.lists(st.integers(0, 2), min_size=1, max_size=9), stops=st.booleans())
def test_what_is_taken_by_the_part_is_what_is_taken_at_once(at_once: int, values: list[int], stops: bool) -> None:
    """After each part the count says how far it is; where the scan does not allow the rest, that waits for a person."""
    world = make_world()
    scan = world.scan()
    digests = _digests(scan)[: len(values)]
    data = case(*(medium(one, value) for one, value in zip(digests, values, strict=False)))
    document = brought(world.viewer, QUALITY, scan, data)
    everything = dict.fromkeys(map(str, document.graded), "")
    with viewing(world.police.id):
        actions.take(world.viewer, QUALITY, scan, document, everything)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(taking, "AT_ONCE", at_once)
        parts = [taking.take_part(document.pk)]
        if stops:
            Scan.everywhere.filter(pk=scan.pk).update(state="receiving")
            left = len(digests) - parts[0]
            assert taking.take(document.pk) == 0
            document.refresh_from_db()
            assert (document.state, document.taken) == (("ready" if left else "taken"), parts[0])
            assert bool(document.why) == bool(left)
            Scan.everywhere.filter(pk=scan.pk).update(state="to_review")
            with viewing(world.police.id):
                if left:
                    actions.take(world.viewer, QUALITY, scan, document, everything)
        while part := taking.take_part(document.pk):
            parts.append(part)
    document.refresh_from_db()
    assert (sum(parts), document.taken, document.state) == (len(digests), len(digests), "taken")
    assert max(parts) <= at_once
    rows = Finding.everywhere.filter(scan=scan, md5__in=[bytes.fromhex(one) for one in digests])
    wanted = {one: f"VICS 2.0 UK {value}" for one, value in zip(digests, values, strict=False)}
    assert {bytes(row.md5).hex(): row.graded for row in rows} == wanted
    assert document.outcome == {"changed": rows.count()}
    assert not GradedMedium.of(document=document).exists()


def test_nothing_is_taken_of_what_is_rejected_or_for_somebody_who_may_not_any_more(world: World) -> None:
    scan = world.scan()
    data = case(medium(_digests(scan)[0], 1))
    document = brought(world.viewer, QUALITY, scan, data)
    with viewing(world.police.id):
        actions.reject(world.viewer, QUALITY, scan, document)
        with pytest.raises(Refusal):
            actions.take(world.viewer, QUALITY, scan, document, {"0": ""})
    assert not GradedMedium.everywhere.exists()
    document = brought(world.viewer, QUALITY, scan, data)
    with viewing(world.police.id):
        actions.take(world.viewer, QUALITY, scan, document, {"0": ""})
    Person.everybody.filter(pk=world.officer.pk).update(roles=[Role.OVERSIGHT.value])
    taking.take(document.pk)
    document.refresh_from_db()
    assert (document.state, document.taken, bool(document.why)) == ("ready", 0, True)
    assert not Finding.everywhere.exclude(graded="").exists()


def test_a_document_ends_with_its_record_and_with_its_time(world: World) -> None:
    scan = world.scan()
    document = brought(world.viewer, QUALITY, scan, case(medium(_digests(scan)[0], 1)))
    assert jobs.erase_old() == 0
    GradedDocument.everywhere.update(started_at=timezone.now() - KEPT_FOR - timedelta(days=1))
    assert jobs.erase_old() == 1
    assert LedgerEntry.objects.filter(act="casework.graded.expired").count() == 1
    document = brought(world.viewer, QUALITY, scan, case(medium(_digests(scan)[0], 1)))
    with viewing(world.police.id):
        retention.erase(world.viewer, QUALITY, scan)
    assert not GradedDocument.everywhere.filter(pk=document.pk).exists()
    assert not GradedMedium.everywhere.exists()


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
    assert taken(client, page).status_code == 302
    (row,) = Finding.everywhere.exclude(graded="")
    assert (row.pk, row.graded, row.graded_by) == (rows[0].pk, "VICS 2.0 UK 1", world.officer)
    assert EXAMINER in row.graded_words
    scan.refresh_from_db()
    assert (scan.state, scan.outcome) == ("to_review", "")
    before = list(Finding.everywhere.filter(scan=scan).order_by("pk").values())
    assert taken(client, choose(client, address, data)).status_code == 302
    assert list(Finding.everywhere.filter(scan=scan).order_by("pk").values()) == before
    assert [entry.count for entry in LedgerEntry.objects.filter(act="scans.findings.graded")] == [1]
    other = choose(client, address, case(medium(digests[0], 2)))
    cells = html.fromstring(other.content.decode()).xpath("//table[@id='difference']//tbody/tr/td//text()")
    assert [cell.strip() for cell in cells if cell.strip()][-4:] == ["1", "0", "0", "1"]  # otherwise before


def test_what_else_is_said_is_told_before_one_decides_and_kept_with_the_grade(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    address = reverse("scans:graded", args=[scan.pk])
    digests = _digests(scan)
    said = {"Comments": "seen before (synthetic)", "Series": "Made up", "VictimIdentified": False}
    facts = {"SHA256": "0" * 63 + "1", "Exifs": [{"PropertyName": "Make", "PropertyValue": "made up"}]}
    long = {"Diary": "x" * 2_001}
    data = case({**medium(digests[0], 1), **said, **facts, **long}, {**medium(digests[1], None), "Comments": "also"})
    page = choose(client, address, data)
    kept = {"Comments": "1", "Series": "1", "Victim identified": "1"}
    untaken = {"Comments": "1", "Hashes that are not here": "1", "Exifs": "1", "Diary": "1"}
    for shown in (page, client.get(page.context["take"])):
        assert (_counts(shown, "kept"), _counts(shown, "untaken")) == (kept, untaken)
    assert taken(client, page).status_code == 302
    after = client.get(page.request["PATH_INFO"])
    assert (_counts(after, "kept"), _counts(after, "untaken")) == (kept, untaken)
    (row,) = Finding.everywhere.exclude(graded="")
    wanted = {"Comments": "seen before (synthetic)", "Series": "Made up", "VictimIdentified": "false"}
    assert row.graded_said == wanted
    assert not Finding.everywhere.filter(graded="").exclude(graded_said={}).exists()
    assert taken(client, choose(client, address, case(medium(digests[0], 1)))).status_code == 302
    row.refresh_from_db()
    assert (row.graded, row.graded_said) == ("VICS 2.0 UK 1", {})  # what a document says of a file, it says whole


def test_what_was_said_is_shown_with_the_grade_to_the_owner_of_a_scan_alone(world: World) -> None:
    scan = world.scan()
    digest = _digests(scan)[0]
    with viewing(world.police.id):
        said = {digest: {"Comments": "seen before (synthetic)", "VictimIdentified": "true"}}
        assert grade(world.viewer, QUALITY, scan, {"VICS 2.0 UK 1": [digest]}, "x", said) == 1
        assert grade(world.viewer, QUALITY, scan, {"VICS 2.0 UK 1": [digest]}, "x", said) == 0
    rows = list(Finding.everywhere.filter(scan=scan).exclude(graded=""))
    shown: Any = ScanPage(None, "", Page(rows), [], [], {})  # type: ignore[arg-type]
    own, other = (str(findings_table(scan, shown, own=own)) for own in (True, False))
    assert "Comments: seen before (synthetic); Victim identified: yes" in own
    assert "VICS 2.0 UK 1" in other
    assert "seen before" not in other


def test_what_nothing_was_graded_of_says_what_else_it_says(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    address = reverse("scans:graded", args=[scan.pk])
    digests = _digests(scan)
    page = choose(client, address, case({**medium(digests[1], None), "Comments": "also (synthetic)"}))
    assert (page.context["take"], _counts(page, "kept"), _counts(page, "untaken")) == ("", {}, {"Comments": "1"})
    many = {f"Field {n}": "made up" for n in range(reading.MOST_FIELDS + 3)}
    other = choose(client, address, case({**medium(digests[0], 1), **many, "x" * 99: "made up"}))
    kept, untaken = _counts(other, "kept"), _counts(other, "untaken")
    assert len(kept) == MOST_KEPT
    assert untaken.keys() > {"Other fields"}
    assert len({*kept, *untaken}) == reading.MOST_FIELDS + 1
    assert {*kept.values(), *untaken.values()} == {"1"}


def _counts(page: Any, table: str) -> dict[str, str]:
    """What a table says of what else was said: files by field."""
    rows = html.fromstring(page.content.decode()).xpath(f"//table[@id='{table}']//tbody/tr")
    return {row[0].text_content().strip(): row[1].text_content().strip() for row in rows}


def test_a_document_of_strangers_or_of_nothing_says_so_and_changes_nothing(world: World) -> None:
    scan, client = world.scan(), browser(world.officer)
    address = reverse("scans:graded", args=[scan.pk])
    for data in (case(medium(md5("x"), 1)), b"%PDF-1.7 nothing", b"[1, 2]", case(medium(md5("x"), None))):
        page = choose(client, address, data)
        assert (page.status_code, page.context["take"], page.context["again"]) == (200, "", address)
        assert "nothing can be taken" in page.content.decode()
    assert choose(client, address, b"[1, 2]").context["faults"] is not None
    assert choose(client, address, b"").status_code == 422
    assert not Finding.everywhere.exclude(graded="").exists()
    assert choose(browser(world.analyst), address, case(medium(md5("x"), 1))).status_code == 404


def test_what_was_graded_goes_out_again_as_graded_by_a_person(world: World) -> None:
    scan = world.scan()
    row = Finding.everywhere.filter(scan=scan, verdict="new").first()
    with viewing(world.police.id):
        assert grade(world.viewer, QUALITY, scan, {"VICS 2.0 UK 2": [bytes(row.md5).hex(), "no hash"]}, "x") == 1
    document = Document("2.0", "UK")
    data = b"".join(write(workstation.goods(scan).entries(document, Left()), document))
    read = brought(world.viewer, QUALITY, scan, data)
    assert [(str(one.category), one.same) for one in read.graded.values()] == [("VICS 2.0 UK 2", 1)]


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
    refused = taken(client, page)
    assert refused.status_code == 422
    assert "Say of at least one category" in refused.content.decode()
    assert not EntryVote.everywhere.exists()
    answer = taken(client, page, category_0="positive")
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
                        one_by_one.vote(voters[who], QUALITY, row, ballots[row.ident])
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
    from django.db import transaction
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
    assert taken(client, page, category_0="negative", words="").status_code == 422
    assert taken(client, page, category_0="negative").status_code == 302
    assert EntryVote.everywhere.get().organisation_id == person.organisation_id
