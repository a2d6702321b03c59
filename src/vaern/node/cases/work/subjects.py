"""What a page that asks before it acts says of the case that it acts on: its code, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.web.components import Definitions, Link, When

if TYPE_CHECKING:
    from vaern.node.cases.models import Case


def about(case: Case) -> dict[str, Any]:
    """Return `subject` and `crumbs` of `web/confirm.html` for a case that the viewer may see."""
    here = reverse("cases:case", args=[case.pk])
    return {
        "subject": Definitions([(_("Case"), Link(case.code, here)), (_("Opened"), When(case.created_at))]),
        "crumbs": [(_("Cases"), reverse("cases:cases")), (case.code, here)],
    }
