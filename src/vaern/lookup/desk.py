"""One call from its signals to what is told: bounds, look-up, verdicts, and the spool before anybody hears of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from vaern.lookup import judging, wire
from vaern.lookup.engine import states_of
from vaern.lookup.judging import missed
from vaern.lookup.quota import mark
from vaern.lookup.spool import Alarm, Answered, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.callers import Caller, Doorkeeper
    from vaern.lookup.engine import Engine, View
    from vaern.lookup.grounds import Stand
    from vaern.lookup.judging import Judged
    from vaern.lookup.metrics import Metrics
    from vaern.lookup.quota import Quotas, Refusal, Standing
    from vaern.lookup.spool import HitRow, Record, Writer
    from vaern.matching import HitList
    from vaern.records import Signal


class TooMuch(Exception):
    """A caller asks more than it may."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class NotKept(Exception):
    """What was answered could not be kept, so it is not answered."""


class About(NamedTuple):
    """What the ledger says of a call besides its signals; see `spool.Answered`.

    Most clients of other services cannot say a purpose: then it is that of their key, or the kind of service that asks.
    """

    protocol: str
    purpose: str = ""
    reference: str = ""


class Told(NamedTuple):
    """What a call came to.

    Attributes:
        call: its id in the ledger.
        caller: who asked.
        view: the lists that were asked.
        judged: one a signal.
        rows: the hits, as they are kept.
        coarse: the caller is told acts alone.
        ground: how the law stands for it today.
    """

    call: str
    caller: Caller
    view: View
    judged: list[Judged]
    rows: tuple[HitRow, ...]
    coarse: bool
    ground: Stand


class Committer:
    """Puts records of one moment into the spool together, in a thread."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._thread = ThreadPoolExecutor(1, "spool")
        self._waiting: list[tuple[Sequence[Record], asyncio.Future[None]]] = []
        self._running = False

    def commit(self, records: Sequence[Record]) -> asyncio.Future[None]:
        """Done when the records are on the disk; fails with `NotKept`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((records, future))
        if not self._running:
            self._running = True
            loop.call_soon(self._begin, loop)
        return future

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, self._waiting = self._waiting, []
        together = [record for records, _ in waiting for record in records]

        def done(outcome: asyncio.Future[None]) -> None:
            fault = outcome.exception()
            for _, future in waiting:
                if not future.done():
                    future.set_exception(NotKept(str(fault))) if fault else future.set_result(None)
            if self._waiting:
                self._begin(loop)
            else:
                self._running = False

        loop.run_in_executor(self._thread, self._writer.append, together).add_done_callback(done)

    def close(self) -> None:
        """Finish what waits, and leave the file."""
        self._thread.shutdown(wait=True)
        self._writer.close()


class Desk:
    """Takes the calls of one process.

    Attributes:
        door: who may call.
        engine: the lists.
        committer: the way into the spool.
        metrics: what is counted.
    """

    def __init__(
        self, door: Doorkeeper, engine: Engine, quotas: Quotas, committer: Committer, metrics: Metrics
    ) -> None:
        self.door, self.engine, self.committer, self.metrics = door, engine, committer, metrics
        self._quotas = quotas
        self._kept: set[str] = set()

    def begin(self, caller: Caller, number: int) -> None:
        """Take a call off what the caller may ask.

        Raises:
            TooMuch: it asks more.
        """
        refusal = self._quotas.take(caller, number, time.time())
        if refusal:
            raise TooMuch(refusal)

    async def look_up(
        self,
        caller: Caller,
        signals: Sequence[Signal],
        about: About,
        view: View | None = None,
    ) -> Told:
        """Answer a call, and keep that it was answered.

        Args:
            caller: who asks.
            signals: what is asked.
            about: what the ledger says of it.
            view: the lists to ask; by default those of the caller.

        Raises:
            TooMuch: the caller asks more than it may.
            Busy, Stopped: see `Engine.ask`.
            NotKept: it cannot be written down.
        """
        begun = time.perf_counter()
        self.begin(caller, len(signals))
        view = view or self.engine.snapshot.view(caller.lists)
        hits = await self.engine.ask(view, signals)
        now = dt.datetime.now(dt.UTC)
        ground = self.door.stand(caller, now.date())
        judged = judged_of(caller, ground, view, signals, hits)
        rows = judging.rows(judged)
        standing = self._quotas.hit(caller, [mark(row.list, row.entry) for row in rows], now.timestamp())
        if standing.stopped:
            await self._stop(caller, now, standing)
        coarse = caller.coarse or standing.coarse
        told = Told(call_id(now), caller, view, judged, rows, coarse, ground)
        record = answered_of(told, signals, about, now, time.perf_counter() - begun)
        alarms = [_alarm(caller, now, standing)] if standing.alarm else []
        await self.committer.commit([*self._state(view, record.at), record, *alarms])
        self._kept.add(view.index)
        self.metrics.looked_up(len(signals), sum(bool(one.told) for one in judged))
        return told

    def _state(self, view: View, at: str) -> list[Record]:
        """Which lists the index of a view stands for, until that is on the disk."""
        return [] if view.index in self._kept else [state_of(view, at)]

    async def _stop(self, caller: Caller, now: dt.datetime, standing: Standing) -> None:
        """Refuse a call that hit one entry too many: what it hit is not told; the alarm is on disk first."""
        if standing.alarm:
            await self.committer.commit([_alarm(caller, now, standing)])
        assert standing.stopped
        raise TooMuch(standing.stopped)

    async def handed_out(self, caller: Caller, protocol: str, list_: str, entries: int) -> None:
        """Keep that content of a list was handed out.

        Raises:
            NotKept: it cannot be written down.
        """
        now = dt.datetime.now(dt.UTC)
        record = Answered(
            at=now.isoformat(timespec="milliseconds"),
            call=call_id(now),
            key=caller.key,
            organisation=caller.organisation.id,
            protocol=protocol,
            purpose=purpose_of(caller),
            reference=list_,
            entries=entries,
        )
        await self.committer.commit([record])


def judged_of(
    caller: Caller, ground: Stand, view: View, signals: Sequence[Signal], hits: Sequence[HitList]
) -> list[Judged]:
    """What follows from the hits of each signal, as a view found them."""
    return [
        judging.judge(caller, ground, met, found.more) if (met := view.found(found, signal)) else missed(signal)
        for signal, found in zip(signals, hits, strict=True)
    ]


def answered_of(told: Told, signals: Sequence[Signal], about: About, now: dt.datetime, seconds: float) -> Answered:
    """What is kept of a call.

    Args:
        told: what it came to.
        signals: what was asked.
        about: what the ledger says of it.
        now: when.
        seconds: from the whole question to the answer.
    """
    caller, view = told.caller, told.view
    return Answered(
        at=now.isoformat(timespec="milliseconds"),
        call=told.call,
        key=caller.key,
        organisation=caller.organisation.id,
        protocol=about.protocol,
        purpose=about.purpose or purpose_of(caller),
        reference=about.reference,
        counts=wire.counts(signals),
        digest=wire.digest(signals, view.index),
        index=view.index,
        hits=told.rows,
        more=sum(one.more for one in told.judged),
        coarse=told.coarse,
        most_distance=caller.most_distance,
        seconds=round(seconds, 6),
    )


def state_of(view: View, at: str) -> State:
    """Which lists the index of a view stands for."""
    return State(at, view.index, states_of(view.lists))


def call_id(now: dt.datetime) -> str:
    """A fresh id of a call: a UUID of version 7 (RFC 9562), which says its millisecond, so that it is found."""
    random = uuid.uuid4().int
    milliseconds = int(now.replace(microsecond=0).timestamp()) * 1000 + now.microsecond // 1000
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | random & ((1 << 76) - 1)).hex


def purpose_of(caller: Caller) -> str:
    """What a caller asks for that does not say it: what its key is for, or else the service that it is."""
    return caller.purpose or (f"service:{caller.service}" if caller.service else "")


def _alarm(caller: Caller, now: dt.datetime, standing: Standing) -> Alarm:
    follows = "it is refused" if standing.stopped else "it is told acts alone"
    text = f"The key hit {standing.distinct} distinct entries today, more than it may: {follows} until midnight UTC."
    return Alarm(now.isoformat(timespec="milliseconds"), caller.key, caller.organisation.id, standing.alarm, text)
