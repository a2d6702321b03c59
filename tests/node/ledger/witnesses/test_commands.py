"""The commands: what is witnessed, by whom, and proofs that somebody checks without a node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.client.serving import Said
from tests.node.ledger.recording import enter, without_triggers
from tests.node.ledger.test_last import emptied
from tests.node.ledger.witnesses.foreign import Foreign, an_hour_later, listening

from vaern.cli.commands import cli
from vaern.node.ledger.models import Cosignature
from vaern.node.ledger.proofs import published_checkpoint
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.witnesses import registry
from vaern.node.ledger.witnesses.asking import ask_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["ledger", *map(str, words)])


def verify(*words: object) -> Result:
    return run("verify", "--processes", 0, "--witnessed", *words)


@pytest.fixture
def witness() -> Iterator[Foreign]:
    with listening() as found:
        registry.register_witness(found.url, [found.key.verifier], "peer.test")
        yield found


@pytest.fixture
def policy(witness: Foreign, tmp_path: Path) -> Path:
    """A policy that asks for that witness."""
    path = tmp_path / "policy"
    path.write_text(f"log {registry.introduction().ledger}\n{witness.policy_line('first')}\nquorum first\n")
    return path


def test_it_says_how_much_is_witnessed_and_by_whom(witness: Foreign, policy: Path) -> None:
    an_hour_later(20)
    none = verify("--policy", policy)
    assert (none.exit_code, "No checkpoint is cosigned by as many" in none.output) == (1, True)
    ask_all()
    size = published_checkpoint().size
    enter(3)
    sequence_once()
    found = verify("--policy", policy)
    assert found.exit_code == 0, found.output
    assert f"Witnessed: the first {size} of {size + 3} entries, by first (2027-01-15 08:00 UTC)." in found.output
    assert "The ledger is whole" in found.output


def test_without_a_policy_nothing_is_witnessed(witness: Foreign, tmp_path: Path) -> None:
    an_hour_later(2)
    assert "There is no policy" in verify().output
    wrong = tmp_path / "wrong"
    wrong.write_text("quorum a\n")
    found = verify("--policy", wrong)
    assert (found.exit_code, "line 1: a is no witness" in found.output) == (2, True)


@pytest.mark.parametrize("more", [0, 20, 40])
def test_a_rewritten_ledger_contradicts_the_cosignatures_that_are_kept(
    witness: Foreign, policy: Path, more: int
) -> None:
    """By who has the database and the key, and left what the witnesses signed, or has to show it to somebody."""
    an_hour_later(20)
    ask_all()
    size = published_checkpoint().size
    emptied(0)
    if more:
        an_hour_later(more)
    found = verify("--policy", policy)
    said = (
        f"cosigned {size} entries, and there are {more}" if more < size else f"first {size} entries are not those that"
    )
    assert (found.exit_code, said in found.output) == (1, True), found.output


def test_a_cosignature_that_was_put_in_or_changed_is_named(witness: Foreign, policy: Path) -> None:
    an_hour_later(5)
    ask_all()
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_cosignature SET size = size - 1")
    found = verify("--policy", policy)
    assert (found.exit_code, "was changed or put in" in found.output) == (1, True)


def test_what_the_witness_shows_is_given_with_against(witness: Foreign, policy: Path, tmp_path: Path) -> None:
    an_hour_later(20)
    ask_all()
    shown = tmp_path / "shown"
    shown.write_text(published_checkpoint().note + Cosignature.objects.get().line)
    assert verify("--policy", policy, "--against", shown).exit_code == 0
    emptied(0)
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_cosignature")
    an_hour_later(30)
    found = verify("--policy", policy, "--against", shown)
    assert (found.exit_code, "it was rewritten" in found.output) == (1, True)


def test_a_proof_file_is_checked_without_a_node(witness: Foreign, policy: Path, tmp_path: Path) -> None:
    an_hour_later(5)
    (entry,) = enter(1)
    an_hour_later(3)
    file = tmp_path / "one.tlog-proof"
    early = run("prove", entry, "--proof-file", file, "--policy", policy)
    assert (early.exit_code, "after the hour it may" in early.output) == (2, True)
    ask_all()
    assert run("prove", entry, "--proof-file", file, "--policy", policy).exit_code == 0
    checked = run("check-proof", file, "--policy", policy)
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.output.splitlines()[0])["entry"] == entry
    assert "by first (2027-01-15 08:00 UTC)" in checked.output
    file.write_text(file.read_text().replace("index ", "index 1"))
    changed = run("check-proof", file, "--policy", policy)
    assert (changed.exit_code, "does not hold" in changed.output) == (1, True)
    policy.write_text("quorum a\n")
    assert run("check-proof", file, "--policy", policy).exit_code == 2


def test_without_a_policy_a_proof_file_has_the_cosignatures_that_there_are(witness: Foreign, tmp_path: Path) -> None:
    (entry,) = enter(1)
    an_hour_later()
    file = tmp_path / "one.tlog-proof"
    assert run("prove", entry, "--proof-file", file).exit_code == 0
    ours = tmp_path / "ours"
    ours.write_text(f"log {registry.introduction().ledger}\nquorum none\n")
    assert "by nobody" in run("check-proof", file, "--policy", ours).output


def test_who_witnesses_is_shown_and_asked_at_once(witness: Foreign) -> None:
    an_hour_later(3)
    assert "silent" not in run("witnesses").output
    assert witness.asked == []
    shown = run("witnesses", "--ask")
    assert (shown.exit_code, witness.url in shown.output, "well" in shown.output) == (0, True, True)
    an_hour_later(3)
    witness.instead = lambda _asked: Said(b"no\n", 422)
    shown = run("witnesses", "--ask")
    assert (shown.exit_code, "other" in shown.output) == (1, True)


def test_the_lines_for_others_are_printed() -> None:
    assert run("policy").output.splitlines() == registry.introduction().policy_lines()
    assert "No witness is known" in run("witnesses").output
