"""No entry is missed that a list speaks against, in whatever order lists change, are read, published and looked at."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send

from vaern.matching.current import PARTS
from vaern.node.base.scope import viewing
from vaern.node.lists.base.disk import folder_of, follow_all
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import taking
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.quarantine import watching

if TYPE_CHECKING:
    from vaern.node.lists.models import ListIntake

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)
VALUES = st.integers(0, 1)
HOLD = "parts.away"


class Watched(RuleBasedStateMachine):
    """Entries that come by hand and by files, a disk that fails, and the minute; two sets are the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer, self.number = curator(), next(NUMBERS)
        self.known = make_list(self.viewer, f"known-{self.number}")
        self.against = make_list(self.viewer, f"against-{self.number}", purpose="negative")
        self.on_known: dict[str, int] = {}
        self.spoken_against: set[int] = set()
        self.read: list[tuple[ListIntake, dict[str, int]]] = []

    def ident(self, value: int) -> str:
        return f"{value} of {next(NUMBERS)}"

    def signal(self, value: int) -> str:
        return f"{self.number} {value}"

    @rule(value=VALUES)
    def list_by_hand(self, value: int) -> None:
        ident = self.ident(value)
        add(self.viewer, self.known, entry_of(ident, digest(self.signal(value))))
        self.on_known[ident] = value

    @rule(value=VALUES)
    def speak_against(self, value: int) -> None:
        add(self.viewer, self.against, entry_of(self.ident(value), digest(self.signal(value))))
        self.spoken_against.add(value)

    @rule(value=VALUES)
    def both(self, value: int) -> None:
        self.list_by_hand(value)
        self.speak_against(value)

    @rule(values=st.sets(VALUES, min_size=1))
    def read_file(self, values: set[int]) -> None:
        rows = {self.ident(value): value for value in values}
        lines = [f"{ident},{digest(self.signal(value)).value.hex()}" for ident, value in rows.items()]
        content = ("\n".join(["id,sha256", *lines]) + "\n").encode()
        with viewing(self.viewer.organisation.id):
            for intake, _rows in self.read:
                intakes.reject(self.viewer, QUALITY, intake)
        self.read = [(send(self.viewer, self.known, content, take=False), rows)]

    @precondition(lambda self: self.read)
    @rule()
    def take_file(self) -> None:
        ((intake, rows),) = self.read
        with viewing(self.viewer.organisation.id):
            intakes.take(self.viewer, QUALITY, intake)
        taking.take(intake.pk)
        with suppress(OSError):
            follow_all()
        self.on_known.update(rows)
        self.read = []

    @rule(which=st.sampled_from(["known", "against", "both"]))
    def disk_fails(self, which: str) -> None:
        for name in ("known", "against"):
            folder = folder_of(getattr(self, name).name)
            if which in {name, "both"} and not (folder / PARTS).is_file():
                folder.mkdir(parents=True, exist_ok=True)
                if (folder / PARTS).exists():
                    (folder / PARTS).rename(folder / HOLD)
                (folder / PARTS).touch()

    @rule()
    def mend(self) -> None:
        for one in (self.known, self.against):
            folder = folder_of(one.name)
            if (folder / PARTS).is_file():
                (folder / PARTS).unlink()
                if (folder / HOLD).exists():
                    (folder / HOLD).rename(folder / PARTS)

    @rule()
    def minute(self) -> None:
        with suppress(OSError):  # what is not open yet cannot be read
            watching.watch()

    def teardown(self) -> None:
        self.mend()
        follow_all()
        watching.watch()
        found = dict(ListEntry.everywhere.filter(list=self.known.pk).values_list("ident", "state"))
        assert found == {
            ident: "quarantined" if value in self.spoken_against else "live" for ident, value in self.on_known.items()
        }
        assert watching.watch() == 0
        HashList.everywhere.filter(pk__in=[self.known.pk, self.against.pk]).delete()


@pytest.mark.once
def test_no_entry_is_missed_in_whatever_order_lists_change() -> None:
    run_state_machine_as_test(
        Watched,
        settings=hypothesis_settings(
            max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
