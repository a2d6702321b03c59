"""The help page: advice, and the help lines of every country that has a desk with a public form."""

from __future__ import annotations

from typing import Any

from vaern.node.reports.help.presenters import line
from vaern.node.reports.help.queries import of_country
from vaern.node.reports.help.register import current
from vaern.node.reports.public.offers import offers_of
from vaern.node.reports.public.presenters import all_desks


def context() -> dict[str, Any]:
    """Return the context of the page: the desks' countries with their help lines, and offers of other rooms."""
    lines = current()
    shown = all_desks(lines)
    members = {one["country"].code: one["country"] for one in shown if one["country"]}
    found = [(member, of_country(code, "thoughts", lines)) for code, member in members.items()]
    return {
        "desks": shown,
        "offers": offers_of(None),
        "thoughts": [{"country": member, "line": line(one)} for member, one in found if one],
    }
