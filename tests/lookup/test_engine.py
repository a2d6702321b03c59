"""Questions together and in threads, states that change under them, and what happens when there is too much."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import threading
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lookup.lists import ENTRIES, OWN, entry, near, pdq, sha256, write_lists

from vaern.lookup import engine as module
from vaern.lookup.callers import make_key
from vaern.lookup.desk import About, Committer, NotKept, TooMuch
from vaern.lookup.engine import Busy, Engine, Stopped
from vaern.lookup.serving import application
from vaern.lookup.spool import Answered, State, Writer, read, waiting
from vaern.matching import Freshness, Matcher, Shelf, publish
from vaern.records import Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.lookup.engine import View


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    write_lists(folder)
    return folder


EVERY = ("*",)
signals = st.builds(
    lambda name, bits: Signal("pdq", near(pdq(name), bits)),
    st.sampled_from([one.id.removeprefix("id ") for one in ENTRIES]),
    st.integers(0, 40),
)


@settings(max_examples=20)
@given(calls=st.lists(st.lists(signals, min_size=1, max_size=6), min_size=1, max_size=8), small=st.integers(0, 5))
def test_whoever_asks_together_gets_what_each_gets_alone(lists: Path, calls: list[list[Signal]], small: int) -> None:
    engine = Engine(Shelf(lists))
    view = engine.snapshot.view(EVERY)
    alone = Matcher(view.lists)

    async def together() -> list[Any]:
        return await asyncio.gather(*(engine.ask(view, call) for call in calls))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "SMALL", small)
        patched.setattr(module, "LARGE", 2)
        found = asyncio.run(together())
    assert found == [alone.hits(call) for call in calls]
    assert engine.waiting == 0
    engine.close()


def test_small_calls_of_one_turn_are_one_search(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, asked = Engine(Shelf(lists)), []
    view = engine.snapshot.view(EVERY)
    hits = Matcher.hits
    monkeypatch.setattr(Matcher, "hits", lambda self, some: asked.append(len(some)) or hits(self, some))

    async def together() -> None:
        await asyncio.gather(*(engine.ask(view, [Signal("md5", bytes(16))] * number) for number in (1, 2, 3)))

    asyncio.run(together())
    assert asked == [6]
    engine.close()


films = st.builds(lambda frames: Signal("vpdq", bytes(40 * frames)), st.integers(0, 9))


@given(some=st.lists(films | signals, min_size=1, max_size=12), large=st.integers(1, 12))
def test_a_video_weighs_as_its_frames(some: list[Signal], large: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "LARGE", large)
        parts = [list(part) for part in module._parts(some)]
    assert [one for part in parts for one in part] == some
    assert all(module.weight(part) <= large or len(part) == 1 for part in parts)
    assert all(module.weight([*one, after[0]]) > large for one, after in itertools.pairwise(parts))
    assert module.weight(some) == sum(1 + len(one.value) // 40 * (one.kind == "vpdq") for one in some)


def test_videos_keep_nobody_waiting_and_send_nobody_away(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a video is searched, and more of them than may wait, small calls and pictures are answered."""
    monkeypatch.setattr(module, "MOST_WAITING", 200)
    engine, others = Engine(Shelf(lists)), threading.Event()
    view = engine.snapshot.view(EVERY)
    hits = Matcher.hits
    order: list[str] = []

    def asked(self: Matcher, some: list[Signal]) -> Any:
        assert some[0].kind != "vpdq" or others.wait(30), "the others wait for the videos"
        order.append(some[0].kind)
        return hits(self, some)

    monkeypatch.setattr(Matcher, "hits", asked)
    film, picture, digest = Signal("vpdq", bytes(40 * 300)), Signal("pdq", pdq("one view")), Signal("md5", bytes(16))

    async def together() -> None:
        films = asyncio.create_task(engine.ask(view, [film, film]))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await engine.ask(view, [film])
        await asyncio.gather(*(engine.ask(view, [one] * n) for one, n in ((digest, 1), (picture, 100), (digest, 64))))
        others.set()
        assert len(await films) == 2

    asyncio.run(together())
    assert order.index("vpdq") == len(order) - 1
    assert engine.waiting == 0
    engine.close()


def test_videos_of_two_calls_take_turns(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 100)
    engine, order = Engine(Shelf(lists)), []
    view = engine.snapshot.view(EVERY)
    hits = Matcher.hits
    monkeypatch.setattr(Matcher, "hits", lambda self, some: order.append(some[0].value[0]) or hits(self, some))

    async def together() -> None:
        await asyncio.gather(*(engine.ask(view, [Signal("vpdq", bytes([n]) * 40 * 90)] * 4) for n in (1, 2)))

    asyncio.run(together())
    assert order == [1, 2] * 4
    engine.close()


def test_what_waits_is_bounded(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    engine = Engine(Shelf(lists))
    view = engine.snapshot.view(EVERY)

    async def ask() -> list[Any]:
        calls = (engine.ask(view, [Signal("md5", bytes(16))] * 4) for _ in range(5))
        return await asyncio.gather(*calls, return_exceptions=True)

    kinds = [isinstance(one, Busy) for one in asyncio.run(ask())]
    assert kinds == [False, False, True, True, True]
    assert engine.waiting == 0
    assert len(asyncio.run(engine.ask(view, [Signal("md5", bytes(16))] * 50))) == 50, "one large call alone is taken"
    engine.close()


async def taken_up(engine: Engine, swaps: int) -> None:
    task = asyncio.create_task(engine.keep_up())
    async with asyncio.timeout(30):
        while engine.swaps < swaps:
            await asyncio.sleep(0.01)
    task.cancel()


def test_a_state_is_taken_up_whole_and_a_call_keeps_its_own(tmp_path: Path) -> None:
    """While states follow each other, every answer is one of them: all of its hits, its lists, its index."""
    names = [f"entry {number}" for number in range(30)]

    def write(release: int) -> None:
        items = [entry(name, OWN) for name in names[release % 3 :: 3]]
        publish(tmp_path / "known", items, name="known", release=str(release), whole=True)

    write(0)
    engine = Engine(Shelf(tmp_path))
    asked = [Signal("pdq", near(pdq(name), 5)) for name in names]
    seen = set()

    async def ask(view: View) -> None:
        found = await engine.ask(view, asked)
        releases = {hit.match.release for hits in found for hit in hits}
        (list_,) = view.lists
        assert releases == {list_.release}
        hit = [name for name, hits in zip(names, found, strict=True) if hits]
        assert hit == names[int(list_.release) % 3 :: 3]
        seen.add((list_.release, view.index))

    async def all_of_it() -> None:
        keeping = asyncio.create_task(engine.keep_up())
        for release in range(1, 5):
            old = engine.snapshot.view(EVERY)
            await asyncio.get_running_loop().run_in_executor(None, write, release)
            async with asyncio.timeout(30):
                while engine.swaps < release:
                    await asyncio.gather(*(ask(engine.snapshot.view(EVERY)) for _ in range(3)))
            await asyncio.gather(ask(old), ask(engine.snapshot.view(EVERY)))
        keeping.cancel()

    asyncio.run(all_of_it())
    assert {release for release, _ in seen} == set("01234")
    assert len(seen) == 5, "one index a release"
    engine.close()


def test_an_older_state_that_is_put_in_place_again_is_not_taken_up(tmp_path: Path) -> None:
    folder = tmp_path / "known"
    publish(folder, [entry("a", OWN), entry("b", OWN)], name="known", release="1")
    old = (folder / "current.json").read_bytes()
    publish(folder, [], name="known", release="2", withdrawn=["id b"])
    engine = Engine(Shelf(tmp_path))

    async def replay() -> list[int]:
        (folder / "fresh").write_bytes(old)
        (folder / "fresh").replace(folder / "current.json")
        await taken_up(engine, 1)
        found = await engine.ask(engine.snapshot.view(EVERY), [Signal("sha256", sha256(name)) for name in "ab"])
        return [len(hits) for hits in found]

    assert asyncio.run(replay()) == [1, 0], "what was recalled does not match again"
    assert engine.back == ("known",)
    assert [one.release for one in engine.snapshot.lists] == ["2"]
    engine.close()


def test_a_list_that_is_too_old_is_an_error_and_no_miss(tmp_path: Path) -> None:
    past = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat()
    publish(
        tmp_path / "known", [entry("a", OWN)], name="known", release="1", freshness=Freshness(past, past, stop_at=past)
    )
    engine = Engine(Shelf(tmp_path))
    for number in (1, module.SMALL + 1):
        with pytest.raises(Stopped, match="known"):
            asyncio.run(engine.ask(engine.snapshot.view(EVERY), [Signal("md5", bytes(16))] * number))
    assert engine.waiting == 0
    engine.close()


class FailingWriter(Writer):
    def append(self, records: Any) -> None:
        assert records
        raise OSError(28, "No space left on device")


def test_where_the_spool_cannot_be_written_nobody_is_answered(lists: Path, tmp_path: Path) -> None:
    desk = application(lists).desk
    desk.committer = Committer(FailingWriter(tmp_path))
    caller = msgspec.structs.replace(make_key()[1], lists=EVERY, per_second=1000)

    async def ask() -> list[Any]:
        calls = (desk.look_up(caller, [Signal("sha256", sha256("two views"))], About("vaern")) for _ in range(3))
        return await asyncio.gather(*calls, return_exceptions=True)

    assert [type(one) for one in asyncio.run(ask())] == [NotKept] * 3


def test_calls_of_one_moment_share_a_commit_and_each_is_kept(tmp_path: Path) -> None:
    commits = []

    class Counting(Writer):
        def append(self, records: Any) -> None:
            commits.append(len(records))
            super().append(records)

    committer = Committer(Counting(tmp_path))
    numbers = itertools.count()

    async def commit() -> None:
        record = Answered("", str(next(numbers)), "k", "o", "vaern")
        await committer.commit([record])
        kept = {one.call for path in waiting(tmp_path) for one in read(path).records}  # type: ignore[union-attr]
        assert record.call in kept, "on the disk before anybody hears of it"

    async def many() -> None:
        await asyncio.gather(*(commit() for _ in range(50)))
        await commit()

    asyncio.run(many())
    committer.close()
    assert sum(commits) == 51
    assert len(commits) < 51


def test_a_refused_call_costs_nothing_and_is_not_kept(lists: Path, tmp_path: Path) -> None:
    desk = application(lists).desk
    desk.committer = Committer(Writer(tmp_path))
    caller = msgspec.structs.replace(make_key()[1], lists=EVERY, per_second=1000, per_day=5)
    many = [Signal("sha256", sha256("two views"))] * 6

    async def ask() -> None:
        with pytest.raises(TooMuch):
            await desk.look_up(caller, many, About("vaern"))
        assert (await desk.look_up(caller, many[:5], About("vaern"))).judged[0].told

    asyncio.run(ask())
    desk.committer.close()
    records = [one for path in waiting(tmp_path) for one in read(path).records]
    assert [type(one) for one in records] == [State, Answered]
