"""Lists that change: any sequence of changes equals a dictionary, and whoever reads sees one state and no mixture."""

from __future__ import annotations

import multiprocessing
import os
import signal as signals_of_system
import threading
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.matching import oracle

from vaern.matching import (
    Freshness,
    List,
    ListPackageError,
    ListStoppedError,
    Matcher,
    Shelf,
    build_package,
    publish,
    publishing,
    refresh,
    replacing,
    shelf,
)
from vaern.records import Entry, Problem, Signal, Vote

IDS = "abcdefgh"
KINDS = {"md5": 16, "sha1": 20, "pdq": 32, "domain": 9, "keyword": 32, "pdna": 144}


def entry(id_: str, kind: str, number: int, **more) -> Entry:
    value = bytes([number]) * KINDS[kind] if kind != "domain" else b"d%07d." % number
    return Entry(id_, (Signal(kind, value),), **more)


entries = st.builds(
    entry,
    st.sampled_from(IDS),
    st.sampled_from(sorted(KINDS)),
    st.integers(0, 3),
    recalled=st.booleans(),
    updated=st.sampled_from(["", "2026-01-01T00:00:00+00:00", "2026-03-01T12:00:00.5+00:00"]),
)
SAID = {"name": "n", "release": "r", "purpose": "known", "distance": 0}


def latest(items: list[Entry]) -> dict[str, Entry]:
    """Of the items of one call, the one that counts for each id, by the rule as it is documented."""
    found: dict[str, Entry] = {}
    for item in items:
        known = found.get(item.id)
        if known is None or _order(item) >= _order(known):
            found[item.id] = item
    return found


def _order(item: Entry) -> tuple[str, bool]:
    return item.updated, bool(item.updated) and item.recalled


def asked() -> list[Signal]:
    return [entry("", kind, number).signals[0] for kind in KINDS for number in range(4)]


def agrees(list_: List, model: dict[str, Entry]) -> None:
    live = {id_: entry for id_, entry in model.items() if not entry.recalled}
    assert list_.entries == len(live)
    for id_ in IDS:
        found = list_.by_id(id_)
        assert (found and found[1]) == live.get(id_)
        assert found is None or list_.entry(found[0]) == found[1]
    for signal, hits in zip(asked(), Matcher([list_], min_quality=0).hits(asked()), strict=True):
        wanted = [one.id for one in live.values() if signal in one.signals and signal.kind != "pdna"]
        assert sorted(hit.entry.id for hit in hits) == sorted(wanted)
        assert all(hit.entry == live[hit.match.entry] for hit in hits)


class Publishing(RuleBasedStateMachine):
    """Any sequence of publishing, withdrawing and merging agrees with a dictionary of id to entry."""

    @initialize(items=st.lists(entries, max_size=6))
    def begin(self, items):
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.folder = f"{self.place.name}/list"
        self.model: dict[str, Entry] = {}
        self.states: list[tuple[str, dict[str, Entry]]] = []
        self.change(items, set(), whole=False, small=2000)

    @rule(
        items=st.lists(entries, max_size=5),
        withdrawn=st.sets(st.sampled_from(IDS), max_size=2),
        whole=st.sampled_from([False, False, False, True]),
        small=st.sampled_from([0, 3, 2000]),
    )
    def change(self, items, withdrawn, whole, small):
        before = dict(self.model)
        if whole:
            self.model = {id_: msgspec.structs.replace(one, recalled=True) for id_, one in before.items()}
        self.model |= latest([item for item in items if item.id not in withdrawn])
        for id_ in withdrawn:
            if id_ in before and not before[id_].recalled:
                self.model[id_] = msgspec.structs.replace(before[id_], recalled=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(publishing, "SMALL", small)
            patch.setattr(publishing, "MOST_PARTS", 3)
            publish(self.folder, items, **SAID, whole=whole, withdrawn=withdrawn)
        self.states.append((List.open(self.folder).created, self.model))

    @invariant()
    def agrees(self):
        if not hasattr(self, "folder"):
            return
        list_ = List.open(self.folder, verify=True)
        agrees(list_, self.model)
        assert len(list_.parts) <= 4
        self.lists_each_entry_once_as_it_is(list_)

    def lists_each_entry_once_as_it_is(self, list_):
        changes, after = [], ""
        while True:
            page, after = list_.changed(after=after, most=2)
            changes += page
            if not after:
                break
        assert len(changes) == len({change.entry.id for change in changes})
        assert [change.at for change in changes] == sorted(change.at for change in changes)
        bare = {change.entry.id: change.entry.recalled for change in changes}
        assert bare == {id_: one.recalled for id_, one in self.model.items()}
        assert all(list_.entry(change.row) == change.entry for change in changes)

    @invariant()
    def tells_whoever_knows_an_earlier_state_all_that_is_other_now(self):
        for moment, known in getattr(self, "states", ()):
            told = {change.entry.id for change in List.open(self.folder).changed(since=moment)[0]}
            assert {id_ for id_, one in self.model.items() if said(one) != said(known.get(id_))} <= told

    def teardown(self):
        if hasattr(self, "place"):
            self.place.cleanup()


@pytest.mark.once
class TestPublishing(Publishing.TestCase):
    """The machine."""

    settings = settings(max_examples=20, stateful_step_count=8)


def said(one: Entry | None) -> Entry | None:
    """What somebody has to know of an entry: nothing of one that does not count."""
    return None if one is None or one.recalled else one


def one(number: int) -> list[Entry]:
    """A state whose entries all say which it is."""
    return [entry(id_, "md5", number) for id_ in IDS]


def test_what_changed_is_told_once_and_by_the_moment_the_list_took_it_up(tmp_path):
    publish(tmp_path / "l", one(1), **SAID)
    first = List.open(tmp_path / "l").created
    second = publish(tmp_path / "l", [entry("a", "md5", 2), entry("b", "md5", 1)], **SAID, withdrawn=["c"]).created
    changes, after = List.open(tmp_path / "l").changed(since=second)
    assert {change.entry.id: change.entry.recalled for change in changes} == {"a": False, "c": True}, "b says the same"
    assert not after
    assert len(List.open(tmp_path / "l").changed(since=first, until=second)[0]) == len(IDS) - 2
    with pytest.raises(ValueError, match="no place to go on from"):
        List.open(tmp_path / "l").changed(after="x")


def test_where_to_go_on_holds_after_parts_were_merged(tmp_path):
    publish(tmp_path / "l", one(1), **SAID)
    page, after = List.open(tmp_path / "l").changed(most=3)
    for number in range(4):
        publish(tmp_path / "l", [entry(f"new {number}", "md5", 3)], **SAID)
    rest, end = List.open(tmp_path / "l").changed(after=after)
    assert not end
    assert {change.entry.id for change in (*page, *rest)} == {*IDS, *(f"new {n}" for n in range(4))}
    assert len(page) + len(rest) == len(IDS) + 4


def test_publishing_what_the_list_says_changes_nothing(tmp_path):
    state = publish(tmp_path / "l", one(1), **SAID)
    assert publish(tmp_path / "l", one(1)[:3], **SAID) == state
    assert publish(tmp_path / "l", [], **SAID, withdrawn=["unknown"]) == state
    assert publish(tmp_path / "l", [Problem("f", 1, "bad")], **SAID) == state
    renamed = publish(tmp_path / "l", [], **{**SAID, "release": "r2"})
    assert (renamed.parts, renamed.sequence) == (state.parts, 2)
    unnamed = {key: value for key, value in SAID.items() if key != "release"}
    later = publish(tmp_path / "l", [entry("new", "md5", 9)], **unnamed)
    assert (later.release, len(later.parts)) == ("3", 2)
    for again in ([entry("new", "md5", 9)], one(1)[:2], []):
        assert publish(tmp_path / "l", again, **unnamed) == later, "also where the last part would be written anew"


def test_a_package_is_a_list_and_is_never_published_into(tmp_path):
    build_package(tmp_path / "p", one(1), name="n", release="r")
    list_ = List.open(tmp_path / "p")
    assert (list_.sequence, list_.entries, list_.checked) == (0, len(IDS), "")
    assert list_.by_id("a") == (0, one(1)[0])
    assert len(list_.changed()[0]) == len(IDS)
    with pytest.raises(ListPackageError, match="never changes"):
        publish(tmp_path / "p", [], **SAID)


@given(data=st.data())
def test_no_byte_of_what_a_list_is_can_change_unseen(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("l") / "l"
    publish(folder, one(1), **SAID)
    publish(folder, one(2)[:1], **SAID, withdrawn=["b"])
    whole = bytearray((folder / "current.json").read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / "current.json").write_bytes(whole)
    with pytest.raises(ListPackageError):
        List.open(folder)


def test_text_is_found_by_itself_and_by_its_digest(tmp_path):
    import hashlib

    domain, keyword = Signal("domain", b"bad.example"), Signal("keyword", hashlib.sha256(b"word").digest())
    publish(tmp_path / "l", [Entry("1", (domain, keyword))], **SAID)
    by_digest = Signal("domain-sha256", hashlib.sha256(b"bad.example").digest())
    other = Signal("address", b"bad.example")
    hits = Matcher([List.open(tmp_path / "l")]).hits([domain, by_digest, keyword, other])
    assert [[hit.match.kind for hit in of_signal] for of_signal in hits] == [["domain"], ["domain"], ["keyword"], []]


def test_a_list_says_its_age_warns_and_stops(tmp_path):
    signal = one(1)[0].signals[0]
    fresh = Freshness("2026-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00", "2999-02-01T00:00:00+00:00")
    publish(tmp_path / "l", one(1), **SAID, freshness=fresh)
    list_ = List.open(tmp_path / "l")
    assert not list_.warning
    assert {hit.match.checked for hit in Matcher([list_]).hits([signal])[0]} == {fresh.checked_at}
    sequence = list_.sequence
    refresh(tmp_path / "l", Freshness(fresh.checked_at, fresh.checked_at, fresh.stop_at))
    list_ = List.open(tmp_path / "l")
    assert list_.sequence == sequence
    assert "was to be by" in list_.warning
    assert Matcher([list_]).hits([signal])[0]
    refresh(tmp_path / "l", Freshness(fresh.checked_at, fresh.checked_at, fresh.checked_at))
    with pytest.raises(ListStoppedError, match="'n' was last checked 2026-01-01"):
        Matcher([List.open(tmp_path / "l")]).match_signals([signal])


def test_what_no_state_names_is_removed_after_an_hour_and_not_before(tmp_path, monkeypatch):
    first = publish(tmp_path / "l", one(1), **SAID, whole=True)
    (tmp_path / "l" / "parts" / ".vaern-killed").mkdir()
    second = publish(tmp_path / "l", one(2), **SAID, whole=True)
    names = {path.name for path in (tmp_path / "l" / "parts").iterdir()}
    assert {first.parts[0].id, second.parts[0].id, ".vaern-killed"} <= names
    monkeypatch.setattr(replacing, "KEPT", -1.0)
    third = publish(tmp_path / "l", one(3), **SAID, whole=True)
    assert {path.name for path in (tmp_path / "l" / "parts").iterdir()} == {third.parts[0].id}


def now(shelf_: Shelf):
    """The shelf after a look at the folder, whenever the last one was."""
    shelf_._looked = float("-inf")
    return shelf_.snapshot()


def test_a_shelf_follows_its_folder_and_opens_only_what_changed(tmp_path, caplog):
    own = Shelf(tmp_path)
    assert own.matcher() is None
    publish(tmp_path / "a", one(1), **SAID)
    build_package(tmp_path / "b", one(2), name="b", release="1")
    (before, package) = now(own)
    assert own.matcher() is own.matcher()
    publish(tmp_path / "a", [entry("a", "md5", 3)], **SAID)
    (after, same) = now(own)
    assert same is package
    assert after.parts[0].package is before.parts[0].package
    assert (before.by_id("a")[1], after.by_id("a")[1]) == (one(1)[0], entry("a", "md5", 3))
    (tmp_path / "a" / "current.json").write_bytes(b"{")
    assert now(own)[0] is after, "a damaged state does not take the place of a whole one"
    assert "cannot be read" in own.problems["a"]
    assert "stays as it was" in caplog.text
    publish_again = tmp_path / "a" / "current.json"
    publish_again.unlink()
    publish(tmp_path / "a", one(2), **SAID)
    assert not (now(own) and own.problems)
    assert own.snapshot()[0].by_id("a")[1] == one(2)[0]
    assert [list_.name for list_ in Shelf(tmp_path, ["b"]).snapshot()] == ["b"]
    build_package(tmp_path / "c", one(2), name="b", release="1")
    assert [list_.name for list_ in now(own)] == ["n", "b"]
    assert "given twice" in own.problems["c"]
    assert Shelf(None).matcher() is None


def test_a_shelf_looks_at_once_where_it_is_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "LOOK_EVERY", float("inf"))
    publish(tmp_path / "l", one(0), **SAID)
    own = Shelf(tmp_path)
    (first,) = own.snapshot(at_once=True)
    publish(tmp_path / "l", one(1), **SAID)
    publish(tmp_path / "other", one(2), **{**SAID, "name": "other"})
    assert own.snapshot() == (first,)
    assert [one.sequence for one in own.snapshot(at_once=True)] == [2, 1]
    assert [one.sequence for one in own.snapshot()] == [2, 1]


def reading(folder, begun, done, wrong):
    own = Shelf(folder)
    while not done.is_set():
        lists = own.snapshot()
        if lists:
            states = {lists[0].by_id(id_)[1].signals[0].value[0] for id_ in IDS}
            hits = own.matcher().hits([entry("", "md5", number).signals[0] for number in range(256)])
            if len(states) != 1 or {len(of_signal) for of_signal in hits} != {0, len(IDS)}:
                wrong.put(states)
        begun.set()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_a_reader_sees_one_state_and_never_a_mixture(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(shelf, "LOOK_EVERY", 0.0)
    publish(tmp_path / "l", one(0), **SAID)
    context = multiprocessing.get_context("fork")
    begun, done, wrong = context.Event(), context.Event(), context.SimpleQueue()
    make = threading.Thread if kind == "threads" else context.Process
    reader = make(target=reading, args=(tmp_path, begun, done, wrong))
    reader.start()
    begun.wait()
    try:
        for number in range(1, 30):
            publish(tmp_path / "l", one(number), **SAID, whole=number % 5 == 0)
    finally:
        done.set()
        reader.join()
    assert wrong.empty()


def write_on(folder, number):
    while True:
        number += 1
        publish(folder, one(number % 200), **SAID, whole=number % 7 == 0)


def test_a_writer_that_is_killed_leaves_a_whole_state_and_the_next_goes_on(tmp_path):
    folder = tmp_path / "l"
    publish(folder, one(0), **SAID)
    rng = oracle.np.random.default_rng(1)
    for turn in range(6):
        writer = multiprocessing.get_context("fork").Process(target=write_on, args=(folder, 10 * turn))
        writer.start()
        time.sleep(float(rng.uniform(0.01, 0.1)))
        os.kill(writer.pid, signals_of_system.SIGKILL)
        writer.join()
        list_ = List.open(folder, verify=True)
        assert len({list_.by_id(id_)[1].signals[0].value[0] for id_ in IDS}) == 1
        publish(folder, one(201 + turn), **SAID)
        agrees_with = {id_: entry(id_, "md5", 201 + turn) for id_ in IDS}
        assert {id_: List.open(folder).by_id(id_)[1] for id_ in IDS} == agrees_with


def test_two_writers_change_a_list_one_after_the_other(tmp_path):
    writers = [
        threading.Thread(
            target=lambda own: [publish(tmp_path / "l", [entry(f"{own} {n}", "md5", n)], **SAID) for n in range(15)],
            args=(own,),
        )
        for own in range(2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert List.open(tmp_path / "l", verify=True).entries == 30
    assert List.open(tmp_path / "l").sequence == 30


def test_votes_and_unknown_fields_come_back(tmp_path):
    item = Entry("1", votes=(Vote("A", "positive", "DK", "independent"),), extra={"x": "y"}, ends="2027-01-01")
    publish(tmp_path / "l", [item], **SAID)
    assert List.open(tmp_path / "l").by_id("1") == (0, item)


@pytest.mark.parametrize("again", [0, 1, 2])
def test_a_recall_that_comes_again_beside_an_older_version_stays_a_recall(tmp_path, again: int):
    moment = "2026-03-01T12:00:00.5+00:00"
    recalled, undated = entry("a", "md5", 0, recalled=True, updated=moment), entry("a", "md5", 0)
    publish(tmp_path / "list", [entry("b", "md5", 1)], **SAID)
    publish(tmp_path / "list", [recalled], **SAID)
    items = [undated, undated]
    items.insert(again, recalled)
    after = publish(tmp_path / "list", items, **SAID)
    assert after.entries == 1
    assert List.open(tmp_path / "list").by_id("a") is None
