"""The gate as a process: one event loop that takes uploads, and the sandboxed workers that hash them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vaern.client.peers import is_loopback
from vaern.gate.desk import Desk
from vaern.gate.service import Service
from vaern.lookup.files import stopping
from vaern.lookup.serving import CannotServe, bound, config_of, telling
from vaern.scanning import Hashers

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.gate.asking import Asked
    from vaern.gate.desk import Bounds
    from vaern.gate.verdicts import Policy
    from vaern.lookup.serving import Place


class Gate:
    """A gate that is not open yet.

    Args:
        asked: who is asked.
        policy, bounds: as the operator set them.
        note: takes the evidence of an upload, a line of JSON.
        jobs: workers that hash; 0 means one for each core.
    """

    def __init__(
        self, asked: Asked, policy: Policy, bounds: Bounds, note: Callable[[bytes], None], jobs: int = 0
    ) -> None:
        self._asked, self._policy, self._bounds, self._note = asked, policy, bounds, note
        self._jobs = jobs

    def serve(self, place: Place, ready: Callable[[str], None]) -> None:
        """Serve until SIGTERM or SIGINT.

        Args:
            place: where to listen.
            ready: called with the address when it answers.

        Raises:
            CannotServe: the address is in use, or uvicorn is not installed.
        """
        try:
            import uvicorn  # noqa: F401, PLC0415 - said in a sentence where it is missing
        except ImportError as error:
            raise CannotServe("The gate is not installed: `pip install vaern[gate]` brings it.") from error
        listening = bound(place)
        listening.listen(256)
        with listening, Hashers(self._bounds.options(self._jobs)) as hashers:
            desk = Desk(hashers, self._asked, self._policy, self._bounds, self._note)
            served = Service(desk, local=is_loopback(place.host))
            address = place.address(listening.getsockname()[1])
            server = telling()(config_of(served, lifespan="on"), partial(ready, address))
            with stopping(server):
                server.run(sockets=[listening])
