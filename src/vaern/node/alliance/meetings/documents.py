"""Minutes as a PDF, in English and Danish: an approved version from what was kept, the draft from what stands now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.alliance.meetings import labels, queries
from vaern.node.alliance.rules.frame import said
from vaern.node.alliance.rules.meetings import How, State
from vaern.node.alliance.rules.minutes import restored
from vaern.node.web import paper

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.models import MinisterialMeeting, Minutes
    from vaern.node.alliance.rules.frame import Text
    from vaern.node.alliance.rules.minutes import Attended, Content, Decided

TEMPLATE = Path(__file__).with_name("minutes.typ")
LANGUAGES = ("en", "da")
WITH_DRAFT = frozenset({State.HELD.value, State.MINUTES_DRAFTED.value})


def minutes(meeting: MinisterialMeeting, version: int, language: str) -> bytes | None:
    """Return minutes as a PDF in a language of the node; the same bytes for the same version.

    Args:
        meeting: whose.
        version: which approved one; 0 for the draft as it stands.
        language: one of LANGUAGES.

    Returns:
        None where there is no such version, or no draft now.
    """
    if version:
        kept = meeting.minutes.filter(version=version).first()
        return _pdf(restored(kept.content), kept, language) if kept else None
    if meeting.state not in WITH_DRAFT:
        return None
    return _pdf(queries.content_of(meeting), None, language)


def _pdf(content: Content, kept: Minutes | None, language: str) -> bytes:
    with translation.override(language):
        return paper.pdf(TEMPLATE, what_it_says(content, kept, language), kept.approved_at if kept else timezone.now())


def what_it_says(content: Content, kept: Minutes | None, language: str) -> dict[str, Any]:
    """Return everything that stands in the document, as text."""

    def word(text: Text) -> str:
        return said(text, language) if text else ""

    host = word(content.host)
    facts = [
        (_("Place"), content.place),
        (_("Host"), host),
        (_("Days"), days(content.first_day, content.last_day)),
        (_("Version"), _version(kept)),
        (_("Corrects the version before"), kept.why if kept else ""),
    ]
    return {
        "lang": language,
        "marks": [
            *([_("SYNTHETIC – made up for a demonstration; no real meeting")] if content.synthetic else []),
            *([] if kept else [_("DRAFT – not approved")]),
        ],
        "kind": _("Minutes"),
        "title": word(content.name),
        "facts": [[str(name), str(value)] for name, value in facts if value],
        "attendance": {
            "title": _("Attendance"),
            "groups": [
                [str(label), [_office(one, language) for one in content.attendance if one.how is how]]
                for how, label in labels.HOWS.items()
                if any(one.how is how for one in content.attendance)
            ],
        },
        "items": [
            {
                "title": f"{one.number}. {word(one.title)}",
                "text": word(one.discussion),
                "decisions": [_decision(two, language) for two in one.decisions],
            }
            for one in content.items
        ],
        "beside": [_decision(one, language) for one in content.beside],
        "other": _("Other decisions"),
        "agenda": _("Agenda, discussion and decisions"),
        "papers": {
            "title": _("Papers"),
            "lines": [
                [one.reference, one.title, f"SHA-256 {one.sha256}" if one.sha256 else ""] for one in content.papers
            ],
        },
        "footer": f"{word(content.name)} · {_version(kept)}",
    }


def days(first: date, last: date) -> str:
    """Return the days of a meeting in words."""
    return date_format(first) if first == last else f"{date_format(first)} – {date_format(last)}"


def _version(kept: Minutes | None) -> str:
    if kept is None:
        return _("Draft")
    day = date_format(timezone.localtime(kept.approved_at), "DATE_FORMAT")
    return _("Version %(n)s, approved on %(day)s") % {"n": kept.version, "day": day}


def _office(one: Attended, language: str) -> list[str]:
    office = f"{one.office}, {one.name}" if one.name else one.office
    if one.how is How.REPRESENTED:
        office = _("%(office)s, represented by %(other)s") % {"office": office, "other": one.represented_by}
    return [said(one.of, language), office]


def _decision(one: Decided, language: str) -> dict[str, Any]:
    effects = [labels.effect(link, language) for link in one.commits]
    return {"title": _("Decision %(n)s") % {"n": one.number}, "text": said(one.text, language), "effects": effects}
