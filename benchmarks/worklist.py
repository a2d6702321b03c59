"""The work list with a multitude of reports: first page, filters, and page 1,000, as whole requests.

    python benchmarks/worklist.py FOLDER [REPORTS] [ROUNDS]

FOLDER holds, or gets, a node with its embedded database. The reports (1,000,000 unless said) are made by one SQL
statement a desk: three quarters at one desk, the rest at another, so that an index has something to tell apart; one in
200 is urgent, one in 40 is claimed, one in ten is closed, one in 500 has an offence that is rare. They are synthetic
and hold nothing.

Measured is the time of a whole request inside the process, with middleware and the ledger's entry, without the network:
the median and the 95th percentile of ROUNDS (100). Page 1,000 is reached by the cursor of its last report before, as
following "Next" 999 times would. Wanted: 100 ms at the 95th percentile (issue 4).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from machine import machine

RESULTS = Path(__file__).parent / "results" / "worklist.json"
ROOT = Path(__file__).parents[1]
PAGE_1000 = 999 * 50
LINES = [
    {"code": "recency", "label": "", "points": 5, "of": 10},
    {"code": "ongoing", "label": "", "points": 9, "of": 20},
]
EXPRESSIONS = {
    "id": "gen_random_uuid()",
    "created_at": "now() - n * interval '3 seconds' - random() * interval '1 hour'",
    "code": "%(letter)s || upper(lpad(to_hex(n), 7, '0'))",
    "document": "(ARRAY['api', 'public', 'cybertipline', 'xarf', 'csv'])[1 + n %% 5]",
    "sender_id": "CASE WHEN n %% 5 = 1 THEN NULL ELSE %(sender)s::uuid END",
    "sender_reference": "CASE WHEN n %% 5 = 1 THEN '' ELSE 'r' || n END",
    "digest": "decode(md5(n::text) || md5('x' || n), 'hex')",
    "offence": "CASE WHEN n %% 500 = 7 THEN 'travel' WHEN n %% 3 = 0 THEN 'unclear' ELSE 'material' END",
    "sealed": "repeat('x', 900)::bytea",
    "state": "CASE WHEN n %% 10 = 3 THEN 'closed' WHEN n %% 10 = 4 THEN 'in_action' ELSE 'arrived' END",
    "closed_at": "CASE WHEN n %% 10 = 3 THEN now() END",
    "urgent": "n %% 200 = 1",
    "priority": "(random() * random() * 100)::int",
    "priority_lines": "%(lines)s::jsonb",
    "completeness": "(random() * 100)::int",
    "due_at": "CASE WHEN n %% 4 = 0 THEN now() + (n %% 5000 - 2000) * interval '1 minute' END",
    "claimed_by_id": "CASE WHEN n %% 40 = 2 THEN (%(people)s::uuid[])[1 + n / 40 %% 12] END",
    "claimed_until": "CASE WHEN n %% 40 = 2 THEN now() + ((n / 40) %% 3 - 1) * interval '1 day' END",
    "touched_at": "CASE WHEN n %% 7 <> 0 THEN now() - n %% 400 * interval '1 hour' END",
}
"""How each column is invented for report n; the others are those of one report that the factory made."""

PAGES = {
    "floor": "/robots.txt",
    "first page": "/reports/",
    "urgent": "/reports/?urgent=yes",
    "mine": "/reports/?whose=mine",
    "unclaimed": "/reports/?whose=unclaimed",
    "raised hand": "/reports/?hand=raised",
    "overdue": "/reports/?due=overdue",
    "state": "/reports/?state=in_action",
    "closed": "/reports/?state=closed",
    "offence, common": "/reports/?offence=material",
    "offence, rare": "/reports/?offence=travel",
    "offence, none": "/reports/?offence=trafficking",
    "document": "/reports/?document=public",
    "document, none": "/reports/?document=arf",
    "code": "/reports/?q=A0001",
    "sorted by age": "/reports/?sort=-age",
    "sorted by due": "/reports/?sort=due",
    "sorted by completeness": "/reports/?sort=complete",
    "sorted by who": "/reports/?sort=who",
    "home": "/",
    "still the same (poll)": "/reports/live/",
}


def start(home: Path) -> None:
    os.environ |= {
        "VAERN_HOME": str(home),
        "VAERN_SYNTHETIC": "1",
        "VAERN_ADDRESS": "http://localhost",
        "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
    }
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.database import provide

    provide(read_configuration())
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def make(reports: int) -> Any:
    """Make desks, people and reports; return somebody of the large desk."""
    from django.db import connection
    from tests.node.factories import make_organisation, make_person
    from tests.node.reports.factories import make_report

    from vaern.node.reports.models import Report

    desk, other, sender = make_organisation(), make_organisation(), make_organisation("platform")
    people = [make_person("analyst", desk) for _ in range(12)]
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        for letter, of, n in (("A", desk, reports * 3 // 4), ("B", other, reports - reports * 3 // 4)):
            columns = [field.column for field in Report._meta.concrete_fields]
            given = {
                "letter": letter,
                "n": n,
                "sender": sender.pk,
                "people": [person.pk for person in people],
                "lines": json.dumps(LINES),
                "first": make_report(of, urls=(), items_total=12, items_known=7).pk,
            }
            found = ", ".join(EXPRESSIONS.get(column, f"first.{column}") for column in columns)
            cursor.execute(
                f"INSERT INTO reports_report ({', '.join(columns)}) SELECT {found} "
                "FROM reports_report AS first, generate_series(1, %(n)s) AS n WHERE first.id = %(first)s",
                given,
            )
        cursor.execute("VACUUM ANALYZE reports_report")
    print(f"{reports:,} reports made in {time.perf_counter() - begun:.0f} s", flush=True)
    return people[0]


def deep(person: Any) -> str:
    """The address of page 1,000."""
    from vaern.node.reports.desk.queries import ORDER
    from vaern.node.reports.models import Report
    from vaern.node.reports.models.report import IS_OPEN
    from vaern.node.web.paging import write_cursor

    found = Report.everywhere.filter(IS_OPEN, organisation=person.organisation).order_by(*ORDER.default)
    (last,) = found[PAGE_1000 - 1 : PAGE_1000]
    return f"/reports/?after={write_cursor(last, ORDER.default)}"


def plans(person: Any) -> None:
    """Print how the database finds each first page, and how long it alone takes."""
    from django.db import connection
    from django.http import QueryDict
    from django.test.utils import CaptureQueriesContext
    from tests.node.factories import viewer_for

    from vaern.node.base.scope import viewing
    from vaern.node.reports.desk import queries
    from vaern.node.reports.desk.search import read

    viewer = viewer_for(person)
    for name, address in {**PAGES, "page 1,000": deep(person)}.items():
        if not address.startswith("/reports/") or "live" in address:
            continue
        given = QueryDict(address.partition("?")[2])
        with viewing(person.organisation_id), CaptureQueriesContext(connection) as found:
            queries.worklist(viewer, read(given), given)
        for query in found:
            if query["sql"].startswith("SELECT") and '"priority_lines"' in query["sql"]:
                with connection.cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"].replace("%", "%%"))
                    lines = [line for (line,) in cursor.fetchall()]
                uses = [line.strip().split("  (")[0] for line in lines if "Scan" in line and "report" in line]
                print(f"{name:20} {lines[-1].strip():28} {'; '.join(uses)}", flush=True)


def measure(person: Any, rounds: int) -> dict[str, dict[str, float]]:
    from django.test import Client
    from tests.node.factories import sign_in, viewer_for

    from vaern.node.base.scope import viewing
    from vaern.node.reports.desk.queries import pulse

    client = Client()
    sign_in(client, person)
    pages = {**PAGES, "page 1,000": deep(person)}
    with viewing(person.organisation_id):
        pages["still the same (poll)"] += f"?seen={pulse(viewer_for(person))}"
    took: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds + 3):
        for name, address in pages.items():
            begun = time.perf_counter()
            answer = client.get(address)
            spent = (time.perf_counter() - begun) * 1000
            assert answer.status_code in {200, 204}, (address, answer.status_code)
            if number >= 3:
                took[name].append(spent)
    return {
        name: {"median_ms": round(statistics.median(all_), 1), "p95_ms": round(sorted(all_)[int(0.95 * len(all_))], 1)}
        for name, all_ in took.items()
    }


def main() -> None:
    home = Path(sys.argv[1])
    reports = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    sys.path.insert(0, str(ROOT))
    start(home)
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    person = make(reports)
    plans(person)
    found = measure(person, rounds)
    for name, times in found.items():
        print(f"{name:24} {times['median_ms']:8.1f} ms {times['p95_ms']:8.1f} ms at the 95th percentile")
    result = {"machine": machine("django", "psycopg"), "reports": reports, "rounds": rounds, "pages": found}
    if reports >= 1_000_000:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
