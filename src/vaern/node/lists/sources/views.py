"""Pages of the source of a list: set it, try it, fetch now, end it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base.pages import about_list, at_list
from vaern.node.lists.models import HashList
from vaern.node.lists.sources import actions, queries
from vaern.node.lists.sources.forms import SourceForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import at_once, decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

QUALITY = Reason(Why.LIST_QUALITY)
"""Why somebody who keeps a list presses one of its buttons."""


@requires(Permission.HASHLIST_WORK, step_up=True)
def set_source(request: HttpRequest, id: UUID) -> HttpResponse:
    """Set from where a list is fetched."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return decide(
        request,
        **about_list(found),
        title=_("Fetch %(list)s from a source") % {"list": found.title},
        submit=_("Set the source"),
        text=_(
            "The node asks the source for what changed, compares it with the list, and tells you, or takes it where "
            "you say so here. Another source or account is fetched from its beginning: what it lacks is withdrawn."
        ),
        form=partial(SourceForm, source=queries.source_of(found)),
        do=lambda form: actions.set_source(viewer, form.reason, found, form.setting),
        done=_("The source is set, and fetched within five minutes. Try it now to see whether it answers."),
    )


@requires(Permission.HASHLIST_WORK)
def drop_source(request: HttpRequest, id: UUID) -> HttpResponse:
    """End that a list is fetched."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return decide(
        request,
        **about_list(found),
        title=_("Fetch this list no longer"),
        submit=_("End it"),
        text=_(
            "The entries stay as they are, and go on growing old: people are warned of them, and the list stops, on "
            "the days on which it would have. The key is erased."
        ),
        form=PlainReasonForm,
        do=lambda form: actions.drop(viewer, form.reason, found),
        done=_("The list is not fetched any more, and the key is erased. Its entries stay."),
    )


@requires(Permission.HASHLIST_WORK)
def keep_by_hand(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that a list that was fetched is kept by people, and has no age any more."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return decide(
        request,
        **about_list(found),
        title=_("Keep this list by hand"),
        submit=_("Keep it by hand"),
        text=_(
            "It has no age from now on: nobody is warned of it, and it does not stop. Do so where you keep up to date "
            "by other means what was fetched: what its source withdraws matches until somebody here recalls it."
        ),
        form=PlainReasonForm,
        do=lambda form: actions.keep_by_hand(viewer, form.reason, found),
        done=_("The list is kept by hand. Verdicts do not say any more how old it is."),
    )


@require_POST
@requires(Permission.HASHLIST_WORK)
def try_source(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask a source for one page."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return at_once(
        request,
        lambda: actions.try_out(viewer, QUALITY, found),
        at_list(found),
        done=lambda full: (
            _("The source answers, and has entries for you. Nothing of them was kept.")
            if full
            else _("The source answers, and nothing has changed since it was fetched.")
        ),
    )


@require_POST
@requires(Permission.HASHLIST_WORK)
def fetch_now(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fetch a list now."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return at_once(
        request,
        lambda: actions.fetch_now(viewer, QUALITY, found),
        at_list(found),
        done=_("The list is being fetched. This page says what came of it."),
    )
