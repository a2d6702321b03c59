"""Every indicator over a long ledger: from nothing, after a day's entries, each page; beside SQL over the ledger.

    python benchmarks/indicators.py [ENTRIES]          # 10,000,000 unless told otherwise

A node's own PostgreSQL in a temporary folder, with 54 members, 216 desks and three years of invented lives of reports,
places, series and requests, as the actions would have written them. Nothing tells the planner what was loaded. Then:
all but the last day is folded from nothing; the last day at once; five minutes of it; all values anew from the tallies;
every page by a person of the largest desk, with four published commitments of each member; and everything once more
from nothing, compared. The peer is one SQL statement an indicator over the raw entries, by member and month: its
numbers have to be the same.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from indicators_sql import COUNTRIES, DAYS, DESKS, EVENTS, HOSTS, MEMBERS, NAIVE, PLACED, WRITTEN, naive
from machine import machine

RESULTS = Path(__file__).parent / "results" / "indicators.json"
ROUNDS = 20
SECONDARY = [
    *(f"entry_{of}" for of in ("at", "organisation", "person", "subject", "owner", "session", "recipient", "key")),
    "entry_rare_verb",
    "entry_rare_subject",
    "leaf_hash",
]
COMMITTED = {
    "g1.1": "identified_flow",
    "g2.1": "forwarded_with_outcome",
    "g3.1": "safeguarded_share",
    "g4.2": "removal_72h",
}
"""What every member commits itself to, and the indicator of its target."""
ENDS = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
BEGINS = ENDS - timedelta(days=DAYS)


def start(home: str) -> None:
    os.environ |= {"VAERN_HOME": home, "VAERN_SYNTHETIC": "1", "DJANGO_SETTINGS_MODULE": "vaern.node.settings"}
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.database import provide

    provide(read_configuration())
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def rows(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in [one for one in sql.split(";\n") if one.strip()]:
            cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def timed(act: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = act()
    return time.perf_counter() - begun, found


def fill(entries: int) -> None:
    """Members, desks and their history; without those indexes of the ledger that nothing here asks for."""
    from vaern.node.alliance.models import Membership
    from vaern.node.organisations.models import Member, Organisation

    codes = [f"X{chr(65 + n // 26)}{chr(65 + n % 26)}"[-2:] for n in range(MEMBERS)]
    members = [Member.objects.create(code=code, name=f"Country {code} (synthetic)") for code in codes]
    for n, member in enumerate(members):
        Membership.objects.create(
            member=member,
            joined=(BEGINS + timedelta(days=n * 8)).date(),
            endorsed_by="somebody",
            office="office",
            document="none",
        )
    Organisation.objects.bulk_create(
        Organisation(name=f"Desk {n:03} (synthetic)", kind="hotline", regime="gdpr", member=members[n % MEMBERS])
        for n in range(DESKS)
    )
    rows("SELECT setseed(0.5)")
    indexes = [sql for (sql,) in rows("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [SECONDARY])]
    for name in SECONDARY:
        rows(f"DROP INDEX {name}")
    rows(EVENTS, {"begins": BEGINS, "desks": DESKS, "hosts": HOSTS, "n": entries, "countries": COUNTRIES})
    rows(WRITTEN, {"ends": ENDS, "n": entries})
    for sql in indexes:
        if "entry_at" in sql:
            rows(sql)


def folding() -> dict[str, Any]:
    from vaern.node.alliance.indicators import computation
    from vaern.node.alliance.models import Value

    ((last,),) = rows("SELECT max(at) FROM ledger_entry")
    day, minutes = last - timedelta(days=1), last - timedelta(minutes=5)
    found: dict[str, Any] = {}
    for name, until in (("from nothing", day), ("a day", minutes), ("five minutes", ENDS)):
        before = rows("SELECT count(*) FROM ledger_leaf")[0][0]
        rows(PLACED, {"until": until})
        took, changed = timed(computation.refresh)
        entries = rows("SELECT count(*) FROM ledger_leaf")[0][0] - before
        found[name] = {"entries": entries, "values changed": changed, "s": round(took, 2)}
        print(name, found[name], file=sys.stderr, flush=True)
    took, _changed = timed(computation.compute_all)
    found["all values from the tallies"] = {"values": Value.objects.count(), "s": round(took, 2)}
    found["tracks"] = {
        name: rows(f"SELECT count(*) FROM alliance_{name}")[0][0]
        for name in ("reporttrack", "locationtrack", "seriestrack", "tally")
    }
    return found


def reproducing() -> dict[str, Any]:
    from vaern.node.alliance.indicators.reproduction import reproduce

    took, found = timed(reproduce)
    if found.differences:
        sys.exit(f"{len(found.differences)} values come out otherwise, as {found.differences[0]}")
    return {"entries": found.entries, "values": found.values, "s": round(took, 1)}


def pages() -> dict[str, dict[str, float]]:
    """Milliseconds of each page inside the process: median, 95th percentile, slowest."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse
    from tests.node.alliance.progress.factories import publish
    from tests.node.factories import make_person, sign_in

    from vaern.node.alliance.models import Membership
    from vaern.node.alliance.rules import definitions
    from vaern.node.alliance.rules.measures import MEASURES
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.rules import Role

    settings.ALLOWED_HOSTS = ["*"]
    person = make_person(Role.ANALYST, Organisation.objects.get(name="Desk 000 (synthetic)"))
    client = Client(SERVER_NAME="localhost")
    sign_in(client, person)
    year = BEGINS.year + 1
    members = [one.member for one in Membership.objects.select_related("member")]
    for member in members:
        for goal, code in COMMITTED.items():
            publish(member, person, goal, indicator=code)
    addresses = {
        "indicators": reverse("alliance:indicators"),
        "the alliance on one page": reverse("alliance:progress"),
        "a member": reverse("alliance:progress-member", args=[members[0].pk]),
        **{f"goal {goal}": reverse("alliance:progress-goal", args=[goal]) for goal in COMMITTED},
    }
    for one in definitions.current().indicators:
        addresses[f"{one.code} by month"] = f"{reverse('alliance:indicator', args=[one.code])}?period=month"
        if one.code in MEASURES and one.population in ("reports", "locations"):
            addresses[f"{one.code}, records"] = reverse("alliance:behind", args=[one.code, "year", f"{year}-01-01"])
    session = client.session  # the reason is asked for once
    session["reasons"] = {f"indicator:{person.organisation_id}": ["oversight", ""]}
    session.save()
    found = {}
    for name, address in addresses.items():
        times = []
        for number in range(ROUNDS + 2):
            took, response = timed(lambda address=address: client.get(address))
            assert response.status_code == 200, (name, response.status_code)
            assert "records" not in name or b"behind-caption" in response.content, name
            if number >= 2:
                times.append(1_000 * took)
        found[name] = {
            "p50 ms": round(statistics.median(times), 1),
            "p95 ms": round(statistics.quantiles(times, n=20)[-1], 1),
        }
    slowest = max(found, key=lambda name: found[name]["p95 ms"])
    return {
        "pages": len(found),
        "the alliance on one page": found["the alliance on one page"],
        "slowest": {"page": slowest, **found[slowest]},
        "each": found,
    }


def peer() -> dict[str, Any]:
    """One statement an indicator over the raw entries; its numbers are those that are kept, or it says so."""
    from vaern.node.alliance.models import Value

    times = {}
    for code in NAIVE:
        took, found = timed(lambda code=code: rows(naive(code).replace("%%", "%")))
        kept = Value.objects.filter(code=code, period="month", split="").exclude(member=None)
        ours = {(row.member_id, row.start): row for row in kept}
        for member, month, numerator, denominator in found:
            row = ours.pop((member, month), None)
            if row is None or not same(row, numerator, denominator):
                sys.exit(
                    f"{code} {member} {month}: {numerator}/{denominator}, "
                    f"{row and (row.numerator, row.denominator)} kept"
                )
        if ours:
            sys.exit(f"{code}: {len(ours)} values are not in the peer's")
        times[code] = round(took, 2)
        print(code, times[code], file=sys.stderr, flush=True)
    return {"each, s": times, "all, s": round(sum(times.values()), 1)}


def same(row: Any, numerator: Any, denominator: Any) -> bool:
    if row.extra:  # a median: the peer counts of how many
        return bool((row.denominator or 0) == denominator)
    if row.denominator is None:
        return bool(row.numerator == denominator)
    return bool((row.numerator, row.denominator) == (numerator or 0, denominator))


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory(prefix="vaern-indicators-") as home:
        result: dict[str, Any] = {"machine": machine("django", "psycopg"), "load before": os.getloadavg()}
        start(home)
        took, _none = timed(lambda: fill(entries))
        result["history"] = {
            "entries": rows("SELECT count(*) FROM ledger_entry")[0][0],
            "members": MEMBERS,
            "desks": DESKS,
            "s": round(took),
        }
        print(result["history"], file=sys.stderr, flush=True)
        result["folding"] = folding()
        print(result["folding"], file=sys.stderr, flush=True)
        result["peer: SQL over the raw ledger"] = peer()
        result["pages"] = pages()
        print({k: v for k, v in result["pages"].items() if k != "each"}, file=sys.stderr, flush=True)
        result["reproducing"] = reproducing()
        print(result["reproducing"], file=sys.stderr, flush=True)
        result["load after"] = os.getloadavg()
        from django.db import connection

        from vaern.node.runtime.database import stop_embedded

        result["PostgreSQL"] = rows("SHOW server_version")[0][0]
        connection.close()
        stop_embedded(Path(home) / "database")
    if entries >= 10_000_000:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({**result, "pages": {k: v for k, v in result["pages"].items() if k != "each"}}, indent=1))


if __name__ == "__main__":
    main()
