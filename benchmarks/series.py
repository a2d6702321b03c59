"""A large series on its pages, and *known?* over the files of many organisations.

    python benchmarks/series.py FOLDER [FILES] [MEMBERS] [ROUNDS]

FOLDER holds, or gets, a node with its embedded database. One series has FILES files (100,000 unless said); around it
MEMBERS files (1,000,000) lie in series of 100 files each, of twelve organisations, one PDQ value for each tenth. They
are made by SQL statements in the database, are synthetic, and hold nothing.

Measured are whole requests for the pages of the large series, inside the process, with middleware and the ledger's
entry, without the network; and the function `known` for one SHA-256, for 200 of them, and for one PDQ that is near
to one: the median and the 95th percentile of ROUNDS (50). Wanted: a large series opens in a second,
and *known?* is answered in 20 ms (issue 5).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import machine
from worklist import start

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results" / "series.json"
ROOT = Path(__file__).parents[1]
OF_ONE = 100

_MEMBERS = """
    INSERT INTO victims_member (series_id, organisation_id, source, sha256, camera_key, make, model, lens, taken,
        taken_local, place, mime, size, verdict, rule, added_at)
    SELECT s.id, s.organisation_id, 'hash', decode(md5(s.code || n) || md5(n || s.code), 'hex'),
        decode(md5('c' || s.code || n %% 3) || md5('d'), 'hex'), 'Halden', 'P' || n %% 3, '',
        now() - n * interval '1 minute', false, ''::bytea, 'image/jpeg', 900000, 'new', 'by_hand',
        now() - n %% 900 * interval '1 hour'
    FROM victims_series s, generate_series(1, %s) n WHERE s.id = ANY(%s)
"""
_NEAR = """
    INSERT INTO victims_nearvalue (member_id, organisation_id, kind, value)
    SELECT id, organisation_id, 'pdq', sha256 FROM victims_member WHERE id % 10 = 0
"""


def make(files: int, members: int) -> tuple[Any, Any]:
    """Make the organisations, the large series and the others; return a specialist of its desk, and the series."""
    from django.db import connection
    from tests.node.factories import make_organisation, make_person
    from tests.node.victims.factories import make_series

    desks = [make_organisation("police") for _ in range(12)]
    person, large = make_person("identifier", desks[0]), make_series(desks[0])
    wanted = max(1, members // OF_ONE)
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO victims_series (id, organisation_id, created_at, review_date, code, synthetic, state, "
            "confirmed, members_total, members_known, state_since, excused, changed_at, version) "
            "SELECT gen_random_uuid(), (%s::uuid[])[1 + n %% 12], now(), current_date + 99, "
            "'B' || lpad(n::text, 7, '0'), true, 'analysed', false, %s, 0, now(), false, "
            "now() - n * interval '1 minute', 1 "
            "FROM generate_series(1, %s) n RETURNING id",
            [[desk.pk for desk in desks], OF_ONE, wanted],
        )
        others = [row[0] for row in cursor.fetchall()]
        cursor.execute(_MEMBERS, [files, [large.pk]])
        cursor.execute(_MEMBERS, [OF_ONE, others])
        cursor.execute(_NEAR)
        cursor.execute("UPDATE victims_series SET members_total = %s WHERE id = %s", [files, large.pk])
        cursor.execute("ANALYZE")
    print(f"made {files:,} + {wanted * OF_ONE:,} files in {time.perf_counter() - begun:.0f} s")
    return person, large


def timed(act: Callable[[], object], rounds: int) -> dict[str, float]:
    """Return the median and the 95th percentile in milliseconds, after one that warms up."""
    act()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - begun))
    return {"median": round(statistics.median(taken), 2), "p95": round(statistics.quantiles(taken, n=20)[-1], 2)}


def pages(person: Any, series: Any, rounds: int) -> dict[str, dict[str, float]]:
    """Measure the pages of a large series as whole requests."""
    from django.test import Client
    from tests.node.factories import sign_in

    client = Client()
    sign_in(client, person)
    client.post("/reason/", {"kind": "series", "record": str(series.pk), "next": "/", "reason-why": "assessment"})
    session = client.session
    session["reasons"] = {f"series:{series.pk}": ["assessment", ""]}
    session.save()
    found = {}
    for name, path in {
        "list": "/series/",
        **{part or "overview": f"/series/{series.pk}/{part}" for part in ("", "files/", "graph/", "timeline/")},
    }.items():
        assert client.get(path).status_code == 200, path
        found[name] = timed(lambda path=path: client.get(path), rounds)
    return found


def questions(person: Any, rounds: int) -> dict[str, dict[str, float]]:
    """Measure *known?*, as a desk that holds none of it asks."""
    from tests.node.factories import viewer_for

    from vaern.node.base.scope import viewing
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.victims.models import Member, NearValue
    from vaern.node.victims.rules import sharing as rules
    from vaern.node.victims.sharing.hash_checks import known
    from vaern.records import Signal

    rules.ASKED_OF_PERSON = rules.ASKED_OF_ORGANISATION = (1e9, 1e9)
    viewer, why = viewer_for(person), Reason(Why.VICTIM_IDENTIFICATION)
    held = [Signal("sha256", bytes(one)) for one in Member.everywhere.values_list("sha256", flat=True)[5_000:5_200]]
    value = bytearray(NearValue.everywhere.values_list("value", flat=True)[500])
    value[0] ^= 3
    asked = {
        "one SHA-256 that is held": [held[0]],
        "one that is not": [Signal("sha256", sha256(b"nobody has it").digest())],
        "200 SHA-256": held,
        "one PDQ that is near": [Signal("pdq", bytes(value))],
    }
    with viewing(viewer.organisation.id):
        return {
            name: timed(lambda signals=signals: known(viewer, why, signals), rounds) for name, signals in asked.items()
        }


def main() -> None:
    home, *numbers = sys.argv[1:]
    files, members, rounds = [int(n) for n in numbers] + [100_000, 1_000_000, 50][len(numbers) :]
    sys.path.insert(0, str(ROOT))
    start(Path(home).resolve())
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    person, series = make(files, members)
    found = {"pages": pages(person, series, rounds), "known": questions(person, rounds)}
    for part, lines in found.items():
        for name, line in lines.items():
            print(f"{part:6} {name:26} {line['median']:9.2f} ms   p95 {line['p95']:9.2f} ms")
    RESULTS.write_text(
        json.dumps({"machine": machine(), "files": files, "members": members, "ms": found}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
