"""Pages about entries: one of them, and what whoever keeps the list decides on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_entry, about_list, at_entry, crumbs, found_entry_or_404, own_entry_or_404
from vaern.node.lists.curation import actions, presenters_entries, queries
from vaern.node.lists.curation.forms import RecallForm
from vaern.node.lists.curation.forms_entry import AddEntryForm
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryEvent, EntryState, after
from vaern.node.lists.rules.lists import Holds
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_VIEW)
def entry(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Show one entry; the reason is that of its list."""
    found, viewer = found_entry_or_404(id, number), viewer_of(request)
    reason = reason_for(request, found.list)
    page = queries.entry_page(viewer, found, reason)
    context = {**presenters_entries.entry_context(viewer, page, reason), "crumbs": crumbs(found.list)}
    return render(request, "lists/entry.html", context)


@requires(Permission.HASHLIST_WORK)
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add one entry by hand."""
    found = own_or_404(HashList, id)
    return decide(
        request,
        **about_list(found),
        title=_("Add an entry to %(list)s") % {"list": found.title},
        submit=_("Add"),
        text=_(
            "It is matched on every machine within a second. Hashes of kinds that are not compared here, such as "
            "PhotoDNA, are kept and go out with the list."
        )
        if Holds(found.holds) is Holds.FILES
        else _("It is matched on every machine within a second."),
        check=lambda: check_by_hand(found),
        form=partial(AddEntryForm, holds=Holds(found.holds), scheme=found.scheme),
        do=lambda form: actions.add_entry(viewer_of(request), form.reason, found, form.entry),
        then=at_entry,
        done=_("The entry is on the list."),
    )


def _decision(
    request: HttpRequest,
    id: UUID,
    number: int,
    event: EntryEvent,
    do: Callable[..., object],
    *,
    done: str | Result,
    **decision: Any,
) -> HttpResponse:
    found = own_entry_or_404(id, number)
    return decide(
        request,
        **about_entry(found),
        check=lambda: after(EntryState(found.state), event),
        do=lambda form: do(viewer_of(request), form.reason, found),
        form=PlainReasonForm,
        done=done,
        **decision,
    )


@requires(Permission.HASHLIST_WORK)
def settle(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Settle a dispute: the entry stays."""
    return _decision(
        request,
        id,
        number,
        EntryEvent.SETTLE,
        actions.settle,
        title=_("It stays: settle the dispute"),
        submit=_("It stays"),
        text=_("The votes stay as they are. Say why it belongs on the list; that it does not is a recall."),
        done=_("The dispute is settled: the entry stays."),
    )


@requires(Permission.HASHLIST_WORK)
def quarantine(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Put an entry in quarantine."""
    return _decision(
        request,
        id,
        number,
        EntryEvent.QUARANTINE,
        actions.quarantine,
        title=_("Put this entry in quarantine"),
        submit=_("Put it in quarantine"),
        text=_("It is not matched until somebody lets it out or recalls it."),
        done=Result(
            _("It is in quarantine, and not matched any more, on every machine within a second."),
            Undo(reverse("lists:let-go", args=[id, number]), {"words": str(_("Put in quarantine by mistake"))}),
        ),
    )


@requires(Permission.HASHLIST_WORK)
def let_go(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Let an entry out of quarantine."""
    return _decision(
        request,
        id,
        number,
        EntryEvent.LET_GO,
        actions.let_go,
        title=_("Let this entry out of quarantine"),
        submit=_("Let it out"),
        text=_("It is matched again, on every machine within a second. Say what you found."),
        done=_("It is matched again."),
    )


@requires(Permission.HASHLIST_WORK)
def recall(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Recall an entry."""
    found = own_entry_or_404(id, number)
    return decide(
        request,
        **about_entry(found),
        title=_("Recall this entry"),
        submit=_("Recall"),
        danger=True,
        text=_(
            "It matches nothing any more, on every machine within a second. What rested on it is looked for: reports, "
            "notices, cases, what programs were told. Whoever is concerned reads it, and acknowledges."
        ),
        check=lambda: after(EntryState(found.state), EntryEvent.RECALL),
        form=RecallForm,
        do=lambda form: actions.recall(
            viewer_of(request), form.reason, found, RecallReason(form.cleaned_data["because"])
        ),
        then=lambda made: reverse("lists:recall", args=[made.pk]),
        done=_("It is recalled. This page says what rested on it, and who has acknowledged."),
    )


@requires(Permission.HASHLIST_WORK)
def reinstate(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take a recall back."""
    return _decision(
        request,
        id,
        number,
        EntryEvent.REINSTATE,
        actions.reinstate,
        title=_("Take the recall back"),
        submit=_("Take it back"),
        text=_("The entry is matched again. Say why it was right after all."),
        done=_("The recall is taken back: the entry is matched again."),
    )
