"""Pages of intakes: send a file, see how far it is and what is wrong, decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.intake import actions, presenters, queries
from vaern.node.lists.intake.forms import LARGEST_FILE, SendListForm
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.intake import Change, IntakeEvent, IntakeState, after
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lists import one_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.lists.models import ListIntake


@takes_up_to(LARGEST_FILE)
@requires(Permission.HASHLIST_WORK)
def send(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send a file for a list; it is read by the node while the page says how far that is."""
    viewer, hash_list = viewer_of(request), own_or_404(HashList, id)

    def do(form: Any) -> ListIntake:
        given = form.cleaned_data
        content = given["file"].read()
        intake = actions.begin(
            viewer,
            form.reason,
            hash_list,
            len(content),
            whole=given["whole"] == "whole",
            format=given["format"],
            columns=given["columns"],
        )
        actions.add_piece(intake, content, 0)
        return intake

    return decide(
        request,
        **about_list(hash_list),
        title=_("Send a file for %(list)s") % {"list": hash_list.title},
        submit=_("Send"),
        text=_("The file is read and compared with the list. Nothing of the list changes before you decide on it."),
        check=lambda: check_by_hand(hash_list),
        form=SendListForm,
        do=do,
        then=presenters.at,
        done=_("The file is here and is being read. This page says how far it is."),
    )


def _found_or_404(id: UUID, intake: UUID) -> ListIntake:
    return or_404(queries.find(own_or_404(HashList, id), intake))


@requires(Permission.HASHLIST_WORK)
def intake(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Show an intake: how far it is, every fault with its place, and what it would change."""
    found = _found_or_404(id, intake)
    reason = reason_for(request, found.list)
    page = queries.opened(viewer_of(request), found, reason, one_of(request.GET, "change", Change), request.GET)
    return render(request, "lists/intake.html", presenters.page_context(page))


@requires(Permission.HASHLIST_WORK)
def progress(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Return how far an intake is, which its page polls."""
    return HttpResponse(str(presenters.progress(_found_or_404(id, intake))))


@requires(Permission.HASHLIST_WORK)
def faults_file(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Send all that could not be used of a file, with its places, as CSV."""
    viewer, found = viewer_of(request), _found_or_404(id, intake)

    def do(form: Any) -> FileResponse:
        sent = queries.take_out_faults(viewer, found, form.reason)
        name = f"vaern-{found.list.name}-faults.csv"
        response = FileResponse(sent, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
        response["Cache-Control"] = "no-store"
        return response

    return decide(
        request,
        **_about(found),
        title=_("Download every fault"),
        submit=_("Download"),
        text=_(
            "The file names the line or record of each fault, and says what is wrong there; where it would be larger "
            "than 256 MiB, its last line says how many it leaves out. It may quote the list: delete it when you are "
            "done."
        ),
        check=lambda: queries.all_faults_of(found),
        form=PlainReasonForm,
        do=do,
        done=None,
    )


@requires(Permission.HASHLIST_WORK)
def take(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Decide that an intake becomes the list."""
    viewer, found = viewer_of(request), _found_or_404(id, intake)
    return decide(
        request,
        **_about(found),
        title=_("Take this file into the list"),
        submit=_("Take it in"),
        text=_(
            "What is added is matched, and what is withdrawn is not, on every machine within seconds. What rested on "
            "withdrawn entries is looked for, and whom it concerns is told."
        ),
        check=lambda: after(IntakeState(found.state), IntakeEvent.TAKE),
        form=PlainReasonForm,
        do=lambda form: actions.take(viewer, form.reason, found),
        done=presenters.taken,
    )


@requires(Permission.HASHLIST_RELEASE)
def confirm(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Agree, as a second person, that an intake takes many entries away."""
    viewer, found = viewer_of(request), _found_or_404(id, intake)
    return decide(
        request,
        **_about(found),
        title=_("Agree that this file takes entries away"),
        submit=_("Agree"),
        danger=True,
        text=_(
            "It takes away more than one person may decide on this list. Has its source said that it does, and why? "
            "Ask it by a way that you know, and not by one that came with the file."
        ),
        check=lambda: after(IntakeState(found.state), IntakeEvent.CONFIRM),
        shown=lambda: presenters.samples_table(found, queries.samples(found)),
        form=PlainReasonForm,
        do=lambda form: actions.confirm(viewer, form.reason, found),
        done=_("You agreed. The list is being changed; this page says when it is done."),
    )


@requires(Permission.HASHLIST_WORK)
def reject(request: HttpRequest, id: UUID, intake: UUID) -> HttpResponse:
    """Decide that an intake does not become the list."""
    viewer, found = viewer_of(request), _found_or_404(id, intake)
    return decide(
        request,
        **_about(found),
        title=_("Reject this file"),
        submit=_("Reject"),
        text=_("What was read of it is erased. The list stays as it is."),
        check=lambda: after(IntakeState(found.state), IntakeEvent.REJECT),
        form=PlainReasonForm,
        do=lambda form: actions.reject(viewer, form.reason, found),
        done=_("The file is rejected and erased. The list is as it was."),
    )


def _about(found: ListIntake) -> dict[str, Any]:
    about, here = about_list(found.list), presenters.at(found)
    crumbs = [*about["crumbs"], (_("Intake"), here)]
    return {**about, "subject": presenters.subject(found), "crumbs": crumbs, "back": here}
