"""The life of a ledger: recording, sequencing and erasing in any order keep it sound, and it only grows."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.ledger.recording import enter, without_triggers

from vaern.node.ledger.actions import erase_notes
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Checkpoint, Entry, Leaf
from vaern.node.ledger.proofs import consistency_proof, inclusion_proof, latest_checkpoint, position_of
from vaern.node.ledger.queries import entries_with_notes
from vaern.node.ledger.rules import NODE, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.proofs.merkle import verify_consistency, verify_inclusion


class Ledger(RuleBasedStateMachine):
    """One ledger; what it should hold is kept beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.entries: list[int] = []
        self.spoken: set[int] = set()
        self.checkpoints: list[tuple[int, bytes, str]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(count=st.integers(1, 5), words=st.sampled_from(["", "why", "Jane Doe"]))
    def record(self, count: int, words: str) -> None:
        entered = enter(count, words=words)
        self.entries += entered
        self.spoken |= set(entered) if words else set()

    @rule(batch=st.integers(1, 4))
    def sequence(self, batch: int) -> None:
        waiting = len(self.entries) - Leaf.objects.count()
        assert sequence_once(batch) == waiting
        if waiting:
            latest = latest_checkpoint()
            self.checkpoints.append((latest.size, bytes(latest.root), latest.note))

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.entries), unique=True, max_size=3))
        erased = erase_notes(chosen, NODE, Why.RETENTION)
        assert erased == len(self.spoken & set(chosen))
        self.spoken -= set(chosen)
        if erased:
            self.entries.append(Entry.objects.order_by("-id").first().pk)

    @precondition(lambda self: self.checkpoints)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        size, root, _ = data.draw(st.sampled_from(self.checkpoints))
        position = data.draw(st.integers(0, size - 1))
        leaf = Leaf.objects.get(position=position)
        assert position_of(leaf.entry_id) == position
        assert verify_inclusion(bytes(leaf.hash), position, size, inclusion_proof(position, size), root)
        newest, newest_root, _ = self.checkpoints[-1]
        assert verify_consistency(size, newest, consistency_proof(size, newest), root, newest_root)

    @precondition(lambda self: self.checkpoints)
    @rule(data=st.data())
    def tamper(self, data: st.DataObject) -> None:
        position = data.draw(st.integers(0, self.checkpoints[-1][0] - 1))
        entry = Leaf.objects.get(position=position).entry_id
        with transaction.atomic():
            with without_triggers() as cursor:
                cursor.execute("UPDATE ledger_entry SET at = at + interval '1 hour' WHERE id = %s", [entry])
            assert any(entry in finding.entries for finding in verify_ledger(verifier_key()).findings)
            transaction.set_rollback(True)

    @invariant()
    def it_is_sound(self) -> None:
        for _, _, kept in self.checkpoints[:1] or [(0, b"", "")]:
            assert verify_ledger(verifier_key(), against=kept).findings == []
        assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == self.entries
        assert set(entries_with_notes()) == self.spoken

    @invariant()
    def no_checkpoint_ever_goes(self) -> None:
        sizes = list(Checkpoint.objects.order_by("at").values_list("size", flat=True))
        assert sizes == sorted(set(sizes))
        assert {size for size, _, _ in self.checkpoints} <= set(sizes)


@pytest.mark.django_db
@pytest.mark.slow
def test_the_life_of_a_ledger() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
