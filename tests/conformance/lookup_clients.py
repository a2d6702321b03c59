"""Other people's clients, unchanged, against a look-up service: run in their own Python, says what they read as JSON.

python lookup_clients.py ncmec|stopncii|threatexchange|arachnid ADDRESS KEY ARGUMENT
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from enum import Enum
from types import SimpleNamespace
from typing import Any


def ncmec(address: str, key: str, argument: str) -> Any:
    from threatexchange.exchanges.clients.ncmec.hash_api import FeedbackType, FingerprintType, NCMECHashAPI

    api = NCMECHashAPI("whoever", key, SimpleNamespace(value=f"{address}/ncmec/{argument}"))
    pages = list(api.get_entries_iter(start_timestamp=0, end_timestamp=int(2e9)))
    first = pages[0].updates[0]
    api.submit_upvote(first.member_id, first.id, FingerprintType.pdq)
    guid = next(iter(api.feedback_reasons(FingerprintType.pdq)))
    api.submit_feedback(first.member_id, first.id, FingerprintType.md5, FeedbackType.downvote, guid)
    return {
        "status": api.status(),
        "members": api.members(),
        "pages": [len(page.updates) for page in pages],
        "estimates": [page.estimated_entries_in_range for page in pages],
        "latest": max(page.max_timestamp for page in pages),
        "updates": [update for page in pages for update in page.updates],
    }


def stopncii(address: str, key: str, argument: str) -> Any:
    from threatexchange.exchanges.clients.stopncii.api import (
        StopNCIIAPI,
        StopNCIICSPFeedbackValue,
        StopNCIIEndpoint,
        StopNCIISignalType,
    )

    keys = {StopNCIIEndpoint.SubmitFeedback: key, StopNCIIEndpoint.SubmitHashes: key}
    api = StopNCIIAPI("subscription", key, keys, base_url_override=f"{address}/stopncii/{argument}")
    pages = list(api.fetch_hashes_iter())
    later = api.fetch_hashes(start_timestamp=pages[-1].nextSetTimestamp)
    records = [record for page in pages for record in page.hashRecords]
    image = next(record for record in records if record.signalType is StopNCIISignalType.ImagePDQ)
    api.submit_feedback(image.signalType, image.hashValue, StopNCIICSPFeedbackValue.NotBlocked, {"a tag"})
    api.submit_hash(StopNCIISignalType.ImagePDQ, "ab" * 32, {"new"})
    return {"records": records, "pages": [page.count for page in pages], "later": later.count}


def threatexchange(address: str, key: str, argument: str) -> Any:
    from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI
    from threatexchange.exchanges.clients.fb_threatexchange.threat_updates import ThreatUpdateJSON
    from threatexchange.exchanges.impl.fb_threatexchange_api import FBThreatExchangeIndicatorRecord

    token = f"12345678|{key}"
    api = ThreatExchangeAPI(token, endpoint_override=f"{address}/threatexchange")
    found = []
    for types in ((), ("HASH_PDQ",)):
        cursor = api.get_threat_updates(
            int(argument), start_time=0, page_size=20, types=types, decode_fn=ThreatUpdateJSON
        )
        found.append([update for page in cursor for update in page])
    for update in found[0]:
        FBThreatExchangeIndicatorRecord.from_threatexchange_json(api.app_id, update)
    return [
        [
            {
                "id": one.id,
                "indicator": one.indicator,
                "type": one.threat_type,
                "gone": one.should_delete,
                "at": one.time,
            }
            for one in updates
        ]
        for updates in found
    ]


def arachnid(address: str, key: str, argument: str) -> Any:
    os.environ["ARACHNID_SHIELD_URL"] = f"{address}/"
    from arachnid_shield_sdk import ArachnidShield, ArachnidShieldException, ScanMediaFromPdq

    client = ArachnidShield("whoever", key)
    hashes = argument.split(",")
    scanned = client.scan_pdq_hashes(ScanMediaFromPdq(hashes=hashes))
    try:
        client.scan_media_from_bytes(b"\xff\xd8\xff", "image/jpeg")
        refused = ""
    except ArachnidShieldException as error:
        refused = str(error)
    return {"hashes": {value: vars(one) for value, one in scanned.scanned_hashes.items()}, "refused": refused}


def plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    return sorted(value) if isinstance(value, set) else str(value)


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:]), default=plain))
