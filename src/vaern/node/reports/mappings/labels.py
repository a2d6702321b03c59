"""Labels for the parts of a mapping."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.formats.mapping import TARGETS
from vaern.formats.mapping_draft import SLOTS, fields_of
from vaern.node.external.systems import of_file
from vaern.node.law.labels import said
from vaern.node.reports.desk.labels import ABOUT, OFFENCES, ROLES, VIEWED
from vaern.node.reports.export.labels import FIELDS
from vaern.node.web.components import Chip

SHAPES: dict[str, Any] = {
    "json": "JSON",
    "jsonl": gettext_lazy("JSON lines"),
    "xml": "XML",
    "csv": gettext_lazy("CSV, a table"),
}

FORMS: dict[str, Any] = {
    "iso": gettext_lazy("ISO 8601, as 2026-01-31T12:30:00Z"),
    "day_first": gettext_lazy("Day first, as 31.01.2026 12:30"),
    "month_first": gettext_lazy("Month first, as 01/31/2026 12:30"),
    "unix": gettext_lazy("Seconds since 1970"),
    "unix_ms": gettext_lazy("Thousandths of seconds since 1970"),
}

_SLOTS: dict[str, Any] = {
    "report": gettext_lazy("Report"),
    "locations": gettext_lazy("Place"),
    **ROLES,
    "accounts": gettext_lazy("Account, its role by a field"),
    "identifiers": gettext_lazy("External identifier, its system by a field"),
    "files": gettext_lazy("File"),
    "files.location": gettext_lazy("Place of a file"),
    "files.ip_events": gettext_lazy("Address from which a file came"),
}

_MEDIA: dict[str, Any] = {
    "email": gettext_lazy("E-mail"),
    "newsgroup": gettext_lazy("Newsgroup"),
    "chat": gettext_lazy("Chat"),
    "game": gettext_lazy("Game"),
    "telephone": gettext_lazy("Telephone"),
    "peer_to_peer": gettext_lazy("Peer to peer"),
    "offline": gettext_lazy("Offline"),
}

_EVENTS: dict[str, Any] = {
    "login": gettext_lazy("Sign-in"),
    "registration": gettext_lazy("Registration"),
    "purchase": gettext_lazy("Purchase"),
    "upload": gettext_lazy("Upload"),
    "other": gettext_lazy("Something else"),
    "unknown": gettext_lazy("Not known"),
}

_WORDS: dict[str, Any] = {
    "true": gettext_lazy("Yes"),
    "false": gettext_lazy("No"),
    **OFFENCES,
    **ROLES,
    **VIEWED,
    **_MEDIA,
    **_EVENTS,
    **{code: label for code, (label, _tone) in ABOUT.items()},
}
"""Of values; each list of words has its own first."""

_LISTS: dict[str, dict[str, Any]] = {
    "offence": OFFENCES,
    "role": ROLES,
    "viewed": VIEWED,
    "medium": _MEDIA,
    "event": _EVENTS,
    "about": {code: label for code, (label, _tone) in ABOUT.items()},
}


def slot(code: str) -> str:
    """Return the label of a slot (`formats.mapping_draft.SLOTS`)."""
    over = SLOTS[code].over
    if code in _SLOTS:
        return str(_SLOTS[code])
    if SLOTS[code].to == "identifiers":
        return _("Identifier: %(system)s") % {"system": _systems()[SLOTS[code].fixed[1]]}
    return _("Address seen: %(account)s") % {"account": slot(over)}


def field(name: str) -> str:
    """Return the label of a field of a report; kinds of hashes have their own names."""
    return str(FIELDS.get(name, name.upper()))


def target(code: str, name: str) -> str:
    """Return the label of one field of a slot."""
    return f"{slot(code)}: {field(name)}"


def words(to: str, kind: Any) -> list[tuple[str, str]]:
    """Return the values that a field accepts with their labels; none if it accepts any text."""
    if kind == "yes":
        kind = ("true", "false")
    if not isinstance(kind, tuple):
        return []
    labels = _systems() if to == "system" else _LISTS.get(to, _WORDS)
    return [(word, str(labels.get(word, word))) for word in kind if word]


def _systems() -> dict[str, str]:
    return {one.code: said(one.name) for one in of_file()}


def kind_of(code: str, name: str) -> Any:
    """Return the kind of a slot's field (`formats.mapping.TARGETS`)."""
    return TARGETS[SLOTS[code].to][name]


def targets(codes: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields that can be chosen, by slot."""
    return [(slot(code), [(f"{code}:{name}", field(name)) for name in fields_of(code)]) for code in codes]


def state(retired: bool) -> Chip:
    """Return the chip of a mapping: in use or retired."""
    return Chip(_("Retired")) if retired else Chip(_("In use"), "good")
