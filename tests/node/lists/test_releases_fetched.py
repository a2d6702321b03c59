"""Signed releases as a source: a list is what enough countries signed last, whatever a mirror serves."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.client.serving import Asked, Said, serving
from tests.formats.values import value_of
from tests.lookup.service import until
from tests.node.lists.factories import QUALITY, curator
from tests.node.lists.test_sources import browser, fetched_from, matched, setting
from tests.trust.alliance import NAME, Alliance, changed, forced

from vaern.arrivals import File
from vaern.matching import Freshness, List, ListStoppedError, Matcher
from vaern.matching import current as currents
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.lists.base import disk
from vaern.node.lists.base.queries import by_hash
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import taking
from vaern.node.lists.models import (
    EntryAct,
    EntryPast,
    EntryRecall,
    HashList,
    ListEntry,
    ListIntake,
    ListSource,
    ReleaseDay,
)
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.sources import actions, fetching, services
from vaern.node.lists.sources.acknowledging import acknowledge_all
from vaern.node.reports.intake.lists import known
from vaern.records import Signal
from vaern.trust import acknowledging, keys

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.lists.sources.actions import Setting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@dataclass
class Publisher:
    """A list with its repository, which signers of two countries sign, and what a mirror of it serves."""

    folder: Path
    alliance: Alliance = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.alliance = Alliance(self.folder / "alliance")
        self.alliance.begin()
        self.mirror = self.folder / "nothing"
        self.numbers: set[int] = set()

    def release(self, numbers: set[int]) -> None:
        changed(self.folder / "list", sorted(numbers - self.numbers), sorted(self.numbers - numbers))
        self.numbers = set(numbers)
        self.alliance.release(self.folder / "list")
        self.mirror = self.alliance.mirror()

    def __call__(self, asked: Asked) -> Said:
        path = self.mirror / asked.path.lstrip("/")
        return Said(path.read_bytes()) if path.is_file() else Said(b"not here", 404)


def of(address: str, root: bytes) -> Setting:
    return setting(address, kind=SourceKind.RELEASES, account=NAME, keys={}, root=root)


_SETS = st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=6), min_size=1, max_size=4)


@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(releases=_SETS)
def test_a_list_is_what_its_last_signed_release_has(releases: list[set[int]], tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / f"p{HashList.everywhere.count()}")
    with serving(publisher) as server:
        root = publisher.alliance.root
        hash_list = fetched_from(curator(), of(server.base, root), f"known-{HashList.everywhere.count()}")
        HashList.everywhere.filter(pk=hash_list.pk).update(lost_percent=100)  # nobody is asked, however much goes
        for numbers in releases:
            publisher.release(numbers)
            for outcome in ("taken", "nothing"):
                fetching.fetch(hash_list.pk)
                source = ListSource.everywhere.get(list=hash_list)
                assert (source.why, source.outcome) in {("", outcome), ("", "nothing")}
                assert set(matched(hash_list).values()) == {value_of(number, 16) for number in numbers}
        assert source.checkpoint["signed_at"] < source.checkpoint["warn_at"] < source.checkpoint["stop_at"]


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("release"), st.sets(st.integers(0, 9), min_size=1, max_size=6)),
        st.tuples(st.sampled_from(["fetch", "refuse", "back up", "restore", "clean"]), st.just(set[int]())),
    ),
    min_size=4,
    max_size=10,
)


OF_A_LIST = (ListSource, ListEntry, EntryRecall, EntryPast, EntryAct, ReleaseDay)
"""Tables that a backup has beside the lists themselves."""


class Subscribed:
    """A list that follows a publisher, with what may befall it."""

    def __init__(self, publisher: Publisher, address: str) -> None:
        self.publisher, self.viewer = publisher, curator()
        given = of(address, publisher.alliance.root)
        self.list = fetched_from(self.viewer, given, f"known-{HashList.everywhere.count()}")
        HashList.everywhere.filter(pk=self.list.pk).update(lost_percent=100)  # nobody is asked, however much goes
        self.back_up(set())

    @property
    def source(self) -> ListSource:
        found: ListSource = ListSource.everywhere.get(list=self.list)
        return found

    def release(self, numbers: set[int]) -> None:
        self.publisher.release(numbers)

    def fetch(self, _numbers: set[int]) -> None:
        with viewing(self.list.organisation_id):
            actions.fetch_now(self.viewer, QUALITY, self.list)
        fetching.fetch(self.list.pk)
        assert self.source.why == ""
        assert set(matched(self.list).values()) == {value_of(number, 16) for number in self.publisher.numbers}

    def refuse(self, _numbers: set[int]) -> None:
        """A person says no to what was added; what was withdrawn waits for nobody."""
        ListSource.everywhere.filter(list=self.list).update(takes=False)
        fetching.fetch(self.list.pk)
        for intake in ListIntake.everywhere.filter(list=self.list, state="ready"):
            with viewing(self.list.organisation_id):
                intakes.reject(self.viewer, QUALITY, intake)
        ListSource.everywhere.filter(list=self.list).update(takes=True)
        assert set(matched(self.list).values()) <= {value_of(number, 16) for number in self.publisher.numbers}

    def back_up(self, _numbers: set[int]) -> None:
        self.backup = [
            (model, list(model.everywhere.filter(**{about: self.list.pk}).values()))
            for model, about in ((HashList, "pk"), *((model, "list") for model in OF_A_LIST))
        ]

    def restore(self, _numbers: set[int]) -> None:
        """The database is as it was; what was fetched lies where it did."""
        for model in reversed(OF_A_LIST):
            model.everywhere.filter(list=self.list)._raw_delete("default")
        for model, rows in self.backup:
            if model is HashList:
                HashList.everywhere.filter(pk=self.list.pk).update(**rows[0])
            else:
                model.everywhere.bulk_create([model(**row) for row in rows])

    def clean(self, _numbers: set[int]) -> None:
        """Of what was fetched only the newest is here, as an hour later."""
        folder = services.folder_of(self.list.pk)
        named = {part.id for part in currents.read(folder).parts} if folder.exists() else set()
        for path in folder.glob("parts/*"):
            if path.name not in named:
                shutil.rmtree(path)


@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_what_changed_since_the_last_release_that_was_taken_makes_the_same_list(
    steps: list[tuple[str, set[int]]], tmp_path: Path
) -> None:
    publisher = Publisher(tmp_path / f"p{HashList.everywhere.count()}")
    publisher.release({0, 1})
    with serving(publisher) as server:
        subscribed = Subscribed(publisher, server.base)
        for what, numbers in steps:
            getattr(subscribed, what.replace(" ", "_"))(numbers)
        subscribed.fetch(set())


def test_of_a_new_release_only_what_changed_is_taken_in(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    numbers = set(range(40))
    publisher.release(numbers)
    with serving(publisher) as server:
        subscribed = Subscribed(publisher, server.base)
        subscribed.fetch(set())
        publisher.release(numbers | {50})
        publisher.release((numbers | {50, 51}) - {7})  # the one before was missed
        subscribed.fetch(set())

        def last() -> tuple[int, bool, int, int]:
            intake = ListIntake.everywhere.latest("started_at")
            return intake.read, intake.whole, intake.added, intake.withdrawn

        assert last() == (3, False, 2, 1)
        subscribed.clean(set())
        subscribed.source.delete()
        with viewing(subscribed.list.organisation_id):
            actions.set_source(subscribed.viewer, QUALITY, subscribed.list, of(server.base, publisher.alliance.root))
        publisher.release(numbers)
        subscribed.fetch(set())
        assert last() == (40, True, 0, 2), "without a release to go on from all of it comes"


def test_a_release_is_acknowledged_when_it_is_taken_and_live_and_its_publisher_takes_what_says_so(
    tmp_path: Path,
) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.release({1, 2})
    repository = publisher.alliance.repository
    with serving(publisher) as server:
        subscribed = Subscribed(publisher, server.base)
        client = browser(subscribed.viewer.person)

        def downloaded(name: str) -> bytes:
            address = reverse(f"lists:{name}", args=[subscribed.list.pk])
            answer = client.post(address, {"why": "list_quality", "words": "made up for a test"})
            return answer.content if answer.status_code == 200 else b""

        assert downloaded("take-acknowledgement") == b""
        key = keys.public_of(downloaded("take-subscriber-key"), "")
        assert keys.organisation_of(key) == subscribed.viewer.organisation.name
        acknowledging.enrol(repository, NAME, key)
        subscribed.fetch(set())
        HashList.everywhere.filter(pk=subscribed.list.pk).update(published=0)  # nobody here matches against it yet
        assert acknowledge_all() == 0
        disk.follow_all()
        assert (acknowledge_all(), acknowledge_all()) == (1, 0)
        said, by = acknowledging.take(repository, downloaded("take-acknowledgement"))
        assert (said.version, by.keyid) == (1, key.keyid)
        publisher.release({2, 3})
        ListSource.everywhere.update(takes=False)
        fetching.fetch(subscribed.list.pk)
        assert set(matched(subscribed.list).values()) == {value_of(2, 16)}
        assert acknowledge_all() == 0, "what was added waits"
        intake = ListIntake.everywhere.get(state="ready")
        with viewing(subscribed.list.organisation_id):
            intakes.take(subscribed.viewer, QUALITY, intake)
        taking.take(intake.pk)
        assert acknowledge_all() == 1
        acknowledging.take(repository, downloaded("take-acknowledgement"))
        (standing,) = acknowledging.standings(repository, NAME)
        assert (standing.version, standing.since) == (2, None)
        ListSource.everywhere.update(acknowledged=0)
        publisher.release({2, 3, 4})
        fetching.fetch(subscribed.list.pk)
        assert acknowledge_all() == 0, "another release lies here than the one that is used"


def test_what_a_thief_of_the_publishers_machine_releases_changes_nothing(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.release({1, 2})
    with serving(publisher) as server:
        hash_list = fetched_from(curator(), of(server.base, publisher.alliance.root))
        fetching.fetch(hash_list.pk)
        before = matched(hash_list)
        changed(publisher.folder / "list", [3], [1])
        publisher.alliance.propose(publisher.folder / "list")
        forced(publisher.alliance)
        publisher.mirror = publisher.alliance.mirror()
        fetching.fetch(hash_list.pk)
        source = ListSource.everywhere.get()
        assert (source.outcome, source.checkpoint["version"], matched(hash_list)) == ("failed", 1, before)
        assert source.why


def test_a_list_stops_when_its_publisher_says_and_no_report_waits_for_it(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.release({1})
    file = File(signals=(Signal("md5", value_of(1, 16)),))
    with serving(publisher) as server:
        hash_list = fetched_from(curator(), of(server.base, publisher.alliance.root))
        fetching.fetch(hash_list.pk)

    def on_disk() -> List:
        disk.follow_all()
        return List.open(disk.folder_of(hash_list.name))

    def known_by() -> list[str]:
        return [match.list for kept in known([file]) for match in kept.matches]

    source = ListSource.everywhere.get()
    told = source.checkpoint
    assert on_disk().freshness == Freshness(told["signed_at"], told["warn_at"], told["stop_at"])
    until(lambda: known_by() == [hash_list.name])
    source.checkpoint = told | {"stop_at": told["signed_at"]}
    source.save()
    assert on_disk().is_stopped
    with pytest.raises(ListStoppedError):
        Matcher([on_disk()]).match_signals(file.signals)
    until(lambda: known_by() == [])  # what it has is not known, and the report comes in
    with viewing(hash_list.organisation_id):
        assert len(by_hash(hash_list, file.signals)) == 1, "who keeps the list searches it"
    source.checkpoint = told
    source.save()
    assert not on_disk().is_stopped
    until(lambda: known_by() == [hash_list.name])
    source.delete()
    assert on_disk().freshness is None


def test_trust_begins_with_a_root_whose_fingerprint_is_shown(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.release({1})
    metadata = publisher.alliance.repository.metadata
    with serving(publisher) as server:
        viewer, root = curator(), publisher.alliance.root
        for wrong in (b"", b"no document", (metadata / "timestamp.json").read_bytes()):
            with pytest.raises(Refusal) as caught:
                fetched_from(viewer, of(server.base, wrong), f"known-{HashList.everywhere.count()}")
            assert caught.value.field == "root"
        hash_list = fetched_from(viewer, of(server.base, b"  " + root + b"\r\n"), "right")
        with viewing(viewer.organisation.id):
            assert actions.try_out(viewer, QUALITY, hash_list) is True
        assert not services.folder_of(hash_list.pk).exists()
        fetching.fetch(hash_list.pk)
        client = browser(viewer.person)
        session = client.session
        session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
        session.save()
        shown = client.get(reverse("lists:list", args=[hash_list.pk])).content.decode()
        assert hashlib.sha256(root).hexdigest() in shown
        assert services.folder_of(hash_list.pk).exists()
        with viewing(viewer.organisation.id):
            actions.drop(viewer, QUALITY, hash_list)
        assert not services.folder_of(hash_list.pk).exists()
