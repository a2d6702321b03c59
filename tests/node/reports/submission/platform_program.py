"""What a platform runs: `ncmec-cybertip` as it comes, against the address that it is given. Prints what it was told.

Run by the foreign programs' own Python, never imported here: `platform_program.py ADDRESS KEY FILE`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from ncmec_cybertip import (  # type: ignore[import-not-found]
    ApiError,
    CyberTiplineClient,
    Email,
    FileDetails,
    IncidentSummary,
    IncidentType,
    Person,
    Report,
    Reporter,
    file_hashes,
)


def report(kind: Any) -> Any:
    """A report with nothing but what has to be in it."""
    summary = IncidentSummary(incident_type=kind, incident_date_time=datetime(2026, 11, 1, 10, tzinfo=UTC))
    person = Person(first_name="Desk", last_name="Platform", email=[Email(value="desk@platform.example")])
    return Report(incident_summary=summary, reporter=Reporter(reporting_person=person))


async def run(address: str, key: str, path: str) -> dict[str, Any]:
    """Everything that the client can ask for."""
    told: dict[str, Any] = {}
    kinds = list(IncidentType)
    first, second = kinds[0], kinds[6]
    async with CyberTiplineClient(username="platform", password=key, base_url=address) as client:
        told["status"] = (await client.status()).response_code
        opened = (await client.submit(report(first))).report_id
        told["opened"] = opened
        try:
            await client.upload(opened, path)
        except ApiError as refusal:
            told["upload"] = [refusal.response_code, refusal.description]
        for number in (1, 2):
            details = FileDetails(
                report_id=opened,
                file_id=f"ours-{number}",
                original_file_name="a.bin",
                file_viewed_by_esp=True,
                original_file_hash=file_hashes(f"{number}".encode()),
            )
            told[f"file{number}"] = (await client.file_info(details)).response_code
        done = await client.finish(opened)
        told["finished"] = [done.report_id, done.file_ids]
        for name, ask in (("again", client.finish), ("late", client.retract)):
            try:
                await ask(opened)
            except ApiError as refusal:
                told[name] = refusal.response_code
        other = (await client.submit(report(second))).report_id
        told["retracted"] = (await client.retract(other)).response_code
    async with CyberTiplineClient(username="platform", password="wrong", base_url=address) as client:
        try:
            await client.status()
        except ApiError as refusal:
            told["stranger"] = refusal.is_authentication_error
    return told


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(*sys.argv[1:4]))))
