"""The node starts: the settings hold, the migrations are complete, the checks pass."""

from __future__ import annotations

import pytest
from django.core.management import call_command


def test_checks_pass() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
