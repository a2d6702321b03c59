"""Strict parsing of untrusted JSON (RFC 8259, and I-JSON of RFC 7493 where stricter): unambiguous or refused.

Refused: a byte order mark, bytes that are not UTF-8, two keys of one name, NaN and infinities, whole numbers beyond 64
bits, numbers of absurd length, lone surrogates, NUL, and more than so many levels or values.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from django.utils.translation import gettext as _

from vaern.node.web.problems import Problem

DEEPEST = 16
MOST_VALUES = 500_000
_LONGEST_NUMBER = 32
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


def read(body: bytes) -> Any:
    """Return the value of a JSON document.

    Raises:
        Problem: `malformed`, with what is wrong; never with what was sent.
    """
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _malformed(_("it begins with a byte order mark; send UTF-8 without one"))
    _check_shape(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(_("it is not UTF-8")) from None
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole, parse_float=_decimal
        )
    except json.JSONDecodeError as error:
        raise _malformed(
            _("it is not JSON (line %(line)s, column %(column)s)") % {"line": error.lineno, "column": error.colno}
        ) from None
    except RecursionError:
        raise _malformed(_("it has more than %(most)s levels") % {"most": DEEPEST}) from None
    if "\\u" in text:
        _check_text(value)
    return value


def _malformed(why: str) -> Problem:
    return Problem("malformed", _("The JSON document cannot be taken: %(why)s.") % {"why": why})


def _check_shape(body: bytes) -> None:
    """Check depth and number of values before parsing."""
    bare = _STRING.sub(b"", body) if b'"' in body else body
    if bare.count(b",") > MOST_VALUES:
        raise _malformed(_("it has more than %(most)s values; send several smaller ones") % {"most": MOST_VALUES})
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            raise _malformed(_("it has more than %(most)s levels") % {"most": DEEPEST})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed(_("an object has two members of one name"))
    return found


def _no_constant(_name: str) -> Any:
    raise _malformed(_("it holds NaN or Infinity, which JSON does not have"))


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or not -(2**63) <= int(digits) < 2**63:
        raise _malformed(_("it holds a whole number of more than 64 bits"))
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else math.inf
    if math.isinf(number):
        raise _malformed(_("it holds a number that is too large or too long"))
    return number


def _check_text(value: Any) -> None:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if _UNSTORABLE.search(found):
                raise _malformed(_("a text holds NUL or half a surrogate pair"))
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            waiting += found
