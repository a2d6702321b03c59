"""Shares are handed out, lost and handed in as a model says, in a folder and in PostgreSQL."""

from __future__ import annotations

import io
import secrets
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.scanning.conftest import QUICK

import vaern
from vaern.cluster.database import Database
from vaern.cluster.folder import Folder
from vaern.cluster.places import Job, LostError
from vaern.cluster.shares import Share
from vaern.scanning import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.cluster.places import Lease, Place

MACHINES = st.sampled_from(["one-1-a", "two-2-b"])
DATA = st.binary(max_size=20)
pytestmark = pytest.mark.once


def job_of(run: str, *paths: str) -> Job:
    """A job of which every lease is lost that was not renewed since the last look."""
    names = list(paths) or ["a"]
    return Job(run=run, program=vaern.__version__, options=QUICK, paths=names, places=names, lease=0.0)


class Shares(RuleBasedStateMachine):
    """The laws of a place; `at_once` where a lease of no length is lost at the first look."""

    place: Place
    at_once: bool

    def __init__(self) -> None:
        super().__init__()
        self.job = job_of(secrets.token_hex(8))
        self.data: dict[int, bytes] = {}
        self.attempts: dict[int, int] = {}
        self.leases: dict[int, Lease] = {}
        self.old: list[Lease] = []
        self.heard: set[int] = set()
        self.results: dict[int, bytes] = {}
        self.paused = False
        self.ours = self.place.coordinate(self.job.run)
        assert self.ours.begin(self.job) == []

    def teardown(self) -> None:
        self.ours.end()
        assert self.job.run not in {taken.job.run for taken in self.place.jobs()}
        self.ours.close()

    @property
    def theirs(self):
        """The job as any machine finds it: nothing is kept but what is in the place."""
        (taken,) = [taken for taken in self.place.jobs() if taken.job.run == self.job.run]
        return taken

    def waiting(self) -> list[int]:
        return sorted(self.data.keys() - self.leases.keys() - self.results.keys())

    @rule(data=DATA)
    def put(self, data: bytes) -> None:
        number = max(self.attempts, default=-1) + 1
        self.ours.put(Share(number, data))
        self.data[number], self.attempts[number] = data, 0

    @rule(machine=MACHINES)
    def lease(self, machine: str) -> None:
        lease, waiting = self.theirs.lease(machine), self.waiting()
        if self.paused or not waiting:
            assert lease is None
            return
        assert lease == (Share(waiting[0], self.data[waiting[0]]), self.attempts[waiting[0]], machine)
        self.leases[waiting[0]] = lease

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(list(self.leases.values())))
        self.theirs.renew(lease)
        self.heard.discard(lease.share.number)

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), result=st.binary(min_size=1, max_size=50))
    def finish(self, data: st.DataObject, result: bytes) -> None:
        lease = data.draw(st.sampled_from(list(self.leases.values())))
        self.theirs.finish(lease, io.BytesIO(result))
        self.results[lease.share.number] = result
        self.old.append(self.leases.pop(lease.share.number))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(list(self.leases.values())))
        self.theirs.give_back(lease)
        self.old.append(self.leases.pop(lease.share.number))

    @precondition(lambda self: self.old)
    @rule(data=st.data())
    def what_was_lost_is_not_handed_in(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(self.old))
        if self.leases.get(lease.share.number) == lease:
            return  # the same machine has it once more
        with pytest.raises(LostError):
            self.theirs.renew(lease)
        with pytest.raises(LostError):
            self.theirs.finish(lease, io.BytesIO(b"late"))
        self.theirs.give_back(lease)

    @rule()
    def expire(self) -> None:
        lost = self.ours.expire()
        expected = set(self.leases) if self.at_once else set(self.leases) & self.heard
        assert {one.share.number for one in lost} == expected
        for one in lost:
            lease = self.leases.pop(one.share.number)
            assert (one.attempt, one.machine) == (lease.attempt, lease.machine)
            self.attempts[one.share.number] += 1
            self.old.append(lease)
        self.heard = set(self.leases)

    @precondition(lambda self: self.results)
    @rule(data=st.data())
    def take_a_result(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(list(self.results)))
        assert b"".join(self.ours.result(number)) == self.results[number]
        if data.draw(st.booleans()):
            self.ours.again(number)
            self.attempts[number] = self.attempts[number] if self.at_once else 0
        else:
            self.ours.drop(number)
            del self.data[number]
        del self.results[number]

    @rule(another=st.booleans())
    def begin(self, another: bool) -> None:
        """The machine where the scan runs was lost, or another session begins."""
        self.ours.close()
        self.ours = self.place.coordinate(self.job.run)
        if another:
            self.job = job_of(self.job.run, *self.job.paths, "more")
            self.data, self.leases, self.results = {}, {}, {}
        assert self.ours.begin(self.job) == sorted(self.data)
        self.paused, self.heard = False, set()

    @rule()
    def pause(self) -> None:
        self.ours.pause()
        self.paused = True

    @invariant()
    def all_is_there(self) -> None:
        assert set(self.ours.done()) == set(self.results)
        assert self.theirs.is_open is not self.paused
        assert self.theirs.job == self.job
        held: dict[str, int] = {}
        for lease in self.leases.values():
            held[lease.machine] = held.get(lease.machine, 0) + 1
        assert self.ours.machines() == held
        for number, data in self.data.items():
            assert self.ours.share(number) == (number, data)


def held(place: Place, *, at_once: bool) -> None:
    """Hold a place to the laws."""
    run_state_machine_as_test(type("Held", (Shares,), {"place": place, "at_once": at_once}), settings=ONCE)


ONCE = settings(max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None)


def test_a_folder_hands_out_as_the_model() -> None:
    with tempfile.TemporaryDirectory() as folder:
        held(Folder(Path(folder)), at_once=False)


def test_a_database_hands_out_as_the_model(database: str) -> None:
    with closing(Database(database)) as place:
        held(place, at_once=True)


@pytest.fixture(params=["folder", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    in_folder = request.param == "folder"
    with closing(Folder(tmp_path) if in_folder else Database(request.getfixturevalue("database"))) as place:
        yield place


def test_many_machines_at_once_have_each_share_once(place: Place) -> None:
    run = secrets.token_hex(8)
    ours = place.coordinate(run)
    ours.begin(job_of(run))
    for number in range(200):
        ours.put(Share(number, b"%d" % number))
    had: list[int] = []

    def take(machine: str) -> None:
        (theirs,) = [taken for taken in place.jobs() if taken.job.run == run]
        while lease := theirs.lease(machine):
            had.append(lease.share.number)
            theirs.finish(lease, io.BytesIO(lease.share.data))

    threads = [threading.Thread(target=take, args=(f"machine-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(had) == list(range(200))
    assert {number: b"".join(ours.result(number)) for number in ours.done()} == {n: b"%d" % n for n in range(200)}
    ours.end()
    ours.close()


def test_a_job_of_another_version_is_refused(place: Place) -> None:
    run = secrets.token_hex(8)
    ours = place.coordinate(run)
    ours.begin(Job(run=run, program="0.0", options=QUICK, paths=["a"], places=["/a"], lease=1.0))
    with pytest.raises(Refusal, match=r"is of Værn 0\.0, and this is .*: install the same everywhere"):
        place.jobs()
    ours.end()
    ours.close()


def test_a_password_never_stands_in_an_address() -> None:
    with pytest.raises(Refusal, match="a password never stands in an address") as refused:
        Database("postgresql://me:hunter2@host/name")
    assert "hunter2" not in str(refused.value)


def test_a_database_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("vaern.cluster.database.PATIENCE", 0.0)
    with pytest.raises(Refusal, match="the database of the shares does not answer"):
        Database(f"postgresql:///name?host={tmp_path}").jobs()
