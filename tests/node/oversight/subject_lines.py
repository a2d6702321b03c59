"""A request of somebody without an account, for the walk of `tests/node/route_arguments.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_person, viewer_for

from vaern.node.oversight.subject_actions import open_subject
from vaern.node.oversight.subject_rules import Identity, Right

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation


def make(organisation: Organisation) -> dict[str, Any]:
    """Take a request in for an organisation."""
    viewer = viewer_for(make_person("oversight", organisation))
    made = open_subject(viewer, Right.ACCESS, Identity.DOCUMENT, "a@mail.example", timezone.localdate(), "file 3", "en")
    return {"subject_request": made.pk}
