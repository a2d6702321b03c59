"""Feedback for sources that take none themselves: what was not given is downloaded, and given once somebody says so."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from tests.client.test_tables import Place, table
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.test_sources import REASON, a_table, browser, setting
from tests.node.lists.test_upward import vote
from tests.node.undoing import undone

from vaern.formats import feedback_write
from vaern.formats.feedback_write import FeedbackFile as Document
from vaern.formats.feedback_write import Hash, Said
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import FeedbackFile, HashList, ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import Shape
from vaern.node.lists.sources import actions as sources
from vaern.node.lists.upward import handing, queries
from vaern.records import Signal
from vaern.trust import keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = "abc"


@pytest.fixture(autouse=True)
def keys_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.SUBSCRIBER_KEYS = tmp_path / "keys"


def signal(name: str) -> Signal:
    return Signal("md5", bytes(15) + name.encode())


def a_list(viewer: Viewer) -> HashList:
    """A list that came as files, with an entry of each name."""
    hash_list = make_list(viewer, f"known-{HashList.everywhere.count()}")
    add(viewer, hash_list, *(entry_of(name, signal(name)) for name in NAMES))
    return hash_list


def downloaded(viewer: Viewer, hash_list: HashList, shape: Shape = Shape.CSV) -> bytes:
    with viewing(viewer.organisation.id):
        return handing.take_out(viewer, QUALITY, hash_list, shape)[1]


def opinions(data: bytes) -> dict[str, str]:
    return {row["Entry"]: row["Opinion"] for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}


def row_of(hash_list: HashList, name: str) -> ListEntry:
    found: ListEntry = ListEntry.everywhere.select_related("list__organisation").get(list=hash_list, ident=name)
    return found


# The law --------------------------------------------------------------------------------------------------------------

_NAME = st.sampled_from(NAMES)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), _NAME, st.sampled_from(["positive", "negative", "unsure"])),
        *(st.tuples(st.just(what), _NAME) for what in ("recall", "reinstate")),
        st.tuples(st.just("download")),
        *(st.tuples(st.just(what), st.integers(0, 3)) for what in ("give", "take_back")),
    ),
    max_size=12,
)


class World:
    """A list that came as files, and what its source was given, worked out by hand."""

    def __init__(self) -> None:
        self.viewer = curator()
        self.list = a_list(self.viewer)
        self.votes: dict[str, str] = {}
        self.recalled: set[str] = set()
        self.taken_back: set[str] = set()
        self.files: list[tuple[FeedbackFile, dict[str, str]]] = []
        self.given: set[int] = set()

    def vote(self, name: str, opinion: str) -> None:
        if name not in self.recalled:
            vote(self.viewer, row_of(self.list, name), opinion)
            self.votes[name] = opinion

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

    def heard(self) -> dict[str, str]:
        """What the source heard last of each entry."""
        told: dict[str, str] = {}
        for number, (_file, said) in enumerate(self.files):
            told |= said if number in self.given else {}
        return told

    def fresh(self) -> dict[str, str]:
        heard, found = self.heard(), {}
        for name in NAMES:
            opinion = self.votes.get(name, "")
            lifted = name in self.taken_back and heard.get(name) == "negative" and opinion in {"", "positive"}
            said = "negative" if name in self.recalled else opinion if opinion != "unsure" else ""
            said = said or ("positive" if lifted else "")
            if said and said != heard.get(name):
                found[name] = said
        return found

    def download(self) -> None:
        fresh = self.fresh()
        if fresh:
            assert opinions(downloaded(self.viewer, self.list)) == fresh
            self.files.append((FeedbackFile.everywhere.filter(list=self.list).latest("pk"), fresh))
        else:
            with pytest.raises(Conflict, match="all that you found"):
                downloaded(self.viewer, self.list)

    def give(self, number: int) -> None:
        self._mark(number, given=True)

    def take_back(self, number: int) -> None:
        self._mark(number, given=False)

    def _mark(self, number: int, *, given: bool) -> None:
        if number >= len(self.files):
            return
        with viewing(self.viewer.organisation.id):
            if (number in self.given) is given:
                with pytest.raises(Conflict):
                    handing.mark(self.viewer, QUALITY, self.files[number][0], given=given)
            else:
                handing.mark(self.viewer, QUALITY, self.files[number][0], given=given)
        self.given = self.given | {number} if given else self.given - {number}


@pytest.mark.once
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_a_file_has_what_was_found_and_not_given_whatever_was_downloaded_given_and_taken_back(
    steps: Sequence[tuple[Any, ...]],
) -> None:
    world = World()
    for what, *told in (*steps, ("download",)):
        getattr(world, what)(*told)


# The file -------------------------------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@given(
    st.lists(
        st.builds(
            Said,
            entry=_TEXT,
            opinion=st.sampled_from(["positive", "negative"]),
            why=st.sampled_from(["", "not_csam"]),
            hashes=st.lists(st.builds(Hash, kind=st.just("md5"), value=st.text("0123456789abcdef")), max_size=3).map(
                tuple
            ),
        ),
        max_size=4,
    )
)
def test_json_gives_back_what_was_said_and_a_table_has_a_row_for_each_hash(said: list[Said]) -> None:
    file = Document(list="known", release=3, organisation="House", country="XN", at="2026-01-01", said=tuple(said))
    assert msgspec.json.decode(feedback_write.to_json(file), type=Document) == file
    rows = list(csv.reader(io.StringIO(feedback_write.to_csv(file).decode(), newline="")))
    assert tuple(rows[0]) == feedback_write.HEADER
    assert [row[1:] for row in rows[1:]] == [
        [one.opinion, one.why, *values]
        for one in said
        for values in ([[found.kind, found.value] for found in one.hashes] or [["", ""]])
    ]


def test_who_has_the_key_sees_whose_it_is_and_that_nothing_was_changed(settings: Any) -> None:
    viewer = curator()
    hash_list = a_list(viewer)
    vote(viewer, row_of(hash_list, "a"), "positive")
    with viewing(viewer.organisation.id):
        curation.recall(viewer, QUALITY, row_of(hash_list, "b"), RecallReason.WRONG_HASH)
    data = downloaded(viewer, hash_list, Shape.SIGNED)
    (path,) = settings.SUBSCRIBER_KEYS.glob("*.pub.json")
    key, envelope = keys.read_public(path), Envelope.from_dict(msgspec.json.decode(data))
    assert envelope.payload_type == handing.TYPE
    envelope.verify([key], 1)
    document = msgspec.json.decode(envelope.payload, type=Document)
    assert (document.list, document.release) == (hash_list.name, None)
    assert document.organisation == keys.organisation_of(key) == viewer.organisation.name
    assert [(one.entry, one.opinion, one.why) for one in document.said] == [
        ("a", "positive", ""),
        ("b", "negative", "wrong_hash"),
    ]
    assert document.said[0].hashes == (Hash(kind="md5", value=signal("a").value.hex()),)


# Who, and where -------------------------------------------------------------------------------------------------------


def test_a_source_that_takes_opinions_is_sent_no_file_and_another_source_was_given_nothing() -> None:
    for viewer, hash_list in a_table(Place(table(range(3)))):
        (row,) = add(viewer, hash_list, entry_of("x", signal("x")))
        vote(viewer, row, "positive")
        assert opinions(downloaded(viewer, hash_list)) == {"x": "positive"}
        with viewing(viewer.organisation.id):
            handing.mark(viewer, QUALITY, FeedbackFile.everywhere.get(), given=True)
            assert not queries.is_anything_not_given(hash_list)
            address = setting("https://source.example", kind=SourceKind.TABLE, account="", keys={})
            sources.set_source(viewer, QUALITY, hash_list, address)
            assert queries.is_anything_not_given(hash_list), "it was told to another"
            sources.set_source(viewer, QUALITY, hash_list, setting("https://source.example"))
            with pytest.raises(Conflict, match="takes opinions itself"):
                handing.take_out(viewer, QUALITY, hash_list, Shape.CSV)


def test_the_pages_download_and_say_that_it_was_sent_and_that_is_undone(settings: Any) -> None:
    viewer = curator()
    hash_list = a_list(viewer)
    client = browser(viewer.person)
    session = client.session
    session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
    session.save()

    def at(name: str, *more: object) -> str:
        return reverse(f"lists:{name}", args=[hash_list.pk, *more])

    assert at("feedback-files") not in client.get(at("list")).content.decode(), "it is made here"
    HashList.everywhere.update(source="A hotline abroad")
    assert at("feedback-files") in client.get(at("list")).content.decode()
    assert client.get(at("take-feedback")).status_code == 302, "nothing was found"
    vote(viewer, row_of(hash_list, "c"), "negative")
    answer = client.post(at("take-feedback"), {**REASON, "shape": "csv"})
    assert (answer["Content-Type"], opinions(answer.content)) == ("text/csv; charset=utf-8", {"c": "negative"})
    file = FeedbackFile.everywhere.get()
    assert at("feedback-given", file.pk) in client.get(at("feedback-files")).content.decode()

    def stands() -> object:
        return FeedbackFile.everywhere.values_list("given_at", "given_by").get()

    undone(viewer.person, "lists:feedback-given", [hash_list.pk, file.pk], REASON, stands)
    client.post(at("feedback-given", file.pk), REASON)
    assert at("feedback-not-given", file.pk) in client.get(at("feedback-files")).content.decode()
    acts = LedgerEntry.objects.filter(act__startswith="lists.told.").exclude(act="lists.told.listed")
    said = [one.removeprefix("lists.told.") for one in acts.order_by("pk").values_list("act", flat=True)]
    assert said == ["taken_out", "given", "not_given", "given"]


def test_only_a_person_who_keeps_the_list_downloads_what_its_source_is_given() -> None:
    viewer, other = curator(), curator()
    hash_list = a_list(viewer)
    vote(viewer, row_of(hash_list, "a"), "positive")
    for name in ("feedback-files", "take-feedback"):
        answer = browser(other.person).post(reverse(f"lists:{name}", args=[hash_list.pk]), {**REASON, "shape": "csv"})
        assert answer.status_code == 404
    with pytest.raises(Refusal, match="not a key"):
        downloaded(replace(viewer, person=None), hash_list)
    assert not FeedbackFile.everywhere.exists()
