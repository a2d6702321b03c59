"""From an urgent report's arrival to its line on an open desk: a served node, its API, and the work list in Chromium.

    python -m vaern.node.demo --home FOLDER --once
    python benchmarks/urgent.py FOLDER [REPORTS]

An analyst of the demonstration has the work list open, in a browser of its own. A platform sends REPORTS (30) urgent
reports to that desk by the API, at moments that have nothing to do with the page's own rhythm. Measured is the time
from before the request is sent to the report's line in the page, both above the list and in it. Wanted: 3 s (issue 4).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from machine import machine
from pages import PORT, start, wait_until_served

RESULTS = Path(__file__).parent / "results" / "urgent.json"
ANALYST, SENDER = "freja@hotline.nordhavia.example", "tamsin@morrowpost.example"


def make_key() -> str:
    """Make a key by which the platform sends, and return its secret."""
    from django.utils import timezone

    from vaern.node.organisations.keys import make_secret
    from vaern.node.organisations.models import ApiKey, Person

    person, number = Person.everybody.get(email=SENDER), uuid.uuid4()
    secret, digest = make_secret(number)
    ApiKey.everywhere.create(
        id=number,
        organisation=person.organisation,
        name=f"urgent {number}",
        digest=digest,
        scopes=["report.send"],
        created_by=person,
        expires_at=timezone.now() + timedelta(days=1),
    )
    return secret


def send(key: str, desk: object) -> str:
    """Send one urgent report; return its code."""
    body = json.dumps(
        {
            "reference": str(uuid.uuid4()),
            "offence": "sexual_extortion",
            "danger_now": True,
            "synthetic": True,
            "narrative": "Invented for a benchmark.",
            "locations": [{"url": f"https://host.example/{uuid.uuid4()}"}],
        }
    )
    headers = {
        "Host": f"localhost:{PORT}",
        "Authorization": f"Bearer {key}",
        "Vaern-Reason": "investigation",
        "Content-Type": "application/json",
    }
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("POST", f"/api/reports?to={desk}", body, headers)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    assert answer.status == 201, found
    return str(found["code"])


def measure(reports: int) -> list[float]:
    """Seconds from before each report is sent to its line on the open desk."""
    from playwright.sync_api import sync_playwright

    from vaern.node.demo.sign_in import link_of
    from vaern.node.organisations.models import Person

    analyst, key, took = Person.everybody.get(email=ANALYST), make_key(), []
    link, desk = link_of(analyst), analyst.organisation_id
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = browser.new_context().new_page()
        page.goto(link)
        page.goto(f"http://localhost:{PORT}/reports/")
        page.wait_for_selector("#live")
        for _number in range(reports):
            time.sleep(random.uniform(0.5, 4))
            begun = time.perf_counter()
            code = send(key, desk)
            for place in ("#live", "#work tbody th"):
                page.wait_for_selector(f"{place} a:text('{code}')", timeout=30_000)
            took.append(time.perf_counter() - begun)
        browser.close()
    return took


def main() -> None:
    home, reports = Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) > 2 else 30
    start(home)
    command = [sys.executable, "-m", "vaern.node.demo", "--home", str(home), "--bind", f"127.0.0.1:{PORT}"]
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread; nothing else does
    try:
        wait_until_served()
        took = measure(reports)
    finally:
        node.terminate()
        node.wait(30)
    figures: dict[str, Any] = {
        "reports": reports,
        "load": os.getloadavg(),
        "wanted s": 3,
        "p50 s": round(statistics.median(took), 2),
        "p95 s": round(statistics.quantiles(took, n=20)[-1], 2),
        "slowest s": round(max(took), 2),
        "machine": machine("django", "gunicorn", "psycopg", "playwright"),
    }
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
