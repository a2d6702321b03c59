"""From what the queries return to what the templates show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.base.sealing import unseal
from vaern.node.cases.base.subjects import about
from vaern.node.cases.evidence import queries
from vaern.node.cases.evidence.labels import EVENTS, HELD, KINDS, STAMPING
from vaern.node.cases.models.evidence import SEALED
from vaern.node.cases.rules import evidence as rules
from vaern.node.cases.rules.evidence import Event, Held, Kind, Stamping
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, Timeline, When
from vaern.node.web.components import Event as Happened
from vaern.node.web.records import Head, Offer, Rank, Tab
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.formats.custody import Link as ChainLink
    from vaern.formats.evidence_bag import Examined
    from vaern.node.cases.evidence.queries import Sheet
    from vaern.node.cases.models import Case, Evidence, EvidenceBag
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

NEXT = frozenset({Event.RECEIVED, Event.CHECKED, Event.CAME_BACK})
"""What a state asks for: to receive what came, to check the digest of what is held, to take back what went away."""

SHORT = 90
"""Characters of a description in a list."""


def at(evidence: Evidence) -> str:
    """Return the address of a piece of evidence."""
    return reverse("cases:evidence", args=[evidence.case_id, evidence.pk])


def about_evidence(evidence: Evidence) -> dict[str, Any]:
    """Return the arguments of `decide` that say which piece of evidence, of which case, it is about."""
    of_case, here = about(evidence.case), at(evidence)
    kind, held = KINDS[Kind(evidence.kind)], Chip(*HELD[Held(evidence.held)])
    facts = [
        (_("Case"), evidence.case.code),
        (_("Item of evidence"), str(evidence)),
        (_("Kind"), kind),
        (_("State"), held),
    ]
    return {"subject": Definitions(facts), "crumbs": [*of_case["crumbs"], (str(evidence), here)], "back": here}


def bag_at(bag: EvidenceBag) -> str:
    """Return the address of a bag."""
    return reverse("cases:bag", args=[bag.case_id, bag.pk])


def sheet_part(viewer: Viewer, case: Case, reason: Reason) -> SheetPart | None:
    """Return the part of a case's page that shows its register; what was exported is for those who may export."""
    if case.organisation_id != viewer.organisation.id:
        return None
    may_work, may_export = viewer.may(Permission.CASE_WORK), viewer.may(Permission.CASE_EXPORT)
    bags = queries.bags_of(case) if may_export else []
    table = _register_table(case)
    return SheetPart(
        _("Evidence register"),
        "cases/evidence/part.html",
        {
            "case": case,
            "table": table,
            "bags": _bags_table(bags) if bags else "",
            "may_work": may_work,
            "may_export": may_export,
        },
        count=len(table.rows),
    )


def _register_table(case: Case) -> Table:
    rows = queries.of_case(case)
    return Table(
        caption=_("Evidence register"),
        columns=[
            Column(_("Number")),
            Column(_("Kind")),
            Column(_("What it is")),
            Column(_("SHA-256")),
            Column(_("State")),
        ],
        rows=[
            Row(
                [
                    number(one, case),
                    KINDS[Kind(one.kind)],
                    _short(facts.description),
                    Code(facts.digests["sha256"][:16] + "…") if "sha256" in facts.digests else "–",
                    held(one),
                ],
                url=at(one),
            )
            for one, facts in rows
        ],
        empty=Empty(_("No evidence yet"), _("What was seized or received is registered here. It lies elsewhere.")),
        id="evidence",
    )


def number(one: Evidence, case: Case) -> str:
    """Return its number; of a case that was absorbed, with that case's code before it."""
    return str(one) if one.case_id == case.pk else f"{one.case.code} {one}"


def limits(case: Case, found: Iterable[tuple[Evidence, str]]) -> Any:
    """Return the limits of use that go along with a case that is handed over; None where there are none."""
    lines = format_html_join(
        "", "<li><strong>{}</strong>: {}</li>", ((number(one, case), linebreaksbr(said)) for one, said in found)
    )
    if not lines:
        return None
    return format_html(
        "<h2>{}</h2><p>{}</p><ul>{}</ul>",
        _("Limits of its use"),
        _("They go along, and hold for handing over too."),
        lines,
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def held(evidence: Evidence) -> Chip:
    """Return whether it is held, as a chip."""
    return Chip(*HELD[Held(evidence.held)])


def stamping(bag: EvidenceBag) -> Chip:
    """Return how far its time stamp is, as a chip."""
    return Chip(*STAMPING[Stamping(bag.stamping)])


def _bags_table(bags: list[EvidenceBag]) -> Table:
    return Table(
        caption=_("Exported bags"),
        columns=[Column(_("Bag")), Column(_("Made")), Column(_("To whom")), Column(_("Time stamp"))],
        rows=[
            Row(
                [str(bag.number), When(bag.made_at), unseal(bag.recipient_text, SEALED), stamping(bag)], url=bag_at(bag)
            )
            for bag in bags
        ],
        id="bags",
    )


def evidence_context(viewer: Viewer, sheet: Sheet) -> dict[str, Any]:
    """Return all that the page of a piece of evidence shows."""
    evidence = sheet.evidence
    return {
        "evidence": evidence,
        "case": evidence.case,
        "head": head(viewer, sheet),
        "tabs": [Tab.OVERVIEW, Tab.HISTORY],
        "facts": Definitions(_facts(sheet)),
        "description": sheet.facts.description,
        "use_limits": sheet.facts.use_limits,
        "differs": _differs(sheet),
        "breaks": [said_break(one) for one in sheet.breaks],
        "count": len(sheet.links),
        "history": Timeline([_event(link, sheet.names) for link in reversed(sheet.links)], _("Chain of custody")),
        "last_hash": Code(sheet.links[-1].hash) if sheet.links else "",
    }


def head(viewer: Viewer, sheet: Sheet) -> Head:
    """Return the head of a piece of evidence: what it is, and where it lies."""
    evidence, place = sheet.evidence, _last_place(sheet)
    what = _short(sheet.facts.description) or str(KINDS[Kind(evidence.kind)])
    chips = [held(evidence), *([Chip(_("Synthetic"), "info")] if evidence.case.synthetic else [])]
    at = _("at %(place)s") % {"place": place} if place else ""
    code = f"{evidence} · {evidence.case.code}"
    return Head(what, code, chips=chips, owner=at, offers=list(offers(viewer, sheet)))


def offers(viewer: Viewer, sheet: Sheet) -> Iterable[Offer]:
    """Yield what can happen to a piece of evidence; what came with a case is received, what went away comes back."""
    if not viewer.may(Permission.CASE_WORK):
        return
    evidence = sheet.evidence
    for event in rules.allowed(Held(evidence.held)):
        if event is Event.CHECKED and not sheet.facts.digests:
            step = (EVENTS[Event.CORRECTED][1], _way(evidence, Event.CORRECTED))
            yield Offer(EVENTS[event][1], _way(evidence, event), obstacle=_("No digest is registered."), step=step)
            continue
        ends = event is Event.DESTROYED
        rank = Rank.NEXT if event in NEXT else Rank.ENDING if ends else Rank.WORK
        yield Offer(EVENTS[event][1], _way(evidence, event), rank, "danger" if ends else "")


def _differs(sheet: Sheet) -> bool:
    """Whether the last check of its digest came to another value."""
    checks = [link.event.get("said", {}).get("same") for link in sheet.links if link.event.get("kind") == Event.CHECKED]
    return checks[-1:] == [False]


def said_break(one: Any) -> str:
    """Return what is wrong with a chain, with the number of the event; the reason stays as the format says it."""
    return _("Event %(number)s %(reason)s") % {"number": one.number, "reason": one.reason} if one.number else one.reason


def _way(evidence: Evidence, event: Event) -> str:
    names = {Event.CHECKED: "check-evidence", Event.CORRECTED: "correct-evidence"}
    if event in names:
        return reverse(f"cases:{names[event]}", args=[evidence.case_id, evidence.pk])
    return reverse("cases:evidence-event", args=[evidence.case_id, evidence.pk, event.value])


def _facts(sheet: Sheet) -> list[tuple[object, object]]:
    facts = sheet.facts
    seized = When(datetime.fromisoformat(facts.seized_at)) if facts.seized_at else ""
    found: list[tuple[object, object]] = [
        (_("Case"), Link(sheet.evidence.case.code, reverse("cases:case", args=[sheet.evidence.case_id]))),
        (_("Kind"), KINDS[Kind(sheet.evidence.kind)]),
        (_("Seized or received"), seized),
        (_("From where"), facts.source),
        (_("Legal basis"), facts.legal_basis),
        (_("How it came to be"), facts.origin),
        (_("Where it lies"), _last_place(sheet)),
    ]
    digests = [(name.upper(), Code(value)) for name, value in sorted(facts.digests.items())]
    return [(label, value) for label, value in found if value] + digests


def _last_place(sheet: Sheet) -> str:
    places = [link.event.get("said", {}).get("place", "") for link in sheet.links]
    return next((str(place) for place in reversed(places) if place), sheet.facts.place)


def _event(link: ChainLink, names: Mapping[str, str]) -> Happened:
    event = {**link.event, **link.event.get("columns", {})}  # of an event that no longer opens there is nothing else
    said = event.get("said", {})
    words = [str(EVENTS[Event(event["kind"])][0])]
    if "same" in said:
        words.append(_("the same as registered") if said["same"] else _("NOT the same as registered"))
    if said.get("giver"):
        words.append(_("from %(giver)s to %(taker)s") % said)
    elif said.get("taker"):
        words.append(_("to %s") % said["taker"])
    words += [_("now at %s") % said["place"]] if said.get("place") else []
    words += [_("condition: %s") % said["condition"]] if said.get("condition") else []
    words += [_("seal %s") % said["seal"]] if said.get("seal") else []
    if said.get("happened_at"):
        happened_at = timezone.localtime(datetime.fromisoformat(said["happened_at"]))
        words.append(_("happened %s") % date_format(happened_at, "SHORT_DATETIME_FORMAT"))
    if before := said.get("before"):
        given = {"events": before["events"], "hash": before["hash"][:16]}
        words.append(_("goes on from the sender's chain, whose event %(events)s has the hash %(hash)s…") % given)
    by = names.get(event.get("by", "")) or event.get("by") or "–"  # an id that no column has: something was changed
    return Happened(
        datetime.fromisoformat(event["at"]),
        "; ".join(words),
        who=f"{event['number']}. {by}",
        note=_("Why: %(words)s") % {"words": said["why"]} if said.get("why") else "",
        tone="bad" if said.get("same") is False else "info",
    )


def bag_context(bag: EvidenceBag) -> dict[str, Any]:
    """Return all that the page of a bag shows."""
    state = Stamping(bag.stamping)
    return {
        "bag": bag,
        "case": bag.case,
        "stamping": stamping(bag),
        "state": state.value,
        "facts": Definitions(
            [
                (_("To whom"), unseal(bag.recipient_text, SEALED)),
                (_("Made"), When(bag.made_at)),
                (_("By"), bag.made_by or _("Came with the case")),
                (_("SHA-256 of the tag manifest"), Code(bytes(bag.tag_digest).hex())),
                (_("Time stamp"), When(bag.stamped_at) if bag.stamped_at else "–"),
            ]
        ),
    }


def examined_context(found: Examined) -> dict[str, Any]:
    """Return what the page says of a bag from outside. Remarks stay as the format says them: they name files."""
    report = found.report
    titles = {"valid": (_("The bag is valid"), "good"), "incomplete": (_("The bag is not complete"), "warning")}
    title, tone = titles.get(found.state, (_("The bag is not valid"), "bad"))
    facts: list[tuple[object, object]] = [
        (_("BagIt version"), report.version),
        (_("Digests"), ", ".join(report.algorithms).upper() or "–"),
        (_("Files"), f"{report.files} ({report.octets} B)"),
        (_("Time stamp"), _stamp(found)),
    ]
    if found.evidence:
        facts[3:3] = [
            (_("Case"), found.case),
            (_("Pieces of evidence"), found.evidence),
            (_("Events of custody"), found.events),
        ]
    return {
        "title": title,
        "tone": tone,
        "facts": Definitions(facts),
        "breaks": found.breaks,
        "remarks": [(str(one), one.kind) for one in report.remarks[:200]],
        "more": max(0, len(report.remarks) - 200),
    }


def _stamp(found: Examined) -> Any:
    if found.stamp:
        at = date_format(found.stamp.at, "DATETIME_FORMAT")
        return Chip(_("%(at)s UTC, by %(authority)s") % {"at": at, "authority": found.stamp.authority}, "good")
    if found.is_refused:
        return Chip(_("Does not hold: %s") % found.stamp_said, "bad")
    return found.stamp_said
