"""Two desks of the police, for the tests of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.node.reports.forwarding.worlds import OrganisationKind, desk

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


@pytest.fixture
def police(db: None) -> Viewer:
    return desk(OrganisationKind.POLICE)


@pytest.fixture
def abroad(db: None) -> Viewer:
    return desk(OrganisationKind.POLICE)
