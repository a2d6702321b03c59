"""`python -m vaern.node.demo`: a node with a synthetic alliance in it, filled at the first start and then served.

python -m vaern.node.demo                    # in .demo/node; prints a sign-in for everybody; Ctrl-C stops it
python -m vaern.node.demo --once             # starts, opens the pages of each role, prints, stops (for CI)
python -m vaern.node.demo --code ADDRESS       # prints a fresh one-time code of that person, and serves nothing
python -m vaern.node.demo --people 100000 --organisations 2000    # a multitude beside it, for benchmarks
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.demo.codes import DEFAULT_HOME, NoCode, code_from

if TYPE_CHECKING:
    from collections.abc import Sequence


DAYS = 548
"""Eighteen months."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; the environment decides what it leaves open."""
    parser = argparse.ArgumentParser(prog="python -m vaern.node.demo", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("VAERN_HOME") or DEFAULT_HOME))
    parser.add_argument("--bind", default=os.environ.get("VAERN_BIND") or "127.0.0.1:8000", metavar="HOST:PORT")
    parser.add_argument("--results", type=Path, default=Path(".demo/results"), help="results of a scan to bring in")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--code", metavar="ADDRESS", help="print a fresh one-time code of this person, and end")
    parser.add_argument("--days", type=int, default=DAYS, help="so many days of history; 0 for today's work alone")
    parser.add_argument("--people", type=int, default=0, help="so many invented people beside the alliance")
    parser.add_argument("--organisations", type=int, default=0, help="in so many invented organisations")
    parser.add_argument("--entries", type=int, default=0, help="and so many entries of the ledger")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, fill and serve the node of the demonstration."""
    options = parse(arguments)
    port = options.bind.rpartition(":")[2]
    os.environ |= {
        "VAERN_HOME": str(options.home),
        "VAERN_SYNTHETIC": "1",
        "VAERN_BIND": options.bind,
        "VAERN_ADDRESS": f"http://localhost:{port}",
        "VAERN_MAIL": "folder:",
    }
    from vaern.node.demo.server import LOG, Finished, quiet, serve
    from vaern.node.runtime.configuration_texts import ConfigurationError
    from vaern.node.runtime.embedded import DatabaseError
    from vaern.node.runtime.serving.preparation import CannotStart
    from vaern.node.runtime.serving.supervisor import AlreadyServed, stop_here

    try:
        if options.code:
            print(code_from(options.home, options.code))
            return 0
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop_here)
        with quiet(options.home / LOG) as say:
            serve(options, say)
    except Finished as finished:
        return finished.status
    except (AlreadyServed, CannotStart, ConfigurationError, DatabaseError, NoCode) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
