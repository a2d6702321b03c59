"""`python -m vaern.node.demo.nodes`: three nodes on this machine, and the story of a child who is found across them.

python -m vaern.node.demo.nodes           # in .demo/nodes; prints one address; a key plays the next scene
python -m vaern.node.demo.nodes --once    # plays all scenes, opens every page that they show, prints, stops (for CI)
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.demo.nodes.conductor import CannotGoOn, conduct
from vaern.node.demo.nodes.parts import stands
from vaern.node.runtime.serving.supervisor import stop_here

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_HOME = Path(".demo/nodes")


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the nodes, play the story, and stop them."""
    parser = argparse.ArgumentParser(prog="python -m vaern.node.demo.nodes", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME)
    parser.add_argument("--port", type=int, default=8100, help="of the first node; the others follow")
    parser.add_argument("--once", action="store_true", help="play all scenes without a key, and end")
    options = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_here)
    try:
        return conduct(stands(options.home.absolute(), options.port), once=options.once)
    except CannotGoOn as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
