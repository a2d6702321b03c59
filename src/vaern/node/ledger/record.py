"""Recording: one entry in the transaction of the act itself, and durable when that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from vaern.node.ledger.notes import commitment, fresh_salt, kept
from vaern.node.statements import run
