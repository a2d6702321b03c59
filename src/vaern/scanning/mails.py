"""What is attached to a mail (RFC 5322 and 2045), to the mails in it, and to all mails of a mailbox (RFC 4155).

A text that is the letter itself is no member. Mails within mails are walked here and not one level deeper, so that
`box.mbox!/mail 3/part 2/beach.jpg` is one step: people forward forwarded mails.
"""

from __future__ import annotations

import codecs
import email.message  # noqa: F401 - the parser loads it with the first mail, too late in a locked worker
import io
import re
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.header import decode_header
from email.parser import BytesParser
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from vaern.hashing import containers, content
from vaern.scanning.members import DamagedError, Member, told

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from email.message import Message

LARGEST = 128 << 20
"""Bytes of a mail that is looked into: the parser needs nine times as much."""

_CHUNK = 1 << 20
_OVERLAP = 1024
_COUNT = re.compile(rb"(\d{1,12})[ \t]*\r?\n")
_ENVELOPE = re.compile(rb"From [^\n]*\n")
_NEXT = re.compile(
    rb"\n\r?\nFrom [^\r\n]{1,300}\r?\n"
    rb"(?i:(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Date|From|To|Subject|X-[a-z-]{1,99}):)"
    rb"|\nFrom [^\r\n]{1,300} (?:19|20)\d\d(?: [+-]\d{4})?\r?\n[A-Za-z][A-Za-z0-9-]{0,99}:"
)
_SECURE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_MISSING = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)

for _charset in (
    *("ascii", "raw_unicode_escape", "utf_7", "utf_8_sig", "koi8_r", "koi8_u", "cp850", "cp874", "mac_roman"),
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859_{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 13, 15)),
    *("gb2312", "gbk", "gb18030", "big5", "euc_jp", "euc_kr", "shift_jis", "cp932", "cp949", "iso2022_jp"),
):
    codecs.lookup(_charset)  # a locked worker loads none


def of_mail(stream: IO[bytes]) -> Iterator[Member]:
    """What is attached to the mail that this stream is, also as Apple Mail keeps it: its length in a line before it.

    Raises:
        DamagedError: it breaks off, or is too large.
    """
    stream.seek(0)
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DamagedError(_too_large())
    if count := _COUNT.match(data):
        data = data[count.end() : count.end() + int(count[1])]
    if not (yield from _attached(data, "")):
        raise DamagedError("the mail is damaged or truncated; what is left of it was read")


def of_mailbox(stream: IO[bytes]) -> Iterator[Member]:
    """What is attached to the mails of a mailbox, one mail in memory at a time.

    Raises:
        DamagedError: mails in it break off.
    """
    damaged = number = 0
    for begin, end in _mails(stream):
        number += 1
        if end - begin > LARGEST:
            yield Member(0, f"mail {number}", end - begin, None, io.BytesIO, problem=_too_large())
            continue
        stream.seek(begin)
        data = stream.read(end - begin)
        envelope = _ENVELOPE.match(data)
        damaged += not (yield from _attached(data[envelope.end() :] if envelope else data, f"mail {number}/"))
    if damaged:
        raise DamagedError(f"mails of the mailbox are damaged or truncated ({damaged}); what is left of them was read")


def _too_large() -> str:
    return f"a mail of more than {LARGEST} bytes is not looked into"


def _mails(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Where each mail of a mailbox begins and ends.

    A line `From …` begins one if it ends with a year and a header field follows; or after an empty line, before a field
    that mails begin with. Writers of mailboxes differ in what they leave out, and texts have lines that begin so.
    """
    begin = place = 0
    text = b""
    while True:
        stream.seek(place + len(text))
        chunk = stream.read(_CHUNK)
        text += chunk
        at = 0
        for found in _NEXT.finditer(text):
            at = text.index(b"From ", found.start())
            yield begin, place + at
            begin = place + at
        if not chunk:
            yield begin, place + len(text)
            return
        keep = max(at, len(text) - _OVERLAP)
        place, text = place + keep, text[keep:]


def _attached(data: bytes, path: str) -> Generator[Member, None, bool]:
    """What is attached to a mail; returns whether the mail is whole."""
    try:
        message = BytesParser().parsebytes(data)
    except MemoryError:
        raise
    except Exception:  # nested too deep, or whatever a parser can stumble over
        return False
    return (yield from _parts(message, path))


def _parts(message: Message, path: str) -> Generator[Member, None, bool]:
    whole = True
    number = 0
    waiting = [message]
    while waiting:
        part = waiting.pop()
        whole = whole and not any(isinstance(defect, _MISSING) for defect in part.defects)
        inner = cast("list[Message]", part.get_payload()) if part.is_multipart() else None
        if inner is not None and part.get_content_maintype() == "multipart":
            waiting += reversed(inner)
            continue
        number += 1
        name = path + (_name(part) or f"part {number}")
        if inner is not None:
            for mail in inner:
                packed = _packed(part, mail)
                here = _parts(mail, f"{name}/") if packed is None else _attached(packed, f"{name}/")
                whole = (yield from here) and whole
        elif part.get_content_type() in _SECURE:
            problem = "it is signed or encrypted by S/MIME, and is not looked into"
            yield Member(0, name, 0, None, io.BytesIO, problem=problem)
        elif _is_file(part):
            yield Member(0, name, 0, None, partial(_content, part))
    return whole


def _is_file(part: Message) -> bool:
    """Whether this is more than the text of a letter: it has a name, is no text, or only says that it is one."""
    if part.get_content_maintype() == "multipart":
        return False  # without its parts: it is damaged, which is said
    if part.get_content_maintype() != "text" or _name(part):
        return True
    try:
        head = _decoded(part)[: containers.HEAD_BYTES]
    except DamagedError:
        return True  # said where it is opened
    return content.recognise(head) != content.UNKNOWN or containers.container_of(head) is not None


def _content(part: Message) -> IO[bytes]:
    return io.BytesIO(_decoded(part))


def _decoded(part: Message) -> bytes:
    try:
        part.del_param("charset")  # one that is not known would be looked for on the disk
        data = part.get_payload(decode=True)
    except MemoryError:
        raise
    except Exception as error:  # an encoding that is none
        raise DamagedError(f"what is attached cannot be decoded ({told(error)})") from None
    return data if isinstance(data, bytes) else b""


def _packed(part: Message, mail: Message) -> bytes | None:
    """The mail that a part holds in base64, against RFC 2046 (5.2.1): the parser took it for the text of a mail."""
    encoding = part.get("content-transfer-encoding", "")
    if str(encoding).strip().lower() != "base64" or mail.is_multipart() or mail.keys():
        return None
    mail["content-transfer-encoding"] = encoding
    return _decoded(mail)


def _name(part: Message) -> str:
    """The name of a file, with what mail programs write there and RFC 2231 forbids: words encoded by RFC 2047."""
    try:
        name = part.get_filename("") or ""
        if "=?" not in name:
            return name
        return "".join(
            text if isinstance(text, str) else text.decode(charset or "ascii", "replace")
            for text, charset in decode_header(name)
        )
    except MemoryError:
        raise
    except Exception:  # no encoding of that name, or whatever else stands there
        return ""
