"""XML of strangers as a tree: no DTD is read, no entity expanded, nothing fetched; depth and length are bounded."""

from __future__ import annotations

from lxml import etree

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.formats.declared import is_read

MAX_BYTES = 10 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
"""Elements of a document; a report with 500 files has about 20,000."""
MAX_ATTRIBUTES = 100
"""Attributes of an element; the time to read them grows with their square."""


def root_of(data: bytes) -> etree._Element | Fault:
    """The root of a document, without comments and processing instructions, or why it has none; never raises."""
    if len(data) > MAX_BYTES:
        return Fault("", say("document_bytes", most=MAX_BYTES))
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return Fault(f"line {line}" if line else "", say("no_xml"))
    described = root.getroottree().docinfo
    if not is_read(described.encoding or "") or described.internalDTD is not None:
        return Fault("", say("encoding" if described.internalDTD is None else "dtd"))
    if any(not isinstance(element.tag, str) for element in root.iter()):
        return Fault("", say("entities"))
    return _too_much(root) or root


def _too_much(root: etree._Element) -> Fault | None:
    level, depth, count = [root], 0, 0
    while level:
        depth += 1
        count += len(level)
        if depth > MAX_DEPTH:
            return Fault("", say("too_deep", most=MAX_DEPTH))
        if count > MAX_ELEMENTS:
            return Fault("", say("too_many_elements", most=MAX_ELEMENTS))
        if any(len(element.attrib) > MAX_ATTRIBUTES for element in level):
            return Fault("", say("too_many_attributes", most=MAX_ATTRIBUTES))
        level = [child for element in level for child in element]
    return None
