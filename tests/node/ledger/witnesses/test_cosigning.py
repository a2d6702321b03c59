"""This node as a witness: by HTTP as C2SP tlog-witness says, also when many ask at one moment and after a restart."""

from __future__ import annotations

import base64
import itertools
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.node.threads import at_once
from tests.proofs.ledgers import Ledger

from vaern.node.ledger.models import Entry, WitnessedLog
from vaern.node.ledger.witnesses import registry
from vaern.node.ledger.witnesses.cosigning import FRESH, add_checkpoint
from vaern.node.ledger.witnesses.rules import Refused
from vaern.node.ledger.witnesses.signing import cosigning_keys, witness_path
from vaern.node.ledger.witnesses.submissions import LARGEST, submission
from vaern.proofs.notes import SignedNote, lines_of

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db

TOLD = "peer.test"


def told_of(ledger: Ledger) -> Ledger:
    """Let this node witness a ledger."""
    registry.register_log([ledger.verifier], TOLD)
    return ledger


@pytest.fixture
def ledger() -> Ledger:
    return told_of(Ledger.of(30))


@pytest.fixture
def outsider() -> Client:
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def asked(outsider: Client, body: bytes) -> HttpResponse:
    return outsider.post("/ledger/witness/add-checkpoint", body, content_type="text/plain")


def test_a_growing_ledger_is_cosigned_by_both_keys(outsider: Client, ledger: Ledger) -> None:
    keys = [key.verifier for key in cosigning_keys()]
    before = int(timezone.now().timestamp())
    for old, size in itertools.pairwise((0, 1, 2, 2, 7, 8, 30)):
        answer = asked(outsider, ledger.submission(old, size))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        signed = SignedNote(ledger.text(size), lines_of(answer.text)).signed_by(keys)
        assert set(signed) == set(keys)
        assert all(before <= at <= timezone.now().timestamp() for at in signed.values())
    row = WitnessedLog.objects.get()
    assert (row.size, bytes(row.root)) == (30, ledger.root(30))


def test_what_it_cosigned_is_shown_to_everybody(outsider: Client, ledger: Ledger) -> None:
    address = f"/ledger/witness/{sha256(ledger.key.name.encode()).hexdigest()}/checkpoint"
    assert outsider.get(address).status_code == 404
    lines = asked(outsider, ledger.submission(0, 9)).text
    assert outsider.get(address).text == ledger.checkpoint(9) + lines
    assert outsider.get(f"/ledger/witness/{'0' * 64}/checkpoint").status_code == 404


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "size", "fork", "status"),
    [(0, 9, 9, 409), (5, 9, 9, 409), (8, 9, 9, 409), (12, 9, 9, 400), (9, 9, 4, 422), (7, 12, 4, 409), (7, 7, 4, 409)],
)
def test_what_the_specification_refuses(
    outsider: Client, ledger: Ledger, old: int, size: int, fork: int, status: int
) -> None:
    asked(outsider, ledger.submission(0, 9))
    answer = asked(outsider, ledger.fork(fork).submission(old, size))
    assert answer.status_code == status
    if status == 409:
        assert (answer.text, answer.headers["Content-Type"]) == ("9\n", "text/x.tlog.size")
    assert WitnessedLog.objects.get().size == 9


def test_who_is_not_known_and_whose_signature_is_not_are_told_apart(outsider: Client, ledger: Ledger) -> None:
    assert asked(outsider, Ledger.of(3).submission(0, 3)).status_code == 403  # of the same name
    other = Ledger.of(3, type(ledger.key).fresh("other.example"))
    assert asked(outsider, other.submission(0, 3)).status_code == 404
    told_of(other)
    assert asked(outsider, other.submission(0, 3)).status_code == 200


def test_what_is_no_request_is_refused(outsider: Client, ledger: Ledger) -> None:
    for body in (b"", b"nonsense", b"\xff\n\n", ledger.submission(0, 3).removesuffix(b"\n")):
        assert asked(outsider, body).status_code == 400
    assert asked(outsider, b"x" * (LARGEST + 1)).status_code == 413
    assert outsider.get("/ledger/witness/add-checkpoint").status_code == 405
    add_checkpoint(ledger.submission(0, 3))
    for kind in ("application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = outsider.generic("POST", "/ledger/witness/add-checkpoint", ledger.submission(3, 3), content_type=kind)
        assert answer.status_code == 200, "C2SP names no type of content"


def test_nothing_of_what_is_sent_is_kept_but_origin_size_root_and_signatures(outsider: Client, ledger: Ledger) -> None:
    """Else a peer, or who has its key, has this node keep and show whatever can be written as text."""
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(900)).decode()
    signed = ledger.key.sign(f"{ledger.text(3)}{picture}\n")
    assert asked(outsider, submission(0, [], signed)).status_code == 400
    stranger = f"— stranger.example {picture}\n"
    assert asked(outsider, ledger.submission(0, 3) + stranger.encode()).status_code == 200
    row = WitnessedLog.objects.get()
    assert "stranger" not in row.note
    assert len(row.note.rpartition("\n\n")[2].splitlines()) == 3
    fork = ledger.fork(1).submission(3, 3) + stranger.encode()
    assert asked(outsider, fork).status_code == 422
    assert "stranger" not in WitnessedLog.objects.get().fork


def test_the_first_fork_is_kept_as_proof_and_recorded_once(outsider: Client, ledger: Ledger) -> None:
    asked(outsider, ledger.submission(0, 9))
    for at in (2, 3, 2):
        assert asked(outsider, ledger.fork(at).submission(9, 9)).status_code == 422
    row = WitnessedLog.objects.get()
    assert row.fork == ledger.fork(2).checkpoint(9)
    assert SignedNote.parse(row.fork).signed_by([ledger.verifier])
    assert Entry.objects.filter(act="ledger.witnessed.forked").count() == 1
    assert asked(outsider, ledger.submission(9, 12)).status_code == 200


def test_who_repeats_a_request_makes_nothing_written(ledger: Ledger) -> None:
    now = timezone.now()
    first = add_checkpoint(ledger.submission(0, 9), now)
    assert add_checkpoint(ledger.submission(9, 9), now + timedelta(seconds=FRESH - 1)) == first
    assert WitnessedLog.objects.get().cosigned_at == now
    later = add_checkpoint(ledger.submission(9, 9), now + timedelta(seconds=FRESH))
    assert later != first
    assert WitnessedLog.objects.get().cosigned_at == now + timedelta(seconds=FRESH)


def test_a_clock_that_goes_back_takes_no_cosignature_back(ledger: Ledger) -> None:
    now, keys = timezone.now(), [key.verifier for key in cosigning_keys()]
    add_checkpoint(ledger.submission(0, 9), now)
    lines = add_checkpoint(ledger.submission(9, 12), now - timedelta(days=3))
    signed = SignedNote(ledger.text(12), lines_of(lines)).signed_by(keys)
    assert set(signed.values()) == {int(now.timestamp())}


def test_the_database_refuses_what_goes_back(ledger: Ledger) -> None:
    add_checkpoint(ledger.submission(0, 9))
    row = WitnessedLog.objects.filter(pk=ledger.key.name)
    for change in ({"size": 8}, {"root": bytes(32)}, {"size": 0, "root": None}, {"origin": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


def test_a_ledger_that_is_told_of_again_goes_on_where_it_was(outsider: Client, ledger: Ledger) -> None:
    asked(outsider, ledger.submission(0, 9))
    registry.end(TOLD)
    assert asked(outsider, ledger.submission(9, 12)).status_code == 404
    told_of(ledger)
    assert asked(outsider, ledger.submission(0, 12)).status_code == 409
    assert asked(outsider, ledger.submission(9, 12)).status_code == 200


def test_the_keys_are_the_nodes_alone_and_stay(ledger: Ledger) -> None:
    keys = cosigning_keys()
    assert witness_path().stat().st_mode & 0o777 == 0o600
    assert cosigning_keys() == keys
    assert {key.name for key in keys} == {"localhost/witness"}
    assert len({key.seed for key in keys}) == 2


def test_the_lines_of_a_policy_name_this_node(outsider: Client, ledger: Ledger) -> None:
    lines = outsider.get("/ledger/policy").text.splitlines()
    assert lines == registry.introduction().policy_lines()
    assert [line.split()[0] for line in lines] == ["log", "witness", "witness"]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_one_moment_one_history_is_cosigned() -> None:
    """Threads with connections of their own: two histories, of which either may be first, from the same old size."""
    ledger = told_of(Ledger.of(30))
    stories = (ledger, ledger.fork(0))
    at, told = 0, None

    def ask(story: Ledger, old: int, size: int) -> tuple[int, Ledger] | int:
        try:
            add_checkpoint(story.submission(old, size))
        except Refused as refused:
            return refused.status
        return size, story

    while at < 30:
        jobs = [(story, at, size) for story in stories for size in (7, 8, 12, 30) if size > at]
        ended = at_once(*(lambda job=job: ask(*job) for job in jobs))
        won = [one for one in ended if isinstance(one, tuple)]
        assert len(won) == 1, "of those who began at one size exactly one goes on"
        assert told in {None, won[0][1].leaves[0]}
        assert {one for one in ended if not isinstance(one, tuple)} <= {409, 422}
        told, row = won[0][1].leaves[0], WitnessedLog.objects.get()
        assert (row.size, bytes(row.root)) == (won[0][0], won[0][1].root(row.size))
        at = row.size
