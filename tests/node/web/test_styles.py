"""What the stylesheets owe to whoever points, taps or jumps: WCAG 2.2, 2.5.8 (target size) and 2.4.11 (focus in sight).

The tour of pages measures the same in Chromium (axe-core); here no rule can be written that takes it back.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vaern.node

SHEETS = sorted(Path(vaern.node.__file__).parent.glob("*/static/**/*.css"))
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
TARGET = re.compile(r"(^|[\s>+~,(])(a|button|summary|select|input|\.button)\b[^\s>+~]*$")
LEAST = 24
"""CSS pixels of a target's smaller side; one rem is sixteen."""


def rules() -> list[tuple[str, str, str]]:
    """Return sheet, selector and declarations of each rule, one for each selector of a list."""
    found = []
    for sheet in SHEETS:
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        for selectors, declared in RULE.findall(text):
            # A comma within brackets parts no selectors.
            found += [(sheet.name, one.strip(), declared) for one in re.split(r",(?![^(]*\))", selectors)]
    return found


def pixels(length: str) -> float:
    """Return a length in CSS pixels.

    Raises:
        ValueError: it is in no unit that has a size without a page.
    """
    number, unit = re.fullmatch(r"([\d.]+)(rem|px|)", length).groups()  # type: ignore[union-attr]
    return float(number) * (16 if unit == "rem" else 1)


def declared(declarations: str, name: str) -> str:
    found = re.search(rf"(?:^|[;\s]){name}\s*:\s*([^;]+)", declarations)
    return found[1].strip() if found else ""


def test_there_are_sheets_and_rules() -> None:
    assert len(SHEETS) > 8
    assert len(rules()) > 500


@pytest.mark.parametrize("name", ["min-height", "height"])
def test_no_rule_makes_a_target_lower_than_24_pixels(name: str) -> None:
    small = [
        f"{sheet}: {selector} {{ {name}: {length} }}"
        for sheet, selector, given in rules()
        if TARGET.search(selector)
        and (length := declared(given, name))
        and re.fullmatch(r"[\d.]+(rem|px|)", length)
        and pixels(length) < LEAST
        # A box or a dot is pressed by its label too, which is the target.
        and not re.search(r"checkbox|radio", selector)
    ]
    assert not small, small


def test_buttons_folds_and_links_of_tables_have_a_least_height() -> None:
    for wanted in ("button", ".button", "details > summary", ".data :is(th, td) > a:not(.button)"):
        heights = [declared(given, "min-height") for _sheet, selector, given in rules() if selector == wanted]
        assert any(height and pixels(height) >= LEAST for height in heights), f"{wanted} has no least height"


def test_a_jump_leaves_room_for_what_sticks_to_the_top() -> None:
    stuck = [selector for _s, selector, given in rules() if "sticky" in declared(given, "position")]
    assert any("thead" in selector for selector in stuck)
    (room,) = [
        pixels(declared(given, "scroll-padding-top"))
        for _sheet, selector, given in rules()
        if selector == "html" and declared(given, "scroll-padding-top")
    ]
    head = 2 * LEAST  # one line of a table's head, with its link and its padding
    assert room >= head
    for sheet, selector, given in rules():
        if margin := declared(given, "scroll-margin-top"):
            assert pixels(margin) >= head, f"{sheet}: {selector} takes back what html leaves"
