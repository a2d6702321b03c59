"""The inverse of a mapping: a document of another system that says what a report says, for tests."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from lxml import etree

from vaern.formats.trees import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from vaern.formats.mapping import Field, Group, Mapping

Tree = dict[str, Any]
"""Names, each with texts or trees below it, one after the other."""


def below(tree: Tree, path: str) -> Tree:
    """The tree at a path, which is made where it is not there."""
    for name in steps_of(path):
        tree = tree.setdefault(name, [{}])[0]
    return tree


def put(tree: Tree, path: str, value: Any) -> None:
    *way, name = steps_of(path)
    for step in way:
        tree = tree.setdefault(step, [{}])[0]
    tree.setdefault(name, []).append(value)


def text_of(value: Any, field: Field) -> str:
    word = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    words = {ours: theirs for theirs, ours in field.values.items()}
    if words:
        return words[word]
    return moment_text(value, field) if hasattr(value, "isoformat") else str(word)


def moment_text(moment: datetime, field: Field) -> str:
    return moment.isoformat()


def tree_of(one: Any, group: Group) -> Tree:
    tree: Tree = {}
    for field in group.fields:
        if field.value:
            continue
        digests = [signal for signal in getattr(one, "signals", ()) if signal.kind == field.to]
        value = [each.value.hex() for each in digests] if digests else getattr(one, field.to, None)
        for each in value if isinstance(value, (tuple, list)) else [value]:
            if each is not None and each != "" and not (field.to == "size" and each == 0):
                put(tree, field.path, text_of(each, field))
    for below_it in group.groups:
        held = getattr(one, below_it.to)
        for each in held if isinstance(held, tuple) else filter(None, [held]):
            put(tree, below_it.at, tree_of(each, below_it))
    return tree


def as_json(trees: Sequence[Tree], at: str) -> bytes:
    """Some lists of one as themselves, as systems write them."""
    top: Tree = {}
    for tree in trees:
        put(top, at, tree)
    return json.dumps(_plain(top), ensure_ascii=False).encode()


def as_lines(trees: Sequence[Tree]) -> bytes:
    return b"\n".join(json.dumps(_plain(tree)).encode() for tree in trees)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each[0] if len(each) == 1 else each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def as_xml(trees: Sequence[Tree], at: str) -> bytes:
    top: Tree = {}
    for tree in trees:
        put(top, at, tree)
    ((name, (content,)),) = top.items()
    root = etree.Element(name)
    _hang(root, content)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _hang(element: etree._Element, tree: Tree) -> None:
    for name, values in tree.items():
        for value in values:
            if name.startswith("@"):
                element.set(name[1:], value)
            elif isinstance(value, dict):
                _hang(etree.SubElement(element, name), value)
            else:
                etree.SubElement(element, name).text = value


def as_csv(trees: Iterable[Tree], delimiter: str) -> bytes:
    rows = [{name: values[0] for name, values in tree.items()} for tree in trees]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def written(reports: Sequence[Any], mapping: Mapping, delimiter: str = ",") -> bytes:
    """A document of reports."""
    trees = [tree_of(one, mapping.report) for one in reports]
    match mapping.shape:
        case "json":
            return as_json(trees, mapping.report.at)
        case "jsonl":
            return as_lines(trees)
        case "xml":
            return as_xml(trees, mapping.report.at)
        case _:
            return as_csv(trees, delimiter)
