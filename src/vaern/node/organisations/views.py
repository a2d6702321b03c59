"""What the app's views share, and the page that says who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vaern.node.organisations import labels, rules
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


class Request(HttpRequest):
    """A request as `middleware.Access` hands it on to a view that is not public."""

    viewer: Viewer


@requires(Permission.ACCOUNT)
@require_safe
def permissions(request: Request) -> HttpResponse:
    """Show the table that enforcement reads."""
    rows = [
        {
            "role": labels.ROLES[role],
            "text": labels.ROLE_TEXTS[role],
            "kinds": [labels.KINDS[kind] for kind in OrganisationKind if kind in rules.ROLES[role].kinds],
            "second_factor": rules.sees_casework(frozenset({role})),
        }
        for role in Role
    ]
    matrix = [
        {
            "label": labels.PERMISSIONS[permission],
            "step_up": permission in rules.STEP_UP,
            "cells": [_cell(role, permission) for role in Role],
        }
        for permission in Permission
    ]
    return render(request, "organisations/permissions.html", {"rows": rows, "matrix": matrix})


def _cell(role: Role, permission: Permission) -> object:
    grant = rules.grant(role, permission)
    return Chip(labels.GRANTS[grant][0], labels.GRANTS[grant][1]) if grant else ""
