"""What was signed last lies beside the key: who owns the database alone has no history signed anew, and is named."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs
from tests.node.ledger.recording import enter, without_triggers

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.last import LedgerWentBack, keep_last, last_path, read_last, went_back
from vaern.node.ledger.models import Leaf, Pending
from vaern.node.ledger.proofs import latest_checkpoint
from vaern.node.ledger.sequencer import run_sequencer, sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.node.operations.queries import health
from vaern.node.runtime.logs import permitted
from vaern.node.runtime.serving.programs import run_sequencer as run_program
from vaern.proofs.checkpoints import CheckpointError, SigningKey, sign_checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture
def last() -> Iterator[Path]:
    """The node's own file, for one test: the ledger of the next one is another."""
    path = last_path()
    yield path
    path.unlink(missing_ok=True)


def emptied(size: int) -> None:
    """Leave of the ledger the first entries and what was signed of them, as the database's owner can."""
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_pending")
        cursor.execute("DELETE FROM ledger_entry e USING ledger_leaf l WHERE l.entry = e.id AND position >= %s", [size])
        cursor.execute("DELETE FROM ledger_leaf WHERE position >= %s", [size])
        cursor.execute("DELETE FROM ledger_subtree WHERE (index + 1) << level > %s", [size])
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > %s", [size])


def findings(path: Path) -> list[str]:
    return [one.text for one in verify_ledger(verifier_key(), last=path.read_text()).findings]


def test_it_is_what_was_signed_last_and_the_nodes_alone(last: Path) -> None:
    assert read_last(last, verifier_key()) is None
    for _ in range(2):
        enter(20)
        sequence_once(last=last)
        assert last.read_text() == latest_checkpoint().note
    assert last.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in last.parent.glob("ledger*")} == {"ledger.key", "ledger.last"}
    assert findings(last) == []
    assert not went_back()


@pytest.mark.once
@pytest.mark.parametrize("kept", [0, 18, 20, 38])
@pytest.mark.parametrize("put_in", [0, 3, 18, 40])
def test_history_is_not_signed_anew(last: Path, kept: int, put_in: int) -> None:
    for _ in range(2):
        enter(18)
        sequence_once(last=last)
        enter(2)
        sequence_once(last=last)
    emptied(kept)
    enter(put_in)
    if put_in:
        with pytest.raises(LedgerWentBack):
            sequence_once(last=last)
    assert Leaf.objects.count() == kept
    assert went_back()
    assert not health().ledger
    assert f"speaks of 40 entries, and there are {kept}: the end was cut off." in findings(last)[-1]


def test_another_history_of_the_same_size_is_named(last: Path) -> None:
    enter(20)
    sequence_once(last=last)
    emptied(0)
    enter(20)
    sequence_once()  # the attacker has a sequencer that does not look
    assert went_back()
    assert findings(last)[-1].endswith("it was rewritten.")
    enter(5)
    sequence_once()
    enter(1)
    with pytest.raises(LedgerWentBack):
        sequence_once(last=last)


def test_a_file_that_is_behind_after_a_crash_is_no_obstacle(last: Path) -> None:
    enter(3)
    sequence_once(last=last)
    enter(3)
    sequence_once()
    assert not went_back()
    enter(1)
    sequence_once(last=last)
    assert read_last(last, verifier_key()).size == 7


def test_without_the_file_as_after_a_restore_it_goes_on_from_what_is_there(last: Path) -> None:
    enter(3)
    sequence_once(last=last)
    emptied(0)
    last.unlink()
    enter(2)
    assert sequence_once(last=last) == 2
    assert not went_back()


@pytest.mark.parametrize("text", [b"", b"nonsense", b"\xff"])
def test_a_file_that_the_key_has_not_signed_stops_the_signing(last: Path, text: bytes) -> None:
    last.write_bytes(text or sign_checkpoint(1, bytes(32), SigningKey.fresh("localhost")).encode())
    enter(1)
    with pytest.raises(CheckpointError):
        sequence_once(last=last)
    assert went_back()
    assert Pending.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_nodes_sequencer_keeps_it(last: Path) -> None:
    stop = threading.Event()
    stop.set()
    enter(2)
    run_sequencer(stop, last=last)
    assert read_last(last, verifier_key()).size == 2
    keep_last(last, sign_checkpoint(9, bytes(32), SigningKey.fresh("localhost")))
    enter(1)
    with capture_logs() as said:
        run_sequencer(stop, last=last)
    assert Leaf.objects.count() == 2
    assert [permitted(one)["error"] for one in said] == ["CheckpointError"]


@pytest.fixture
def ends_when(last: Path) -> Iterator[threading.Thread]:
    """What ends the program in this thread by a signal, once the file is there or half a minute is over."""
    here = threading.get_ident()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def end() -> None:
        until = time.monotonic() + 30
        while not last.exists() and time.monotonic() < until:
            time.sleep(0.02)
        signal.pthread_kill(here, signal.SIGTERM)

    thread = threading.Thread(target=end)
    yield thread
    thread.join()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_the_program_that_a_node_starts_keeps_it_beside_its_key(last: Path, ends_when: threading.Thread) -> None:
    enter(2)
    ends_when.start()
    run_program()
    assert last.exists()
    assert read_last(last, verifier_key()).size == 2
