"""A witness of other people's (Debian's `sigsum-witness`) cosigns the checkpoints of a ledger of ours."""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
import subprocess
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from vaern.node.ledger.checkpoints import SigningKey, sign_checkpoint
from vaern.node.ledger.merkle import consistency_ranges, hash_children, hash_leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LEAVES = [f"entry {number} (synthetic)".encode() for number in range(23)]


def root(leaves: list[bytes]) -> bytes:
    """The hash of a tree as RFC 9162 §2.1.1 defines it."""
    if len(leaves) == 1:
        return hash_leaf(leaves[0])
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hash_children(root(leaves[:half]), root(leaves[half:]))


def named_for_sigsum() -> SigningKey:
    """A key whose name is what this witness asks of an origin: sigsum.org/v1/tree/ and the hash of the public half."""
    key = SigningKey.fresh("a")
    return SigningKey(f"sigsum.org/v1/tree/{sha256(key.verifier.public).hexdigest()}", key.seed)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return named_for_sigsum()


@pytest.fixture
def witness(foreign: Callable[[str], Path], key: SigningKey, tmp_path: Path, free_port: int) -> Iterator[int]:
    """The port on which a witness of the key's log listens that has seen nothing yet."""
    program, keys = foreign("sigsum-witness"), foreign("sigsum-key")
    public = subprocess.run(
        [keys, "from-hex"], input=key.verifier.public.hex(), capture_output=True, text=True, check=True
    )
    (tmp_path / "log.pub").write_text(public.stdout)
    subprocess.run([keys, "generate", "-o", tmp_path / "witness"], check=True)
    words = [program, "-k", tmp_path / "witness", "--log-key", tmp_path / "log.pub", "--state-file", tmp_path / "state"]
    # Built for an old Go, it answers 404 to everything without this setting.
    environment = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
    running = subprocess.Popen([*words, f"127.0.0.1:{free_port}"], env=environment, stderr=subprocess.PIPE)
    while running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", free_port)).close()
            break
        except ConnectionRefusedError:
            continue
    assert running.poll() is None, running.stderr and running.stderr.read()
    yield free_port
    running.kill()
    running.communicate()


def add(port: int, old: int, size: int, signing: SigningKey, forged: bytes = b"") -> tuple[int, str]:
    """Send a checkpoint as C2SP's tlog-witness says; return the status and the body of the answer."""
    proof = [root(LEAVES[start:end]) for start, end in consistency_ranges(old, size)] if old else []
    note = sign_checkpoint(size, forged or root(LEAVES[:size]), signing)
    body = "\n".join([f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note])
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/add-checkpoint", body=body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_growing_ledger_is_cosigned_at_every_size(witness: int, key: SigningKey) -> None:
    old = 0
    for size in (1, 2, 3, 7, 8, 15, 23):
        status, body = add(witness, old, size, key)
        assert (status, bool(re.fullmatch(r"— \S+ [A-Za-z0-9+/=]+\n", body))) == (200, True), body
        old = size


def test_a_ledger_that_was_rewritten_is_not(witness: int, key: SigningKey) -> None:
    assert add(witness, 0, 7, key)[0] == 200
    assert add(witness, 7, 15, key, forged=sha256(b"another history").digest())[0] == 422
    assert add(witness, 3, 15, key)[0] == 409  # the witness knows of seven
    assert add(witness, 7, 15, named_for_sigsum())[0] in {403, 404}
    assert add(witness, 7, 15, key)[0] == 200
