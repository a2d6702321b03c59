"""What a release of a whole alliance leaves out, and how long it takes to find that out.

    python benchmarks/suppression.py [MEMBERS] [months]

Invented numbers: 54 members unless said, every indicator that can be told, a year by quarters and years, or by months
too; a fifth of the members has next to nothing, a few have much, so that about a fifth of the cells is small. Wanted:
seconds, not minutes, for quarters and years (issue 6).
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import date
from pathlib import Path

from machine import machine

from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.suppression.cells import ALL, NONE, OTHER, SHAPES, Basis, Cell, Tables, families
from vaern.node.alliance.rules.suppression.protection import Why, protect
from vaern.node.alliance.rules.suppression.relations import relations

RESULTS = Path(__file__).parent / "results" / "suppression.json"
MONTHS = periods.between("month", date(2026, 1, 1), date(2026, 12, 1))
SIZES = (0.0, 0.2, 1.0, 3.0, 10.0, 40.0)


def invented(members: int, seed: int = 2012) -> Basis:
    draw = random.Random(seed)
    rows = (*(f"M{number:02}" for number in range(members)), NONE)
    numbers: dict[tuple[str, str, date], int] = {}
    for row in rows:
        size, waiting = draw.choice(SIZES), 0
        for month in MONTHS:

            def some(times: float, size: float = size) -> int:
                return int(draw.expovariate(1 / (size * times))) if size else 0

            def put(code: str, of: int, hits: int | None, month: date = month, row: str = row) -> None:
                numbers[f"{code}:of", row, month] = of
                if hits is not None:
                    numbers[f"{code}:hits", row, month] = hits

            for code in ("identified_flow", "urgent_triage", "assistance_days"):
                put(code, some(1), None)
            children = numbers["identified_flow:of", row, month]
            safe = draw.randint(0, children)
            put("safeguarded_share", children, safe)
            now = draw.randint(0, waiting + safe)
            put("safeguarded_flow", now, None)
            waiting += safe - now
            notified = some(10)
            cuts = sorted(draw.randint(0, notified) for _ in range(3))
            for code, hits in zip(("removal_24h", "removal_72h", "removal_7d"), cuts, strict=True):
                put(code, notified, hits)
            traced, forwarded = some(10), some(10)
            for code in ("police_notice_24h", "held_share"):
                put(code, traced, draw.randint(0, traced))
            outcomes = draw.randint(0, forwarded)
            put("forwarded_with_outcome", forwarded, outcomes)
            put("dropped_by_receiver", outcomes, draw.randint(0, outcomes))
            for code in (
                "country_share",
                "country_accepted_share",
                "reappearance",
                "known_material_share",
                "preservations_lapsed",
            ):
                of = some(5)
                put(code, of, draw.randint(0, of))
    return Basis(numbers, rows, MONTHS[0])


def tables(basis: Basis, kinds: tuple[periods.Kind, ...], codes: list[str]) -> Tables:
    listed = tuple(row for row in basis.rows if row != NONE)
    cells = frozenset(
        Cell(code, row, kind, start)
        for code in codes
        for row in (ALL, OTHER, *listed)
        for kind in kinds
        for start in periods.between(kind, MONTHS[0], MONTHS[-1])
    )
    return Tables(basis, listed, cells)


def main() -> None:
    members = int(sys.argv[1]) if len(sys.argv) > 1 else 54
    kinds: tuple[periods.Kind, ...] = periods.KINDS if "months" in sys.argv else ("quarter", "year")
    basis, found, began = invented(members), {}, time.perf_counter()
    for family in families(SHAPES, [(one.smaller, one.larger) for one in relations()]):
        one, begin = tables(basis, kinds, family), time.perf_counter()
        out = protect([], one)
        found[family[0]] = {
            "cells": len(one.cells),
            "seconds": round(time.perf_counter() - begin, 2),
            **{why.value: sum(value is why for value in out.values()) for why in Why},
        }
        print(family[0], found[family[0]])
    total = {
        "members": members,
        "periods": list(kinds),
        "seconds": round(time.perf_counter() - began, 1),
        **{key: sum(one[key] for one in found.values()) for key in ("cells", "small", "guard")},
        "families": found,
    }
    print({key: value for key, value in total.items() if key != "families"})
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept |= {"machine": machine(), " ".join(kinds): total}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
