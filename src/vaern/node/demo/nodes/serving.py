"""One node of the demonstration as a process: founded at its first start, then served until it is told to stop.

python -m vaern.node.demo.nodes.serving CODE    # configured by its environment (`parts.Stand`); the conductor calls it
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

from vaern.node.demo.nodes.parts import part_called
from vaern.node.runtime import database
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.serving import lifecycle
from vaern.node.runtime.serving.preparation import prepare
from vaern.node.runtime.serving.supervisor import stop_here

READY = "ready"
"""What the process prints on a line once the node answers."""


def main(code: str) -> int:
    """Found the node if it is new, and serve it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_here)
    configuration = read_configuration()
    database.provide(configuration)
    with suppress(KeyboardInterrupt):
        link = prepare(configuration, _say)
        if link is not None:  # before its worker runs: the invitations are read in this process
            from vaern.node.demo.nodes.founding import found

            found(part_called(code), link, _say)
        lifecycle.run(configuration, _say, lambda _link: print(READY, flush=True))
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
