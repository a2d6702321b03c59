"""Which line of the menu is lit on a real page of reports: that of the list to which the page belongs, and no other."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from vaern.node.organisations.rules import Permission, Role, permissions_of
from vaern.node.web import navigation

SOME = UUID(int=7)
OF = {
    "reports:worklist": [
        ("worklist", []),
        ("report", [SOME]),
        ("forward", [SOME]),
        ("outcome", [SOME]),
        ("finish", [SOME]),
        ("reopen", [SOME]),
        ("bulk", []),
        ("views", []),
        ("triage", []),
        ("numbers", []),
    ],
    "reports:still-up": [
        ("still-up", []),
        ("removal", []),
        ("hosts", []),
        ("new-host", []),
        ("host", [3]),
        ("blocks", []),
        ("export-blocks", []),
        ("block", [SOME]),
        ("decide-appeal", [SOME]),
        ("location", [SOME, SOME]),
        ("trace", [SOME, SOME]),
        ("make-block", [SOME, SOME]),
        ("domains", []),
        ("export-domains", []),
        ("domain", [SOME]),
        ("ask-domain", [SOME, SOME]),
    ],
    "reports:forwarded": [
        ("forwarded", []),
        ("recall-forward", [SOME]),
    ],
    "reports:sent": [("sent", []), ("sent-report", [SOME])],
    "reports:desk": [("desk", [])],
}


@pytest.mark.parametrize(
    ("line", "name", "arguments"),
    [(line, name, arguments) for line, pages in OF.items() for name, arguments in pages],
    ids=[name for pages in OF.values() for name, _arguments in pages],
)
def test_a_page_lights_the_line_of_its_list(line: str, name: str, arguments: list[object]) -> None:
    may = permissions_of(frozenset({Role.ADMINISTRATOR if line == "reports:desk" else Role.MODERATOR}))
    may |= {Permission.REPORT_TAKEDOWN}
    menu = navigation.menu_for(may, reverse(f"reports:{name}", args=arguments))
    assert [one.url for one in menu.entries if one.current] == [reverse(line)]
