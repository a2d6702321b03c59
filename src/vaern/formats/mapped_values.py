"""From a text of another system to a value of a report, as a field of a mapping says; or why it is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vaern.faults import Said, say
from vaern.formats.cybertipline_rules import SKEW, is_address, is_url
from vaern.formats.leaves import MAX_TEXT
from vaern.formats.local_times import local_moment, placed, zone_of
from vaern.formats.moments import unix_moment
from vaern.formats.signals import Refused, parse
from vaern.formats.xarf import any_moment, port_of

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.formats.mapping import Field, Kind


class NotTaken(Exception):
    """A text that is no such value.

    Attributes:
        what: why, as a code with values.
    """

    def __init__(self, what: Said) -> None:
        super().__init__(str(what))
        self.what = what


def value_of(text: str, field: Field, kind: Kind | tuple[str, ...], now: datetime) -> tuple[Any, Said | None]:
    """The value, and what is odd with it.

    Raises:
        NotTaken: the text is none of that kind; the text says why, and repeats nothing of it.
    """
    if isinstance(kind, tuple) or kind == "yes":
        return _listed(text, field, ("true", "false") if kind == "yes" else kind, is_yes=kind == "yes"), None
    if len(text) > MAX_TEXT and kind != "digest":
        raise NotTaken(say("no_text", most=MAX_TEXT))
    if kind == "moment":
        moment = _moment(text, field)
        return moment, say("future") if moment > now + SKEW else None
    if kind == "url":
        return text, None if is_url(text) else say("no_address")
    return _plain(text, field, kind), None


def _plain(text: str, field: Field, kind: Kind) -> Any:
    if kind == "digest":
        try:
            return parse(field.to, text)[0]
        except Refused as refusal:
            raise NotTaken(refusal.what) from None
    if kind == "ip" and not is_address(text):
        raise NotTaken(say("no_ip"))
    if kind == "port":
        if (port := port_of(text)) is None:
            raise NotTaken(say("between", least=1, most=65535))
        return port
    if kind in {"number", "digits"}:
        if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
            raise NotTaken(say("expected_digits"))
        return int(text) if kind == "number" else text
    return text


def _listed(text: str, field: Field, words: tuple[str, ...], *, is_yes: bool) -> Any:
    word = field.values.get(text) if field.values else text
    if word is None:
        raise NotTaken(say("not_in_table"))
    if word not in words:
        raise NotTaken(say("one_of", values=", ".join(filter(None, words))))
    return word == "true" if is_yes else word


def _moment(text: str, field: Field) -> datetime:
    if field.form in {"unix", "unix_ms"}:
        return _counted(text, milliseconds=field.form == "unix_ms")
    if (moment := any_moment(text)) is not None:
        return moment
    local = local_moment(text, field.form)
    if local is None:
        raise NotTaken(say("moment_in_form", form=field.form))
    zone = zone_of(field.zone) if field.zone else None
    if zone is None:
        raise NotTaken(say("moment_no_zone"))
    if (moment := placed(local, zone)) is None:
        raise NotTaken(say("moment_twice", zone=field.zone))
    return moment


def _counted(text: str, *, milliseconds: bool) -> datetime:
    seconds, thousandths = (text[:-3], text[-3:]) if milliseconds else (text, "0")
    moment = unix_moment(seconds or "0") if re.fullmatch(r"[0-9]{1,14}", text, re.ASCII) else None
    if moment is None:
        raise NotTaken(say("moment_in_form", form="unix_ms" if milliseconds else "unix"))
    return moment.replace(microsecond=int(thousandths) * 1000)
