"""Pages of the work area with a multitude in the node: server time, and first paint in Chromium.

    python -m vaern.node.demo --home FOLDER --once --people 100000 --organisations 100000 --entries 1000000
    python benchmarks/pages.py FOLDER [ROUNDS]

Server time is that of a whole request inside the process, with middleware and the ledger's entry, without the
network. Pages are asked for by people who may open them; each round asks for all of them in turn. The floor beside it
is `/robots.txt`, which passes the same middleware and does nothing. Of a kind of record the latest is opened that the
person's organisation owns. Beside the time stands how much of it the processor worked in this process, and how many
statements the page asked the database: on a busy machine these two can still be compared. First paint is what Chromium
reports itself (`first-contentful-paint`), of a node that `vaern.node.demo` serves from the same folder: of the pages of
`PAINTED`, each the median of several openings by somebody who has been there before.

Wanted: 50 ms at the 95th percentile on the server, and 200 ms to the first paint (issue 15).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from machine import machine

RESULTS = Path(__file__).parent / "results" / "pages.json"
PORT = 18_439
PEOPLE = {
    "analyst": "freja@hotline.nordhavia.example",
    "administrator": "ngozi@hotline.nordhavia.example",
    "investigator": "mikkel@police.nordhavia.example",
    "overseer": "elin@hotline.nordhavia.example",
    "node": "ragnhild@oversight.example",
}
PAGES = {
    "floor": ("analyst", "/robots.txt"),
    "today": ("analyst", "/"),
    "today, investigator": ("investigator", "/"),
    "today, counted anew": ("investigator", "/today/live/"),
    "search": ("analyst", "/find/?q=hotline"),
    "search, a hash": ("investigator", "/find/?q=d41d8cd98f00b204e9800998ecf8427e"),
    "work list": ("analyst", "/reports/"),
    "still up": ("analyst", "/reports/locations/"),
    "report": ("analyst", "reports:report", "reports.Report"),
    "location": ("analyst", "reports:location", "reports.Location"),
    "series": ("investigator", "victims:series", "victims.Series"),
    "cases": ("investigator", "/cases/"),
    "case": ("investigator", "cases:case", "cases.Case"),
    "request": ("investigator", "cases:request", "cases.AssistanceRequest"),
    "scan": ("investigator", "scans:scan", "scans.Scan"),
    "backlog and times": ("analyst", "/reports/numbers/"),
    "people": ("administrator", "/people/"),
    "people, searched": ("administrator", "/people/?q=Ada"),
    "directory": ("analyst", "/directory/"),
    "directory, searched": ("analyst", "/directory/?q=Hotline"),
    "scans": ("investigator", "/scans/"),
    "ledger, whole node": ("node", "/oversight/ledger/"),
    "ledger, one organisation": ("overseer", "/oversight/ledger/"),
    "ledger, disclosures": ("node", "/oversight/ledger/?verb=disclosure"),
    "my activity": ("analyst", "/activity/"),
    "what is unusual": ("node", "/oversight/unusual/"),
}
"""Name of the page: who opens it, and where it is: an address, or a route and the kind of record that it shows."""

PAINTED = ("today", "work list", "report", "case", "directory", "ledger, whole node", "what is unusual")
OPENINGS = 7


def start(home: Path) -> None:
    os.environ |= {
        "VAERN_HOME": str(home),
        "VAERN_SYNTHETIC": "1",
        "VAERN_ADDRESS": f"http://localhost:{PORT}",
        "VAERN_BIND": f"127.0.0.1:{PORT}",
        "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
    }
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.database import provide

    provide(read_configuration())
    import django

    django.setup()


def clients() -> dict[str, Any]:
    """A signed-in client for each kind of viewer, by the demonstration's own link."""
    from urllib.parse import urlsplit

    from django.test import Client

    from vaern.node.demo.sign_in import link_of
    from vaern.node.organisations.models import Person

    found = {}
    for name, email in PEOPLE.items():
        client = Client(SERVER_NAME="localhost", SERVER_PORT=str(PORT))
        client.get(urlsplit(link_of(Person.everybody.get(email=email))).path)
        found[name] = client
    return found


def addresses() -> dict[str, tuple[str, str]]:
    """Return who opens each page, and its address."""
    from django.apps import apps
    from django.urls import reverse

    from vaern.node.organisations.models import Person

    found = {}
    for name, (who, place, *kind) in PAGES.items():
        if kind:
            model = apps.get_model(kind[0])
            owner = Person.everybody.get(email=PEOPLE[who]).organisation_id
            record = model.everywhere.filter(organisation=owner).order_by("-created_at", "-pk").first()
            assert record is not None, f"the demonstration has no {kind[0]} of {who}"
            keys = {"id": record.report_id, "location": record.pk} if name == "location" else {"id": record.pk}
            found[name] = (who, reverse(place, kwargs=keys))
        else:
            found[name] = (who, place)
    return found


def server_times(pages: dict[str, tuple[str, str]], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of a request to each page: median, 95th percentile, slowest; of the processor; and statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people, times = clients(), {name: [] for name in pages}
    worked, statements = {name: [] for name in pages}, {}
    for number in range(rounds + 3):
        for name, (who, address) in pages.items():
            if number == 2:
                with CaptureQueriesContext(connection) as asked:
                    people[who].get(address)
                statements[name] = len(asked)
                continue
            begun, busy = time.perf_counter(), time.process_time()
            response = people[who].get(address)
            spent, cpu = 1_000 * (time.perf_counter() - begun), 1_000 * (time.process_time() - busy)
            assert response.status_code == 200, (name, response.status_code)
            if number >= 3:  # the first rounds load templates
                times[name].append(spent)
                worked[name].append(cpu)
    return {
        name: {
            "p50 ms": round(statistics.median(found), 1),
            "p95 ms": round(statistics.quantiles(found, n=20)[-1], 1),
            "slowest ms": round(max(found), 1),
            "processor ms": round(statistics.median(worked[name]), 1),
            "statements": statements[name],
        }
        for name, found in times.items()
    }


def first_paints(pages: dict[str, tuple[str, str]]) -> dict[str, float]:
    """Milliseconds to the first contentful paint of each page in Chromium, the node being served: the median."""
    from playwright.sync_api import sync_playwright

    from vaern.node.demo.sign_in import link_of
    from vaern.node.organisations.models import Person

    links = {name: link_of(Person.everybody.get(email=PEOPLE[pages[name][0]])) for name in PAINTED}
    entry, found = "performance.getEntriesByName('first-contentful-paint')", {}
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for name, link in links.items():
            page = browser.new_context().new_page()
            page.goto(link)
            took = []
            for _ in range(OPENINGS):
                page.goto(f"http://localhost:{PORT}{pages[name][1]}")
                while (painted := page.evaluate(f"{entry}[0]?.startTime ?? null")) is None:
                    page.wait_for_timeout(20)
                took.append(painted)
            found[name] = round(statistics.median(took), 1)
        browser.close()
    return found


def wait_until_served() -> None:
    import http.client

    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/robots.txt", headers={"Host": f"localhost:{PORT}"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the node does not answer")


def main() -> None:
    home, rounds = Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) > 2 else 40
    start(home)
    import logging

    logging.disable()  # a line a request would be printed between the figures
    from django.db import connection

    with connection.cursor() as cursor:
        sizes = {}
        for table in ("organisations_person", "organisations_organisation", "ledger_entry"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            sizes[table] = cursor.fetchone()[0]
    pages = addresses()
    figures: dict[str, Any] = {"rows": sizes, "load": os.getloadavg(), "server": server_times(pages, rounds)}
    command = [sys.executable, "-m", "vaern.node.demo", "--home", str(home), "--bind", f"127.0.0.1:{PORT}"]
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until_served()
        figures["first contentful paint ms"] = first_paints(pages)
    finally:
        node.terminate()
        node.wait(30)
    figures["machine"] = machine("django", "gunicorn", "psycopg")
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
