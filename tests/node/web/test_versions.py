"""Who saves over what somebody else changed is told, also where the page lost its mark."""

from __future__ import annotations

import pytest

from vaern.node.web.versions import OF_NO_PAGE, ShownForm, mark_of, overtaken


@pytest.mark.parametrize(
    "given", [{}, {"shown": ""}, {"shown": " "}, {"shown": OF_NO_PAGE}, {"shown": mark_of("older")}]
)
def test_a_form_without_the_mark_that_its_page_carried_is_one_of_an_old_page(given: dict[str, str]) -> None:
    now = mark_of("now")
    form = ShownForm(given, initial={"shown": now})
    assert form.is_valid()
    assert overtaken(form.cleaned_data["shown"], now)
    form.show(now)
    again = ShownForm(form.data, initial={"shown": now})
    assert again.is_valid()
    assert not overtaken(again.cleaned_data["shown"], now)


def test_of_what_is_new_no_page_carries_a_mark() -> None:
    form = ShownForm({})
    assert form.is_valid()
    assert not overtaken(form.cleaned_data["shown"], mark_of("now"))
