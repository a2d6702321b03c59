"""What a commitment says: obligation, requirement, measurable target; and what it lacks."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec

from vaern.node.alliance.rules import definitions


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a target starts from: a value, the day that it was true on, and where it is from."""

    value: float | None = None
    date: date | None = None
    source: str = ""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be reached, so that it can be measured.

    Attributes:
        indicator: the code of a definition (`rules.definitions`); None for a number of the country's own.
        text: the target in words.
        value: to be reached, in `unit`; of an indicator, in the unit of its definition.
        direction: whether it is reached from below or from above.
        due: the day by which.
        baseline: None where there is none: the progress of the target is not computable then.
    """

    indicator: str | None = None
    text: str = ""
    value: float | None = None
    unit: str = ""
    direction: Literal["at_least", "at_most"] = "at_least"
    due: date | None = None
    baseline: Baseline | None = None


class ActionLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that was or will be done; `code` where it is one of the menu of potential actions."""

    text: str
    code: str | None = None
    state: Literal["planned", "done"] = "planned"
    date: date | None = None


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shows it: a law, a report, a page."""

    text: str
    url: str = ""
    date: date | None = None


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One commitment of one member, as it says it.

    Attributes:
        frame_version: the version of the declaration that `goal` and the codes of actions belong to.
        goal: code of the operational goal.
        obligation, requirement: to what the member commits itself, and what that asks for.
        owner: the authority that answers for it.
        language: in which the member wrote.
    """

    frame_version: str
    goal: str
    obligation: str = ""
    requirement: str = ""
    target: Target = Target()
    owner: str = ""
    actions: tuple[ActionLine, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    language: str = "en"


class DeclaredValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that a member declares, of an indicator and a period (`rules.periods`), or why there is none."""

    indicator: str
    period: str
    value: float | None = None
    why: str = ""
    source: str = ""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a member's reply: what a commitment is to say from now on.

    Attributes:
        content: what it says.
        commitment: which; None for a new one.
    """

    content: Content
    commitment: UUID | None = None


def tidy(content: Content) -> Content:
    """Return the same without spaces around texts, empty lines, and an empty baseline.

    Line ends become of one kind, whichever a browser or a spreadsheet writes.
    A target that names an indicator and no unit gets the indicator's.
    """
    trimmed: Content = msgspec.convert(_stripped(msgspec.to_builtins(content)), Content)
    target = trimmed.target
    known = definitions.current().by_code.get(target.indicator or "")
    return msgspec.structs.replace(
        trimmed,
        target=msgspec.structs.replace(
            target,
            indicator=target.indicator or None,
            unit=target.unit or (known.unit if known else ""),
            baseline=None if target.baseline == Baseline() else target.baseline,
        ),
        actions=tuple(line for line in trimmed.actions if line.text or line.code or line.date),
        evidence=tuple(line for line in trimmed.evidence if line.text or line.url or line.date),
    )


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_stripped(one) for one in value]
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return value


def stored(content: Content) -> dict[str, Any]:
    """Return a commitment as the database keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(content)
    return kept


def loaded(kept: Any) -> Content:
    """Return a commitment that was kept with `stored`."""
    return msgspec.convert(kept, Content)
