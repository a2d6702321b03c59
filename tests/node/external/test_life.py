"""Added, corrected, withdrawn, put back: a walk against a model, of each kind of record, with history and ledger."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.node.external.worlds import WHY, Desk

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.external import actions, queries
from vaern.node.external.models import ExternalChange, ExternalIdentifier
from vaern.node.external.rules import MOST, normal
from vaern.node.external.sealed_values import Given
from vaern.node.ledger.models import Entry

pytestmark = pytest.mark.django_db

VALUES = ["1", "1-2", "12", " 1 2 ", "Ab", "aB", "b\N{EN DASH}a", "3", "4", "5"]


@dataclass
class Model:
    """What should stand on a record: value, whether it counts, and what was done, by the identifier's number."""

    rows: dict[int, list[Any]] = field(default_factory=dict)
    done: int = 0

    def holds(self, value: str, but: int = 0) -> bool:
        return any(live and normal(held) == normal(value) for n, (held, live, _c) in self.rows.items() if n != but)


def step(desk: Desk, record: Any, model: Model, ids: dict[int, Any], draw: random.Random) -> None:
    """Do one thing, and the same to the model; both refuse alike."""
    what, value = draw.choice(["add", "correct", "withdraw", "restore", "restore"]), draw.choice(VALUES)
    number = draw.choice([*model.rows, 99])
    held, live, _changes = model.rows.get(number, ["", False, []])
    which = ids.get(number, record.pk)
    expected = {
        "add": not model.holds(value),
        "correct": number in model.rows and live and not model.holds(value, number),
        "withdraw": number in model.rows and live,
        "restore": number in model.rows and not live and not model.holds(held),
    }[what]
    act = {
        "add": lambda: desk.add(record, value),
        "correct": lambda: desk.do(actions.correct, record, which, Given("icse_series", value)),
        "withdraw": lambda: desk.do(actions.withdraw, record, which, "a slip"),
        "restore": lambda: desk.do(actions.restore, record, which),
    }[what]
    if not expected:
        with pytest.raises(Refusal):
            act()
        return
    made = act()
    model.done += 1
    ids[made.number] = made.pk
    row = model.rows.setdefault(made.number, [value, True, []])
    row[0] = value if what in {"add", "correct"} else held
    row[1] = what != "withdraw"
    row[2].append({"add": "added", "correct": "corrected", "withdraw": "withdrawn", "restore": "restored"}[what])


@pytest.mark.once
@pytest.mark.parametrize("kind", ["report", "series", "case"])
def test_a_walk_against_a_model(kind: str) -> None:
    desk = Desk()
    record = desk.records()[kind]
    draw, model, ids = random.Random(kind), Model(), {}
    entries = Entry.objects.filter(subject=record.pk, act__startswith="external.")
    for _step in range(160):
        step(desk, record, model, ids, draw)
    with viewing(desk.organisation.id):
        lines = queries.lines(desk.who(record), record)
    assert {line.row.number: [line.written.value, line.row.withdrawn_at is None] for line in lines} == {
        number: [" ".join(value.split()), live] for number, (value, live, _changes) in model.rows.items()
    }
    for line in lines:
        changes = list(reversed(line.history))
        assert [change.change for change, _written in changes] == model.rows[line.row.number][2]
        assert [change.number for change, _written in changes] == list(range(1, line.row.version + 1))
    assert entries.count() == model.done, "one action, one entry"
    assert {"added", "corrected", "withdrawn", "restored"} <= {c for row in model.rows.values() for c in row[2]}


def test_what_was_withdrawn_says_why_and_an_old_page_corrects_nothing() -> None:
    desk = Desk()
    case = desk.records()["case"]
    made = desk.add(case, "77")
    desk.do(actions.correct, case, made.pk, Given("icse_series", "78"))
    with pytest.raises(Refusal, match="Somebody changed it"):
        desk.do(actions.correct, case, made.pk, Given("icse_series", "79"), 1)
    with pytest.raises(Refusal, match="Say why"):
        desk.do(actions.withdraw, case, made.pk, " ")
    desk.do(actions.withdraw, case, made.pk, "it was the number of another desk")
    with viewing(desk.organisation.id):
        (line,) = queries.lines(desk.lead, case)
    assert [written.because for _change, written in line.history] == ["it was the number of another desk", "", ""]


@pytest.mark.once
def test_a_record_carries_so_many_and_no_more() -> None:
    desk = Desk()
    report = desk.records()["report"]
    for number in range(MOST):
        desk.add(report, str(number))
    with pytest.raises(Refusal, match="at most"):
        desk.add(report, "one more")
    assert ExternalIdentifier.everywhere.filter(record=report.pk).count() == MOST


def test_neither_another_organisation_nor_a_key_nor_a_state_that_forbids_it_changes_anything() -> None:
    desk, other = Desk(), Desk()
    records = desk.records()
    for record in records.values():
        made = desk.add(record, "1")
        with viewing(other.organisation.id):
            for act, args in (
                (actions.add, (Given("other", "2"),)),
                (actions.withdraw, (made.pk, "because")),
                (actions.correct, (made.pk, Given("other", "3"))),
                (actions.restore, (made.pk,)),
            ):
                with pytest.raises(Refusal):
                    act(other.who(record), WHY, record, *args)
    assert ExternalChange.everywhere.count() == len(records)
    with pytest.raises(Refusal):
        desk.add(records["case"], "12", system="ncmec_report2")
    with pytest.raises(Refusal, match="digits"):
        desk.add(records["case"], "12x", system="ncmec_report")
