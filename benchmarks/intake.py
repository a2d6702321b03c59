"""How fast findings come into a node, and what the guard against media costs; each beside the plain way.

    python benchmarks/intake.py [--findings 6000]

Measured on the machine's embedded PostgreSQL: batches of lines as `curl` sends them, through every middleware. The peer
of the whole is `json.loads` of each line alone; the peer of the guard is `bytes.decode` and one search for three magic
numbers. All in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
BATCH = 2_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=6_000)
    wanted = parser.parse_args().findings
    with tempfile.TemporaryDirectory(prefix="vaern-bench-", ignore_cleanup_errors=True) as home:
        os.environ |= {
            "VAERN_HOME": home,
            "VAERN_SYNTHETIC": "1",
            "VAERN_ADDRESS": "http://localhost",
            "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
        }
        from vaern.node.runtime.configuration import read_configuration
        from vaern.node.runtime.database import provide, stop_embedded

        provide(read_configuration())
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure(wanted)
        stop_embedded(Path(home) / "database")


def measure(wanted: int) -> None:
    """Bring in a scan in batches, and look through the same bytes with the guard alone."""
    from django.test import Client
    from tests.node.scans.worlds import lines, make_world

    from vaern.node.web.guard.media import media_in

    world = make_world()
    scan = world.scan("benchmark", found=[], finished=False)
    headers = {**world.key(world.officer), "Host": "localhost"}
    batches = [(first, lines(BATCH, first)) for first in range(1, wanted + 1, BATCH)]
    client, times = Client(), []
    for first, body in batches:
        began = time.perf_counter()
        answer = client.generic(
            "POST",
            f"/api/scans/{scan.pk}/findings?first={first}",
            body,
            content_type="application/x-ndjson",
            headers=headers,
        )
        times.append(time.perf_counter() - began)
        assert answer.json()["added"] == BATCH, answer.content
    print(f"brought in through the API: {BATCH / statistics.median(times):,.0f} findings/s (batches of {BATCH})")
    body = batches[0][1]
    show("peer: json.loads of each line", lambda: [json.loads(line) for line in body.splitlines()], BATCH, "findings/s")
    megabytes = len(body) / 1e6
    show("guard on a batch of findings", lambda: media_in(body), megabytes, "MB/s")
    magic = re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8")
    show(
        "peer: decode, and search for three magic numbers",
        lambda: (body.decode(), magic.search(body)),
        megabytes,
        "MB/s",
    )
    form = (
        b"csrfmiddlewaretoken="
        + b"aB3" * 21
        + b"&why=investigation&words=en+begrundelse+p%C3%A5+dansk&reference=2026-114"
    )
    show("guard on a form", lambda: [media_in(form) for _ in range(1000)], 1000, "forms/s")


def show(what: str, do: object, amount: float, unit: str) -> None:
    """Print the median rate of five runs."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        do()  # type: ignore[operator]
        times.append(time.perf_counter() - began)
    print(f"{what}: {amount / statistics.median(times):,.0f} {unit}")


if __name__ == "__main__":
    main()
