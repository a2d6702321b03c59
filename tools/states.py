"""Write docs/reference/states.md and its pictures out of the tables of states of the apps.

python tools/states.py            # write them
python tools/states.py --check    # exit 1 if one is stale

Drawn here as SVG, because nothing is fetched from another host to draw a page, and the places of the boxes are chosen
by a person: a state that has none stops the program, so that none is left out of the picture.
"""

from __future__ import annotations

import sys
from html import escape
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.alliance.rules import commitments, meetings
from vaern.node.cases.rules import assistance, evidence, incoming
from vaern.node.cases.rules import case as cases
from vaern.node.crosscheck.rules import disclosures
from vaern.node.press.rules import states as press
from vaern.node.reports.rules.locations import LOCATION_DONE, LOCATION_TRANSITIONS, LocationState
from vaern.node.reports.rules.states import OPEN, TRANSITIONS, State, Who
from vaern.node.victims.rules import series as victims

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping

    from vaern.node.base.transitions import Step

    Place = tuple[float, float]
    Table = Mapping[tuple[enum.StrEnum, enum.StrEnum], Step]

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "reference" / "states.md"
PICTURES = {
    name: DOCS / "assets" / f"states-{name}.svg"
    for name in (
        "report",
        "location",
        "series",
        "disclosure",
        "request",
        "incoming",
        "case",
        "evidence",
        "meeting",
        "press-event",
        "registration",
        "commitment",
        "round",
        "reply",
    )
}

WIDTH, HEIGHT = 132, 38
REPORT: dict[State, Place] = {
    State.DUPLICATE: (110, 60),
    State.ARRIVED: (110, 270),
    State.LEGAL_REVIEW: (110, 490),
    State.SECOND_VIEW: (400, 90),
    State.DISPUTED: (740, 60),
    State.IN_ACTION: (700, 215),
    State.CLOSED: (910, 490),
}
LOCATION: dict[LocationState, Place] = {
    LocationState.UNTRACED: (110, 330),
    LocationState.TRACED: (330, 120),
    LocationState.HELD: (330, 490),
    LocationState.NOTIFIED: (700, 50),
    LocationState.MOVED: (570, 180),
    LocationState.BLOCKED: (940, 140),
    LocationState.STOPPED: (610, 395),
    LocationState.OFFLINE: (940, 490),
}
SERIES: dict[victims.State, Place] = {
    victims.State.NEW: (90, 40),
    victims.State.ANALYSED: (330, 190),
    victims.State.COUNTRY_PROPOSED: (560, 40),
    victims.State.DISSEMINATED: (900, 40),
    victims.State.ACCEPTED: (900, 210),
    victims.State.IDENTIFIED: (690, 300),
    victims.State.SAFEGUARDED: (900, 470),
    victims.State.CLOSED: (360, 480),
    victims.State.STOPPED: (90, 420),
}

DISCLOSURE: dict[disclosures.RevealState, Place] = {
    disclosures.RevealState.ASKED: (110, 270),
    disclosures.RevealState.AGREED: (480, 100),
    disclosures.RevealState.RECALLED: (880, 100),
    disclosures.RevealState.REFUSED: (620, 230),
    disclosures.RevealState.WITHDRAWN: (620, 350),
    disclosures.RevealState.EXPIRED: (480, 480),
}
_R = assistance.State
REQUEST: dict[assistance.State, Place] = {
    _R.DRAFT: (90, 60),
    _R.AT_AUTHORITY: (330, 60),
    _R.SENT: (600, 60),
    _R.ACKNOWLEDGED: (900, 60),
    _R.CLARIFICATION: (760, 200),
    _R.EXECUTED: (900, 350),
    _R.EVIDENCE_RECEIVED: (600, 400),
    _R.USE_LIMITS_NOTED: (600, 500),
    _R.REFUSED: (900, 500),
    _R.WITHDRAWN: (200, 330),
}
_I = incoming.State
INCOMING: dict[incoming.State, Place] = {
    _I.RECEIVED: (90, 60),
    _I.COMPLETION: (420, 60),
    _I.ACKNOWLEDGED: (250, 250),
    _I.POSTPONED: (90, 420),
    _I.RECOGNISED: (560, 250),
    _I.WITH_DESK: (820, 60),
    _I.EXECUTED: (900, 250),
    _I.ANSWERED: (900, 480),
    _I.REFUSED: (420, 490),
    _I.WITHDRAWN: (660, 490),
}
CASE: dict[cases.State, Place] = {
    cases.State.ARRIVED: (90, 60),
    cases.State.DROPPED: (90, 490),
    cases.State.OPENED: (340, 60),
    cases.State.WORKING: (600, 270),
    cases.State.ABROAD: (340, 340),
    cases.State.PROSECUTOR: (860, 60),
    cases.State.CLOSED: (930, 300),
    cases.State.MERGED: (340, 490),
    cases.State.HANDED_OVER: (730, 490),
}

EVIDENCE: dict[evidence.Held, Place] = {
    evidence.Held.AWAITED: (330, 60),
    evidence.Held.HELD: (200, 270),
    evidence.Held.RETURNED: (800, 150),
    evidence.Held.DESTROYED: (800, 400),
}
_M = meetings.State
MEETING: dict[meetings.State, Place] = {
    _M.PLANNED: (110, 120),
    _M.CONVENED: (420, 120),
    _M.HELD: (740, 120),
    _M.MINUTES_DRAFTED: (740, 380),
    _M.APPROVED: (330, 470),
    _M.CANCELLED: (110, 330),
}
_P = press.EventState
PRESS_EVENT: dict[press.EventState, Place] = {
    _P.PLANNED: (110, 120),
    _P.OPEN: (420, 120),
    _P.CLOSED: (740, 120),
    _P.OVER: (420, 380),
    _P.DESTROYED: (740, 380),
}
_G = press.State
REGISTRATION: dict[press.State, Place] = {
    _G.UNCONFIRMED: (110, 120),
    _G.WAITING: (420, 120),
    _G.LISTED: (420, 480),
    _G.ACCEPTED: (800, 120),
    _G.REFUSED: (930, 400),
    _G.WITHDRAWN: (110, 460),
}
_C, _Y = commitments.State, commitments.ReplyState
COMMITMENT: dict[commitments.State, Place] = {
    _C.DRAFT: (120, 90),
    _C.SUBMITTED: (480, 90),
    _C.PUBLISHED: (860, 90),
    _C.RETURNED: (480, 330),
    _C.WITHDRAWN: (120, 470),
}
ROUND: dict[commitments.RoundState, Place] = {
    commitments.RoundState.PLANNED: (140, 270),
    commitments.RoundState.OPEN: (510, 270),
    commitments.RoundState.CLOSED: (880, 270),
}
REPLY: dict[commitments.ReplyState, Place] = {
    _Y.INVITED: (120, 100),
    _Y.BEGUN: (400, 100),
    _Y.SUBMITTED: (680, 270),
    _Y.RETURNED: (400, 440),
    _Y.PUBLISHED: (910, 440),
}
LABELS: dict[enum.StrEnum, str] = {
    Who.ASSESSOR: "who assesses",
    Who.TAKEDOWN: "who does takedown",
    Who.POLICE: "the police",
    Who.NODE: "the node",
    Who.FORWARDER: "who forwards",
    Who.ERASER: "who erases",
    Who.SENDER: "the sender",
    Who.REPORTER: "the reporter",
    Who.HOST: "the host",
    victims.Who.WORKER: "who works on series",
    victims.Who.RELEASER: "who releases series",
    victims.Who.ERASER: "who erases",
    victims.Who.RECIPIENT: "the desk that received it",
    victims.Who.NODE: "the node",
    disclosures.Who.ASKER: "the side that asked",
    disclosures.Who.ASKED: "the other side",
    assistance.Who.DESK: "the desk",
    assistance.Who.AUTHORITY: "the central authority",
    assistance.Who.ADDRESSEE: "an addressee of the same node",
    incoming.Who.SENDER: "whoever asks",
    cases.Who.WORKER: "who works on cases",
    cases.Who.RELEASER: "who releases cases",
    press.Who.OFFICER: "the press officer",
    press.Who.JOURNALIST: "the journalist",
    press.Who.DOOR: "the door",
    press.Who.NODE: "the node",
    meetings.Who.SECRETARIAT: "the secretariat",
    cases.Who.ERASER: "who erases",
    commitments.Who.RAPPORTEUR: "the rapporteur",
    commitments.Who.SECRETARIAT: "the secretariat",
    commitments.Who.NODE: "the node",
    cases.Who.RECEIVER: "the receiver",
    cases.Who.NODE: "the node",
}

STYLE = """
:root { color-scheme: light dark; }
text { font: 13px system-ui, sans-serif; fill: #1d2733; } text.event { font-size: 11px; fill: #45525f; }
rect.state { fill: #eef3f6; stroke: #35607a; stroke-width: 1.5; } rect.end { fill: #e3f0e6; stroke: #2f6b43; }
rect.under { fill: #ffffff; opacity: .86; } path.arrow { fill: none; stroke: #6b7b88; stroke-width: 1.3; }
marker path { fill: #6b7b88; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6ebef; } text.event { fill: #b6c2cc; } rect.state { fill: #22303a; stroke: #7fb0cc; }
  rect.end { fill: #20362a; stroke: #7cc394; } rect.under { fill: #1b2126; } path.arrow { stroke: #93a3b0; }
  marker path { fill: #93a3b0; }
}
"""


def words(code: enum.StrEnum) -> str:
    """What people read of a code."""
    return code.value.replace("_", " ")


def moves(table: Table) -> dict[tuple[enum.StrEnum, enum.StrEnum], list[str]]:
    """The events that lead from one state to another one, by the pair."""
    found: dict[tuple[enum.StrEnum, enum.StrEnum], list[str]] = {}
    for (before, event), step in table.items():
        if step.after is not before:
            found.setdefault((before, step.after), []).append(words(event))
    return found


def border(at: Place, towards: Place) -> Place:
    """Where the line from the middle of a box towards a point leaves the box."""
    dx, dy = towards[0] - at[0], towards[1] - at[1]
    scale = min(WIDTH / 2 / abs(dx) if dx else 9e9, HEIGHT / 2 / abs(dy) if dy else 9e9)
    return at[0] + dx * scale, at[1] + dy * scale


def arrow(start: Place, end: Place, events: list[str], bend: float) -> tuple[str, str]:
    """The curve from one box to another, and its words, which are drawn after all curves."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    middle = ((start[0] + end[0]) / 2 - dy / length * bend, (start[1] + end[1]) / 2 + dx / length * bend)
    (x1, y1), (x2, y2) = border(start, middle), border(end, middle)
    line = f'<path class="arrow" marker-end="url(#head)" d="M{x1:.0f} {y1:.0f}Q{middle[0]:.0f} {middle[1]:.0f} '
    line += f'{x2:.0f} {y2:.0f}"/>'
    x, y = (x1 + 2 * middle[0] + x2) / 4, (y1 + 2 * middle[1] + y2) / 4 - 6 * (len(events) - 1)
    wide = 6.1 * max(len(event) for event in events) + 6
    under = (
        f'<rect class="under" x="{x - wide / 2:.0f}" y="{y - 10:.0f}" width="{wide:.0f}" height="{13 * len(events)}"/>'
    )
    texts = "".join(
        f'<text class="event" text-anchor="middle" x="{x:.0f}" y="{y + 13 * n:.0f}">{escape(event)}</text>'
        for n, event in enumerate(events)
    )
    return line, under + texts


def picture(table: Table, places: Mapping[enum.StrEnum, Place], done: frozenset[enum.StrEnum], title: str) -> str:
    """The picture of one machine. An event that changes no state is in the page's table and not here."""
    missing = [state for state in type(next(iter(places))) if state not in places]
    if missing:
        raise SystemExit(f"tools/states.py has no place for {', '.join(missing)}: give it one")
    found = moves(table)
    curves, texts = [], []
    for before, after in sorted(found):
        bend = 75.0 if (after, before) in found else 12.0
        line, text = arrow(places[before], places[after], sorted(found[before, after]), bend)
        curves.append(line)
        texts.append(text)
    boxes = [
        f'<rect class="state{" end" if state in done else ""}" x="{x - WIDTH / 2:.0f}" y="{y - HEIGHT / 2:.0f}" '
        f'width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text text-anchor="middle" dominant-baseline="central" x="{x:.0f}" y="{y:.0f}">{escape(words(state))}</text>'
        for state, (x, y) in places.items()
    ]
    head = '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    head += '<path d="M0 0L8 4L0 8Z"/></marker>'
    inside = "\n".join([*curves, *boxes, *texts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1020 540" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title><style>{STYLE}</style><defs>{head}</defs>\n{inside}\n</svg>\n"
    )


def rows(table: Table) -> list[str]:
    """The table of a machine: every cell of it, in the order of the states."""
    lines = ["| It is | and this happens | by | then it is |", "|---|---|---|---|"]
    for (before, event), step in sorted(table.items(), key=lambda cell: list(type(cell[0][0])).index(cell[0][0])):
        by = ", ".join(LABELS[who] for who in type(next(iter(step.who))) if who in step.who) if step.who else ""
        by += ", with a reason in words" if step.says_why else ""
        then = "the same" if step.after is before else f"**{words(step.after)}**"
        lines.append(f"| {words(before)} | {words(event)} | {by} | {'erased' if event == 'erase' else then} |")
    return lines


def page() -> str:
    """The whole page."""
    open_ones = ", ".join(words(state) for state in State if state in OPEN)
    done = ", ".join(words(state) for state in LocationState if state in LOCATION_DONE)
    return "\n".join(
        [
            "# The life of a report",
            "",
            "<!-- Generated by `make reference` from `vaern.node.reports.rules.states`: change that. -->",
            "",
            "These are the two tables that the node itself asks: pages offer, and actions allow, what stands in them",
            "and nothing else. A stateful test walks them on a real database. A picture shows the events that change a",
            "state; the table below it shows all.",
            "",
            "## A report",
            "",
            "![The states of a report, and the events between them](../assets/states-report.svg)",
            "",
            f"Somebody has something to do while it is: {open_ones}.",
            "",
            *rows(TRANSITIONS),
            "",
            "## A location of a report",
            "",
            "![The states of a location, and the events between them](../assets/states-location.svg)",
            "",
            f"A report can be finished when each of its locations is: {done}.",
            "",
            *rows(LOCATION_TRANSITIONS),
            "",
            "## A series",
            "",
            "![The states of a series, and the events between them](../assets/states-series.svg)",
            "",
            "Nothing that was identified is closed without the child being safeguarded, unless a reason for it stands",
            "on record: a test walks the table at random, and the real actions, to hold it.",
            "",
            *rows(victims.TRANSITIONS),
            "",
            "## A disclosure",
            "",
            "![The states of a disclosure, and the events between them](../assets/states-disclosure.svg)",
            "",
            "Two organisations whose records met say who they are. Only while both have *agreed* does either side see",
            "anything of the other: a test walks every order of events, erasure and closed organisations included.",
            "",
            *rows(disclosures.TRANSITIONS),
            "",
            "## A request for assistance",
            "",
            "![The states of a request for assistance, and the events between them](../assets/states-request.svg)",
            "",
            "Nothing leaves a country but by its central authority.",
            "",
            *rows(assistance.TRANSITIONS),
            "",
            "## A request of another country",
            "",
            "![The states of a request of another country, and the events between them](../assets/states-incoming.svg)",
            "",
            "It belongs to the authority that was asked; the desk to which it is passed sees it by a release. Whoever",
            "executed it does not answer.",
            "",
            *rows(incoming.TRANSITIONS),
            "",
            "## A case",
            "",
            "![The states of a case, and the events between them](../assets/states-case.svg)",
            "",
            "A case is edited only while its people work on it. Handed over, it stands still at its sender until",
            "it is dropped there or taken back; so it is always somebody's.",
            "",
            *rows(cases.TRANSITIONS),
            "",
            "## Evidence",
            "",
            "![The states of evidence, and the events between them](../assets/states-evidence.svg)",
            "",
            "Each event is one link more of its chain of custody, which nobody can change or remove.",
            "",
            *rows(evidence.TRANSITIONS),
            "",
            "## A ministerial meeting",
            "",
            "![The states of a ministerial meeting, and the events between them](../assets/states-meeting.svg)",
            "",
            "Approved minutes are kept by the database itself: a correction ends in a further version.",
            "",
            *rows(meetings.TRANSITIONS),
            "",
            "## A press event",
            "",
            "![The states of a press event, and what happens between them](../assets/states-press-event.svg)",
            "",
            "The clock of the place closes it after its deadline, ends it, and has its list destroyed 30 days later.",
            "",
            *rows(press.EVENT),
            "",
            "## A registration of a journalist",
            "",
            "![The states of a registration, and what happens between them](../assets/states-registration.svg)",
            "",
            "Only what is accepted has a badge: a test walks random lives, and none is lost and nobody has two.",
            "",
            *rows(press.REGISTRATION),
            "",
            "## A commitment",
            "",
            "![The states of a commitment, and the events between them](../assets/states-commitment.svg)",
            "",
            "Whatever is drafted, the version in force stays in force until another one is published, and every",
            "version that was published stays. *Report*: a version is published with a round's reply while another",
            "draft is being written. *Adopt*: that version says what the draft says.",
            "",
            *rows(commitments.COMMITMENT),
            "",
            "## A reporting round",
            "",
            "![The states of a reporting round, and the events between them](../assets/states-round.svg)",
            "",
            "What comes after its last day is late, and taken.",
            "",
            *rows(commitments.ROUND),
            "",
            "## A reply to a round",
            "",
            "![The states of a reply to a round, and the events between them](../assets/states-reply.svg)",
            "",
            "*Take*: the whole reply in place of what was there, or nothing of it.",
            "",
            *rows(commitments.REPLY),
            "",
        ]
    )


def files() -> dict[Path, str]:
    """Everything that is written, by its place."""
    return {
        PAGE: page(),
        PICTURES["report"]: picture(TRANSITIONS, REPORT, frozenset({State.CLOSED}), "The states of a report"),
        PICTURES["evidence"]: picture(
            evidence.TRANSITIONS, EVIDENCE, frozenset({evidence.Held.DESTROYED}), "The states of evidence"
        ),
        PICTURES["series"]: picture(
            victims.TRANSITIONS, SERIES, frozenset({victims.State.CLOSED}), "The states of a series"
        ),
        PICTURES["disclosure"]: picture(
            disclosures.TRANSITIONS,
            DISCLOSURE,
            frozenset(disclosures.RevealState) - {disclosures.RevealState.ASKED} - disclosures.SHOWN,
            "The states of a disclosure",
        ),
        PICTURES["request"]: picture(
            assistance.TRANSITIONS,
            REQUEST,
            frozenset(set(_R) - assistance.OPEN),
            "The states of a request for assistance",
        ),
        PICTURES["incoming"]: picture(
            incoming.TRANSITIONS, INCOMING, incoming.CLOSED, "The states of a request of another country"
        ),
        PICTURES["case"]: picture(
            cases.TRANSITIONS, CASE, frozenset({cases.State.CLOSED, cases.State.DROPPED}), "The states of a case"
        ),
        PICTURES["meeting"]: picture(
            meetings.TRANSITIONS, MEETING, frozenset({_M.APPROVED, _M.CANCELLED}), "The states of a ministerial meeting"
        ),
        PICTURES["press-event"]: picture(
            press.EVENT, PRESS_EVENT, frozenset({_P.DESTROYED}), "The states of a press event"
        ),
        PICTURES["registration"]: picture(
            press.REGISTRATION, REGISTRATION, frozenset({_G.WITHDRAWN}), "The states of a registration"
        ),
        PICTURES["commitment"]: picture(
            commitments.COMMITMENT, COMMITMENT, frozenset({_C.WITHDRAWN}), "The states of a commitment"
        ),
        PICTURES["round"]: picture(
            commitments.ROUND, ROUND, frozenset({commitments.RoundState.CLOSED}), "The states of a reporting round"
        ),
        PICTURES["reply"]: picture(
            commitments.REPLY, REPLY, frozenset({_Y.PUBLISHED}), "The states of a reply to a round"
        ),
        PICTURES["location"]: picture(LOCATION_TRANSITIONS, LOCATION, LOCATION_DONE, "The states of a location"),
    }


def main() -> int:
    """Write the files, or say which is stale."""
    stale = [path for path, text in files().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path} is stale: run `make reference`", file=sys.stderr)
        return int(bool(stale))
    for path, text in files().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
