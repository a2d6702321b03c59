"""Charts, in Chromium: nothing that is written in one is cut off."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTSIDE = """() => [...document.querySelectorAll("main svg text")].filter((one) => {
    const [text, chart] = [one.getBoundingClientRect(), one.ownerSVGElement.getBoundingClientRect()];
    return text.left < chart.left - 1 || text.right > chart.right + 1;
}).map((one) => one.textContent.trim())"""


def test_no_word_or_number_of_a_chart_is_cut(visit: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.goto(visitor.address + "/components/")
    assert "2,500,000" in page.locator("svg.lines").first.inner_html()
    assert page.evaluate(OUTSIDE) == []
