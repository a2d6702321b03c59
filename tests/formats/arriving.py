"""Strategies: records of reports and CyberTipline trees, all synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from vaern.arrivals import Account, Arrival, Detail, File, IpEvent, Location
from vaern.formats.cybertipline_shape import ENUMS, shape_of
from vaern.formats.cybertipline_terms import ANNOTATIONS, REPORT_ANNOTATIONS, TYPES
from vaern.records import Signal

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=1))])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2026, 11, 23), timezones=_ZONES)  # noqa: DTZ001
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z", "Cn", "Co"]), max_size=20)
NARRATIVES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80)
HEX = {"md5": 16, "sha1": 20, "sha256": 32}
SIGNALS = st.sampled_from(sorted(HEX)).flatmap(
    lambda kind: (
        st.binary(min_size=HEX[kind], max_size=HEX[kind])
        .filter(lambda value: len(set(value)) > 1)
        .map(lambda value: Signal(kind, value))
    )
)
URLS = st.builds(
    "https://{}.example/{}".format, st.text("abcdefgh", min_size=1, max_size=8), st.text("abc/%?=&é", max_size=12)
)
IPS = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
EVENTS = st.builds(
    IpEvent,
    ip=IPS,
    port=st.none() | st.integers(1, 65535),
    at=st.none() | MOMENTS,
    event=st.sampled_from(["login", "registration", "purchase", "upload", "other", "unknown"]),
    proxy=st.none() | st.booleans(),
)
_NAMES = st.text("abc.", min_size=1, max_size=9)
EMAILS = st.builds("{}@{}.example".format, _NAMES, st.text("xyz", min_size=1, max_size=5))
_NUMBERS = st.text("0123456789abcdef", min_size=1, max_size=9)
DEVICES = st.builds("{}: {}".format, st.sampled_from(["IMEI", "MAC"]), _NUMBERS)


def few(of: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


def accounts(role: str) -> st.SearchStrategy[Account]:
    return st.builds(
        Account,
        role=st.just(role),
        service=WORDS,
        identifier=WORDS,
        screen_name=WORDS,
        emails=few(EMAILS),
        phones=few(st.text("+0123456789", min_size=1, max_size=9)),
        ip_events=few(EVENTS),
        devices=few(DEVICES),
        disabled=st.none() | st.booleans(),
    )


FILES = st.builds(
    File,
    signals=few(SIGNALS, 3),
    name=WORDS,
    location=st.none() | st.builds(Location, url=URLS, public=st.none() | st.booleans()),
    annotations=st.lists(st.sampled_from(sorted(ANNOTATIONS.values())), unique=True, max_size=3).map(tuple),
    uploaded_at=st.none() | MOMENTS,
    reference=st.text("0123456789abcdef", max_size=8),
    ip_events=few(EVENTS, 1),
    devices=few(DEVICES),
    details=few(st.builds(Detail, _NAMES, _NUMBERS, st.sampled_from(["EXIF", "HASH", ""]))),
)

ARRIVALS = st.builds(
    Arrival,
    document=st.just("cybertipline"),
    reference=st.text("0123456789abc-", max_size=8),
    offence=st.sampled_from(sorted(set(TYPES) - {"live_abuse"})),
    incident_at=MOMENTS,
    annotations=st.lists(st.sampled_from(sorted(REPORT_ANNOTATIONS.values())), unique=True, max_size=2).map(tuple),
    tip_number=st.just("") | st.integers(1, 2**63 - 1).map(str),
    narrative=NARRATIVES,
    locations=few(st.builds(Location, url=URLS), 3),
    files=few(FILES, 3),
    accounts=st.tuples(few(accounts("suspect"), 1), few(accounts("recipient")), few(accounts("victim"))).map(
        lambda parts: parts[0] + parts[1] + parts[2]
    ),
)
"""What the CyberTipline format can carry whole."""

# No blanks around moments: libxml2 refuses them, XML Schema does not.
_TEXTS = {
    "boolean": ["true", "false", " 1 ", "0", "yes", ""],
    "true": ["true", "1", "false"],
    "int": ["5", "-5", "+7", " 12\n", "4e3", "99999999999", "2147483648"],
    "long": ["4564654", "9223372036854775807", "9223372036854775808", "x", "-0"],
    "double": ["1.5", "-12.25e3", "INF", "NaN", "1,5", "."],
    "dateTime": [
        "2023-01-15T12:30:00Z",
        "2023-01-15T12:30:00",
        "2024-02-29T24:00:00+14:00",
        "2023-02-29T00:00:00Z",
        "2023-01-15 12:30:00",
        "2023-01-15T12:30:00.123456789-05:30",
        "2023-01-15T12:60:00Z",
        "2023-1-15T12:30:00Z",
        "2023-01-15T12:30:00+14:01",
    ],
    "date": ["2023-01-15", "2023-13-15", "2023-02-30", "2023-01-15Z", "x"],
    "phoneCountryCallingCode": ["+45", "45", "+4545"],
    "phoneExtension": ["12", "+12", ""],
}


def texts(kind: str) -> st.SearchStrategy[str]:
    """Texts for a simple type: mostly valid ones first, some wrong."""
    if kind in ENUMS:
        return st.sampled_from([*sorted(ENUMS[kind])[:3], "C", f" {max(ENUMS[kind])}"])
    if kind in _TEXTS:
        first, *rest = _TEXTS[kind]
        return st.one_of(st.just(first), st.just(first), st.sampled_from([first, *rest]))
    return st.sampled_from(["text", "a@b.example", "", "x" * 40])


@st.composite
def trees(draw: st.DrawFn, kind: str, name: str = "", depth: int = 0) -> etree._Element:
    """An element of a type, of the right shape apart from some texts."""
    element = etree.Element(name or kind)
    shape = shape_of(kind)
    for its, (type_of, required) in shape.attributes.items():
        if required or draw(st.booleans()):
            element.set(its, draw(texts(type_of)))
    if not shape.parts:
        if shape.kind not in {"seq", "all", "one"}:
            element.text = draw(texts(shape.kind))
        return element
    if shape.kind == "one":
        part = shape.parts[draw(st.sampled_from(sorted(shape.parts)))]
        element.append(draw(trees(part.type, part.name, depth + 1)))
        return element
    ranks: set[int] = set()
    for part in shape.parts.values():
        most = part.most or 2
        wanted = draw(st.integers(part.least, most)) if draw(st.integers(0, 3 + depth)) == 0 else part.least
        if wanted and part.rank not in ranks:
            ranks.add(part.rank)
            element.extend([draw(trees(part.type, part.name, depth + 1)) for _ in range(wanted)])
    return element


@st.composite
def mutated(draw: st.DrawFn, kind: str) -> etree._Element:
    """A tree of that type, changed in up to three places: moved, doubled, renamed, emptied, given text or more."""
    root = draw(trees(kind))
    for _ in range(draw(st.integers(0, 3))):
        below = [one for one in root.iter() if one is not root]
        if not below:
            break
        one = draw(st.sampled_from(below))
        parent = one.getparent()
        assert parent is not None
        match draw(st.sampled_from(["remove", "double", "move", "rename", "text", "attribute", "namespace", "child"])):
            case "remove":
                parent.remove(one)
            case "double":
                parent.append(etree.fromstring(etree.tostring(one)))
            case "move":
                parent.insert(draw(st.integers(0, len(parent))), one)
            case "rename":
                one.tag = draw(st.sampled_from(["url", "email", "additionalInfo", "informational", "victim"]))
            case "text":
                one.text = draw(st.sampled_from(["text", "", " \n", "true", "C"]))
            case "attribute":
                one.set(
                    draw(st.sampled_from(["type", "verified", "reason", "other"])), draw(st.sampled_from(["Home", "x"]))
                )
            case "namespace":
                one.tag = "{https://ns.example/}" + etree.QName(one).localname
            case _:
                etree.SubElement(one, draw(st.sampled_from(["url", "potentialMeme", "fileAnnotations", "email"])))
    return root
