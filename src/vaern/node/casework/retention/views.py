"""The two pages on which a person decides on the end of a record: keep it longer, and erase it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.retention.actions import erase, prolong
from vaern.node.casework.retention.forms import KeepForm
from vaern.node.casework.retention.kinds import kind_of
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.rules import Permission

    View = Callable[[HttpRequest, UUID], HttpResponse]
    About = Callable[[Any], Mapping[str, Any]]


def keep_view(permission: Permission, model: type[Casework], about: About, *, title: object, text: object) -> View:
    """Make the page on which a person decides that a record of one kind is still needed.

    Args:
        permission: who may.
        model: of the kind of record.
        about: what `decide` shows of it: subject, crumbs, back.
        title: what is decided.
        text: what to know before.
    """

    def keep(request: HttpRequest, id: UUID) -> HttpResponse:
        found = own_or_404(model, id)
        return decide(
            request,
            **about(found),
            title=title,
            submit=_("Keep until that day"),
            text=text,
            form=KeepForm,
            do=lambda form: prolong(viewer_of(request), form.reason, found, form.cleaned_data["until"]),
            done=partial(_kept, request.path, found.review_date),
        )

    return requires(permission)(keep)


def _kept(url: str, before: date, made: Any) -> Result:
    """Return what came of keeping a record until another day; undone by the day before, while that lies ahead."""
    said = _("It is kept until %(day)s, and erased then unless somebody decides again.")
    undo = Undo(url, {"until": before.isoformat()}) if before > timezone.localdate() else None
    return Result(said % {"day": date_format(made.review_date)}, undo)


def erase_view(
    permission: Permission, model: type[Casework], about: About, *, title: object, text: object, then: str
) -> View:
    """Make the page on which a person decides to erase a record of one kind.

    Args:
        permission: who may.
        model: of the kind of record.
        about: what `decide` shows of it: subject, crumbs, back.
        title: what is decided.
        text: what follows from it.
        then: route of the page that follows.
    """

    def end(request: HttpRequest, id: UUID) -> HttpResponse:
        found = own_or_404(model, id)
        viewer = viewer_of(request)
        return decide(
            request,
            **about(found),
            title=title,
            submit=_("Erase"),
            danger=True,
            text=text,
            check=lambda: kind_of(found).may_erase(found, viewer.actor),
            form=PlainReasonForm,
            do=lambda form: erase(viewer, form.reason, found),
            done=_(
                "It is erased, and cannot be brought back. The ledger keeps that it was there; recipients acknowledge."
            ),
            then=reverse(then),
        )

    return requires(permission)(end)
