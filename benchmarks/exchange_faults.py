"""Messages of all kinds between three nodes while everything breaks: each is taken in once, or refused with its reason.

    python benchmarks/exchange_faults.py                           # 10,000 messages, 200 kills
    python benchmarks/exchange_faults.py --messages 300 --kills 6  # the small form
    python benchmarks/exchange_faults.py --seed 7 --keep           # and write the figures into results/
    python benchmarks/exchange_faults.py --hub                     # how long the hub takes when nothing breaks

Two countries and the hub with the secretariat, each `vaern serve` with its own PostgreSQL, keys and ledger, and a proxy
before each that loses, cuts, halves, doubles, replays, reorders and delays calls. The clock of one country is a day
ahead (with libfaketime), and the disk of the other becomes full (as root). People act by the nodes' own actions
(`tests/node/exchange/deeds.py`): reports with their recalls and outcomes make the bulk, beside them series, cases with
their evidence in pieces, assistance, the cross-check, lists, and the alliance's sums and rounds. Meanwhile programs and
databases of all three are killed at random moments (`kill -9`).

At the end nothing is on its way, and of each pair of nodes: what one sent, the other took in once, with one entry in
its ledger, or refused, as the receipt says; nothing was set aside; each recall is acknowledged on both; each report
that was forwarded is there once; every ledger verifies, and is what both others cosigned. Exit status 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from exchange import folder, keep, say  # noqa: E402
from tests.node.exchange.processes import VICTIMS, Side, introduce, until  # noqa: E402
from tests.node.exchange.proxies import Faults  # noqa: E402

Result = TypeVar("Result")

FAULTS = Faults(drops=4, cuts=4, halves=2, doubles=4, replays=4, reorders=3, slow=15)
PATIENCE = 1_200.0
AGAIN = 120
"""Tries of a deed whose node's database was killed, or whose disk is full."""

GONE = ("OperationalError", "InterfaceError", "InternalError", "AdminShutdown", "ConnectorException", "[Errno 28]")
"""What a deed says whose database is gone or whose disk is full."""

CLOCK = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
AHEAD = {
    "LD_PRELOAD": str(CLOCK),
    "FAKETIME": "+1d",
    "FAKETIME_DISABLE_SHM": "1",
    "DONT_FAKE_MONOTONIC": "1",
    "NO_FAKE_STAT": "1",
}
"""The environment of a node whose clock is a day ahead of the others' (libfaketime, where it is installed).

Files and what measures lengths of time keep the machine's clock, as they would; and no process shares anything with
another, or a killed one would stop it.
"""

FULL, BETWEEN = (2.0, 8.0), (15.0, 45.0)
"""For how many seconds a disk is full, and how many pass until it is again."""

DEEDS = ("disseminate", "ask_known", "hand_over", "furnished_hand_over", "request", "release_list")
"""What desks of both countries begin, each a few messages and what follows from them."""

ANSWERS = ("accept_series", "identify", "answer_cases", "answer_requests", "return_outcomes", "acknowledge_recalls")


def act(side: Side, deed: str, **given: Any) -> Any:
    """Let people do something, once more as long as their database is being killed."""
    return again(lambda: side.do("act", deed=deed, **given))


def again(do: Callable[[], Result]) -> Result:
    """Do something, once more as long as the database that it needs is gone; what else fails is raised."""
    for _ in range(AGAIN):
        try:
            return do()
        except (AssertionError, psycopg.Error) as error:
            if isinstance(error, AssertionError) and not any(name in str(error) for name in GONE):
                raise
            time.sleep(0.5)
    return do()


class Killing(threading.Thread):
    """Kills programs and databases of nodes at random moments, until there were enough or it is told to stop."""

    def __init__(self, sides: list[Side], kills: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.sides, self.kills, self.chance = sides, kills, random.Random(seed)
        self.killed, self.ended = Counter[str](), threading.Event()

    def run(self) -> None:
        """Kill."""
        while self.killed.total() < self.kills and not self.ended.is_set():
            self.ended.wait(self.chance.uniform(0.3, 2.5))
            side, program = self.chance.choice(self.sides), self.chance.choice(VICTIMS)
            if side.kill(program):
                self.killed[f"{program} of {side.code}"] += 1


class Filling(threading.Thread):
    """Fills the disk of a node to its last byte again and again, until it is told to stop.

    The node has a disk of its own in memory, which only root can make; where nobody may, `times` stays 0.
    """

    def __init__(self, side: Side, seed: int) -> None:
        super().__init__(daemon=True)
        self.home, self.chance, self.times = side.node.home, random.Random(seed), 0
        self.ended = threading.Event()
        self.home.mkdir(mode=0o711)
        mount = ["mount", "-t", "tmpfs", "-o", "size=4g,mode=0711", "tmpfs", str(self.home)]
        self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0

    def run(self) -> None:
        """Fill it, and make room again."""
        ballast = self.home / "ballast"
        while self.mounted and not self.ended.wait(self.chance.uniform(*BETWEEN)):
            with ballast.open("wb") as file, suppress(OSError):
                left = os.statvfs(self.home)
                os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize)
            self.times += 1
            self.ended.wait(self.chance.uniform(*FULL))
            ballast.unlink()

    def end(self) -> None:
        """Make room, and fill it no more."""
        self.ended.set()
        if self.is_alive():
            self.join()

    def remove(self) -> None:
        """Take the disk away; its node has ended."""
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.home)], check=False)


def under_way(sides: list[Side]) -> dict[str, int]:
    """How many messages have no final receipt yet, by whose they are and of what kind."""
    query = "SELECT kind, result, count(*) FROM exchange_outgoing WHERE settled_at IS NULL GROUP BY 1, 2"
    return {
        f"{side.code}: {kind} {result}".rstrip(): count for side in sides for kind, result, count in asked(side, query)
    }


def written(sides: list[Side]) -> int:
    """How many messages there are."""
    return sum(asked(side, "SELECT count(*) FROM exchange_outgoing")[0][0] for side in sides)


def asked(side: Side, query: str) -> list[tuple[Any, ...]]:
    """Ask a node's database, once more while it is being killed."""
    return again(lambda: side.ask(query))


def rest(sides: list[Side]) -> None:
    """Wait until nothing is on its way."""
    begun = said = time.monotonic()
    while left := under_way(sides):
        if time.monotonic() - said > 10:
            said = time.monotonic()
            say(f"    under way: {left}")
        assert time.monotonic() - begun < PATIENCE, f"did not come to rest: {left}"
        time.sleep(0.5)


def play(north: Side, south: Side, hub: Side, messages: int, chance: random.Random) -> None:
    """Let people act until there are so many messages, and answer what waits for an answer."""
    sides, number, begun = [north, south, hub], 0, time.monotonic()
    before = written(sides)
    act(hub, "open_round")
    while (sent := written(sides) - before) < messages:
        number += 1
        for side in (north, south):
            act(side, "forward", count=min(25, 1 + (messages - sent) // 8))
            act(side, chance.choice(DEEDS))
            for _ in range(chance.randrange(6)):
                act(side, "recall_report")
            act(side, "enrol", number=number // 2)
            act(side, chance.choice(ANSWERS))
        for side, deed in ((north, "ask_who"), (south, "say_who"), (south, "reply"), (hub, "publish")):
            act(side, deed)
        for side in (north, south):
            act(side, "tell_sums")
        say(f"  {time.monotonic() - begun:6.1f} s, turn {number}: {sent} messages")
    for _ in range(4):  # what is answered is answered again
        for side in (north, south):
            for deed in ANSWERS:
                act(side, deed)
        act(south, "say_who")
        rest(sides)


def problems(sides: list[Side]) -> list[str]:
    """What is not as it has to be between any two nodes."""
    found: list[str] = []
    for one in sides:
        for other in sides:
            if one is not other:
                found += _between(one, other)
        found += [
            f"{one.code}: {row}"
            for row in one.ask("SELECT kind, because FROM exchange_incoming WHERE state = 'set_aside'")
        ]
        unacknowledged = (
            "SELECT count(*) FROM casework_release WHERE recalled_at IS NOT NULL AND acknowledged_at IS NULL"
        )
        if count := one.ask(unacknowledged)[0][0]:
            found.append(f"{one.code}: {count} recalls are not acknowledged")
    return found


def _between(one: Side, other: Side) -> list[str]:
    """What one sent another: taken in once, with one entry, or refused as the receipt says."""
    sent = {
        str(message): (result, kind)
        for message, result, kind in one.ask(
            "SELECT o.message, o.result, o.kind FROM exchange_outgoing o JOIN exchange_peer p ON p.id = o.peer_id"
            " WHERE p.name = %s",
            other.name,
        )
    }
    came = Counter[str]()
    states: dict[str, str] = {}
    for message, state in other.ask(
        "SELECT i.message, i.state FROM exchange_incoming i JOIN exchange_peer p ON p.id = i.peer_id"
        " WHERE p.name = %s AND i.message IS NOT NULL",
        one.name,
    ):
        came[str(message)] += 1
        states[str(message)] = state
    entered = Counter(
        str(subject)
        for (subject,) in other.ask("SELECT subject FROM ledger_entry WHERE act = 'exchange.message.taken_in'")
    )
    found = [f"{one.code} to {other.code}: {message} never was sent" for message in came if message not in sent]
    for message, (result, kind) in sent.items():
        taken = states.get(message) == "taken_in"
        if came[message] != 1 or (result == "taken_in") != taken or entered[message] != int(taken):
            found.append(
                f"{one.code} to {other.code}: {kind} {message} came {came[message]} times, is {states.get(message)},"
                f" has {entered[message]} entries, and its receipt says {result}"
            )
    return found


def refused(sides: list[Side]) -> dict[str, int]:
    """Why messages were refused: what crossed on its way."""
    rows = [
        row
        for side in sides
        for row in side.ask("SELECT kind, because FROM exchange_outgoing WHERE result = 'refused'")
    ]
    return dict(Counter(f"{kind}: {because}" for kind, because in rows).most_common())


def reports(north: Side, south: Side) -> list[str]:
    """Whether each report that was forwarded is there once."""
    found = []
    for one, other in ((north, south), (south, north)):
        taken = one.ask(
            "SELECT count(*) FROM exchange_outgoing WHERE kind = 'report.forwarded' AND result = 'taken_in'"
        )
        there = other.ask("SELECT count(*), count(DISTINCT release_id) FROM reports_forward WHERE report_id IS NULL")
        if (taken[0][0],) * 2 != there[0]:
            found.append(f"{one.code}: {taken[0][0]} reports were taken in, and {there[0]} are there")
    return found


def witnessed(sides: list[Side], home: Path) -> list[str]:
    """Verify each ledger, against what both others cosigned of it."""
    found = []
    lines = {side.code: side.node.get("/ledger/policy")[2].decode() for side in sides}
    for one in sides:
        groups = []
        for other in sides:
            names = [word[1] for line in lines[other.code].splitlines() if (word := line.split())[:1] == ["witness"]]
            groups += [f"group {other.code} any {' '.join(names)}"] if other is not one else []
        needed = " ".join(side.code for side in sides if side is not one)
        policy = home / f"{one.code}.policy"
        policy.write_text("\n".join([*lines.values(), *groups, f"group enough all {needed}", "quorum enough", ""]))
        act(one, "ask_witnesses")
        if wrong := one.verifies("--witnessed", "--policy", policy):
            found.append(f"{one.code}: {wrong}")
    return found


def seconds_to_meet(north: Side, south: Side, times: int) -> dict[str, Any]:
    """Measure from the act at one node until both know that somebody else works on the same."""
    took = []
    for number in range(times):
        key = 1_000_000 + number
        before = [act(side, "met") for side in (north, south)]
        act(north, "enrol", number=key)
        until(lambda: not under_way([north]), what="the first value")
        begun = time.monotonic()
        act(south, "enrol", number=key)
        until(lambda: [act(side, "met") for side in (north, south)] == [one + 1 for one in before], every=0.02)  # noqa: B023
        took.append(time.monotonic() - begun)
    return {"times": times, "median s": round(statistics.median(took), 2), "most s": round(max(took), 2)}


@contextmanager
def three(seed: int) -> Iterator[tuple[Path, list[Side], Filling]]:
    """Two countries and the hub, which know each other; where they live, and what can fill the disk of the first."""
    with folder() as home:
        sides = [
            Side(home, code, country, seed + number, **(AHEAD if code == "south" and CLOCK.exists() else {}))
            for number, (code, country) in enumerate((("north", "XA"), ("south", "XV"), ("hub", "")))
        ]
        north, south, hub = sides
        filling = Filling(north, seed)
        try:
            say("starting three nodes")
            for side in sides:
                side.begin()
            introduce(north, south)
            introduce(north, hub, hub)
            introduce(south, hub, hub)
            until(lambda: [act(side, "listed") for side in sides] == [4, 4, 8], what="the directories")
            act(north, "members_key")
            rest(sides)
            yield home, sides, filling
        finally:
            for side in sides:
                side.end()
            filling.remove()


def hub_alone(seed: int) -> dict[str, Any]:
    """How long the hub takes when nothing else happens and nothing breaks."""
    with three(seed) as (_home, (north, south, _hub), _filling):
        return {"seed": seed, "load before": load(), **seconds_to_meet(north, south, 50)}


def load() -> list[float]:
    """What the machine does beside."""
    return [round(one, 2) for one in os.getloadavg()]


def run(messages: int, kills: int, seed: int) -> dict[str, Any]:
    """Run it, and return what came of it."""
    with three(seed) as (home, sides, filling):
        north, south, hub = sides
        found: dict[str, Any] = {"seed": seed, "load before": load()}
        found["the hub says so after"] = seconds_to_meet(north, south, 10 if messages < 5_000 else 50)
        say(json.dumps(found))
        killing = Killing(sides, kills, seed)
        for side in sides:
            side.proxy.faults = FAULTS
        begun = time.monotonic()
        killing.start()
        filling.start()
        play(north, south, hub, messages, random.Random(seed))
        until(lambda: not killing.is_alive() or messages < 5_000, PATIENCE, what="the kills")
        killing.ended.set()
        killing.join()
        filling.end()
        rest(sides)
        found["seconds"] = round(time.monotonic() - begun, 1)
        for side in sides:
            side.proxy.faults = Faults()
            side.node.wait()
        found["messages"] = written(sides)
        kinds = Counter[str]()
        for side in sides:
            kinds.update(dict(side.ask("SELECT kind, count(*) FROM exchange_outgoing GROUP BY 1")))
        found |= {
            "kinds": dict(kinds.most_common()),
            "killed": dict(killing.killed),
            "clocks": "a day apart" if CLOCK.exists() else "the same",
            "times that a disk was full": filling.times,
            "faults of the line": {side.code: side.proxy.counted for side in sides},
            "refused": refused(sides),
            "problems": [*problems(sides), *reports(north, south), *witnessed(sides, home)],
        }
    return found


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 20))
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results/exchange.json")
    parser.add_argument("--hub", action="store_true", help="only how long the hub takes, 50 times, with no faults")
    given = parser.parse_args()
    say(f"seed {given.seed}; {os.cpu_count()} cores, load {os.getloadavg()}")
    found = hub_alone(given.seed) if given.hub else run(given.messages, given.kills, given.seed)
    say(json.dumps(found, indent=1))
    if given.keep:
        keep("hub" if given.hub else "faults", found)
    return 1 if found.get("problems") else 0


if __name__ == "__main__":
    sys.exit(main())
