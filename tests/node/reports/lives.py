"""The world in which reports live, for `test_lives`: people of two desks, a platform, a stranger, a host, a reporter.

What holds at every step is looked at from outside: a log in the database itself of each change of a state, a digest of
every table, and each query of each room asked by the stranger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.base.scope import Visible, viewing
from vaern.node.casework import sheets
from vaern.node.casework.recalls import queries as recalls
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base import known
from vaern.node.reports.desk import queries as desk_queries
from vaern.node.reports.exposure import queries as exposure_queries
from vaern.node.reports.forwarding import queries as forwarding_queries
from vaern.node.reports.forwarding import sent
from vaern.node.reports.models import Assessment, Forward, Hold, Item, LegalGround, LegalReview, Location, Report
from vaern.node.reports.public import queries as public_queries
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.locations import LOCATION_TRANSITIONS
from vaern.node.reports.rules.states import OPEN, TRANSITIONS, State, Who
from vaern.node.reports.takedown import queries as takedown_queries
from vaern.node.reports.triage import queries
from vaern.node.web.items import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from vaern.node.base.transitions import Step
    from vaern.node.organisations.viewers import Viewer

TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("reports").get_models()
    if model.__name__ not in {"Desk", "Scheme", "LegalGround"}
)
"""Whose change is a write: a desk makes itself with its defaults, and schemes and grounds are data of the program."""

LOG = """
CREATE TEMP TABLE IF NOT EXISTS states_log (id bigserial, kind text, was text, becomes text);
CREATE OR REPLACE FUNCTION pg_temp.log_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO states_log (kind, was, becomes) VALUES (TG_ARGV[0], '', NEW.state);
    ELSIF OLD.state IS DISTINCT FROM NEW.state THEN
        INSERT INTO states_log (kind, was, becomes) VALUES (TG_ARGV[0], OLD.state, NEW.state);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER log_report AFTER INSERT OR UPDATE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION pg_temp.log_state('report');
CREATE OR REPLACE TRIGGER log_location AFTER INSERT OR UPDATE ON reports_location
    FOR EACH ROW EXECUTE FUNCTION pg_temp.log_state('location');
"""


def _at_birth(before: State, step: Step) -> bool:
    return before is State.ARRIVED and step.is_for(Who.NODE)


MOVES = {
    "report": {(before.value, step.after.value) for (before, _event), step in TRANSITIONS.items()}
    | {("", "arrived")}
    | {("", step.after.value) for (before, _event), step in TRANSITIONS.items() if _at_birth(before, step)},
    "location": {(before.value, step.after.value) for (before, _event), step in LOCATION_TRANSITIONS.items()}
    | {("", "untraced")},
}
"""From where to where a state may change in one step; from nothing to what the node may make of a report at birth."""


def people() -> dict[str, Viewer]:
    """Make the people of the world."""
    hotline, police = make_organisation(OrganisationKind.HOTLINE), make_organisation(OrganisationKind.POLICE)
    platform, stranger = make_organisation(OrganisationKind.PLATFORM), make_organisation(OrganisationKind.HOTLINE)
    return {
        "ada": viewer_for(make_person(Role.ANALYST, hotline)),
        "bo": viewer_for(make_person(Role.ANALYST, hotline)),
        "cem": viewer_for(make_person(Role.ANALYST, hotline)),
        "dag": viewer_for(make_person(Role.INVESTIGATOR, police)),
        "eva": viewer_for(make_person(Role.IDENTIFIER, police)),
        "fay": viewer_for(make_person(Role.INVESTIGATOR, police)),
        "platform": viewer_for(make_person(Role.MODERATOR, platform)),
        "stranger": viewer_for(make_person(Role.ANALYST, stranger)),
    }


ACTED = {
    "report": "SELECT 'assessed', id::text, 0 FROM reports_assessment",
    "forward": "SELECT 'forwarded', id::text, 0 FROM reports_forward",
    "notify": "SELECT 'notified', id::text, reminded FROM reports_notice",
    "hold": "SELECT 'held', id::text, extract(epoch FROM ends_at - started_at)::bigint FROM reports_hold",
    "block": "SELECT 'blocked', id::text, 0 FROM reports_block",
}
"""What there is in the tables of each act that rests on a ground; a reminder and a longer hold are acts too."""


def acted_without_ground() -> set[tuple[str, str, int]]:
    """Return the acts of which no ground is in force now, and no person let such an act go on."""
    today = timezone.localdate()
    lapsed = set(ACTED) - {one.action for one in LegalGround.objects.all() if assessments.holds(one, today)}
    lapsed -= set(LegalReview.everywhere.filter(cleared=True).values_list("action", flat=True))
    found: set[tuple[str, str, int]] = set()
    with connection.cursor() as cursor:
        for action in sorted(lapsed):
            cursor.execute(ACTED[action])
            found |= set(cursor.fetchall())
    return found


def waiting_for_police() -> dict[Any, tuple[tuple[Any, ...], ...]]:
    """Return what was told of each location that a hold binds, here or at a desk that its report came by: the oracle.

    Reports are one where one was forwarded as the other; a hold binds every desk of such a whole, wherever it has the
    place.
    """
    whole: dict[UUID, UUID] = {}

    def root(of: UUID) -> UUID:
        while whole.get(of, of) != of:
            of = whole[of]
        return of

    for forward in Forward.everywhere.filter(report__isnull=False, arrived__isnull=False):
        whole[root(forward.report_id)] = root(forward.arrived_id)
    owners = dict(Report.everywhere.values_list("pk", "organisation_id"))
    bound: set[tuple[UUID, bytes]] = set()
    for hold in Hold.everywhere.filter(ended_at=None, ends_at__gt=timezone.now()).select_related("location__item"):
        of = root(hold.location.report_id)
        bound |= {(owners[one], bytes(hold.location.item.url_key)) for one in owners if root(one) == of}
    return {
        location.pk: tuple(sorted(location.notices(manager="everywhere").values_list("pk", "reminded", "corrected_at")))
        for location in Location.everywhere.select_related("item")
        if (location.organisation_id, bytes(location.item.url_key or b"")) in bound
    }


def start_log() -> None:
    """Let the database note each change of a state from now on."""
    with connection.cursor() as cursor:
        cursor.execute(LOG)


def wrong_moves() -> list[tuple[str, str, str]]:
    """Return the changes of a state that stand in no table of the rules."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind, was, becomes FROM states_log")
        return [row for row in cursor.fetchall() if row[1:] not in MOVES[row[0]]]


@dataclass(frozen=True)
class Concluded:
    """What was concluded of a report: where it is, the views that stand, and the places whose takedown was begun."""

    state: str
    actionable: bool | None
    views: frozenset[int]
    places: frozenset[UUID]


def concluded(report: Report) -> Concluded:
    """Return what was concluded of a report, as it is in the database; nothing of one that is erased."""
    now = Report.everywhere.filter(pk=report.pk).first()
    if now is None:
        return Concluded("", None, frozenset(), frozenset())
    views = Assessment.everywhere.filter(report=now, undone_at=None).values_list("pk", flat=True)
    places = Location.everywhere.filter(report=now).values_list("pk", flat=True)
    return Concluded(now.state, now.actionable, frozenset(views), frozenset(places))


def wrong_conclusions() -> list[str]:
    """Return the reports whose conclusion is not the one that their state and the views that stand say."""
    wrong = []
    final = set(Assessment.everywhere.filter(final=True, undone_at=None).values_list("report", flat=True))
    for report in Report.everywhere.all():
        state = State(report.state)
        if state is State.IN_ACTION and not (report.actionable and report.pk in final):
            wrong.append(f"{report} is in action, and nobody concluded that")
        if state in assessments.PLACES and report.actionable is not None:
            wrong.append(f"{report} waits for a view, and something is concluded of it")
    return wrong


def wrongly_spared() -> list[str]:
    """Return the reports that count an item as known or seen that is only alike, and of which nobody said the same."""
    items: dict[UUID, list[Item]] = {}
    for item in Item.everywhere.all():
        items.setdefault(item.report_id, []).append(item)
    wrong = []
    for report in Report.everywhere.all():
        own = items.get(report.pk, [])
        alike = [one for one in own if one.known_kind in known.NEAR or one.seen_by in known.NEAR]
        if (report.items_known, report.items_seen) != (sum(map(known.is_known, own)), sum(map(known.is_seen, own))):
            wrong.append(f"{report} miscounts what nobody has to look at")
        if any(one.same is not None and (one not in alike or one.same_by_id is None) for one in own):
            wrong.append(f"somebody said the same of an item of {report} that is near to nothing")
    return wrong


def digests() -> dict[str, str]:
    """Return a digest of each table of reports."""
    parts = [
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
        for table in TABLES
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def reads(report: Report | None) -> dict[str, Callable[[Viewer], Any]]:
    """Return the queries of every room, as somebody asks them who knows the id of a report of another's."""
    found: dict[str, Callable[[Viewer], Any]] = {
        "work list": lambda v: desk_queries.worklist(v, desk_queries.Search(), {}).page.rows,
        "urgent": desk_queries.urgent_and_free,
        "senders": desk_queries.senders,
        "dialogues": lambda v: public_queries.waiting(v, {}).rows,
        "still up": lambda v: takedown_queries.still_up(v, "", {}).rows,
        "blocks": lambda v: takedown_queries.blocks(v, {}).rows,
        "next": exposure_queries.next_for,
        "forwarded": lambda v: forwarding_queries.forwarded(v, {}).rows,
        "to return": lambda v: forwarding_queries.to_return(v, {}).rows,
        "recalls": recalls.read_recalls,
        "sent": lambda v: sent.sent(v, {})[0],
        "saved": lambda v: _count(queries.looking_saved(v)),
        "waiting, takedown": lambda v: _count(takedown_queries.waiting(v)),
        "waiting, desk": lambda v: _count(desk_queries.waiting(v)),
        "waiting, forwarding": lambda v: _count(forwarding_queries.waiting(v)),
    }
    if report is not None:
        found |= {
            "find": lambda _v: sheets.find(Report, report.pk),
            "find own": lambda _v: sheets.find_own(Report, report.pk),
            "find sent": lambda v: sent.sent_report(v, report.pk),
            "came by": lambda v: forwarding_queries.arrived_by(v, report),
            "went to": lambda v: forwarding_queries.forwards_of(v, report),
        }
    return found


def _count(found: Any) -> list[Any]:
    """What of a record of numbers and of rows is not zero, empty or absent."""
    if isinstance(found, Rows):
        return list(found.first) or [found.count] * bool(found.count)
    values = (found if isinstance(found, dict) else vars(found)).values()
    return [value for value in values if (_count(value) if isinstance(value, dict | Rows) else value)]


def shown_to_stranger(stranger: Viewer, report: Report | None) -> dict[str, Any]:
    """Return all that somebody gets to see who should see nothing, by the name of the query or table."""
    found: dict[str, Any] = {}
    with viewing(stranger.organisation.id):
        for name, read in reads(report).items():
            if seen := read(stranger):
                found[name] = seen
        for model in apps.get_app_config("reports").get_models():
            manager = getattr(model, "objects", None)
            if isinstance(manager, Visible) and model.__name__ not in {"Desk", "Preference"} and manager.exists():
                found[model.__name__] = manager.count()
    return found


def lost(arrived: set[UUID], viewers: list[Viewer]) -> list[str]:
    """Return what became of a report that nobody would ever see again, for each that is lost."""
    from vaern.node.ledger.models import Entry

    listed = set()
    for viewer in viewers:
        with viewing(viewer.organisation.id):
            page = desk_queries.worklist(viewer, desk_queries.Search(), {}, size=500).page
            listed |= {report.pk for report in page.rows}
    there = {report.pk: report for report in Report.everywhere.filter(pk__in=arrived)}
    gone = arrived - there.keys()
    erased = set(
        Entry.objects.filter(subject__in=gone, kind="report", verb="erasure").values_list("subject", flat=True)
    )
    wrong = [f"{pk} is gone without an entry" for pk in gone - erased]
    for report in there.values():
        state = State(report.state)
        if state in OPEN and report.pk not in listed:
            wrong.append(f"{report} is {state} and on no work list")
        if state is State.DUPLICATE:
            first = there.get(report.duplicate_of_id) if report.duplicate_of_id else None
            if first is None or State(first.state) is State.DUPLICATE:
                wrong.append(f"{report} repeats nothing that anybody sees")
    return wrong
