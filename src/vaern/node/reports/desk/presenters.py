"""Presentation of a report's page: from the sheet to its template context."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.arrivals import OF_THE_PUBLIC
from vaern.node.casework.matches import Further
from vaern.node.casework.standing import fell
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.addresses import defanged, normalised
from vaern.node.reports.base.faults import worded
from vaern.node.reports.base.known import NEAR, is_known, waits
from vaern.node.reports.base.labels import language_name
from vaern.node.reports.base.pages import possible
from vaern.node.reports.desk import labels
from vaern.node.reports.desk.forms import DeskForm
from vaern.node.reports.desk.listing import score_lines
from vaern.node.reports.desk.preferences import SETTINGS
from vaern.node.reports.rules.claims import Claim, claim_of
from vaern.node.reports.rules.states import OPEN, Event, State
from vaern.node.web.codenames import second_name
from vaern.node.web.components import Chip, Clock, Code, Definitions, Part, Score, When
from vaern.node.web.records import Head, Offer, Rank, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.arrivals import Account, File, IpEvent, Location
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.desk.sheet import ReportSheet, Thing
    from vaern.node.reports.models import Desk, Original, Report


MOST_OF_A_FILE = 50
"""How many addresses of one file a page shows."""

MOST_FAULTS = 50
"""How many faults of a document a page shows."""


def settings_facts(desk: Desk) -> Definitions:
    """Return the current settings of a desk, each under its form label."""
    form = DeskForm(desk=desk)
    return Definitions([(form.fields[name].label, _setting(form, name)) for name in SETTINGS])


def _setting(form: DeskForm, name: str) -> object:
    value, choices = form.initial[name], dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    return choices.get(value, value)


def sheet_context(viewer: Viewer, sheet: ReportSheet) -> dict[str, Any]:
    """Return the context of a report's page, without the parts of other rooms."""
    report, assesses = sheet.record, viewer.may(Permission.REPORT_ASSESS)
    claim = claim_for(viewer, report)
    return {
        **sheet.look.context(),
        "head": head(sheet, claim),
        "report": report,
        "sheet": sheet,
        "faults": [worded(kept) for kept in report.faults[:MOST_FAULTS]] if sheet.own else [],
        "facts": Definitions(list(_facts(sheet))),
        "priority": score(_("Rescue priority"), report.priority_lines),
        "completeness": score(_("Completeness"), report.completeness_lines),
        "assesses": assesses,
        "arrival": sheet.arrival,
        "said": Definitions(list(_said(sheet))) if sheet.arrival else None,
        "new": [thing(one, own=sheet.own) for one in sheet.new],
        "originals": [original(one) for one in sheet.originals],
        "shielded": sheet.shielded,
        "spared": [thing(one) for one in sheet.spared],
        "accounts": [account(one) for one in sheet.arrival.accounts] if sheet.arrival else [],
    }


def head(sheet: ReportSheet, claim: Claim) -> Head:
    """Return the head of a report's page."""
    report = sheet.record
    source = labels.DOCUMENTS[report.document] if sheet.own else report.organisation.name
    source = report.sender.name if sheet.own and report.sender else source
    title = " · ".join(str(part) for part in (labels.OFFENCES[report.offence], source, spoken(report.created_at)))
    chips = [Chip(_("Urgent"), "bad")] if report.urgent else []
    chips += [labels.state(report.state)] if sheet.own else []
    chips += [Chip(_("Synthetic"), "info")] if report.synthetic else []
    chips += labels.marks(sheet.arrival.annotations) if sheet.arrival else []
    due = Clock(report.still_due) if sheet.own and report.still_due else None
    owner = _owner(report, claim) if sheet.own and State(report.state) in OPEN else ""
    return Head(title, report.code, second_name(report.pk), chips, due, owner)


def _owner(report: Report, claim: Claim) -> str:
    """Return who works on a report, as the viewer sees it."""
    name = report.claimed_by.name if report.claimed_by else ""
    if claim is Claim.ANOTHERS:
        until = date_format(timezone.localtime(report.claimed_until), "TIME_FORMAT")
        return _("%(name)s works on it, until %(until)s at least.") % {"name": name, "until": until}
    return {
        Claim.MINE: _("You work on it; looking keeps your claim."),
        Claim.ENDED: _("The claim of %(name)s has ended.") % {"name": name},
        Claim.FREE: _("Nobody works on it."),
    }[claim]


def offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield what an assessor of the report's own desk can do with it as a whole."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.REPORT_ASSESS):
        return
    claim, address = claim_for(viewer, report), [report.pk]
    if possible(report, Event.CLAIM) and claim in {Claim.FREE, Claim.ENDED}:
        label = _("Take over") if claim is Claim.ENDED else _("Claim")
        assessed = State(report.state) is State.IN_ACTION
        yield Offer(label, reverse("reports:claim", args=address), Rank.WORK if assessed else Rank.NEXT, post=True)
    if claim is Claim.MINE:
        yield Offer(_("Give back"), reverse("reports:give-back", args=address), post=True)
    if possible(report, Event.MARK_DUPLICATE) and not report.urgent and claim is not Claim.ANOTHERS:
        yield Offer(_("Mark as a duplicate"), reverse("reports:duplicate", args=address))
    if possible(report, Event.SEPARATE):
        yield Offer(_("Separate"), reverse("reports:separate", args=address))


def claim_for(viewer: Viewer, report: Report) -> Claim:
    """Return how a report is claimed, as a viewer sees it."""
    person = viewer.person.id if viewer.person else None
    return claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())


def score(label: str, lines: Iterable[Mapping[str, Any]]) -> Score:
    """Return a score with all its lines, including those without points: what is missing explains as much."""
    parts = [
        Part(words, points, _("of %(most)s") % {"most": most})
        for words, points, most in score_lines(lines, all_of_them=True)
    ]
    return Score(parts, label=label)


def _facts(sheet: ReportSheet) -> Iterable[tuple[object, object]]:
    report = sheet.record
    yield _("What"), labels.OFFENCES[report.offence]
    yield _("Received"), When(report.created_at)
    if report.incident_at:
        yield _("Happened"), When(report.incident_at)
    yield from _own_facts(report) if sheet.own else [(_("Organisation"), report.organisation.name)]
    if report.preserved_until:
        yield _("Sender keeps data until"), When(report.preserved_until)
    if report.legal_ground:
        yield _("Legal ground"), Code(report.legal_ground)
    if sheet.own:
        yield _("Delete on"), date_format(report.review_date, "DATE_FORMAT")


def _own_facts(report: Report) -> Iterable[tuple[object, object]]:
    """Return the facts shown to the report's own desk only: who sent it, who works on it."""
    sender = report.sender.name if report.sender else _("The public") if report.document in OF_THE_PUBLIC else _("Own")
    yield _("Sender"), sender
    if report.sender_reference and report.document not in OF_THE_PUBLIC:  # of the form it is a keyed digest
        yield _("Sender's reference"), Code(report.sender_reference)
    if report.tip_number:
        yield _("CyberTip number"), Code(report.tip_number)
    yield _("Document"), labels.DOCUMENTS[report.document]
    if report.claimed_by and report.worker:
        yield _("Claimed by"), report.claimed_by.name
        yield _("Claim ends"), When(report.claimed_until)
    if report.touched_at:
        yield _("Last changed"), When(report.touched_at)


def _said(sheet: ReportSheet) -> Iterable[tuple[object, object]]:
    arrival = sheet.arrival
    assert arrival
    if arrival.danger_now is not None:
        yield (
            _("A child in danger now"),
            Chip(_("Yes"), "bad") if arrival.danger_now else Chip(_("No")),
        )
    if arrival.ongoing is not None:
        yield _("Goes on"), Chip(_("Yes"), "bad") if arrival.ongoing else Chip(_("No"))
    if arrival.about:
        yield _("About"), Chip(*labels.ABOUT[arrival.about])
    for label, text in (
        (_("Why"), arrival.danger_text),
        (_("In their words"), arrival.narrative),
        (_("Contact"), arrival.contact),
        (_("Language"), language_name(arrival.language)),
    ):
        if text:
            yield label, text
    for path, text in arrival.unknown[:50]:
        yield Code(path), text or _("(stands there without a text)")


def original(given: Original) -> dict[str, Any]:
    """Return the facts about a source document, without any of its content."""
    odd = [Chip(_("Part of a document of several reports"), "info")] if given.part else []
    if given.stripped:
        odd.append(Chip(_("Media was taken out at the door"), "warning"))
    by = ""
    if given.read_by is not None and given.read_by.organisation_id == given.organisation_id:
        by = _("read by the mapping %(name)s, version %(n)s") % {"name": given.read_by.name, "n": given.read_by.number}
    elif given.read_by is not None:  # theirs is named to nobody
        by = _("read by a mapping of the sender, version %(n)s") % {"n": given.read_by.number}
    return {
        "number": given.number,
        "type": given.content_type,
        "size": given.size,
        "at": given.at,
        "odd": odd,
        "by": by,
    }


def where(location: Location | None) -> str:
    """Return the location of an item, defanged: text and never a link."""
    if location is None:
        return ""
    service = " · ".join(part for part in (location.service, location.account) if part)
    return " – ".join(part for part in (defanged(location.url) if location.url else "", service) if part)


def thing(one: Thing, *, own: bool = True) -> dict[str, Any]:
    """Return the facts about one item; its lists and earlier sightings for its owner only."""
    item, content = one.item, one.content
    file = content.file if content else None
    location = (content.location if content else None) or (file.location if file else None)
    digests = [(kind, bytes(value).hex()) for kind in ("sha256", "sha1", "md5") if (value := getattr(item, kind))]
    return {
        "number": item.number,
        "where": where(location),
        "odd": labels.odd(normalised(location.url).flags) if location and location.url else [],
        "ip": location.ip if location else "",
        "seen_at": location.seen_at if location else None,
        "name": file.name if file else "",
        "is_file": bool(file or digests or item.mime or item.size),
        "mime": item.mime,
        "size": item.size,
        "digest": Code(digests[0][1], 8) if digests else "",
        "digest_kind": digests[0][0].upper().replace("SHA", "SHA-") if digests else "",
        **(of_file(file) if file else {}),
        "viewed": labels.VIEWED.get(item.viewed, item.viewed),
        "known": f"{item.known_list} {item.known_release}: {item.known_entry}" if own and item.known_list else "",
        "known_class": item.known_class if own else "",
        "known_checked_at": item.known_checked_at if own else None,
        "compared_at": item.compared_at if own else None,
        "unasked": [_unasked(one) for one in item.unasked] if own else [],
        "further": Further(one.further, item.known_more) if own and (one.further or item.known_more) else "",
        "near": own and waits(item),
        "is_known": own and is_known(item),
        "fallen": fell(item.known_fallen, item.known_fallen_at, item.why_fallen) if own else "",
        "wished": own and item.wished,
        "wished_near": item.wished_by in NEAR,
        "wished_bits": item.wished_bits,
        "another": own and item.same is False,
        "distance": item.known_distance,
        "seen_by": item.seen_by.upper() if own else "",
        "earlier": one.earlier,
    }


def _unasked(one: dict[str, str]) -> dict[str, Any]:
    """Return a list that was not asked: its name, and when it was last compared with its source and stopped."""
    return {"name": one["list"], **{name: datetime.fromisoformat(one[name]) for name in ("checked", "stopped")}}


def of_file(file: File) -> dict[str, Any]:
    """Return what the sender says of one file: its annotations, and from where this file came."""
    said: list[tuple[object, object]] = []
    if file.reference:
        said.append((_("File number of the sender"), Code(file.reference)))
    if file.classification:
        said.append((_("Class"), f"{file.classification} ({file.scheme})" if file.scheme else file.classification))
    if file.uploaded_at:
        said.append((_("Uploaded"), When(file.uploaded_at)))
    said += [(_("Device"), device) for device in file.devices]
    return {
        "annotations": labels.marks(file.annotations),
        "said": Definitions(said) if said else None,
        "events": [(event, hints(event)) for event in file.ip_events[:MOST_OF_A_FILE]],
        "more_events": max(0, len(file.ip_events) - MOST_OF_A_FILE),
        "details": Definitions([(one.name, one.value) for one in file.details]) if file.details else None,
    }


def account(given: Account) -> dict[str, Any]:
    """Return the facts about one account: identifiers as sent, and what its events lack."""
    identifiers = [
        (label, value)
        for label, values in (
            (_("Service"), [given.service]),
            (_("Identifier"), [given.identifier]),
            (_("Name"), [given.screen_name]),
            (_("Mail"), given.emails),
            (_("Telephone"), given.phones),
            (_("Device"), given.devices),
        )
        for value in values
        if value
    ]
    return {
        "role": labels.ROLES[given.role],
        "disabled": given.disabled,
        "identifiers": Definitions(identifiers),
        "events": [(event, hints(event)) for event in given.ip_events[:100]],
        "more": max(0, len(given.ip_events) - 100),
    }


def hints(event: IpEvent) -> list[Chip]:
    """Return what an address lacks before a provider can find its subscriber."""
    found = []
    if event.at is None:
        found.append(Chip(_("No time: finds nobody"), "warning"))
    if event.port is None:
        found.append(Chip(_("No port: many may share it"), "warning"))
    if event.proxy:
        found.append(Chip(_("Proxy"), "info"))
    return found or [Chip(_("Usable"), "good")]
