"""One contract for witnesses, kept by Debian's `sigsum-witness` and by this node; and our ledger asks both.

`sigsum-witness` 0.11.2 calls a proof of the wrong length a bad request; C2SP tlog-witness does not.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.node.ledger.witnesses.foreign import an_hour_later
from tests.proofs.ledgers import Ledger

from vaern.node.ledger.keys import key_path, signing_key
from vaern.node.ledger.models import Witness, WitnessedLog
from vaern.node.ledger.proofs import published_checkpoint
from vaern.node.ledger.witnesses import queries, registry
from vaern.node.ledger.witnesses.asking import ask_all
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.node.ledger.witnesses.submissions import submission
from vaern.proofs.checkpoints import SigningKey
from vaern.proofs.note_keys import Kind, NoteKey
from vaern.proofs.notes import SignedNote, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


class Served(Protocol):
    """A witness that listens."""

    def url(self) -> str:
        """Its submission prefix."""

    def keys(self, line: str) -> list[NoteKey]:
        """Its keys; a line of an answer says how it is called, where only its bytes are known."""

    def restart(self) -> None:
        """End it, and start it again over what it kept."""

    def end(self) -> None:
        """End it."""


class OfSigsum:
    """Debian's, a process of its own."""

    def __init__(self, program: Path, folder: Path, port: int, public: bytes) -> None:
        words = [program, "-k", folder / "witness", "--log-key", folder / "log.pub", "--state-file", folder / "state"]
        self._words = [*words, f"127.0.0.1:{port}"]
        self._port, self._public = port, public
        self._start()

    def _start(self) -> None:
        # Built for an old Go, it answers 404 to everything without this setting.
        environment = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
        self._running = subprocess.Popen(self._words, env=environment, stderr=subprocess.PIPE)
        while self._running.poll() is None:
            with suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self._port)).close()
                break
        assert self._running.poll() is None, self._running.stderr and self._running.stderr.read()

    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def keys(self, line: str) -> list[NoteKey]:
        (read,) = lines_of(line)
        return [NoteKey(read.name, Kind.ED25519, self._public)]

    def restart(self) -> None:
        self.end()
        self._start()

    def end(self) -> None:
        self._running.kill()
        self._running.communicate()


class Ours:
    """This node's, over HTTP, in a thread with connections of its own."""

    def __init__(self) -> None:
        self._server = LiveServer("localhost")

    def url(self) -> str:
        return f"{self._server.url}{registry.PREFIX}"

    def keys(self, _line: str) -> list[NoteKey]:
        return [key.verifier for key in cosigning_keys()]

    def restart(self) -> None:
        self.end()
        self._server = LiveServer("localhost")

    def end(self) -> None:
        self._server.stop()


@dataclass
class Contract:
    """A witness, and a ledger that it was told of."""

    served: Served
    ledger: Ledger

    def add(self, body: bytes) -> tuple[int, str, str]:
        """Ask; return the status, the body and the type of the answer."""
        parts = urlsplit(self.served.url())
        with closing(http.client.HTTPConnection(parts.netloc)) as connection:
            connection.request("POST", f"{parts.path}/add-checkpoint", body=body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("Content-Type", "")

    def cosigns(self, old: int, size: int) -> None:
        """Ask, and verify that it cosigned exactly this with all its keys."""
        status, body, _ = self.add(self.ledger.submission(old, size))
        assert status == 200, body
        keys = self.served.keys(body)
        assert set(SignedNote(self.ledger.text(size), lines_of(body)).signed_by(keys)) == set(keys)

    def conflict(self, body: bytes, size: int) -> None:
        """Ask, and be told of the size that it cosigned last."""
        assert self.add(body) == (409, f"{size}\n", "text/x.tlog.size")

    def does_not_prove(self, body: bytes) -> None:
        """Ask with a proof of the wrong length, and be refused."""
        assert self.add(body)[0] == (400 if isinstance(self.served, OfSigsum) else 422)


def named_for_sigsum() -> SigningKey:
    """A key whose name is what that witness asks of an origin: sigsum.org/v1/tree/ and the hash of the public half."""
    key = SigningKey.fresh("a")
    return SigningKey(f"sigsum.org/v1/tree/{sha256(key.verifier.public).hexdigest()}", key.seed)


def of_sigsum(foreign: Callable[[str], Path], key: SigningKey, folder: Path, port: int) -> OfSigsum:
    """A witness of a ledger that has seen nothing yet."""
    program, keys = foreign("sigsum-witness"), foreign("sigsum-key")

    def run(*words: str | Path, given: str = "") -> str:
        return subprocess.run([keys, *words], input=given, capture_output=True, text=True, check=True).stdout

    (folder / "log.pub").write_text(run("from-hex", given=key.verifier.public.hex()))
    run("generate", "-o", folder / "witness")
    public = run("to-hex", "-k", folder / "witness.pub").strip()
    return OfSigsum(program, folder, port, bytes.fromhex(public))


@pytest.fixture(params=["sigsum", "ours"])
def contract(
    request: pytest.FixtureRequest, foreign: Callable[[str], Path], tmp_path: Path, free_port: int
) -> Iterator[Contract]:
    ledger = Ledger.of(30, named_for_sigsum())
    registry.register_log([ledger.verifier], "peer.test")
    served = of_sigsum(foreign, ledger.key, tmp_path, free_port) if request.param == "sigsum" else Ours()
    yield Contract(served, ledger)
    served.end()


def test_a_growing_ledger_is_cosigned_at_every_size_and_at_one_size_again(contract: Contract) -> None:
    old = 0
    for size in (1, 2, 2, 3, 7, 8, 15, 30, 30):
        contract.cosigns(old, size)
        old = size


def test_who_is_behind_is_told_the_size(contract: Contract) -> None:
    contract.cosigns(0, 7)
    contract.conflict(contract.ledger.submission(0, 15), 7)
    contract.conflict(contract.ledger.submission(3, 15), 7)
    contract.conflict(contract.ledger.submission(8, 15), 7)
    contract.cosigns(7, 15)


def test_a_ledger_that_was_rewritten_is_not_cosigned(contract: Contract) -> None:
    contract.cosigns(0, 7)
    fork = contract.ledger.fork(3)
    for size in (7, 8, 15):
        assert contract.add(fork.submission(7, size))[0] == 422
    assert contract.add(contract.ledger.submission(7, 15, fork.consistency(7, 15)))[0] == 422
    contract.does_not_prove(contract.ledger.submission(7, 15, []))
    contract.does_not_prove(contract.ledger.submission(7, 7, [bytes(32)]))
    contract.cosigns(7, 15)


def test_a_ledger_that_goes_back_is_not_cosigned(contract: Contract) -> None:
    contract.cosigns(0, 15)
    contract.conflict(contract.ledger.submission(7, 7), 15)
    contract.conflict(contract.ledger.submission(0, 7), 15)
    assert contract.add(contract.ledger.submission(15, 7))[0] == 400
    contract.conflict(contract.ledger.submission(0, 15), 15)


def test_nothing_is_proven_from_nothing(contract: Contract) -> None:
    contract.does_not_prove(contract.ledger.submission(0, 7, [bytes(32)]))
    contract.cosigns(0, 7)


def test_only_the_ledgers_key_signs_for_it(contract: Contract) -> None:
    other = SigningKey(contract.ledger.key.name, SigningKey.fresh("a").seed)
    assert contract.add(Ledger.of(7, other).submission(0, 7))[0] == 403
    assert contract.add(Ledger.of(7, named_for_sigsum()).submission(0, 7))[0] == 404
    body = submission(0, [], contract.ledger.checkpoint(7) + "— stranger.example AAAAAAA=\n")
    assert contract.add(body)[0] == 200, "signatures of unknown keys are ignored"


@pytest.mark.parametrize("body", [b"", b"old\n\n", b"old 00\n\n", b"old 0\nx\n\n", b"old 0\n"])
def test_what_cannot_be_read_is_a_bad_request(contract: Contract, body: bytes) -> None:
    assert contract.add(body + contract.ledger.checkpoint(7).encode() * body.endswith(b"\n\n"))[0] == 400


def test_it_goes_on_after_a_restart(contract: Contract) -> None:
    contract.cosigns(0, 7)
    contract.served.restart()
    contract.conflict(contract.ledger.submission(0, 15), 7)
    assert contract.add(contract.ledger.fork(3).submission(7, 15))[0] == 422
    contract.cosigns(7, 15)


@pytest.fixture
def known_to_sigsum() -> Iterator[SigningKey]:
    """The ledger's key for one test: one that has a name for that witness."""
    before = signing_key()
    key = named_for_sigsum()
    key_path().write_text(f"{key.text()}\n")
    yield key
    key_path().write_text(f"{before.text()}\n")


def test_this_nodes_ledger_asks_both(
    foreign: Callable[[str], Path], known_to_sigsum: SigningKey, tmp_path: Path, free_port: int
) -> None:
    first, second = of_sigsum(foreign, known_to_sigsum, tmp_path, free_port), Ours()
    WitnessedLog.objects.create(  # by hand: a node refuses to witness its own ledger
        origin=known_to_sigsum.name,
        keys=str(known_to_sigsum.verifier),
        told_at="2026-01-01T00:00Z",
        told_by="peer.test",
    )
    try:
        an_hour_later(3)
        note = published_checkpoint().note
        parts = urlsplit(first.url())
        with closing(http.client.HTTPConnection(parts.netloc)) as connection:
            connection.request("POST", "/add-checkpoint", body=submission(0, [], note))
            keys = first.keys(connection.getresponse().read().decode())
        registry.register_witness(first.url(), keys, "peer.first")
        registry.register_witness(second.url(), second.keys(""), "peer.second")
        for more in (5, 1, 12):
            assert ask_all() == 2
            newest = published_checkpoint()
            signed = SignedNote.parse(queries.cosigned(newest)).signed_by([*keys, *second.keys("")])
            assert len(signed) == 3
            assert set(Witness.objects.values_list("problem", "size")) == {("", newest.size)}
            an_hour_later(more)
        with closing(http.client.HTTPConnection(urlsplit(second.url()).netloc)) as connection:
            digest = sha256(known_to_sigsum.name.encode()).hexdigest()
            connection.request("GET", f"{registry.PREFIX}/{digest}/checkpoint")
            assert SignedNote.parse(connection.getresponse().read().decode()).signed_by(second.keys(""))
    finally:
        first.end()
        second.end()
