"""Subsets: what their recipients' programs are answered and handed out, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.lookup.lists import pdq
from tests.lookup.service import running, until
from tests.node.factories import make_key
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.house import House
from tests.node.lists.subsets import give, live, make_subset, platform, said
from tests.trust.alliance import fetched

from vaern.lookup.spool import Answered, Feedback, HitRow, Writer
from vaern.node.base.scope import viewing
from vaern.node.lists.base.subsets import subset_folder
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.lookups import draining
from vaern.node.lists.models import EntryFeedback, ListEntry, LookupHit, RecallEffect
from vaern.node.lists.recalls import jobs, tracing
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.signing import actions as signing
from vaern.node.organisations.rules import Permission
from vaern.records import Signal
from vaern.trust import keys
from vaern.trust.repository import sign

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)


def answered(asker: Viewer, list_: str, entry: str) -> Answered:
    return Answered(
        at=timezone.now().isoformat(),
        call="0" * 31 + "1",
        key="0" * 31 + "2",
        organisation=str(asker.organisation.pk),
        protocol="vaern",
        counts={"sha256": 1},
        digest="0" * 64,
        index="0" * 64,
        hits=(HitRow(0, list_, "1", entry, "sha256", 0, "queue"),),
    )


def test_what_was_answered_from_a_subset_counts_for_its_list() -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a", licence="open"))
    make_subset(owner, hash_list)
    opinion = {"list": "part", "entry": "a", "opinion": "negative", "protocol": "vaern"}
    fed = Feedback(
        at=timezone.now().isoformat(),
        call="0" * 32,
        key="0" * 31 + "2",
        organisation=str(asker.organisation.pk),
        **opinion,
    )
    writer = Writer(draining.folder())
    writer.append([answered(asker, "part", "a"), fed])
    writer.close()
    draining.drain()
    assert LookupHit.everywhere.get().list == EntryFeedback.everywhere.get().list == "known"
    with viewing(owner.organisation.id):
        made = curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
    tracing.trace(made.pk)
    assert RecallEffect.everywhere.filter(recall=made, organisation=asker.organisation.pk, kind="lookup").exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_recall_is_told_to_recipients_of_a_subset_that_has_the_entry_and_to_no_other(many: bool) -> None:
    owner, has, has_not = curator(), platform(), platform()
    hash_list = make_list(owner)
    give(owner, make_subset(owner, hash_list, "open"), has)
    give(owner, make_subset(owner, hash_list, "shut", Selection(frozenset({"shut"}))), has_not)
    (row,) = add(owner, hash_list, entry_of("a", licence="open"))
    with viewing(owner.organisation.id):
        made = curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
    if many:
        jobs.trace_all()
    else:
        tracing.trace(made.pk)
    told = RecallEffect.everywhere.filter(recall=made).values_list("organisation", "kind")
    assert list(told) == [(has.organisation.pk, "subscriber")]


def test_the_service_answers_and_hands_out_from_the_subset_alone(settings: Any) -> None:
    owner = curator()
    hash_list = make_list(owner, "known")
    hows = {"shown": "open", "hidden": "shut"}
    hashes = {ident: (digest(ident), Signal("pdq", pdq(ident))) for ident in hows}
    (row, _other) = add(
        owner, hash_list, *(entry_of(ident, *hashes[ident], licence=how) for ident, how in hows.items())
    )
    make_subset(owner, hash_list, "part")
    with running(settings.LISTS) as service:
        scopes = ("lookup.ask", "lookup.lists", "lookup.feedback")
        service.admit("recipient", lists=("part",), holds=("part",), scopes=scopes)

        def lists_hit(ident: str, who: str) -> list[str]:
            asked = {"kind": "sha256", "value": digest(ident).value.hex()}
            (result,) = service.look_up(asked, who=who).json()["results"]
            return [hit["list"] for hit in result.get("hits", [])]

        def handed_out(name: str) -> list[tuple[int, str]]:
            """The feeds of a list in each of the protocols, with their statuses."""
            paths = (
                f"/threatexchange/{name}/threat_updates",
                f"/stopncii/{name}/FetchHashes",
                f"/ncmec/{name}/v2/entries",
            )
            answers = [service.ask("GET", path, who="recipient") for path in paths]
            return [(one.status, one.body.decode().lower()) for one in answers]

        def names(text: str, ident: str) -> bool:
            return any(one.value.hex() in text for one in hashes[ident])

        until(lambda: service.ask("GET", "/api/lists", who="recipient").status == 200)
        assert {status for status, _text in handed_out("known")} == {404}
        for status, text in handed_out("part"):
            assert (status, names(text, "shown"), names(text, "hidden")) == (200, True, False)
        assert lists_hit("shown", "recipient") == ["part"]
        assert lists_hit("hidden", "recipient") == []
        assert lists_hit("shown", "hosting") == ["known"], "`*` is all lists, and no entry twice"
        with viewing(owner.organisation.id):
            row.refresh_from_db()
            curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
        until(lambda: lists_hit("shown", "recipient") == [])
        gone = ('"should_delete":true', '"hashstatus":"deleted"', "<deleted")
        for (_status, text), word in zip(handed_out("part"), gone, strict=True):
            assert (names(text, "shown") or "shown" in text, word in text) == (True, True)


def test_a_signed_release_of_a_subset_has_its_entries_alone(settings: Any, tmp_path: Path) -> None:
    settings.RELEASES, settings.RELEASES_KEY = tmp_path / "releases", tmp_path / "keys" / "releases.key"
    house = House(tmp_path, settings)
    house.alliance.delegate("part", ("north", "south", "east"), 2)
    (row, _other) = add(
        house.curator, house.list, entry_of("shown", licence="open"), entry_of("hidden", licence="shut")
    )
    subset = make_subset(house.curator, house.list, "part")

    def released() -> None:
        with viewing(house.curator.organisation.id):
            signing.propose(house.curator, QUALITY, subset)
            name, data = signing.take_out(house.curator, QUALITY, subset)
            (tmp_path / name).write_bytes(data)
            for one in ("north", "east"):
                sign(tmp_path / name, keys.read_private(house.alliance.folder / one))
            assert signing.hand_in(house.curator, QUALITY, subset, (tmp_path / name).read_bytes())
        fetched(tmp_path / "desk", house.alliance.repository.folder, house.alliance.root, "part")

    released()
    assert said(tmp_path / "desk") == live(subset_folder("part"))
    assert live(tmp_path / "desk").keys() == {"shown"}
    with viewing(house.curator.organisation.id):
        curation.recall(house.curator, QUALITY, ListEntry.of(list=house.list).get(pk=row.pk), RecallReason.WRONG_HASH)
    released()
    assert (live(tmp_path / "desk"), said(tmp_path / "desk").keys()) == ({}, {"shown"})


def test_programs_read_which_lists_and_subsets_their_organisation_has() -> None:
    owner, asker = curator(), platform()
    hash_list = make_list(owner)
    add(owner, hash_list, entry_of("a", licence="open"), entry_of("b", licence="shut"))
    give(owner, make_subset(owner, hash_list), asker)
    found = {}
    for viewer in (owner, asker):
        _key, text = make_key(viewer.person, Permission.LOOKUP_LISTS)
        program = Client(headers={"authorization": f"Bearer {text}", "vaern-reason": "list_quality"})
        found[viewer] = program.get("/api/hash-lists").json()["items"]
    shown = [[(one["name"], one["entries"], one["own"], one["subset"]) for one in rows] for rows in found.values()]
    assert shown == [[("known", 2, True, False), ("part", 1, True, True)], [("part", 1, False, True)]]
