"""From what the queries return to what the templates show: tables, chips, charts, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vaern.node.casework.matches import Further, by_frame
from vaern.node.casework.recalls import presenters as recalls
from vaern.node.casework.standing import fell
from vaern.node.casework.workstations.labels import in_words
from vaern.node.organisations.rules import Permission
from vaern.node.scans import labels, queries, rules
from vaern.node.scans.known import counted_as
from vaern.node.scans.rules import COUNTED, FALLEN, Event, State
from vaern.node.scans.traits import traits_of
from vaern.node.web.charts import Bars
from vaern.node.web.components import Chip, Code, Definitions, Empty, When
from vaern.node.web.day import Day
from vaern.node.web.records import Head, Offer, Rank, Tab
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
    from vaern.node.scans.queries import ScanPage, ScanSheet, Search
    from vaern.node.web.paging import Page


def possible(scan: Scan, event: Event) -> bool:
    """Whether the scan's state allows something."""
    return (State(scan.state), event) in rules.TRANSITIONS


def about(scan: Scan) -> dict[str, Any]:
    """Return what `decide` says of the scan that it is about: as the list tells it, and no finding."""
    facts = [(_("Reference"), scan.reference), (_("State"), labels.state(scan)), (_("Received"), When(scan.created_at))]
    here = reverse("scans:scan", args=[scan.pk])
    return {
        "subject": Definitions(facts),
        "crumbs": [(_("Scans"), reverse("scans:scans")), (scan.reference, here)],
        "back": here,
    }


def scans_table(viewer: Viewer, page: Page[Scan], search: Search) -> Table:
    """Return the list of scans."""
    return Table(
        caption=_("Scans"),
        columns=[
            Column(_("Reference"), sort="reference"),
            Column(_("State"), sort="state"),
            Column(_("Organisation"), sort="organisation"),
            Column(_("Known"), sort="known", numeric=True),
            Column(_("Near"), sort="near", numeric=True),
            Column(_("Findings"), sort="total", numeric=True),
            Column(_("Received"), sort="created"),
            Column(_("Delete on"), sort="review"),
        ],
        rows=[
            Row(
                [
                    scan.reference,
                    labels.outcome(scan) if scan.outcome else labels.state(scan),
                    scan.organisation.name if scan.organisation_id != viewer.organisation.id else _("Own"),
                    scan.known,
                    scan.near,
                    scan.total,
                    When(scan.created_at),
                    Day(scan.review_date),
                ],
                url=reverse("scans:scan", args=[scan.pk]),
            )
            for scan in page.rows
        ],
        filters=[
            Filter(
                "state",
                _("State"),
                [(state.value, label) for state, (label, _tone) in labels.STATES.items()],
                search.state,
            ),
            Filter("whose", _("Whose"), [("own", _("Own")), ("released", _("Released to us"))], search.whose),
        ],
        search=search.text,
        search_label=_("Reference"),
        page=page,
        empty=Empty(
            _("No scans"),
            _("Scans that your organisation brings in, or that others release to it, are listed here."),
            reverse("scans:bring-in") if viewer.may(Permission.SCAN_ADD) else "",
            _("Bring in a scan"),
        ),
        id="scans",
    )


def offers(viewer: Viewer, scan: Scan) -> Iterable[Offer]:
    """Yield what the viewer can do to a scan: a decision once all is there, then what follows from it."""
    own, address = scan.organisation_id == viewer.organisation.id, [scan.pk]
    adds = own and viewer.may(Permission.SCAN_ADD)
    if adds and possible(scan, Event.FINISH):
        yield Offer(_("All findings are there"), reverse("scans:finish", args=address), Rank.NEXT)
    if adds and possible(scan, Event.REVIEW):
        yield Offer(_("Decide"), reverse("scans:review", args=address), Rank.NEXT)
    if own and viewer.may(Permission.SCAN_RELEASE) and possible(scan, Event.RELEASE):
        yield Offer(_("Release"), reverse("scans:release", args=address))
    if viewer.may(Permission.SCAN_EXPORT) and possible(scan, Event.EXPORT):
        yield Offer(_("Export"), reverse("scans:export", args=address))
        yield Offer(_("VICS for a workstation"), reverse("scans:workstation", args=address), in_place=False)
    if adds and possible(scan, Event.GRADE):
        yield Offer(_("Graded VICS back"), reverse("scans:graded", args=address), in_place=False)
    if adds and possible(scan, Event.REOPEN):
        yield Offer(_("Open the decision again"), reverse("scans:reopen", args=address))
    if adds:
        yield Offer(_("Keep longer"), reverse("scans:prolong", args=address))
    if own and viewer.may(Permission.SCAN_ERASE) and possible(scan, Event.ERASE):
        yield Offer(_("Erase"), reverse("scans:erase", args=address), Rank.ENDING, "danger")


def head(scan: Scan) -> Head:
    """Return the head of a scan's page: its reference, and what was found."""
    chips = [labels.state(scan)]
    chips += [labels.outcome(scan)] if scan.outcome else []
    chips += [Chip(_("Synthetic"), "info")] if scan.synthetic else []
    return Head(f"{scan.reference} · {_found(scan)}", chips=chips)


def _found(scan: Scan) -> str:
    """Return what a scan found, as one says it: what is known first, and nothing of which there is none."""
    counts = [(labels.VERDICTS[code][0], getattr(scan, COUNTED[code])) for code in ("known", "near", FALLEN, "new")]
    said = ", ".join(f"{str(label).lower()} {_grouped(count)}" for label, count in counts if count)
    total = ngettext("%(total)s finding", "%(total)s findings", scan.total) % {"total": _grouped(scan.total)}
    return f"{total}: {said}" if said else total


def _grouped(count: int) -> str:
    return number_format(count, force_grouping=True)


def page_context(viewer: Viewer, page: ScanPage) -> dict[str, Any]:
    """Return all that the page of a scan shows."""
    sheet, scan = page.sheet, page.sheet.record
    may_recall = sheet.own and viewer.may(Permission.SCAN_RELEASE) and possible(scan, Event.RELEASE)
    turned = bool(page.verdict or page.findings.previous)
    return {
        **sheet.look.context(),
        "scan": scan,
        "head": head(scan),
        "tabs": [Tab.OVERVIEW, Tab.CONTENT, *([Tab.WORK] if sheet.own else []), Tab.HISTORY],
        "first_tab": Tab.CONTENT if turned else Tab.OVERVIEW,
        "facts": Definitions(list(_facts(scan))),
        "chart": Bars(
            _("Findings by verdict"),
            [(str(label), getattr(scan, COUNTED[code])) for code, (label, _tone) in labels.VERDICTS.items()],
            _("Findings"),
        ),
        "lists": lists_table(sheet),
        "near": page.near,
        "graded": graded_table(page),
        "findings": findings_table(scan, page, own=sheet.own),
        "releases": recalls.releases_table(scan, sheet.releases, "scans:recall" if may_recall else "")
        if sheet.own
        else None,
    }


def _facts(scan: Scan) -> Iterable[tuple[object, object]]:
    yield _("Organisation"), scan.organisation.name
    yield _("Received"), When(scan.created_at)
    if scan.started_at:
        yield _("Scanned"), When(scan.started_at)
    yield _("Delete on"), date_format(scan.review_date, "DATE_FORMAT")
    if scan.run:
        yield _("Run"), Code(scan.run)
    if scan.engine:
        yield _("Engine"), f"vaern {scan.engine}"


def lists_table(sheet: ScanSheet) -> Table:
    """Return the list packages that were matched against."""
    return Table(
        caption=_("Lists"),
        columns=[
            Column(_("List")),
            Column(pgettext("of a list", "Release")),
            Column(_("Last compared with its source")),
            Column(_("Purpose")),
            Column(_("Entries"), numeric=True),
        ],
        rows=[Row([used.name, *_states(used), used.purpose, used.entries]) for used in sheet.lists],
        empty=Empty(_("No list is named"), _("The scan was brought in without its run.json.")),
        id="lists",
    )


def _states(used: ListUse) -> tuple[str, object]:
    """Return in which releases a list was used, and when it was compared with its source: the longest ago of them."""
    releases = f"{used.release} – {used.last_release}" if used.last_release else used.release
    return releases, When(used.checked_at) if used.checked_at else "–"


def said_table(viewer: Viewer, scan: Scan) -> Table:
    """Return what the lists say of what is known, and what waits for one look: to read where one decides."""
    waits = len(queries.near(scan))
    rows = [Row([name, release, value or "–", count]) for name, release, value, count in queries.said(viewer, scan)]
    if scan.fallen:
        told = _("Fallen: the entry is recalled, disputed or in quarantine. Counts as new")
        rows.append(Row([told, "", "", scan.fallen]))
    return Table(
        caption=_("What the lists say of what is known"),
        columns=[
            Column(_("List")),
            Column(pgettext("of a list", "Release")),
            Column(_("Class")),
            Column(_("Findings"), numeric=True),
        ],
        rows=[*rows, *([Row([_("Near, and nobody has looked yet: counts as new"), "", "", waits])] if waits else [])],
        empty=Empty(_("No finding is known"), _("No list has any of them.")),
        id="said",
    )


def _graded(finding: Finding, *, own: bool) -> object:
    """Return what was said of a file at a workstation; to the scan's owner all of it."""
    if not own or not finding.graded_said:
        return finding.graded
    return format_html('{}<br><span class="quiet">{}</span>', finding.graded, in_words(finding.graded_said))


def findings_table(scan: Scan, shown: ScanPage, *, own: bool = False) -> Table:
    """Return a page of findings; a number leads the examiner to the file, which is named nowhere here."""
    page, verdict = shown.findings, shown.verdict
    return Table(
        caption=_("Findings"),
        columns=[
            Column(_("Line"), numeric=True),
            Column(_("Verdict")),
            Column(_("Type")),
            Column(_("Bytes"), numeric=True),
            Column("SHA-256"),
            Column(_("Signals"), numeric=True),
            Column(_("Nearest entry")),
            Column(_("Distance"), numeric=True),
            Column(_("Lists as of")),
            Column(_("Graded")),
            Column(_("Device, place, time")),
        ],
        rows=[
            Row(
                [
                    finding.number,
                    labels.verdict(counted_as(finding)),
                    finding.mime,
                    finding.size,
                    Code(bytes(finding.sha256).hex(), 8) if finding.sha256 else "",
                    signal_count(finding),
                    met(finding, shown.further.get(finding.pk, ())),
                    finding.distance if finding.distance is not None else "",
                    When(finding.checked_at) if finding.checked_at else "",
                    _graded(finding, own=own),
                    device_and_place(finding),
                ]
            )
            for finding in page.rows
        ],
        filters=[
            Filter(
                "verdict", _("Verdict"), [(code, label) for code, (label, _tone) in labels.VERDICTS.items()], verdict
            )
        ],
        page=page,
        total=scan.total if not verdict else getattr(scan, COUNTED[verdict]),
        empty=Empty(_("No findings"), _("There are none of this kind.")),
        id="findings",
    )


def met(finding: Finding, further: Sequence[FindingMatch]) -> object:
    """Return the nearest entry of a list, and the other matches folded beneath it."""
    chip = fell(finding.fallen, finding.fallen_at, finding.why_fallen)
    if not further and not finding.more:
        return format_html("{} {}", nearest(finding), chip) if chip else nearest(finding)
    return format_html("{} {} {}", nearest(finding), chip, Further(further, finding.more))


def nearest(finding: Finding) -> str:
    """Return the nearest entry of a list, what that list says of it, and what a person said of a near one."""
    if not finding.matched_kind:
        return ""
    found = f"{finding.list} {finding.release}: {finding.entry}"
    said = {True: _("the same, a person says"), False: _("another, a person says"), None: ""}[finding.same]
    frame = by_frame(finding.frame_of, finding.seconds)
    return "; ".join(part for part in (found, frame, finding.class_given, said) if part)


def graded_table(page: ScanPage) -> Table | None:
    """Return how many findings have which grade of a workstation; None where nobody graded."""
    if not page.grades:
        return None
    return Table(
        caption=_("Graded at a workstation"),
        columns=[Column(_("Class")), Column(_("Findings"), numeric=True)],
        rows=[Row([category, count]) for category, count in page.grades],
        id="graded",
        fixed=True,
    )


def device_and_place(finding: Finding) -> str:
    """Return what the file says of its camera, its lens, the place (degrees north and east) and the time."""
    found = traits_of(finding)
    make = "" if found.model.lower().startswith(found.make.lower()) else found.make
    camera = " ".join(part for part in (make, found.model, found.serial) if part)
    lens = " ".join(part for part in (found.lens, found.lens_serial) if part)
    place = f"{found.place[0]:.4f}° {found.place[1]:.4f}°" if found.place else ""
    taken = found.taken.isoformat(" ", "seconds") if found.taken else found.taken_local.replace("T", " ")
    return "; ".join(part for part in (camera, lens, place, taken) if part)


def signal_count(finding: Finding) -> int:
    """Return how many signals a finding has."""
    return len(finding.perceptual) + sum(d is not None for d in (finding.md5, finding.sha1, finding.sha256))
