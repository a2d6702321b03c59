"""Whether an XML tree has the shape of a CyberTipline document: every fault at once, each with its path."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

from vaern.arrivals import Fault
from vaern.faults import Said, say
from vaern.formats.cybertipline_shape import ENUMS, PATTERNS, Shape, shape_of
from vaern.formats.moments import date_of, xsd_date_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = frozenset({f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"})
_SPACE = " \t\r\n"
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN", re.ASCII)
_LIMITS = {"int": 1 << 31, "long": 1 << 63}
MAX_NAME = 60
"""Characters of an element's name in a path; the longest of the format has 29."""
FEW = 10
"""Fewer values than this are named where none of them stands."""
MAX_DIGITS = 40
"""Characters of a number that is looked at; the longest that fits has 20."""


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def faults_of(root: etree._Element, kind: str, path: str) -> Iterator[Fault]:
    """Every fault of shape in an element and below it.

    Args:
        root: the element.
        kind: name of its type in `SHAPES`.
        path: of the element, for the faults.
    """
    waiting = [(root, kind, path)]
    while waiting:
        element, its_kind, its_path = waiting.pop()
        shape = shape_of(its_kind)
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            yield Fault(its_path, say("namespace"), fatal=False)
        yield from _attributes(element, shape, its_path)
        if shape.parts or shape.kind in {"seq", "all", "one"}:
            yield from _children(element, shape, its_path)
            for child, number in zip(element, steps(element), strict=True):
                if part := shape.parts.get(local(child)):
                    waiting.append((child, part.type, f"{its_path}/{number}"))
        else:
            yield from _text(element, shape.kind, its_path)


def steps(element: etree._Element) -> list[str]:
    """The path steps of all children: the name, with the number from 1 where several of it stand beside each other."""
    if not len(element):
        return []
    names = [local(child)[:MAX_NAME] for child in element]
    total, seen = Counter(names), Counter[str]()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if total[name] == 1 else f"{name}[{seen[name]}]")
    return found


def _attributes(element: etree._Element, shape: Shape, path: str) -> Iterator[Fault]:
    for key, value in element.attrib.items():
        name = str(key)
        if name in _HINTS:
            continue
        if name not in shape.attributes:
            yield Fault(f"{path}/@{name.rpartition('}')[2][:MAX_NAME]}", say("no_such_attribute"), fatal=False)
        elif said := wrong(shape.attributes[name][0], str(value)):
            yield Fault(f"{path}/@{name}", said, fatal=False)
    for its, (_kind, required) in shape.attributes.items():
        if required and its not in element.attrib:
            yield Fault(f"{path}/@{its}", say("missing"), fatal=False)


def _children(element: etree._Element, shape: Shape, path: str) -> Iterator[Fault]:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip(_SPACE) for text in texts):
        yield Fault(path, say("only_elements"), fatal=False)
    counted: Counter[str] = Counter()
    ranks: dict[int, str] = {}
    last = -1
    for child, number in zip(element, steps(element), strict=True):
        part = shape.parts.get(local(child))
        where = f"{path}/{number}"
        if part is None:
            yield Fault(where, say("no_such_element"), fatal=False)
            continue
        counted[part.name] += 1
        if shape.kind == "seq":
            if part.rank < last:
                yield Fault(where, say("order"), fatal=False)
            last = max(last, part.rank)
            if ranks.setdefault(part.rank, part.name) != part.name:
                yield Fault(where, say("not_beside", name=ranks[part.rank]), fatal=False)
    yield from _counts(counted, shape, path)


def _counts(counted: Counter[str], shape: Shape, path: str) -> Iterator[Fault]:
    if shape.kind == "one":
        if counted.total() != 1:
            yield Fault(path, say("exactly_one", values=", ".join(shape.parts)), fatal=False)
        return
    for part in shape.parts.values():
        if counted[part.name] < part.least:
            yield Fault(f"{path}/{part.name}", say("missing"), fatal=False)
        if part.most is not None and counted[part.name] > part.most:
            yield Fault(f"{path}/{part.name}", say("once"), fatal=False)


def _text(element: etree._Element, kind: str, path: str) -> Iterator[Fault]:
    if len(element):
        yield Fault(path, say("only_text"), fatal=False)
    elif said := wrong(kind, element.text or ""):
        yield Fault(path, said, fatal=False)


def wrong(kind: str, text: str) -> Said | None:
    """Why a text is none of this simple type, or None; repeats nothing of it."""
    if kind in {"string", "token"}:
        return None
    if values := ENUMS.get(kind):
        if text in values:
            return None
        return say("no_value_of", values=", ".join(sorted(values))) if len(values) < FEW else say("no_value")
    if pattern := PATTERNS.get(kind):
        fits = bool(pattern.fullmatch(text))
    elif kind == "true":  # an empty element has the fixed value; libxml2 compares texts, so that 1 is none
        fits = not text or text.strip(_SPACE) == "true"
    else:
        fits = _fits(kind, text.strip(_SPACE))
    return None if fits else say(f"expected_{kind}")


def _fits(kind: str, text: str) -> bool:
    match kind:
        case "boolean":
            return text in {"true", "false", "1", "0"}
        case "int" | "long":
            limit = _LIMITS[kind]
            return bool(_INTEGER.fullmatch(text)) and _whole(text, limit)
        case "double":
            return bool(_DOUBLE.fullmatch(text))
        case "dateTime":
            return xsd_date_time(text)
        case _:
            return date_of(text) is not None


def _whole(text: str, limit: int) -> bool:
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > MAX_DIGITS:
        return False
    number = int(digits) * (-1 if text.startswith("-") else 1)
    return -limit <= number < limit


class SchemaError(Exception):
    """The XSD that was named cannot be read: a fault of the configuration, not of a document."""


def schema_at(path: Path) -> etree.XMLSchema:
    """Loads an XSD from a file, without network.

    Raises:
        SchemaError: no such file, or no XSD.
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        return etree.XMLSchema(etree.parse(str(path), parser))
    except (OSError, etree.LxmlError) as error:
        raise SchemaError(f"{path}: not usable as the schema of CyberTipline documents ({error})") from error


def schema_faults(element: etree._Element, schema: etree.XMLSchema, path: str) -> Iterator[Fault]:
    """What the XSD says of one `report` or `fileDetails`: where, without repeating values."""
    alone = etree.ElementTree(etree.fromstring(etree.tostring(element, with_tail=False)))
    if schema.validate(alone):
        return
    said = {(error.path or "", error.type_name) for error in schema.error_log}  # type: ignore[attr-defined]
    for where, name in sorted(said):
        inner = where.lstrip("/").partition("/")[2]
        full = f"{path}/{inner}" if inner else path
        yield Fault(full, say("xsd", name=name.removeprefix("SCHEMAV_").lower()), fatal=False)
