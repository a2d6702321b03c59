"""The answers of the reporting API, in NCMEC's XML and with its codes. Pure; no Django.

Research: `formats.md`, (b); the codes are those of NCMEC's documentation of June 2025.
"""

from __future__ import annotations

import enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_FILES = (
    "Files are never taken here, and nothing of this one was read. Send its details: POST /fileinfo with a fileId of "
    "your choice, which no other file of the report has, and its hashes."
)
"""What /upload answers, whatever is sent."""


class Code(enum.IntEnum):
    """The response code of a request."""

    SUCCESS = 0
    SERVER = 1000
    SAVE_FAILED = 1100
    NOT_FOUND = 1210
    AUTHENTICATION = 2000
    NOT_AUTHORIZED = 3000
    INVALID_REQUEST = 4000
    VALIDATION = 4100
    MALFORMED_XML = 4110
    NO_SUCH_REPORT = 5001
    RETRACTED = 5101
    FINISHED = 5102


STATUS: dict[Code, HTTPStatus] = {
    Code.SUCCESS: HTTPStatus.OK,
    Code.SERVER: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.SAVE_FAILED: HTTPStatus.CONFLICT,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.AUTHENTICATION: HTTPStatus.UNAUTHORIZED,
    Code.NOT_AUTHORIZED: HTTPStatus.FORBIDDEN,
    Code.INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
    Code.VALIDATION: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.MALFORMED_XML: HTTPStatus.BAD_REQUEST,
    Code.NO_SUCH_REPORT: HTTPStatus.NOT_FOUND,
    Code.RETRACTED: HTTPStatus.CONFLICT,
    Code.FINISHED: HTTPStatus.CONFLICT,
}
"""The HTTP status that goes with a code: whoever looks at the status alone is not misled."""

CODES: dict[str, Code] = {
    "unauthenticated": Code.AUTHENTICATION,
    "forbidden": Code.NOT_AUTHORIZED,
    "media-refused": Code.NOT_AUTHORIZED,
    "too-many-requests": Code.SERVER,
    "unavailable": Code.SERVER,
    "server-error": Code.SERVER,
}
"""The code of a problem that the node's own guards find; all others are invalid requests."""


def answer(code: Code, description: str = "Success", *, number: int | None = None) -> bytes:
    """Return a `reportResponse`."""
    parts = [("responseCode", str(int(code))), ("responseDescription", description)]
    return _xml("reportResponse", parts + ([("reportId", str(number))] if number is not None else []))


def done(code: Code, number: int, file_ids: Sequence[str] = ()) -> bytes:
    """Return a `reportDoneResponse`; also of a refusal, because clients of /finish read no other."""
    root = _root("reportDoneResponse", [("responseCode", str(int(code))), ("reportId", str(number))])
    files = etree.SubElement(root, "files")
    for file_id in file_ids:
        etree.SubElement(files, "fileId").text = file_id
    return _bytes(root)


def _xml(name: str, parts: Sequence[tuple[str, str]]) -> bytes:
    return _bytes(_root(name, parts))


def _root(name: str, parts: Sequence[tuple[str, str]]) -> etree._Element:
    root = etree.Element(name)
    for part, text in parts:
        etree.SubElement(root, part).text = text
    return root


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
