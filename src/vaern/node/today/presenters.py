"""From what waits for a person to what the front page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.web.items import Group, digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.today.queries import Board
    from vaern.node.web.items import Line

ORDER = (
    "reports",
    "takedown",
    "forwarding",
    "wishes",
    "series",
    "cases",
    "assistance",
    "matches",
    "questions",
    "scans",
    "lists",
    "intakes",
    "graded",
    "entries",
    "recalls",
    "lookups",
    "commitments",
    "press",
    "oversight",
    "organisation",
    "exchange",
    "drafts",
)
"""Of the filters: always the same, so that a hand finds them."""

FOLDED = Group.LATER
"""This group is closed until somebody opens it."""


def headings() -> dict[Group, tuple[str, str]]:
    """Return the heading of each group, in the order of the page, and what it means."""
    return {
        Group.NOW: (_("Now"), _("Overdue, or a child may be in danger.")),
        Group.TODAY: (_("Today"), _("Due by midnight, or somebody waits for you.")),
        Group.NEWS: (_("News"), _("Nothing to do, but good to know. It stays until you have looked, for two weeks.")),
        Group.WEEK: (_("This week"), _("Due within seven days, or without a deadline.")),
        Group.LATER: (_("Later"), _("Due after that.")),
    }


def page(whole: Board, part: Board, kind: str, undo: Sequence[str]) -> dict[str, Any]:
    """Return what the template of the page shows.

    Args:
        whole: all that waits.
        part: of the kind that was asked for.
        kind: its code; "" for all.
        undo: names of the news that was just set aside.
    """
    chosen = kind if kind in whole.kinds else ""
    groups = [
        {
            "code": group.value,
            "title": title,
            "text": text,
            "lines": [_line(line, part) for line in part.lines[group]],
            "folded": group is FOLDED,
            "news": [key for line in part.lines[group] for key in keys(line)] if group is Group.NEWS else [],
        }
        for group, (title, text) in headings().items()
        if part.lines[group]
    ]
    counts = whole.counts()
    home = reverse("home")
    filters = [
        {"label": label.label, "count": counts[code], "url": f"{home}?kind={code}", "current": code == chosen}
        for code, label in sorted(whole.kinds.items(), key=lambda one: ORDER.index(one[0]))
    ]
    return {
        "groups": groups,
        "filters": filters if len(filters) > 1 else [],
        "all": {"count": len(whole.all), "url": home, "current": not chosen},
        "kind": chosen,
        "calls": whole.calls,
        "mark": part.mark,
        "failed": whole.failed,
        "undo": undo,
    }


def _line(line: Line, board: Board) -> dict[str, Any]:
    return {
        "item": line.item,
        "also": line.also,
        "key": line.key,
        "news": keys(line),
        "kinds": [board.kinds[code].label for code in line.kinds],
        "is_news": bool(line.item.news),
    }


def keys(line: Line) -> list[str]:
    """Return the names under which the news of a line is set aside."""
    return [digest_of(news) for news in line.news]
