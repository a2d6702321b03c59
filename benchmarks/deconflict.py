"""Does someone else work on this? Asked of a node with a multitude of enrolled identifiers.

    python benchmarks/deconflict.py FOLDER [IDENTIFIERS] [ROUNDS]

FOLDER holds, or gets, a node with its embedded database. The identifiers (1,000,000 unless said) stand in records of
four keys each, of 200 organisations, made by SQL; one in ten stands in two organisations, and one is held by a thousand
records, as a file that circulates is. They are numbers, and stand for nothing.

Measured is the time of: the query function with its entry in the ledger; the same question as an operation of the API,
as a whole request inside the process; one more record enrolled, with its meetings; and a record that holds the key of a
thousand. Median and 95th percentile of ROUNDS (200). Wanted: 20 ms at the 95th percentile (issue 5).

The peers are measured in the same run. The first keeps values sealed, as this node does, but without keyed digests:
whoever asks has to unseal every value; it is measured on a part of them and multiplied. The second keeps the values as
plain text under an index, which is the fastest that there is, and lets whoever has the database read them.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import machine
from worklist import ROOT, start

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results" / "deconflict.json"
ORGANISATIONS, KEYS = 200, 4
CIRCULATING = 1_000
UNSEALED = 5_000

_RECORDS = """
    INSERT INTO crosscheck_enrolment (kind, record, organisation_id, state, country_hint, enrolled_at)
    SELECT 'case', gen_random_uuid(), (%(who)s::uuid[])[1 + n %% %(orgs)s], 'open', '', now()
    FROM generate_series(1, %(n)s) n
"""
_KEYS = """
    INSERT INTO crosscheck_enrolled (enrolment_id, organisation_id, kind, digest)
    SELECT e.id, e.organisation_id, (ARRAY['email', 'account', 'sha256', 'phone'])[k],
        sha256(('value ' || CASE WHEN (e.id * 4 + k) %% 10 = 0 THEN (e.id * 4 + k) - 40 ELSE e.id * 4 + k END)::bytea)
    FROM crosscheck_enrolment e, generate_series(1, %(keys)s) k
"""
_SHARED = """
    INSERT INTO crosscheck_enrolled (enrolment_id, organisation_id, kind, digest)
    SELECT id, organisation_id, 'md5', sha256('circulates'::bytea) FROM crosscheck_enrolment ORDER BY id LIMIT %(n)s
"""
_PLAIN = """
    CREATE UNLOGGED TABLE IF NOT EXISTS bench_plain AS
    SELECT encode(digest, 'hex') AS value, organisation_id AS organisation FROM crosscheck_enrolled;
    CREATE INDEX IF NOT EXISTS bench_plain_value ON bench_plain (value);
    ANALYZE bench_plain
"""


def make(identifiers: int) -> Any:
    """Enrol everything, and return somebody of one of the organisations."""
    from django.db import connection
    from tests.node.factories import make_organisation, make_person

    owners = [make_organisation("police") for _ in range(ORGANISATIONS)]
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        given = {"who": [owner.pk for owner in owners], "orgs": ORGANISATIONS, "n": identifiers // KEYS}
        cursor.execute(_RECORDS, given)
        cursor.execute(_KEYS, {"keys": KEYS})
        cursor.execute(_SHARED, {"n": CIRCULATING})
        cursor.execute("VACUUM ANALYZE crosscheck_enrolled")
        cursor.execute("VACUUM ANALYZE crosscheck_enrolment")
        cursor.execute(_PLAIN)
    print(f"{identifiers:,} identifiers enrolled in {time.perf_counter() - begun:.0f} s", flush=True)
    return make_person("investigator", owners[0])


def timed(rounds: int, do: Callable[[int], object]) -> dict[str, float]:
    """Do something again and again, and return the median and the 95th percentile in milliseconds."""
    took = []
    for number in range(rounds + 3):
        begun = time.perf_counter()
        do(number)
        if number >= 3:
            took.append((time.perf_counter() - begun) * 1000)
    return {"median_ms": round(statistics.median(took), 2), "p95_ms": round(sorted(took)[int(0.95 * rounds)], 2)}


def ours(person: Any, rounds: int) -> dict[str, dict[str, float]]:
    """Ask, and enrol one more, as the node does."""
    from django.db import transaction
    from django.test import Client
    from tests.node.crosscheck.factories import make_record
    from tests.node.factories import make_key, viewer_for

    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.crosscheck.models import Enrolled, Enrolment
    from vaern.node.crosscheck.registry import queries
    from vaern.node.crosscheck.registry.actions import register_keys
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.organisations.rules import Permission

    queries.LOOK_UPS_OF_PERSON = queries.LOOK_UPS_OF_ORGANISATION = (1e6, 1e6)  # the limits are not what is measured
    viewer, why = viewer_for(person), Reason(Why.INVESTIGATION)
    own = list(Enrolment.everywhere.filter(organisation=person.organisation).order_by("-pk")[: rounds + 3])
    first = Enrolment.everywhere.filter(organisation=person.organisation).order_by("pk").first()
    digests = [
        Key(kind, bytes(digest))
        for kind, digest in Enrolled.everywhere.exclude(kind="md5").values_list("kind", "digest")[: 4 * rounds + 12]
    ]
    client, (_key, header) = Client(), make_key(person, Permission.CROSSCHECK_VIEW)
    headers = {"Authorization": f"Bearer {header}", "Vaern-Reason": "investigation"}

    def request(n: int) -> None:
        body = {"kind": "case", "id": str(own[n % len(own)].record)}
        answer = client.post("/api/crosscheck/look-ups", body, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content

    def one_more(n: int) -> None:
        record = make_record(person.organisation)
        with transaction.atomic():
            register_keys(record, digests[4 * n : 4 * n + 4])

    def circulating(_n: int) -> None:
        assert queries.look_up(viewer, why, first).organisations == "several"

    return {
        "look-up": timed(rounds, lambda n: queries.look_up(viewer, why, own[n % len(own)])),
        "look-up, with a key of a thousand": timed(rounds, circulating),
        "look-up by the API": timed(rounds, request),
        "one more record enrolled": timed(rounds, one_more),
    }


def peers(person: Any, identifiers: int, rounds: int) -> dict[str, Any]:
    """Ask the same of values that are sealed without a digest, and of values in plain text under an index."""
    from django.db import connection

    from vaern.node.base.sealing import seal, unseal
    from vaern.node.crosscheck.models import Enrolled

    sealed = [seal(f"value {n}", "bench") for n in range(UNSEALED)]
    begun = time.perf_counter()
    assert sum(unseal(one, "bench") == "value 7" for one in sealed) == 1
    each = (time.perf_counter() - begun) / UNSEALED
    found = Enrolled.everywhere.filter(organisation=person.organisation).values_list("digest", flat=True)[:4]
    values = [bytes(digest).hex() for digest in found]

    def plain(_n: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT organisation) FROM bench_plain WHERE value = ANY(%s) AND organisation <> %s",
                [values, person.organisation_id],
            )
            cursor.fetchall()

    return {
        "sealed values, each unsealed (from a part)": {"ms": round(1000 * each * identifiers), "measured_on": UNSEALED},
        "plain text under an index, without ledger": timed(rounds, plain),
    }


def main() -> None:
    home = Path(sys.argv[1])
    identifiers = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    sys.path.insert(0, str(ROOT))
    start(home)
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    person = make(identifiers)
    found = {"ours": ours(person, rounds), "peers": peers(person, identifiers, rounds)}
    for name, times in {**found["ours"], **found["peers"]}.items():
        print(f"{name:46} {times}")
    result = {"machine": machine("django", "psycopg"), "identifiers": identifiers, "rounds": rounds, **found}
    if identifiers >= 1_000_000:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
