"""What is wrong with a commitment, or with a declared value, and where."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

from vaern.node.alliance.rules import definitions, frame, periods
from vaern.node.alliance.rules.differences import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.alliance.rules.contents import Content, DeclaredValue, Target
    from vaern.node.alliance.rules.definitions import Definition, Kind

LONGEST_LINE, LONGEST_TEXT, MOST_LINES = 300, 4_000, 60

LONG = frozenset({"obligation", "requirement", "target.text"})
"""Paths of texts that may be long."""


class Problem(NamedTuple):
    """What is wrong, and where: `path` as in `target.baseline.date` or `actions.2.text`; `code` is one of PROBLEMS."""

    path: str
    code: str


MISSING, TOO_LONG, TOO_MANY, NO_NUMBER, OUT_OF_RANGE, UNKNOWN, OTHER_UNIT, NO_ADDRESS, NO_PERIOD = (
    "missing",
    "too_long",
    "too_many",
    "no_number",
    "out_of_range",
    "unknown",
    "other_unit",
    "no_address",
    "no_period",
)
VALUE_AND_WHY, TWICE = "value_and_why", "twice"
PROBLEMS = (
    MISSING,
    TOO_LONG,
    TOO_MANY,
    NO_NUMBER,
    OUT_OF_RANGE,
    UNKNOWN,
    OTHER_UNIT,
    NO_ADDRESS,
    NO_PERIOD,
    VALUE_AND_WHY,
    TWICE,
)
"""Why something cannot be handed in. What is MISSING may be missing in a draft; the others are refused there too."""


def problems(content: Content) -> list[Problem]:
    """Return everything that stands in the way of handing a commitment in, in the order of the form."""
    return [*_named(content), *_absent(content), *_oversized(content), *_unmeasurable(content.target)]


def faults(content: Content) -> list[Problem]:
    """Return what is refused in a draft too."""
    return [problem for problem in problems(content) if problem.code != MISSING]


def _named(content: Content) -> Iterator[Problem]:
    try:
        declaration = frame.declaration(content.frame_version or "-")
    except KeyError:
        yield Problem("frame_version", UNKNOWN)
        return
    if content.goal not in {goal.code for goal in declaration.goals}:
        yield Problem("goal", UNKNOWN)
    menu = {action.code for target in declaration.targets for action in target.actions}
    for number, line in enumerate(content.actions):
        if line.code is not None and line.code not in menu:
            yield Problem(f"actions.{number}.code", UNKNOWN)


def _absent(content: Content) -> Iterator[Problem]:
    """What a target has to have; a baseline may be absent, but what there is of one has to be whole."""
    baseline = content.target.baseline
    wanted: dict[str, object] = {
        "obligation": content.obligation,
        "requirement": content.requirement,
        "owner": content.owner,
        "target.text": content.target.text,
        "target.value": content.target.value,
        "target.due": content.target.due,
        "target.unit": content.target.unit,
    }
    if baseline is not None:
        wanted |= {f"target.baseline.{name}": getattr(baseline, name) for name in ("value", "date", "source")}
    wanted |= {f"actions.{number}.text": line.text for number, line in enumerate(content.actions)}
    wanted |= {f"evidence.{number}.text": line.text for number, line in enumerate(content.evidence)}
    return (Problem(path, MISSING) for path, value in wanted.items() if value is None or value == "")


def _oversized(content: Content) -> Iterator[Problem]:
    for path, value in flat(content).items():
        if isinstance(value, str) and len(value) > (LONGEST_TEXT if path in LONG else LONGEST_LINE):
            yield Problem(path, TOO_LONG)
    for name in ("actions", "evidence"):
        lines = getattr(content, name)
        if len(lines) > MOST_LINES:
            yield Problem(name, TOO_MANY)
        for number, line in enumerate(lines):
            if any(len(getattr(line, part, None) or "") > LONGEST_LINE for part in ("text", "url", "code")):
                yield Problem(f"{name}.{number}.text", TOO_LONG)
    for number, line in enumerate(content.evidence):
        if line.url and not line.url.startswith(("https://", "http://")):
            yield Problem(f"evidence.{number}.url", NO_ADDRESS)


def _unmeasurable(target: Target) -> Iterator[Problem]:
    start = target.baseline.value if target.baseline else None
    known = definitions.current().by_code.get(target.indicator or "")
    for path, value in (("target.value", target.value), ("target.baseline.value", start)):
        if code := _wrong_with(value, known):
            yield Problem(path, code)
    if target.indicator is not None:
        if known is None:
            yield Problem("target.indicator", UNKNOWN)
        elif target.unit not in ("", known.unit):
            yield Problem("target.unit", OTHER_UNIT)


def _wrong_with(value: float | None, of: Definition | None) -> str:
    """Return why something is no number of an indicator, "" if it is one or there is none."""
    if value is None:
        return ""
    if not isfinite(value):
        return NO_NUMBER
    return "" if of is None or is_possible(value, of.kind) else OUT_OF_RANGE


def is_possible(value: float, kind: Kind) -> bool:
    """Whether an indicator of this kind can have such a value: 815 per cent of something is a comma that was lost."""
    if kind == "growth":
        return value >= -100
    return 0 <= value <= (100 if kind == "share" else inf)


def problems_declared(values: Iterable[DeclaredValue]) -> list[Problem]:
    """Return what is wrong with declared values: `0.value` is the value of the first."""
    return list(_declared(values))


def _declared(values: Iterable[DeclaredValue]) -> Iterator[Problem]:
    known, seen = definitions.current().by_code, set()
    for number, one in enumerate(values):
        if one.indicator not in known:
            yield Problem(f"{number}.indicator", UNKNOWN)
        try:
            periods.read(one.period)
        except ValueError:
            yield Problem(f"{number}.period", NO_PERIOD)
        if code := _wrong_with(one.value, known.get(one.indicator)):
            yield Problem(f"{number}.value", code)
        if (one.value is None) == (one.why == ""):
            yield Problem(f"{number}.why", MISSING if one.value is None else VALUE_AND_WHY)
        if one.value is not None and not one.source:
            yield Problem(f"{number}.source", MISSING)
        for name in ("why", "source"):
            if len(getattr(one, name)) > LONGEST_LINE:
                yield Problem(f"{number}.{name}", TOO_LONG)
        if (one.indicator, one.period) in seen:
            yield Problem(f"{number}.indicator", TWICE)
        seen.add((one.indicator, one.period))
