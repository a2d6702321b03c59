"""Pages of the work area with a multitude in the node: server time, and first paint in Chromium.

    python -m vaern.node.demo --home FOLDER --once --people 100000 --organisations 100000 --entries 1000000
    python benchmarks/pages.py FOLDER [ROUNDS]

Server time is that of a whole request inside the process, with middleware and the ledger's entry, without the
network. Pages are asked for by people who may open them; each round asks for all of them in turn. The floor beside it
is `/robots.txt`, which passes the same middleware and does nothing. First paint is what Chromium reports itself
(`first-contentful-paint`), of a node that `vaern.node.demo` serves from the same folder.
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
PAGES = {
    "floor": ("analyst", "/robots.txt"),
    "home": ("analyst", "/"),
    "people": ("administrator", "/people/"),
    "people, searched": ("administrator", "/people/?q=Ada"),
    "directory": ("analyst", "/directory/"),
    "directory, searched": ("analyst", "/directory/?q=Hotline"),
    "scans": ("investigator", "/scans/"),
    "ledger, whole node": ("node", "/oversight/ledger/"),
    "ledger, one organisation": ("overseer", "/oversight/ledger/"),
    "ledger, disclosures": ("node", "/oversight/ledger/?verb=disclosure"),
    "my activity": ("analyst", "/activity/"),
    "operations over time": ("node", "/oversight/statistics/"),
}
"""Name of the page: who opens it, and where it is."""


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

    who = {
        "analyst": "freja@hotline.nordhavia.example",
        "administrator": "ngozi@hotline.nordhavia.example",
        "investigator": "mikkel@police.nordhavia.example",
        "overseer": "elin@hotline.nordhavia.example",
        "node": "ragnhild@oversight.example",
    }
    found = {}
    for name, email in who.items():
        client = Client(SERVER_NAME="localhost", SERVER_PORT=str(PORT))
        client.get(urlsplit(link_of(Person.everybody.get(email=email))).path)
        found[name] = client
    return found


def server_times(rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of a request to each page: median, 95th percentile, slowest."""
    people, times = clients(), {name: [] for name in PAGES}
    for number in range(rounds + 3):
        for name, (who, address) in PAGES.items():
            begun = time.perf_counter()
            response = people[who].get(address)
            spent = 1_000 * (time.perf_counter() - begun)
            assert response.status_code == 200, (name, response.status_code)
            if number >= 3:  # the first rounds load templates
                times[name].append(spent)
    return {
        name: {
            "p50 ms": round(statistics.median(found), 1),
            "p95 ms": round(statistics.quantiles(found, n=20)[-1], 1),
            "slowest ms": round(max(found), 1),
        }
        for name, found in times.items()
    }


def first_paints() -> dict[str, float]:
    """Milliseconds to the first contentful paint of each page in Chromium, the node being served."""
    from playwright.sync_api import sync_playwright

    from vaern.node.demo.sign_in import link_of
    from vaern.node.organisations.models import Person

    links = {
        "ledger, whole node": (link_of(Person.everybody.get(email="ragnhild@oversight.example")), "/oversight/ledger/"),
        "directory": (link_of(Person.everybody.get(email="freja@hotline.nordhavia.example")), "/directory/"),
    }
    found = {}
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for name, (link, address) in links.items():
            page = browser.new_context().new_page()
            page.goto(link)
            page.goto(f"http://localhost:{PORT}{address}")
            entries = "performance.getEntriesByName('first-contentful-paint')"
            page.wait_for_function(f"{entries}.length")
            found[name] = round(page.evaluate(f"{entries}[0].startTime"), 1)
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
    figures: dict[str, Any] = {"rows": sizes, "load": os.getloadavg(), "server": server_times(rounds)}
    command = [sys.executable, "-m", "vaern.node.demo", "--home", str(home), "--bind", f"127.0.0.1:{PORT}"]
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until_served()
        figures["first contentful paint ms"] = first_paints()
    finally:
        node.terminate()
        node.wait(30)
    figures["machine"] = machine("django", "gunicorn", "psycopg")
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
