"""Mailboxes of Outlook as the tests have them: folders of messages, what is attached to these, and what is found."""

from __future__ import annotations

import struct
from collections import Counter

from tests.scanning.pst_writer import (
    BINARY,
    BOOLEAN,
    BYTES_TEXT,
    INTEGER,
    NOON,
    OBJECT,
    ROOT,
    STORE,
    TEXT,
    TIME,
    TOP,
    Writer,
)

MESSAGE, ATTACHMENT, HIDDEN = 4, 5, 8


class Message(list):
    """What is attached to a message, each a name with bytes or a message; its subject, and whether it is hidden."""

    def __init__(self, subject, attached=(), *, hidden=False):
        super().__init__(attached)
        self.subject, self.hidden = subject, hidden


def mailbox(folders, **kind):
    """A mailbox of folders: path → messages. And what should be found in it."""
    writer = Writer(**kind)
    numbers, children = {"": TOP}, {ROOT: [TOP], TOP: []}
    for at, path in enumerate(folders):
        numbers[path] = TOP + (at + 1) * 32
        parent = numbers[path.rpartition("/")[0]]
        children[parent].append(numbers[path])
        children[numbers[path]] = []
    written = Written(writer)
    contents = {}
    for path, messages in folders.items():
        contents[path] = [written.message(message, path, numbers[path]) for message in messages]
    for path, number in {None: ROOT, **numbers}.items():
        name = {None: "", "": "Top of Outlook data file"}.get(path) or (path or "").rpartition("/")[2]
        inner, parent = children[number], ROOT if path in {None, ""} else numbers[path.rpartition("/")[0]]
        count = len(contents.get(path, ()))
        values = {
            0x3001: written.text(name),
            0x3602: (INTEGER, count),
            0x3603: (INTEGER, 0),
            0x360A: (BOOLEAN, bool(inner)),
        }
        writer.node(number, *writer.properties(values), parent)
        shown = [one for one in contents.get(path, ()) if one & 31 == MESSAGE]
        for kind_of, rows in ((0x0D, inner), (0x0E, shown), (0x0F, set(contents.get(path, ())) - set(shown))):
            writer.node(number & ~31 | kind_of, *writer.table(sorted(rows)))
    identifier = bytes(20) + struct.pack("<I", TOP)
    values = {0x0FF9: (BINARY, bytes(16)), 0x3001: written.text("mailbox"), 0x35E0: (BINARY, identifier)}
    writer.node(STORE, *writer.properties(values))
    names = {0x0001: (INTEGER, 251), 0x0002: (BINARY, bytes(16)), 0x0003: (BINARY, bytes(8)), 0x0004: (BINARY, b"")}
    writer.node(0x61, *writer.properties(names))
    return writer.done(), written.expected


class Written:
    """The messages of a mailbox.

    Attributes:
        expected: path and bytes of what is attached to them.
    """

    def __init__(self, writer):
        self.expected = []
        self._writer, self._count, self._seen = writer, 0, Counter()

    def text(self, text):
        if self._writer.is_ansi:
            return BYTES_TEXT, text.encode("cp1252", "replace")
        return TEXT, text.encode("utf-16-le")

    def shown(self, text):
        """A text as the mailbox can hold it."""
        return text.encode("cp1252", "replace").decode("cp1252") if self._writer.is_ansi else text

    def message(self, message, folder, parent):
        """A message in a folder; its number."""
        number = 0x200000 + self._count * 32 + (HIDDEN if message.hidden else MESSAGE)
        self._count += 1
        hidden = "hidden items/" if message.hidden else ""
        path = f"{self.shown(folder)}/{hidden}{self.shown(message.subject) or 'no subject'}"
        self._writer.node(number, *self._node(message, path), parent)
        return number

    def _node(self, message, path):
        if message:
            self._seen[path] += 1
            path = path if self._seen[path] == 1 else f"{path} ({self._seen[path]})"
        below = []
        for at, (name, content) in enumerate(message, 1):
            below.append(
                (at * 32 + 0x8000 + ATTACHMENT, *self._attachment(name, content, f"{path}/{self.shown(name)}"))
            )
        rows = [number for number, _, _ in below]
        if rows:
            below.append((0x671, *self._writer.table(rows)))
        below.append((0x692, *self._writer.table([])))
        values = {
            0x001A: self.text("IPM.Note"),
            0x0037: self.text(f"\1\1{message.subject}"),
            0x0E06: (TIME, struct.pack("<Q", NOON)),
            0x0E07: (INTEGER, 0x11 if message else 1),
            0x0E08: (INTEGER, 1000),
            0x1000: self.text("See below."),
        }
        return self._writer.properties(values, below)

    def _attachment(self, name, content, path):
        values = {0x0E20: (INTEGER, 1), 0x370B: (INTEGER, 0xFFFFFFFF), 0x3707: self.text(name), 0x3704: self.text(name)}
        if not isinstance(content, Message):
            self.expected.append((path, content))
            return self._writer.properties({**values, 0x3701: (BINARY, content), 0x3705: (INTEGER, 1)})
        inner = 0x9000 + MESSAGE
        values |= {0x3701: (OBJECT, struct.pack("<II", inner, 1)), 0x3705: (INTEGER, 5), 0x3001: self.text(name)}
        return self._writer.properties(values, [(inner, *self._node(content, path))])
