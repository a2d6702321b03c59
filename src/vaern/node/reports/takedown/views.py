"""Pages of one location: its facts, and the acts on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.sheets import record_page
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import (
    actions,
    citations,
    corrections,
    holds,
    hosts,
    notices,
    presenters,
    queries,
    results,
    tracers,
)
from vaern.node.reports.takedown.addresses import host_of
from vaern.node.reports.takedown.forms import CheckForm, FollowForm, HoldForm, NotifyForm, PlainForm, TraceForm
from vaern.node.reports.takedown.labels import LEVELS
from vaern.node.reports.takedown.presenters_location import location_context
from vaern.node.reports.takedown.tracers import Traced
from vaern.node.web.decisions import decide, refuse
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo, tell

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.reports.models import Location, Notice


def found_or_404(request: HttpRequest, id: UUID, location: UUID) -> Location:
    """Return a location of the viewer's own organisation.

    Raises:
        Http404: there is none, or the viewer may not know of it; both look alike.
    """
    return or_404(queries.find(viewer_of(request), id, location))


@requires(Permission.REPORT_TAKEDOWN)
def location(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Show one location; asks for the reason of its report once in a session."""
    found, show = found_or_404(request, id, location), location_context
    return record_page(request, found, "reports/takedown/location.html", of=found.report, read=queries.sheet, show=show)


@requires(Permission.REPORT_TAKEDOWN)
def trace(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Trace a location; `?look-up` asks the look-up, if the operator configured one."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    initial: dict[str, Any] = {"host": found.host_id, "owner": found.owner_id, "registrar": found.registrar_id}
    if request.method == "POST" and "look-up" in request.POST:
        initial |= _looked_up(request, found)
    typed = None if "look-up" in request.POST else request.POST or None
    form = TraceForm(typed, hosts=hosts.offered(), initial=initial)

    def page(_said: str, status: int) -> HttpResponse:
        context = {
            "form": form,
            "location": found,
            "back": presenters.at(found),
            "place": presenters.place(viewer, found),
            "look_up": bool(settings.CONFIGURATION.tracer),
        }
        return render(request, "reports/takedown/trace.html", context, status=status)

    if not form.is_bound or not form.is_valid():
        return page("", 422 if form.errors else 200)
    given = form.cleaned_data
    traced = Traced(given["ip"], given["network"], given["country"], evidence=given["evidence"])
    chosen = {kind: given[kind] for kind in ("host", "owner", "registrar")}
    try:
        made = actions.trace(viewer, form.reason, found, traced, **chosen)
    except Refusal as refusal:
        return refuse(refusal, form, page)
    tell(request, results.traced(made))
    return HttpResponseRedirect(presenters.at(found))


def _looked_up(request: HttpRequest, location: Location) -> dict[str, Any]:
    """Ask the look-up, outside a transaction, and return what the form begins with: a person reads it first."""
    try:
        traced = tracers.trace(host_of(location.item))
    except tracers.TraceFailed:
        messages.warning(request, _("The look-up did not answer. Type in what you found yourself."))
        return {}
    known = hosts.called(traced.host)
    if traced.host and known is None:
        words = _("The look-up names %(host)s (%(abuse)s), which is not in the list of hosts yet.")
        messages.info(request, words % {"host": traced.host, "abuse": traced.abuse or "–"})
    filled = {key: value for key, value in asdict(traced).items() if key in {"ip", "network", "country", "evidence"}}
    return {**filled, **({"host": known.pk} if known else {})}


@requires(Permission.REPORT_TAKEDOWN)
def police(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Store that the police was told. No undo: it is known outside, and figures and disclosures count from it."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Are the police informed?"),
        submit=_("Police informed"),
        text=_("Say so once they know of this location. The host is notified after that, or at the same time."),
        form=PlainForm,
        do=lambda form: actions.tell_police(viewer, form.reason, found),
        done=Result(
            _("It is noted that the police are informed. The host can be notified now."),
            then=Button(_("Notify the host"), reverse("reports:notify", args=[id, location])),
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def notify(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Send the notice."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    host = next(iter(notices.contacts(found).values()), None)
    text = _("A mail goes out at once: what is illegal, where and why, and the way to the host portal.")
    if host:
        to = _("To %(name)s, %(mail)s.") % {"name": host.name, "mail": host.abuse}
        text = f"{to} {text} {citations.announced(host)}"
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Notify the host"),
        submit=_("Send the notice"),
        text=text,
        form=NotifyForm,
        do=lambda form: notices.notify(viewer, form.reason, found, named=form.cleaned_data["named"]),
        done=_notified,
    )


def _notified(notice: Notice) -> str:
    words = _("The notice went to %(host)s (%(mail)s). The node reminds by itself; check whether it is gone.")
    return words % {"host": notice.host.name, "mail": notice.host.abuse}


@requires(Permission.REPORT_TAKEDOWN)
def remind(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Send a reminder of the last notice."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Remind the host"),
        submit=_("Send a reminder"),
        text=_("The last notice is sent again."),
        form=PlainForm,
        do=lambda form: notices.remind(viewer, form.reason, found),
        done=lambda notice: (
            _("A reminder went to %(host)s (%(mail)s).") % {"host": notice.host.name, "mail": notice.host.abuse}
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def escalate(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Escalate to the next level."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Escalate"),
        submit=_("Escalate"),
        text=_("Owner of the site, registrar, in the end the police channel: the next who can be reached is notified."),
        form=PlainForm,
        do=lambda form: notices.escalate(viewer, form.reason, found),
        done=lambda found: _("It is with the next level now: %(level)s.") % {"level": LEVELS[Level(found.level)]},
    )


@requires(Permission.REPORT_HOLD)
def hold(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Start or extend a police hold."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)

    def do(form: Any) -> object:
        return holds.hold(viewer, form.reason, found, form.cleaned_data["until"], form.cleaned_data["why_wait"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Hold the notice for the police"),
        submit=_("Hold"),
        text=_("A child is harmed while it stays up. The hold ends by itself, is counted, and can be ended earlier."),
        form=HoldForm,
        do=do,
        done=Result(
            _("The notice waits for the police. The hold ends by itself."),
            Undo(reverse("reports:end-hold", args=[id, location])),
        ),
    )


@requires(Permission.REPORT_HOLD)
def end_hold(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Release a hold before it expires."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("End the police hold"),
        submit=_("End the hold"),
        text=_("The host can be notified after that."),
        form=PlainForm,
        do=lambda form: holds.release(viewer, form.reason, found),
        done=_("The hold has ended. The host can be notified now."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def check(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Store the result of a check."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)

    def do(form: Any) -> object:
        return actions.check(viewer, form.reason, found, form.cleaned_data["there"], form.cleaned_data["at"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Re-check"),
        submit=_("Save"),
        text=_("The node never looks itself. Three misses, at least three minutes apart, mean offline."),
        form=CheckForm,
        do=do,
        done=results.checked,
    )


@requires(Permission.REPORT_TAKEDOWN)
def follow(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Follow the material to its new address."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Follow it to its new place"),
        submit=_("Begin there"),
        text=_("The new address becomes a location of this report. The old one stays until it was missed."),
        form=FollowForm,
        do=lambda form: actions.follow(viewer, form.reason, found, form.cleaned_data["url"]),
        done=results.followed,
    )


@requires(Permission.REPORT_TAKEDOWN)
def stop(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Give up the takedown."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Stop pursuing the takedown"),
        submit=_("Stop pursuing"),
        danger=True,
        text=_("Say in words why. If it is reported again, or somebody finds it there, the takedown begins anew."),
        form=PlainForm,
        do=lambda form: actions.stop(viewer, form.reason, found),
        done=_("The takedown is no longer pursued. It begins anew if somebody finds it there."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def correct(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Correct the notices to hosts."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)
    names = ", ".join(f"{one.host.name} ({one.host.abuse})" for one in corrections.fallen(found))
    text = _(
        "A mail goes out at once, in the language of each: the notice no longer stands. It says nothing of the "
        "content. The takedown is no longer pursued; if somebody finds it there, it begins anew."
    )
    if names:
        text = _("To %(names)s.") % {"names": names} + " " + text
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Take the notice back"),
        submit=_("Send the correction"),
        text=text,
        form=PlainForm,
        do=lambda form: corrections.correct(viewer, form.reason, found),
        done=results.corrected,
    )
