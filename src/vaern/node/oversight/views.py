"""The pages of the ledger: for oversight the whole or their organisation's part, for everybody their own entries."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.ledger.bundles import bundle
from vaern.node.ledger.proofs import NoProof
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import actions, acts, queries, unusual, unusual_lines, unusual_rules, witness_tables
from vaern.node.oversight.charts import verb_charts
from vaern.node.oversight.forms import FilterForm, SearchForm
from vaern.node.oversight.labels import VERBS
from vaern.node.oversight.names import Names, kind_label
from vaern.node.oversight.rules import Filters
from vaern.node.oversight.sentences import lines
from vaern.node.oversight.sight import Sight
from vaern.node.oversight.tables import entry_table, events, reason, sentence, verb_chip
from vaern.node.web.components import Chip, Definitions, Empty, When
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


def filters_of(request: HttpRequest) -> Filters:
    """Return the filters in the address; what is none is an address that does not exist."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    return form.filters


@requires(Permission.LEDGER_OVERSEE)
def ledger(request: HttpRequest) -> HttpResponse:
    """Who read what, why: the entries, newest first. A search by POST becomes an address that names nobody."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    form = SearchForm(sight, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(f"{reverse('oversight:ledger')}?{urlencode(form.parameters())}")
    filters = filters_of(request)
    page = sight.page(filters)
    actions.looked(
        viewer,
        acts.LEDGER_CONSULTED,
        actions.of_own(viewer),
        count=len(page.rows),
        details=urlencode(filters.parameters()),
    )
    table = entry_table(
        sight,
        page,
        _("Entries of the ledger"),
        filters.parameters(),
        Empty(_("No entries"), _("Nothing in your sight fits."), reverse("oversight:ledger"), _("Show all")),
    )
    context = {"form": form, "table": table, "filters": filters, "whole_node": sight.whole_node}
    return render(request, "oversight/ledger.html", {**context, "narrowed": bool(filters.parameters())})


@requires(Permission.LEDGER_OWN)
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry, with its place in the tree and how to check it oneself."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    found = or_404(sight.entry(number))
    actions.looked(
        viewer,
        acts.ENTRY_CONSULTED,
        Subject(found.kind, found.subject, found.owner),
        count=1,
        reason=actions.OVERSIGHT if sight.oversees else actions.OWN,
        details=str(number),
    )
    (line,) = lines(sight, [found])
    context = {
        "entry": found,
        "line": line,
        "sentence": sentence(line),
        "chip": verb_chip(line),
        "reason": reason(line),
        "position": queries.position_of(number),
        "health": queries.health(),
        "oversees": sight.oversees,
        **queries.ledger_key(),
    }
    return render(request, "oversight/entry.html", context)


@requires(Permission.LEDGER_OWN)
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """The proof bundle of one entry, as a file that `tools/check_proof.py` checks."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    found = or_404(sight.entry(number))
    try:
        text = json.dumps(bundle(number), indent=2)
    except NoProof as none:
        raise Http404 from none
    subject = Subject(found.kind, found.subject, found.owner)
    reason = actions.OVERSIGHT if sight.oversees else actions.OWN
    actions.looked(viewer, acts.ENTRY_CONSULTED, subject, count=1, reason=reason, details=f"proof {number}")
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{number}.json"'
    return response


@requires(Permission.LEDGER_OVERSEE)
def record(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Everything that ever happened to one record, newest first."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    filters = filters_of(request)
    page = sight.page(Filters(kind=kind, subject=id, after=filters.after, before=filters.before))
    if not page.rows:
        raise Http404
    owner = page.rows[0].owner
    actions.looked(viewer, acts.RECORD_CONSULTED, Subject(kind, id, owner), count=len(page.rows))
    names = Names(sight, page.rows[:1])
    context = {
        "title": names.subject(page.rows[0]).text,
        "kind": kind_label(kind),
        "id": id,
        "owner": names.organisation(owner).text if owner else "",
        "events": events(sight, page.rows),
        "page": page,
    }
    return render(request, "oversight/record.html", context)


@requires(Permission.LEDGER_OWN)
def person(request: HttpRequest, id: UUID) -> HttpResponse:
    """What one person did, with their counts: for that person and for oversight, and for nobody else."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    found = or_404(queries.person_in_sight(sight, id))
    if found.id == sight.person:
        return HttpResponseRedirect(reverse("oversight:own"))
    filters = filters_of(request)
    page = sight.page(Filters(person=id, after=filters.after, before=filters.before))
    actions.looked(viewer, acts.PERSON_CONSULTED, found.subject, count=len(page.rows))
    name = found.name or _("a person whose data was erased (id %s)") % str(id)[:8]
    context = {
        "person": found,
        "name": name,
        "counts": [(VERBS[verb], count) for verb, count in queries.counts_of(sight, id).items()],
        "table": entry_table(sight, page, _("What %s did") % name, {}, Empty(_("Nothing yet"))),
    }
    return render(request, "oversight/person.html", context)


@requires(Permission.LEDGER_OWN)
def own(request: HttpRequest) -> HttpResponse:
    """My own activity, and my own counts."""
    viewer = viewer_of(request)
    whole = Sight.of(viewer)
    if whole.person is None:
        raise Http404
    filters = filters_of(request)
    page = whole.own().page(Filters(verb=filters.verb, after=filters.after, before=filters.before))
    actions.looked(viewer, acts.OWN_CONSULTED, viewer.person.subject, count=len(page.rows), reason=actions.OWN)  # type: ignore[union-attr]
    context = {
        "counts": [(VERBS[verb], count) for verb, count in queries.counts_of(whole, whole.person).items()],
        "table": entry_table(whole.own(), page, _("My activity"), {}, Empty(_("Nothing yet"))),
    }
    return render(request, "oversight/own.html", context)


@requires(Permission.LEDGER_OVERSEE)
def sessions(request: HttpRequest) -> HttpResponse:
    """Administrators' sessions: those now open first, and what was done in each."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    found = queries.sessions(sight)
    actions.looked(viewer, acts.SESSIONS_CONSULTED, actions.of_own(viewer, "admin_session"), count=len(found))
    now, address = timezone.now(), reverse("oversight:ledger")
    rows = [
        Row(
            [
                When(session.opened_at),
                Chip(_("Open"), "warning") if queries.is_open(session, now) else Chip(_("Ended")),
                session.person.name or _("a person whose data was erased"),
                session.organisation.name,
                session.reason,
                When(session.closed_at or session.until),
            ],
            url=f"{address}?session={session.id}",
            tone="warning" if queries.is_open(session, now) else "",
        )
        for session in sorted(found, key=lambda session: not queries.is_open(session, now))
    ]
    labels = (_("Opened"), _("State"), _("Administrator"), _("Organisation"), _("Reason"), _("Ends or ended"))
    text = _("An administrator sees casework only in a session with a reason, and each stands here at once.")
    table = Table(
        _("Administrators’ sessions"), [Column(label) for label in labels], rows, empty=Empty(_("No sessions"), text)
    )
    return list_page(
        request,
        title=_("Administrators’ sessions"),
        lead=_("Each row leads to what was done in the session."),
        table=table,
        extra={"open": queries.sessions(sight, open_only=True)},
        template="oversight/sessions.html",
    )


@requires(Permission.LEDGER_OVERSEE)
def health(request: HttpRequest) -> HttpResponse:
    """How the ledger stands, and who witnesses it: numbers only, so nothing is recorded."""
    context = {"health": queries.health(), **queries.ledger_key(), **witness_tables.standing()}
    return render(request, "oversight/health.html", context)


@requires(Permission.LEDGER_OVERSEE)
def what_is_unusual(request: HttpRequest) -> HttpResponse:
    """Show what is unusual for whoever did it, with the way to the entries. It names people, so it is recorded."""
    viewer = viewer_of(request)
    sight, today = Sight.of(viewer), timezone.localdate()
    first = unusual.first_day(today)
    found, weeks = unusual.findings(sight, today), unusual.weeks(sight, today)
    actions.looked(viewer, acts.UNUSUAL_CONSULTED, actions.of_own(viewer), count=len(found))
    days = queries.daily_counts(sight, today)
    since = timezone.make_aware(datetime.combine(first, time.min))
    sessions = queries.sessions(sight)
    context = {
        "findings": unusual_lines.findings_table(sight, found),
        "more": max(len(found) - unusual_lines.SHOWN, 0),
        "weeks": unusual_lines.weeks_table(weeks, first, today),
        "chosen": unusual_lines.chosen_share(weeks),
        "sessions": sum(session.opened_at >= since for session in sessions),
        "sessions_open": sum(queries.is_open(session, timezone.now()) for session in sessions),
        "health": queries.health(),
        "charts": [
            (chart, unusual_lines.verb_address(verb, days[0][0], today)) for verb, chart in verb_charts(days).items()
        ],
        "rules": Definitions(unusual_lines.rules_explained()),
        "version": unusual_rules.VERSION,
        "whole_node": sight.whole_node,
    }
    return render(request, "oversight/unusual.html", context)
