"""The tables of the ledger. All are append-only by triggers, also for their owner; two exceptions are named below."""

from __future__ import annotations
