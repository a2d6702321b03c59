"""What a platform does with a file before it stores it: hash it here, look its hashes up, and say what follows.

    from vaern.client.uploads import judge
    act, results = await judge(service, body)

Nothing but hashes leaves the machine, and nothing is reported by itself. The file is hashed by `vaern hash`, whose
decoders run in locked processes.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vaern.client.http import ClientError
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.client.lookups import Lookups, Result

ORDER = ("none", "log", "unchecked", "queue", "block", "report")
"""What may follow, the least first. What could not be looked up weighs more than what nobody has to look at."""

_TURNS = ("quality", "orientation", "region")


class Judged(NamedTuple):
    """What follows from a file.

    Attributes:
        act: the furthest of the verdicts on its signals, or `unchecked`: it could not be hashed or looked up.
        results: what the lists say of each signal.
    """

    act: str
    results: list[Result]


async def judge(service: Lookups, body: bytes, purpose: str = "upload") -> Judged:
    """Return what follows from a file by the policy of the caller; it never fails."""
    try:
        signals = await hashed(body)
        results = await asyncio.to_thread(lambda: list(service.look_up(signals, purpose=purpose)))
    except (ClientError, OSError, ValueError):
        return Judged("unchecked", [])
    return Judged(max((result.verdict.act for result in results), key=ORDER.index, default="unchecked"), results)


async def hashed(body: bytes) -> list[Signal]:
    """Return the signals of a file, computed in a process of its own.

    Raises:
        OSError: the disk has no room for it, or the process cannot start.
        ValueError: it could not be hashed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "upload")
        file.write_bytes(body)
        program = Path(sys.executable).with_name("vaern")
        out = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(str(program), "hash", "--json", str(file), stdout=out)
        said, _none = await process.communicate()
    return [_signal(one) for one in json.loads(said)["signals"]]


def _signal(said: dict[str, Any]) -> Signal:
    turn = {name: said[name] for name in _TURNS if name in said}
    return Signal(said["kind"], bytes.fromhex(said["value"]), **turn)
