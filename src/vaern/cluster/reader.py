"""A machine of a cluster as an actor of Ray: what Ray starts, on a machine that it chooses, and starts again.

Ray sends where shares are handed out, and nothing else: shares, leases and results go by the place.
"""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

from vaern.cluster.machine import Machine
from vaern.cluster.naming import place_of


class Reader:
    """One machine that reads with one worker.

    Args:
        place: where shares are handed out, as `vaern join` names it.
        scratch: as of `Machine`; the system's folder if empty.
    """

    def __init__(self, place: str, scratch: str) -> None:
        self._place, self._scratch = place, Path(scratch) if scratch else None
        self._stop = threading.Event()

    def run(self) -> None:
        """Read, until `stop`.

        Raises:
            Refusal: as of `Machine`.
        """
        with closing(place_of(self._place)) as place:
            Machine(place, 1, self._scratch, stop=self._stop).run(stay=True)

    def stop(self) -> None:
        """End `run` soon, and give back what it has. Another thread calls this."""
        self._stop.set()
