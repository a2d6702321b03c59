"""What of another system's document is which part of a report: a mapping, which is data and can be kept.

It repeats the shape of an `Arrival`: one group for the report, and in it groups for its places, accounts, files and
what other systems call it. A group says where one of its kind begins; a field of it, from which path the value comes,
or a value that holds for all. Paths are those of `formats.trees`: names with `/` between them from where the group
begins, `@name` for an attribute, `.` for the place itself; one that begins with `/` goes from the root of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from vaern.arrivals import About, Fault, Medium, NumberSystem, Offence, Role, Viewed
from vaern.faults import say
from vaern.formats.local_times import is_zone
from vaern.formats.trees import Shape, escaped, steps_of
from vaern.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 << 10
"""Bytes of a mapping."""
MAX_FIELDS = 200
MAX_PATH = 300
MAX_VALUES = 500
"""Rows of a table of values."""

Subject = Literal["report", "identifiers", "locations", "accounts", "files", "location", "ip_events"]
Form = Literal["iso", "day_first", "month_first", "unix", "unix_ms"]
"""How a moment is written: as ISO 8601 or mails do; day or month first; seconds or thousandths since 1970."""


class Field(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One value of a report.

    Attributes:
        to: which, of `TARGETS`.
        path: where it stands; "" if `value` says it.
        value: what holds for each of the group, in our terms.
        values: their words, and what each is in ours; none if the document has our words.
        form: of a moment.
        zone: of moments that say none: a name as `Europe/Copenhagen`, or `+01:00`.
    """

    to: str
    path: str = ""
    value: str = ""
    values: dict[str, str] = {}
    form: Form = "iso"
    zone: str = ""


class Group(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where one report, place, account or file begins, and what its parts are.

    Attributes:
        to: of what it is.
        at: where each of them begins, from where the group around it does; "." for that place itself.
        fields, groups: what is in it.
    """

    to: Subject
    at: str = "."
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()


class Mapping(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A mapping.

    Attributes:
        shape: of the documents that it reads.
        report: one report of them. Of JSON lines and CSV each line has its own root.
    """

    shape: Shape
    report: Group


Kind = Literal["text", "words", "many", "moment", "yes", "number", "digits", "port", "ip", "url", "digest"]
_EVENTS = ("login", "registration", "purchase", "upload", "other", "unknown")

TARGETS: dict[Subject, dict[str, Kind | tuple[str, ...]]] = {
    "report": {
        "reference": "text",
        "tip_number": "digits",
        "offence": get_args(Offence),
        "danger_now": "yes",
        "ongoing": "yes",
        "about": get_args(About),
        "danger_text": "words",
        "incident_at": "moment",
        "narrative": "words",
        "preserved_until": "moment",
        "contact": "text",
        "language": "text",
    },
    "identifiers": {"system": get_args(NumberSystem), "value": "text", "country": "text", "holder": "text"},
    "locations": {
        "url": "url",
        "service": "text",
        "account": "text",
        "ip": "ip",
        "seen_at": "moment",
        "public": "yes",
        "medium": get_args(Medium),
    },
    "accounts": {
        "role": get_args(Role),
        "service": "text",
        "identifier": "text",
        "screen_name": "text",
        "emails": "many",
        "phones": "many",
        "devices": "many",
        "disabled": "yes",
    },
    "files": {
        "name": "text",
        "size": "number",
        "mime": "text",
        "viewed": get_args(Viewed),
        "exif_viewed": "yes",
        "classification": "text",
        "scheme": "text",
        "uploaded_at": "moment",
        "match_list": "text",
        "match_entry": "text",
        "reference": "text",
        "devices": "many",
        **dict.fromkeys(KINDS, "digest"),
    },
    "ip_events": {"ip": "ip", "port": "port", "at": "moment", "event": _EVENTS, "proxy": "yes"},
}
"""What a field of each group may be, and of what kind its value is: one of `Kind`, or one of these words."""
TARGETS["location"] = TARGETS["locations"]

GROUPS: dict[Subject, tuple[Subject, ...]] = {
    "report": ("identifiers", "locations", "accounts", "files"),
    "accounts": ("ip_events",),
    "files": ("location", "ip_events"),
    "identifiers": (),
    "locations": (),
    "location": (),
    "ip_events": (),
}
"""Which groups may stand in which."""

NEEDED: dict[Subject, tuple[str, ...]] = {
    "identifiers": ("system", "value"),
    "accounts": ("role",),
    "ip_events": ("ip",),
}
"""Fields without which there is none of their group."""

SEVERAL = frozenset({"many", "words", "digest"})
"""Kinds of values of which a group may have more than one."""


def mapping_of(data: bytes | str) -> Mapping | tuple[Fault, ...]:
    """The mapping that a JSON text holds, or all that is wrong with it; never raises on any bytes."""
    if len(data) > MAX_BYTES:
        return (Fault("", say("document_bytes", most=MAX_BYTES)),)
    try:
        mapping = msgspec.json.decode(data, type=Mapping)
    except msgspec.ValidationError as error:
        what, _at, place = str(error).partition(" - at `$")
        return (Fault(place.strip("`."), say("other", text=what)),)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return (Fault("", say("no_json_value")),)
    return tuple(faults_of(mapping)) or mapping


def written(mapping: Mapping) -> bytes:
    """A mapping as JSON, which `mapping_of` reads again."""
    return msgspec.json.format(msgspec.json.encode(mapping), indent=2)


def faults_of(mapping: Mapping) -> Iterator[Fault]:
    """What a mapping says that cannot be; each is fatal."""
    if mapping.report.to != "report":
        yield Fault("report.to", say("one_of", values="report"))
        return
    count = sum(1 + len(group.fields) for group in _groups(mapping.report))
    if count > MAX_FIELDS:
        yield Fault("report", say("many_fields", most=MAX_FIELDS))
        return
    yield from _of_group(mapping.report, "report")


def _groups(group: Group) -> Iterator[Group]:
    waiting = [group]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(here.groups)


def _of_group(group: Group, path: str) -> Iterator[Fault]:
    if group.at.startswith("/") or len(group.at) > MAX_PATH:
        yield Fault(f"{path}.at", say("relative", most=MAX_PATH))
    seen: set[str] = set()
    for number, field in enumerate(group.fields):
        where = f"{path}.fields[{number}]"
        kind = TARGETS[group.to].get(field.to)
        if kind is None:
            yield Fault(f"{where}.to", say("one_of", values=", ".join(TARGETS[group.to])))
            continue
        if field.to in seen and kind not in SEVERAL:
            yield Fault(f"{where}.to", say("once"))
        seen.add(field.to)
        yield from _of_field(field, kind, where)
    for needed in NEEDED.get(group.to, ()):
        if needed not in seen:
            yield Fault(f"{path}.fields", say("needs_field", name=needed))
    for number, one in enumerate(group.groups):
        where = f"{path}.groups[{number}]"
        if one.to not in GROUPS[group.to]:
            yield Fault(f"{where}.to", say("one_of", values=", ".join(GROUPS[group.to]) or "—"))
        else:
            yield from _of_group(one, where)


def _of_field(field: Field, kind: Kind | tuple[str, ...], where: str) -> Iterator[Fault]:
    if bool(field.path) == bool(field.value):
        yield Fault(where, say("path_or_value"))
    if len(field.path) > MAX_PATH:
        yield Fault(f"{where}.path", say("characters", most=MAX_PATH))
    if field.zone and not is_zone(field.zone):
        yield Fault(f"{where}.zone", say("no_zone_name"))
    if kind == "moment" and field.value:
        yield Fault(f"{where}.value", say("moment_by_path"))
    if len(field.values) > MAX_VALUES:
        yield Fault(f"{where}.values", say("lines", most=MAX_VALUES))
    words = ("true", "false") if kind == "yes" else kind if isinstance(kind, tuple) else None
    if words is None:
        if field.values:
            yield Fault(f"{where}.values", say("no_table"))
        return
    for said, at in ((field.value, "value"), *((word, "values") for word in field.values.values())):
        if said not in words and (said or at == "values"):
            yield Fault(f"{where}.{at}", say("one_of", values=", ".join(filter(None, words))))


def places_of(mapping: Mapping) -> frozenset[str]:
    """The paths from the root that a mapping names, of groups and of fields, as `trees.path_of` writes them."""
    return frozenset(_places(mapping.report, ())) - {""}


def _places(group: Group, above: tuple[str, ...]) -> Iterator[str]:
    here = _way(group.at, above)
    yield "/".join(here)
    for one in group.fields:
        if one.path:
            yield "/".join(_way(one.path, here))
    for inner in group.groups:
        yield from _places(inner, here)


def _way(path: str, above: tuple[str, ...]) -> tuple[str, ...]:
    return (*(() if path.startswith("/") else above), *map(escaped, steps_of(path)))
