"""The page of states and its pictures are made of the tables that the node asks, and leave nothing out."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
import states

from vaern.node.alliance.rules import commitments, meetings
from vaern.node.cases.rules import assistance, evidence, incoming
from vaern.node.cases.rules import case as cases
from vaern.node.crosscheck.rules import disclosures
from vaern.node.press.rules import states as press
from vaern.node.reports.rules.locations import LOCATION_TRANSITIONS, LocationState
from vaern.node.reports.rules.states import TRANSITIONS, State
from vaern.node.victims.rules import series as victims

MACHINES = {
    "report": (State, TRANSITIONS),
    "location": (LocationState, LOCATION_TRANSITIONS),
    "series": (victims.State, victims.TRANSITIONS),
    "disclosure": (disclosures.RevealState, disclosures.TRANSITIONS),
    "case": (cases.State, cases.TRANSITIONS),
    "evidence": (evidence.Held, evidence.TRANSITIONS),
    "request": (assistance.State, assistance.TRANSITIONS),
    "incoming": (incoming.State, incoming.TRANSITIONS),
    "meeting": (meetings.State, meetings.TRANSITIONS),
    "press-event": (press.EventState, press.EVENT),
    "registration": (press.State, press.REGISTRATION),
    "commitment": (commitments.State, commitments.COMMITMENT),
    "round": (commitments.RoundState, commitments.ROUND),
    "reply": (commitments.ReplyState, commitments.REPLY),
}


def test_the_page_and_its_pictures_are_not_stale() -> None:
    for path, text in states.files().items():
        assert path.read_text("utf-8") == text, f"{path.name} is stale: run `make reference`"


def test_every_cell_of_every_table_is_a_row_of_the_page() -> None:
    rows = [line for line in states.page().splitlines() if line.startswith("| ") and "It is" not in line]
    cells = [cell for _kind, table in MACHINES.values() for cell in table]
    assert len(rows) == len(cells)
    shown = Counter(tuple(cell.strip() for cell in row.split("|")[1:3]) for row in rows)
    for before, event in cells:
        assert shown[states.words(before), states.words(event)] >= 1


def test_every_machine_that_is_drawn_is_tested() -> None:
    assert MACHINES.keys() == states.PICTURES.keys()


@pytest.mark.parametrize("name", MACHINES)
def test_a_picture_holds_every_state_and_every_event_that_changes_one(name: str) -> None:
    kind, table = MACHINES[name]
    root = ET.fromstring(states.files()[states.PICTURES[name]])
    texts = Counter(node.text for node in root.iter("{http://www.w3.org/2000/svg}text"))
    for state in kind:
        assert texts[states.words(state)] >= 1
    changing = Counter(states.words(event) for (before, event), step in table.items() if step.after is not before)
    for event, times in changing.items():
        assert texts[event] >= times
