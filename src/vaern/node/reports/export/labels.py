"""Labels for the parts of a report that a document carries or leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from vaern.formats.report_write import Form

FORMS: dict[Form, tuple[Any, Any]] = {
    "cybertipline": ("CyberTipline XML", _("For NCMEC, and for whoever reads its reports.")),
    "xarf": ("XARF", _("For a host or a provider: one address, with what lies there.")),
    "case": ("CASE/UCO", _("For the tools of police and laboratories.")),
}
"""What a report can leave as, and for whom that is."""

OWNERS: dict[str, Any] = {
    "": _("Report"),
    "locations[]": _("Place"),
    "files[]": _("File"),
    "files[].location": _("Place of a file"),
    "accounts[]": _("Account"),
    "identifiers[]": _("External identifier"),
}
"""Of what a part is, by the beginning of its path."""

FIELDS: dict[str, Any] = {
    "about": _("who the child is to the sender"),
    "account": _("account"),
    "annotations": _("the sender's marks"),
    "at": _("moment of an address"),
    "classification": _("the sender's class"),
    "contact": _("how to reach the sender"),
    "country": _("country"),
    "danger_now": _("whether a child is in danger now"),
    "danger_text": _("why a child is in danger"),
    "devices": _("devices"),
    "disabled": _("whether it was closed"),
    "emails": _("e-mail addresses"),
    "event": _("occasion of an address"),
    "exif_viewed": _("whether the sender read its EXIF"),
    "holder": _("whose it is"),
    "identifier": _("identifier"),
    "incident_at": _("when it happened"),
    "ip": _("IP addresses"),
    "kind": _("kind of metadata"),
    "language": _("language"),
    "legal_ground": _("the sender's legal ground"),
    "match_distance": _("distance of the sender's hit"),
    "match_entry": _("entry of the sender's hit"),
    "match_list": _("list of the sender's hit"),
    "medium": _("kind of place"),
    "mime": _("type"),
    "name": _("name"),
    "narrative": _("the sender's words"),
    "offence": _("what is reported"),
    "ongoing": _("whether it goes on"),
    "phones": _("telephone numbers"),
    "port": _("ports"),
    "preserved_until": _("until when the sender keeps its data"),
    "proxy": _("whether it is a proxy"),
    "public": _("whether everybody can reach it"),
    "reference": _("the sender's reference"),
    "role": _("role"),
    "scheme": _("scheme of the sender's class"),
    "screen_name": _("screen name"),
    "seen_at": _("when it was seen"),
    "service": _("service"),
    "signals": _("hashes"),
    "size": _("size"),
    "system": _("system"),
    "tip_number": _("NCMEC's number"),
    "unknown": _("parts of the document that have no place here"),
    "uploaded_at": _("when it was uploaded"),
    "url": _("web address"),
    "value": _("metadata"),
    "viewed": _("what the sender looked at"),
}
"""What a part is, by the last name of its path."""

WHOLE: dict[str, Any] = {"identifiers[].value": _("the identifier itself")}
"""What a part is whose last name means something else elsewhere, by its whole path."""

PERSONAL = frozenset(
    {
        "account",
        "contact",
        "danger_text",
        "devices",
        "emails",
        "identifier",
        "ip",
        "name",
        "narrative",
        "phones",
        "screen_name",
        "unknown",
        "url",
        "value",
    }
)
"""Of these it is said that they may be personal data."""


def field_of(kind: str) -> str:
    """Return the last component of a kind of part: `ip` of `accounts[].ip_events[].ip`."""
    return kind.rpartition(".")[2].removesuffix("[]")


def words_of(kind: str) -> str:
    """Return the label of a kind of part: *File: size*."""
    owner = next(
        (label for start, label in sorted(OWNERS.items(), reverse=True) if start and kind.startswith(start)), OWNERS[""]
    )
    return f"{owner}: {WHOLE.get(kind) or FIELDS[field_of(kind)]}"
