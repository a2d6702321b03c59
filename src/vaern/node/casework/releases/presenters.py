"""From releases and recalls to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.casework.releases.terms import known_transfers
from vaern.node.web.components import Definitions, Handling, When
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from vaern.node.casework.models import Release


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


def ground_words(release: Release) -> str:
    """Return on what ground a release left regime and country, in one line for a table."""
    return "; ".join(filter(None, (known_transfers().cites(release.transfer), release.legal_ground)))


def ground_name(code: str) -> str:
    """Return what people read of a ground of transfer; "" for none, the code itself of one that is no longer known."""
    found = known_transfers().grounds.get(code)
    return found.said(get_language() or "en") if found else code
