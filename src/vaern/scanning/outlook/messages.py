"""The upper layer of a mailbox of Outlook ([MS-PST], 2.4): its folders, messages, and what is attached to these.

Messages are found by the tree of all nodes, where each names its folder, and not by the tables of the folders: what
these lost is found too. Messages in messages are walked here, as those of mails are.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import DamagedError, Member
from vaern.scanning.outlook.blocks import LOST, Blocks, Node
from vaern.scanning.outlook.properties import BINARY, OBJECT, Large, Properties

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 32
"""Messages within messages that are looked into."""

_MESSAGE, _ATTACHMENT, _HIDDEN = 4, 5, 8  # kinds of nodes
_STORE, _ROOT = 0x21, 0x122
_SUBTREE = 0x35E0  # of the store: the folder that holds those which a person sees
_ENTRY = slice(20, 24)  # of the identifier of a folder: its node
_DISPLAY_NAME, _SUBJECT = 0x3001, 0x0037
_TIMES = (0x0E06, 0x0039, 0x3007)  # delivered, submitted, created
_DATA, _METHOD, _MIME = 0x3701, 0x3705, 0x370E
_NAMES = (0x3707, 0x3704, _DISPLAY_NAME)  # long, short, as it is shown
_NO_ATTACHMENT, _EMBEDDED = 0, 5  # methods
_SECURE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_FOLDERS, _LEVELS = 100_000, 64  # paths that are kept in memory, and folders in one
_PART, _PATH = 120, 600  # characters of a name, and of a path before the name of a file
_LONGEST_NAME = 255
codecs.lookup("utf_16_le")  # a locked worker loads none


def of_mailbox(stream: IO[bytes]) -> Iterator[Member]:
    """What is attached to the messages of a mailbox, in the order of their numbers.

    Raises:
        DamagedError: it is damaged; what could be read was given.
    """
    mailbox = _Mailbox(Blocks(stream))
    yield from mailbox.members()
    if mailbox.damaged:
        raise DamagedError(
            f"parts of the Outlook mailbox are damaged or missing ({mailbox.damaged}); what is left of it was read"
        )


class _Mailbox:
    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._lost = 0
        self._folders: dict[int, str] = {_ROOT: ""}
        self._seen: Counter[int] = Counter()

    @property
    def damaged(self) -> int:
        """Parts that could not be read, or were changed."""
        return self._lost + len(self._blocks.damaged)

    def members(self) -> Iterator[Member]:
        """See `of_mailbox`."""
        self._find_top()
        for node in self._blocks.nodes():
            if node.kind in {_MESSAGE, _HIDDEN} and node.below:
                yield from self._message(node, None, 0)

    def _find_top(self) -> None:
        """Paths begin below the folder that holds those which a person sees, where the mailbox says which it is."""
        try:
            store = self._blocks.node(_STORE)
            identifier = Properties(self._blocks, store).value(_SUBTREE) if store else b""
        except DamagedError:
            self._lost += 1
            return
        self._folders[int.from_bytes(identifier[_ENTRY], "little")] = ""

    def _message(self, message: Node, within: str | None, depth: int) -> Iterator[Member]:
        """What is attached to a message.

        Args:
            message: its node.
            within: path of the message that it is attached to; `None` for one in a folder.
            depth: messages around it.
        """
        number, path, time = 0, "", None
        below = self._blocks.below(message.below)
        while True:
            try:
                attachment = next((node for node in below if node.kind == _ATTACHMENT), None)
            except DamagedError:
                self._lost += 1
                return
            if attachment is None:
                return
            if not number:
                path, time = self._told(message, within)
            number += 1
            yield from self._attachment(attachment, path, number, time, depth)

    def _told(self, message: Node, within: str | None) -> tuple[str, str | None]:
        """The path of a message, and when it was delivered."""
        subject, time = "", None
        try:
            properties = Properties(self._blocks, message)
            subject = _subject(properties)
            time = next(filter(None, map(properties.time, _TIMES)), None)
        except DamagedError:
            self._lost += 1
        if within is None:
            hidden = "hidden items/" if message.kind == _HIDDEN else ""
            within = f"{self._folder(message.parent)}{hidden}{_cut(subject) or 'no subject'}"
        path = within if len(within) <= _PATH else f"{within[: _PATH - 1]}…"
        key = hash(path)  # eight bytes in place of the path, of each message that something is attached to
        self._seen[key] += 1
        return (f"{path}/" if self._seen[key] == 1 else f"{path} ({self._seen[key]})/"), time

    def _attachment(self, node: Node, path: str, number: int, time: str | None, depth: int) -> Iterator[Member]:
        name = f"attachment {number}"
        try:
            properties = Properties(self._blocks, node)
        except DamagedError:
            self._lost += 1
            yield _missing(path + name, time)
            return
        name = self._name(properties) or name
        try:
            found = self._found(properties)
        except DamagedError:
            self._lost += 1
            yield _missing(path + name, time)
            return
        if isinstance(found, Node):
            if depth >= DEEPEST:
                problem = f"messages nested more than {DEEPEST} deep are not looked into"
                yield Member(0, path + name, 0, time, io.BytesIO, problem=problem)
            elif found.below:
                yield from self._message(found, f"{path}{_cut(name)}", depth + 1)
        elif properties.number(_METHOD) == _NO_ATTACHMENT and found is None:
            return
        elif found is None:
            problem = "what is attached is not kept in the mailbox"
            yield Member(0, path + name, 0, time, io.BytesIO, problem=problem)
        elif self._mime(properties) in _SECURE:
            problem = "it is signed or encrypted by S/MIME, and is not looked into"
            yield Member(0, path + name, found.size, time, io.BytesIO, problem=problem)
        else:
            yield Member(0, path + name, found.size, time, found.open, direct=True)

    def _found(self, properties: Properties) -> Large | Node | None:
        """What is attached: a file, a message, or nothing."""
        kind = properties.type(_DATA)
        if kind == BINARY:
            return properties.large(_DATA)
        if kind != OBJECT:
            return None
        node = properties.below(int.from_bytes(properties.value(_DATA)[:4], "little"))
        is_message = properties.number(_METHOD) == _EMBEDDED or node.kind == _MESSAGE
        return node if is_message else properties.data_of(node)

    def _name(self, properties: Properties) -> str:
        for key in _NAMES:
            try:
                if name := properties.text(key):
                    return name[:_LONGEST_NAME]
            except DamagedError:
                self._lost += 1
        return ""

    def _mime(self, properties: Properties) -> str:
        try:
            return properties.text(_MIME).lower()
        except DamagedError:
            self._lost += 1
            return ""

    def _folder(self, number: int) -> str:
        """The path of a folder, its end mark included; what is above a folder that is missing is left out."""
        names: list[str] = []
        missing: list[int] = []
        while number not in self._folders and number not in missing and len(missing) < _LEVELS:
            missing.append(number)
            try:
                node = self._blocks.node(number)
                name = Properties(self._blocks, node).text(_DISPLAY_NAME) if node else ""
            except DamagedError:
                self._lost += 1
                node, name = None, ""
            names.append(_cut(name) or f"folder {number >> 5}")
            if node is None:
                break
            number = node.parent
        path = self._folders.get(number, "")
        for one, name in zip(reversed(missing), reversed(names), strict=True):
            path += f"{name}/"
            if len(self._folders) < _FOLDERS:
                self._folders[one] = path
        return path


def _missing(name: str, time: str | None) -> Member:
    return Member(0, name, 0, time, io.BytesIO, problem=LOST)


def _subject(properties: Properties) -> str:
    """The subject of a message; a mark and a length, of what is before it, may stand at its beginning."""
    text = properties.text(_SUBJECT)
    return text[2:] if text.startswith("\1") else text


def _cut(name: str) -> str:
    name = name.strip()
    return name if len(name) <= _PART else f"{name[: _PART - 1]}…"
