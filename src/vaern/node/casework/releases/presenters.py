"""From releases and recalls to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.terms import known_transfers
from vaern.node.web.components import Chip, Definitions, Handling, When
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from vaern.node.casework.models import Release
    from vaern.node.casework.releases.elsewhere import Progress


def sight_facts(release: Release) -> Definitions:
    """Return from whom, how to handle and until when: what a recipient sees."""
    return Definitions(
        [
            (_("Released by"), release.owner.name),
            (_("Handling"), Handling(release.handling, release.europol)),
            (_("Until"), When(release.expires_at)),
            (_("Why"), why_label(release.why)),
            *ground_facts(release),
        ]
    )


def ground_facts(release: Release) -> list[tuple[object, object]]:
    """Return on what ground a release left regime and country, what restricts it, and who permitted it; if anything."""
    said = [
        (_("Ground of transfer"), ground_name(release.transfer)),
        (_("Legal ground"), release.legal_ground),
        (_("Restriction"), release.restriction),
        (_("Permitted by"), release.permission),
    ]
    return [(name, words) for name, words in said if words]


STEPS = (N_("Sent"), N_("Delivered"), N_("Arrived at the desk there"), N_("Opened there by a person"))


def progress_words(progress: Progress | None) -> object:
    """Return how far what was released to another node has come; "" for what stayed on this one."""
    if progress is None:
        return ""
    if progress.stopped:
        return Chip(Refusal(progress.stopped), "warning")
    reached = [(at, words) for at, words in zip(progress.steps, STEPS, strict=True) if at is not None]
    if not reached:
        return Chip(_("Waits to leave"), "neutral")
    at, words = reached[-1]
    return format_html("{} {}", _(words), When(at))


def ground_words(release: Release) -> str:
    """Return on what ground a release left regime and country, in one line for a table."""
    return "; ".join(filter(None, (known_transfers().cites(release.transfer), release.legal_ground)))


def ground_name(code: str) -> str:
    """Return what people read of a ground of transfer; "" for none, the code itself of one that is no longer known."""
    found = known_transfers().grounds.get(code)
    return found.said(get_language() or "en") if found else code
