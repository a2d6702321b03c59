"""The pages by which a record goes to other organisations and is taken back.

    return choose(
        request, scan, **presenters.about(scan), title=_("Release …"), submit=_("Release"), text=_("…"),
        do=lambda form: actions.release(viewer_of(request), form.reason, scan, form.receivers, form.terms),
    )

What differs by kind, the view of its app says.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.releases import queries
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.casework.releases.preview import proof, show
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Empty
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Casework
    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.web.decisions import Said


def choose(
    request: HttpRequest,
    record: Casework,
    *,
    do: Callable[..., object],
    submit: object,
    crumbs: Sequence[tuple[object, str]],
    prospects: Sequence[Prospect] | None = None,
    form: Callable[..., ReleaseForm] = ReleaseForm,
    nobody: Callable[[], Empty] | None = None,
    **decision: Any,
) -> HttpResponse:
    """Ask to whom a record shall go, show who will receive it, and do it when exactly that was confirmed.

    Args:
        request: GET asks; POST shows who will receive, and with the proof that it was shown does it.
        record: of the viewer's own organisation.
        do: does it, given the form: `form.receivers`, `form.terms`, `form.reason`; and the version, as of `decide`.
        submit: the button that does it: Release, Forward.
        crumbs: text and address of each page above this one, the nearest last.
        prospects: to whom it could go; to every organisation that is open, if left out.
        form: what is asked.
        nobody: what the page says where nobody is left to choose.
        decision: the rest, as of `decide`.
    """
    if prospects is None:
        prospects = queries.recipients_preview(viewer_of(request), record)

    def confirmed(given: Any, *seen: Any) -> object:
        if request.POST.get("shown") != proof(record, given):
            return show(request, record, given, crumbs, submit)
        return do(given, *seen)

    if all(one.until for one in prospects):
        empty = nobody() if nobody else _nobody(all_have_it=bool(prospects))
        decision |= {"template": "casework/nobody.html", "more": {"empty": empty}}
    return decide(
        request,
        **decision,
        crumbs=crumbs,
        submit=_("Show the recipients"),
        form=partial(form, record=record, prospects=prospects),
        do=confirmed,
    )


def _nobody(*, all_have_it: bool) -> Empty:
    if all_have_it:
        return Empty(_("Everybody who could receive it has it"), _("Recall it from one of them to release it anew."))
    return Empty(_("Nobody can receive it"), _("No other organisation of this node works on records of this kind."))


def end_sight(
    request: HttpRequest,
    recipient: Organisation,
    *,
    do: Callable[[Reason], object],
    text: object = "",
    done: Said = "",
    **decision: Any,
) -> HttpResponse:
    """Ask for the reason for which the sight of one recipient ends, and end it.

    Args:
        request: as of `decide`.
        recipient: whose sight ends.
        do: ends it, given the reason.
        text: what follows from it, where that is more than of every recall.
        done: what is said after it, where that is more than of every recall.
        decision: the rest, as of `decide`.
    """
    return decide(
        request,
        **decision,
        title=_("Recall from %(name)s") % {"name": recipient.name},
        submit=_("Recall"),
        danger=True,
        text=text or _("Its sight ends at once. It has to acknowledge within 7 days that copies are destroyed."),
        form=PlainReasonForm,
        do=lambda form: do(form.reason),
        done=done
        or _("%(name)s no longer sees it, and has to acknowledge within 7 days that copies are destroyed.")
        % {"name": recipient.name},
    )
