"""The processes of the three nodes, and of the hands that act at each: started together, stopped together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Self

from vaern.node.demo.nodes.serving import READY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from vaern.node.demo.nodes.parts import Stand

LOG = "node.log"
STOP_SECONDS = 60.0
"""For a node to stop with its database, before it is killed."""


class CannotGoOn(Exception):
    """The demonstration cannot go on; the message says where, what was wrong, and where to read on."""


class Company:
    """Three nodes that run, and hands at each.

    Args:
        stands: where each stands.
    """

    def __init__(self, stands: Sequence[Stand]) -> None:
        self.stands = tuple(stands)
        self._nodes: dict[str, subprocess.Popen[str]] = {}
        self._hands: dict[str, subprocess.Popen[str]] = {}
        self._logs: list[IO[str]] = []

    def __enter__(self) -> Self:
        return self

    def begin(self) -> None:
        """Start the nodes, and bring hands to each.

        Raises:
            CannotGoOn: a node does not start.
        """
        for stand in self.stands:
            stand.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._nodes[stand.part.code] = self._begin(stand, "serving", stand.part.code)
        for stand in self.stands:
            self._await(stand)
        for stand in self.stands:
            self._hands[stand.part.code] = self._begin(stand, "playing")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in [*self._hands.values(), *self._nodes.values()]:
            process.terminate()
        for process in [*self._hands.values(), *self._nodes.values()]:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in self._logs:
            log.close()

    def ask(self, code: str, what: str, /, **given: Any) -> Any:
        """Let the hands at a node do something, and return what they say.

        Raises:
            CannotGoOn: they could not.
        """
        hands = self._hands[code]
        assert hands.stdin is not None  # both are pipes
        assert hands.stdout is not None
        with suppress(BrokenPipeError):  # its answer is that it ended
            hands.stdin.write(json.dumps({"do": what, "given": given}) + "\n")
            hands.stdin.flush()
        line = hands.stdout.readline()
        answer = json.loads(line) if line else {"problem": "its process ended"}
        if "problem" in answer:
            raise CannotGoOn(f"{code}: {what} failed ({answer['problem']}). {self._read_on(code)}")
        return answer["said"]

    def _begin(self, stand: Stand, module: str, *arguments: str) -> subprocess.Popen[str]:
        log = (stand.home / LOG).open("a")
        (stand.home / LOG).chmod(0o600)
        self._logs.append(log)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("VAERN_")}
        return subprocess.Popen(  # noqa: S603 - this program's own modules
            [sys.executable, "-m", f"vaern.node.demo.nodes.{module}", *arguments],
            env={**inherited, **stand.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is the conductor's, who stops them in order
        )

    def _await(self, stand: Stand) -> None:
        node = self._nodes[stand.part.code]
        assert node.stdout is not None
        for line in node.stdout:
            if line.strip() == READY:
                return
        raise CannotGoOn(f"The node of {stand.part.title} does not start. {self._read_on(stand.part.code)}")

    def _read_on(self, code: str) -> str:
        home = next(stand.home for stand in self.stands if stand.part.code == code)
        return f"Its log: {home / LOG}"
