"""One page for everything that is done to a case: it asks, does it, and keeps what was typed when it cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.work import labels
from vaern.node.cases.work.changing import CaseError, Changed
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.reasons import ReasonForm


def at(case: Case) -> str:
    """Return the address of a case's page."""
    return reverse("cases:case", args=[case.pk])


def version_of(request: HttpRequest, case: Case) -> int:
    """Return the version of the case that the form was filled in on; the present one where the form is shown anew.

    None, or what is no number, is no version that the case ever had: -1, so that nothing is saved over what stands
    there.
    """
    if request.method != "POST":
        return int(case.version)
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def ask(
    request: HttpRequest,
    case: Case,
    form: ReasonForm,
    do: Callable[[Viewer, Any], object],
    *,
    title: str,
    submit: str,
    text: str = "",
    danger: bool = False,
    to: str = "",
) -> HttpResponse:
    """Show a form, and do it when it was filled in. What cannot be done is said beside what was typed.

    A case that somebody else changed meanwhile is shown as it is now, and saved by the second try; one that was handed
    over or closed says so, and what was typed stays on the page.
    """
    version, now, status = version_of(request, case), None, 200
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except Changed as error:
            form.add_error(None, str(error))
            version, now, status = error.case.version, present(error.case), 409
        except (CaseError, ReleaseError) as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(to or at(case))
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": at(case),
        "case": case,
        "version": version,
        "now": now,
    }
    return render(request, "cases/work/form.html", context, status=status if status != 200 or not form.errors else 422)


def present(case: Case) -> Definitions:
    """Return the columns that people change, as they are now."""
    return Definitions(
        [
            (_("State"), labels.state(case.state)),
            (_("Journal number"), case.reference or "–"),
            (_("Lead"), case.lead.name if case.lead else _("Nobody yet")),
            (_("Urgent"), _("Yes") if case.urgent else _("No")),
        ]
    )
