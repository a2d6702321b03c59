"""The lines of `tests/node/route_arguments.py` for public releases, and the release that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_person
from tests.node.route_arguments import PUBLIC, P, Route, Sees

from vaern.node.alliance.models import PublicRelease, ReceivedRelease, ReleasePreview
from vaern.node.alliance.rules.figures import Published, stored
from vaern.node.organisations.rules import ROLES, OrganisationKind

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_LATEST = {"release": "latest"}


def _with(**more: Any) -> dict[str, Any]:
    return {"arguments": lambda _side: {**_LATEST, **more}}


LINES = {
    "alliance:public-progress": Route(PUBLIC),
    "alliance:released": Route(PUBLIC, **_with()),
    "alliance:released-indicator": Route(PUBLIC, **_with(code="removal_72h"), empty=True),
    "alliance:released-file": Route(PUBLIC, **_with(name="figures.csv"), empty=True),
    "alliance:releases": Route(P.ALLIANCE_VIEW),
    "alliance:received-release": Route(
        P.ALLIANCE_VIEW, Sees.EVERYBODY, lambda side: {"id": side.more["received_release"]}
    ),
    "alliance:release-previews": Route(P.ALLIANCE_MANAGE),
    **{
        f"alliance:{name}": Route(
            P.ALLIANCE_MANAGE, Sees.EVERYBODY, lambda side: {"id": side.more["release_preview"]}, step_up=step_up
        )
        for name, step_up in (
            ("release-preview", False),
            ("release-preview-progress", False),
            ("release-figures", True),
        )
    },
    "alliance:release-correction": Route(
        P.ALLIANCE_MANAGE, Sees.EVERYBODY, lambda side: {"number": side.more["public_release_number"]}
    ),
}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make a release that tells nothing, straight into the table."""
    role = next(role for role, rule in ROLES.items() if OrganisationKind(organisation.kind) in rule.kinds)
    content = Published("2026-1", "2012", 2025, 2025, "years", 0, True, (), (), (), ())
    made = PublicRelease.objects.create(
        number=PublicRelease.objects.count() + 1,
        released_by=make_person(role, organisation),
        content=stored(content),
        basis={"first": "2025-01-01", "rows": [""], "numbers": {}},
    )
    preview = ReleasePreview.objects.create(
        asked_by=made.released_by,
        first=2025,
        last=2025,
        depth="years",
        ready_at=timezone.now(),
        digest="0" * 64,
        content=stored(content),
        basis=made.basis,
    )
    received = ReceivedRelease.objects.create(
        secretariat=organisation, number=made.number, released_at=timezone.now(), document="{}", digest="0" * 64
    )
    return {"public_release_number": made.number, "release_preview": preview.pk, "received_release": received.pk}
