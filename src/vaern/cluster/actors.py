"""Machines of a cluster that Ray runs: one of its own for a scan, or one that runs already.

`python -m vaern.cluster.actors PLACE NUMBER SCRATCH ADDRESS` starts them, waits, and stops them when its standard input
ends; SCRATCH and ADDRESS may be empty. A process of its own, for Ray takes settings from the environment of the process
that imports it, and has threads and handlers there.

Ray sends objects as pickles, so whoever may speak to a Ray may run what he likes on its machines. One of our own
listens on 127.0.0.1 alone and asks for a token that nobody else has; one beyond this machine is used only if it asks
for a token too.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.cluster.processes import Processes, refused, until_input_ends
from vaern.cluster.reader import Reader
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

_QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}
_OWN = {
    "RAY_AUTH_MODE": "token",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # listens on 127.0.0.1, and not on the address of this machine
    "RAY_worker_niceness": "0",  # 15 by default
}
_OBJECTS = 80 << 20  # bytes for what actors send each other, which is nothing: about the least that Ray takes
_RESTARTS = 20
_LONGEST_FOLDER = 40  # characters; Ray puts sockets under it, whose path may have 107
_LOOK_SECONDS = 0.5
_SECONDS_TO_STOP = 5.0
_SECONDS_TO_ANSWER = 30.0
_SECONDS_TO_END = 30.0
_OPEN = "lets in whoever reaches it, without a token: start it with RAY_AUTH_MODE=token"


def ray_machines(
    place: str,
    number: int,
    scratch: Path | None = None,
    address: str = "",
    note: Callable[[str], None] = lambda _: None,
) -> Processes:
    """What starts machines by Ray, with one worker each.

    Args:
        place: where shares are handed out, as each of them names it; for a Ray of our own a folder that was made for
            this, and is gone at the end if nothing is in it.
        number: how many; of a Ray that runs already, 0 is one for each of its cores.
        scratch: as of `Machine`.
        address: HOST:PORT of a Ray that runs already; one is started if empty.
        note: is told if it died.
    """
    words = [place, str(number), str(scratch.absolute()) if scratch else "", address]
    made = None if address else Path(place)
    return Processes("vaern.cluster.actors", words, folder=made, seconds=_SECONDS_TO_END, note=note)


def check_closed(address: str) -> None:
    """See that a Ray asks for a token, unless this machine alone reaches it.

    Raises:
        Refusal: it does not, or does not answer to ours.
    """
    if _is_here(address):
        return
    if _answers(address, "disabled"):
        raise Refusal(f"the Ray at {address} {_OPEN}")
    if not _answers(address, "token"):
        raise Refusal(f"the Ray at {address} does not answer, or not to the token in RAY_AUTH_TOKEN or ~/.ray")


def _is_here(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answers(address: str, mode: str) -> bool:
    try:
        status = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "ray.scripts.scripts", "status", "--address", address],
            env={**os.environ, **_QUIET, "RAY_AUTH_MODE": mode},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS_TO_ANSWER,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return status.returncode == 0


@contextmanager
def _started(number: int) -> Iterator[Any]:
    """A Ray of our own, on this machine alone, which ends with this."""
    os.environ.update(_QUIET, **_OWN, RAY_AUTH_TOKEN=secrets.token_hex(32))
    ray = _imported()
    where = tempfile.gettempdir()
    where = where if len(where) < _LONGEST_FOLDER else "/tmp"  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(prefix="vaern-ray-", dir=where, ignore_cleanup_errors=True) as folder:
        try:
            ray.init(
                address="local",
                num_cpus=number,
                include_dashboard=False,
                object_store_memory=_OBJECTS,
                log_to_driver=False,
                logging_level="error",
                _temp_dir=folder,
            )
            yield ray
        finally:
            ray.shutdown()


@contextmanager
def _joined(address: str) -> Iterator[Any]:
    """A Ray that runs already, on this machine too."""
    os.environ.update(_QUIET)
    if not _is_here(address):
        os.environ["RAY_AUTH_MODE"] = "token"
    ray = _imported()
    check_closed(address)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="error")
        yield ray
    finally:
        ray.shutdown()


def _imported() -> Any:
    try:
        import ray  # noqa: PLC0415 - after what it reads from the environment is there; needs the extra `ray`
    except ImportError:
        raise Refusal("Ray is not installed; install it by: pip install 'vaern[ray]'") from None
    return ray


def _run(ray: Any, place: str, number: int, scratch: str, ended: threading.Event) -> None:
    """Have machines read until told to end."""
    number = number or int(ray.cluster_resources().get("CPU", 1))
    kind = ray.remote(
        num_cpus=1,
        max_concurrency=2,  # `run` and `stop`
        max_restarts=_RESTARTS,
        max_task_retries=_RESTARTS,
        scheduling_strategy="SPREAD",
    )(Reader)
    readers = [kind.remote(place, scratch) for _ in range(number)]
    running = [reader.run.remote() for reader in readers]
    try:
        while not ended.wait(_LOOK_SECONDS):
            done, running = ray.wait(running, timeout=0)
            ray.get(done)  # none ends by itself: what ended it is raised
    finally:
        with suppress(Exception):  # Ray may be gone
            for reader in readers:
                reader.stop.remote()
            if running:
                ray.wait(running, num_returns=len(running), timeout=_SECONDS_TO_STOP)


def _said(error: BaseException) -> str:
    """What Ray raised, in a sentence."""
    cause = getattr(error, "cause", None) or error
    if isinstance(cause, Refusal):
        return str(cause)
    if isinstance(cause, ModuleNotFoundError) or "No module named 'vaern" in str(cause):
        return "a machine of Ray has no Værn: install the same version, with the same Python, on all machines"
    first = next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
    return f"Ray says: {first}"


def main() -> None:
    """Start them, wait, and stop them."""
    ended = until_input_ends()
    place, number, scratch, address = sys.argv[1:]
    with refused():
        try:
            with _joined(address) if address else _started(int(number)) as ray:
                _run(ray, place, int(number), scratch, ended)
        except Refusal:
            raise
        except Exception as error:  # Ray's have no kind in common
            raise Refusal(_said(error)) from None


if __name__ == "__main__":
    main()
