"""What lets much be made at once in less time holds for as long as it is asked for, and no longer."""

from __future__ import annotations

import gc

import pytest
from django.db import connection
from django.db.models import CharField, Value

from vaern.node.demo.pace import planned_once, seldom_collected
from vaern.node.organisations.models import Organisation


def plans() -> int:
    """Return how many statements about organisations this connection keeps a plan of."""
    for name in ("one", "another"):
        assert not Organisation.objects.filter(name=name).exists()
    with connection.cursor() as cursor:
        like = "%organisations_organisation%LIMIT%"
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [like])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_statement_with_other_values_is_planned_once_inside_and_each_time_before_and_after() -> None:
    assert plans() == 0
    with planned_once():
        assert plans() == 1
    assert plans() == 0


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_as_before_also_where_the_work_failed() -> None:
    before = dict(connection.settings_dict["OPTIONS"])
    with pytest.raises(ZeroDivisionError), planned_once():
        1 / 0  # noqa: B018
    assert connection.settings_dict["OPTIONS"] == before
    assert list(Organisation.objects.values_list(Value("a", CharField()))) == []
    assert plans() == 0


def test_garbage_is_looked_for_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold() > before
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
