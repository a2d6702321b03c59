"""Recalls that recipients did not acknowledge in time, of every kind of record, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from vaern.node.casework import kinds
from vaern.node.casework.releases import actions as releases
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from vaern.node.organisations.views import Request


@require_safe
@requires(Permission.ACCOUNT)
def overdue(request: Request) -> HttpResponse:
    """Show the recalls that recipients should have acknowledged by now, of the records that the viewer may open."""
    found = releases.read_overdue(request.viewer)
    subjects = [releases.subject_of(one) for one in found]
    called = kinds.called(subjects)
    rows = []
    for one, subject in zip(found, subjects, strict=True):
        there = one.record in called
        name = called[one.record] if there else kinds.gone(subject)
        rows.append((one, name, kinds.url_for(request.viewer, subject) if there else ""))
    return render(request, "casework/overdue.html", {"releases": rows})
