"""Documents of other systems as one kind of tree, so that one way of naming a place fits JSON, XML and CSV.

A member of an object, an element, an attribute (`@name`) and a cell are parts with a name. An array is as many parts of
its name, and so is a name that stands twice: nothing is overwritten. What says nothing (`null`, an empty cell) is no
part; an empty text, object or element is one, for that it stands there may be what it says. Texts are kept as they
stand, numbers too, without NUL and halves of signs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lxml.etree import tostring

from vaern.arrivals import Fault
from vaern.faults import Said, say
from vaern.formats.report_csv import decoded
from vaern.formats.safe_xml import MAX_BYTES, MAX_DEPTH, root_of
from vaern.formats.table import cells, sniff_delimiter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

Shape = Literal["json", "jsonl", "xml", "csv"]

MAX_PARTS = 200_000
"""Parts of a document that is one tree, and of one line of another."""
MAX_PATH = 400
"""Characters of a path, of which the end is shown."""
_LINE = re.compile(r"^(line \d+)?(, )?(column )?")
_WHICH = re.compile(r"\[\d+\](?=/|$)")


@dataclass(slots=True, eq=False)
class Part:
    """A place in a document.

    Attributes:
        name: as the document has it, `@` before that of an attribute; "" of a root.
        over: the part that it stands in; None of a root.
        text: its own.
        below: what stands in it, in the order of the document.
        label: its name in a path, with its number if it has brothers of that name.
        source: the value of JSON or the element that it was made of; None where it has none of its own.
    """

    name: str
    over: Part | None = None
    text: str = ""
    below: list[Part] = field(default_factory=list)
    label: str = ""
    source: Any = None

    @property
    def says(self) -> bool:
        """Whether it has something to say itself: a text, or nothing below it."""
        return bool(self.text) or not self.below


@dataclass(frozen=True, slots=True)
class Root:
    """One tree of a document, or why it has none.

    Attributes:
        line: of a document of lines; 0 of others.
        part: the root; None where `faults` say why there is none.
        start: which of an array of several it is, `[2]`; else "".
        columns: a fault is told by its column.
        lines: of CSV, the first line and this one, as they stand.
    """

    line: int
    part: Part | None
    faults: tuple[Fault, ...] = ()
    start: str = ""
    columns: bool = False
    lines: str = ""

    def place(self, path: str) -> str:
        """Where in the whole document a path of this tree is."""
        path = "/".join(filter(None, (self.start, "" if path == "." else path)))
        line = f"line {self.line}" if self.line else ""
        return ", ".join(filter(None, (line, f"column {path}" if self.columns and path else path)))


def kind_of(place: str) -> str:
    """What all places of a kind have in common: that of a `Fault` without its line, and which of several it is."""
    return _WHICH.sub("", _LINE.sub("", place)) or "."


def escaped(name: str) -> str:
    """A name as a step of a path: `/` is `~1`, `~` is `~0` (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def steps_of(path: str) -> tuple[str, ...]:
    """The names that a path goes by; none of `""` and `.`, the place itself. A leading `/` is left out."""
    way = path.removeprefix("/")
    if way in {"", "."}:
        return ()
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in way.split("/"))


def found(part: Part, steps: Sequence[str]) -> list[Part]:
    """All parts to which these names lead, in the order of the document."""
    here = [part]
    for name in steps:
        here = [one for each in here for one in each.below if one.name == name]
    return here


def path_of(part: Part, above: Part | None = None) -> str:
    """The path of a part, from below `above` or from its root on; of a long one the end."""
    labels: list[str] = []
    here: Part | None = part
    while here is not None and here is not above and here.over is not None:
        labels.append(here.label)
        here = here.over
    path = "/".join(reversed(labels)) or "."
    return path if len(path) <= MAX_PATH else f"…{path[-MAX_PATH:]}"


def walk(part: Part) -> Iterator[Part]:
    """A part and all below it, in the order of the document."""
    waiting = [part]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.below))


def document_of(root: Root, part: Part) -> bytes:
    """What a document says of one part, as a document of its own in which it stands at the same path; UTF-8."""
    if root.columns:
        return root.lines.encode()
    way: list[str] = []
    here = part.over
    while here is not None and here.over is not None:
        way.insert(0, here.name)
        here = here.over
    if hasattr(part.source, "nsmap"):  # an element
        text = str(tostring(part.source, encoding="unicode", with_tail=False))
        around = (f"<{name}>" for name in way), (f"</{name}>" for name in reversed(way))
        return f"{''.join(around[0])}{text}{''.join(around[1])}".encode()
    value = part.text if part.source is None else part.source
    for name in reversed([*way, part.name] if part.over is not None else way):
        value = Members(((name, value),))
    return json_text(value).encode()


def json_value(data: bytes | str) -> Any:
    """A value of JSON, of which nothing is overwritten and no number changed; `json_text` writes it again.

    Raises:
        ValueError: it is none.
        RecursionError: it is deeper than anything that is read.
    """
    return json.loads(data, object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=_refuse)


def json_text(value: Any) -> str:
    """A value of JSON as it was read: members of one name too, and numbers as they stood."""
    if isinstance(value, Members):
        return "{" + ", ".join(f"{json.dumps(name)}: {json_text(each)}" for name, each in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value)


def trees(data: bytes, shape: Shape) -> Iterator[Root]:
    """The trees of a document; never raises on any bytes. JSON and XML are one, unless the root of JSON is an array."""
    if len(data) > MAX_BYTES:
        yield _none(say("document_bytes", most=MAX_BYTES))
    elif shape == "xml":
        root = root_of(data)
        yield Root(0, None, (root,)) if isinstance(root, Fault) else Root(0, _of_xml(root))
    elif shape == "json":
        yield from _of_json(data, 0)
    elif shape == "jsonl":
        for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if line.strip():
                yield from _of_json(line, number)
    else:
        yield from _of_csv(data)


def _none(said: Said, line: int = 0, path: str = "") -> Root:
    return Root(line, None, (Fault(path or (f"line {line}" if line else ""), said),))


def _clean(text: str) -> str:
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text).strip()


def _numbered(part: Part) -> None:
    """Give the parts below their labels."""
    names: dict[str, int] = {}
    for one in part.below:
        names[one.name] = names.get(one.name, 0) + 1
    numbers = dict.fromkeys(names, 0)
    for one in part.below:
        numbers[one.name] += 1
        one.label = escaped(one.name) + (f"[{numbers[one.name]}]" if names[one.name] > 1 else "")


def _of_xml(root: etree._Element) -> Part:
    top = Part("")
    waiting = [(root, top)]
    while waiting:
        element, over = waiting.pop()
        part = Part(_local(element.tag), over, source=element)
        texts = [(text or "").strip() for text in (element.text, *(child.tail for child in element))]
        part.text = _clean(" ".join(filter(None, texts)))
        part.below = [Part(f"@{_local(name)}", part, _clean(str(value))) for name, value in element.attrib.items()]
        over.below.append(part)
        waiting.extend((child, part) for child in reversed(element))
    for one in walk(top):
        _numbered(one)
    return top


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


class Members(tuple[tuple[str, Any], ...]):
    """The members of an object, those of one name too."""

    __slots__ = ()


class Number(str):
    """A number, as it stands."""

    __slots__ = ()


def _refuse(_constant: str) -> None:
    raise ValueError


def _of_json(data: bytes, line: int) -> Iterator[Root]:
    try:
        value = json_value(data)
    except (ValueError, RecursionError):
        yield _none(say("no_json_value"), line)
        return
    top = Part("")
    if (said := _grown(top, value)) is not None:
        yield _none(said, line)
        return
    several = len(top.below) > 1
    for number, one in enumerate(top.below, 1):
        one.over = None
        yield Root(line, one, start=f"[{number}]" if several else "")


def _grown(top: Part, value: Any) -> Said | None:
    """Hang a value of JSON below a part, and all that is in it; else say why it is too much."""
    waiting: list[tuple[str, Any, Part, int]] = [("", value, top, 1)]
    count = 0
    while waiting:
        name, one, over, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            return say("too_deep", most=MAX_DEPTH)
        if count > MAX_PARTS:
            return say("too_many_elements", most=MAX_PARTS)
        if isinstance(one, list) and one:
            waiting.extend((name, each, over, depth + 1) for each in reversed(one))
        elif one is not None:
            part = Part(_clean(name), over, source=one)
            over.below.append(part)
            if isinstance(one, Members):
                waiting.extend((member, each, part, depth + 1) for member, each in reversed(one))
            elif not isinstance(one, list):
                part.text = str(one).lower() if isinstance(one, bool) else _clean(one)
    for one in walk(top):
        _numbered(one)
    return None


def _of_csv(data: bytes) -> Iterator[Root]:
    text, odd = decoded(data)
    delimiter = sniff_delimiter(text[:65536])
    header: list[str] = []
    first = ""
    faults = (Fault("", say("windows_1252"), fatal=False),) if odd else ()
    for line, row in cells([text], delimiter):
        if isinstance(row, str):
            yield _none(say("other", text=row), line)
        elif not any(cell.strip() for cell in row):
            continue
        elif not header:
            header = [_clean(cell) or str(number) for number, cell in enumerate(row, 1)]
            first = _line(row, delimiter)
            if sniff_delimiter(first) != delimiter:
                first = f"sep={delimiter}\n{first}"
        else:
            top = Part("")
            names = header + [str(number) for number in range(len(header) + 1, len(row) + 1)]
            top.below = [Part(name, top, _clean(cell)) for name, cell in zip(names, row, strict=False) if cell.strip()]
            _numbered(top)
            more = Fault(f"line {line}", say("more_cells"), fatal=False)
            extra = (more,) if any(cell.strip() for cell in row[len(header) :]) else ()
            yield Root(line, top, (*faults, *extra), columns=True, lines=first + _line(row, delimiter))
            faults = ()


def _line(row: list[str], delimiter: str) -> str:
    """A row of cells as it was read, each in quotes: it is kept as evidence, so no cell is changed."""
    return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
