"""The page on which a person decides: it names what it acts on, keeps what was typed, and says why not, or does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.base.refusals import Refusal, Stale, say
from vaern.node.base.transitions import StateRefusal
from vaern.node.scans.rules import Event, State
from vaern.node.web.decisions import at_once, decide

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

SUBJECT = "Report R-0042-0042"
BACK = "/where-it-began/"


class Words(forms.Form):
    words = forms.CharField(max_length=20)


def asked(method: str = "GET", **sent: str) -> HttpRequest:
    request: Any = getattr(RequestFactory(), method.lower())("/decide/", sent)
    request.session = {}
    request._messages = FallbackStorage(request)
    request.resolver_match = None
    return request  # type: ignore[no-any-return]


def page(request: HttpRequest, do: Callable[[Any], object] = lambda _form: None, **more: Any) -> HttpResponse:
    chosen = {"title": "Decide", "subject": SUBJECT, "back": BACK, "form": Words, "do": do, "done": "Decided.", **more}
    return decide(request, **chosen)


def raises(refusal: Exception) -> Callable[[Any], object]:
    def do(_form: Any) -> object:
        raise refusal

    return do


def said(request: HttpRequest) -> list[str]:
    return [str(message) for message in get_messages(request)]


@pytest.mark.parametrize("form", [Words, None])
def test_it_names_what_it_acts_on_and_does_nothing_before_it_is_sent(form: Any) -> None:
    answer = page(asked(), raises(AssertionError()), form=form)
    assert answer.status_code == 200
    assert SUBJECT in answer.content.decode()
    assert f'href="{BACK}"' in answer.content.decode()


def test_what_does_not_hold_is_said_and_kept_and_nothing_is_done() -> None:
    answer = page(asked("POST", words="far more than twenty signs"), raises(AssertionError()))
    assert answer.status_code == 422
    assert "far more than twenty signs" in answer.content.decode()
    assert SUBJECT in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal("It cannot be."), 422),
        (Refusal("It cannot be.", field="words"), 422),
        (Refusal("It cannot be.", field="of_another_form"), 422),
        (Stale("It cannot be."), 409),
        (StateRefusal("a scan", State.RECEIVING, Event.REVIEW), 409),
    ],
)
@pytest.mark.parametrize("form", [Words, None])
def test_what_the_rules_refuse_is_said_beside_what_was_typed(refusal: Refusal, status: int, form: Any) -> None:
    request = asked("POST", words="typed")
    answer = page(request, raises(refusal), form=form)
    text = answer.content.decode()
    assert answer.status_code == status
    assert str(refusal) in text or forms.forms.ErrorList([str(refusal)]).as_text()[2:] in text or "“" in text
    assert SUBJECT in text
    assert form is None or 'value="typed"' in text
    assert not said(request)


def test_another_fault_is_not_taken_for_a_refusal() -> None:
    with pytest.raises(ZeroDivisionError):
        page(asked("POST", words="typed"), raises(ZeroDivisionError()))


def test_it_is_done_once_and_the_reader_goes_on() -> None:
    done: list[str] = []
    request = asked("POST", words="typed")
    answer = page(request, lambda form: done.append(form.cleaned_data["words"]))
    assert (answer.status_code, answer["Location"], done) == (302, BACK, ["typed"])
    assert len(said(request)) == 1


def test_what_was_done_says_where_to_go_and_what_became_of_it() -> None:
    request = asked("POST", words="typed")
    answer = page(request, lambda _form: 7, then=lambda made: f"/made/{made}/", done=lambda made: f"Made {made}.")
    assert answer["Location"] == "/made/7/"
    assert said(request) == ["Made 7."]


def test_a_file_is_the_answer_itself() -> None:
    file = HttpResponse(b"%PDF")
    assert page(asked("POST", words="typed"), lambda _form: file) is file


def test_what_only_the_page_shows_is_made_for_the_page_alone() -> None:
    made: list[str] = []

    def shown() -> str:
        made.append("made")
        return "what else to know"

    assert "what else to know" in page(asked(), shown=shown).content.decode()
    assert page(asked("POST", words="typed"), shown=shown).status_code == 302
    assert made == ["made"]


def test_what_cannot_be_done_at_all_is_not_even_asked() -> None:
    request = asked()
    answer = page(request, check=lambda: raises(Refusal("Not in this state."))(None))
    assert (answer.status_code, answer["Location"]) == (302, BACK)
    assert said(request) == ["Not in this state."]


def test_what_was_typed_stays_where_it_cannot_be_done_any_more() -> None:
    refusal = Refusal("Not in this state.")
    answer = page(asked("POST", words="typed"), raises(refusal), check=lambda: raises(refusal)(None))
    assert 'value="typed"' in answer.content.decode()


@given(shown=st.integers(0, 5), stored=st.integers(0, 5), missing=st.booleans())
def test_nothing_is_saved_over_what_was_not_seen(*, shown: int, stored: int, missing: bool) -> None:
    """The page carries the version that it showed; who was overtaken sees what is there now, and may save it then."""
    saved = []

    def save(request: HttpRequest) -> HttpResponse:
        def do(_form: Any, seen: int) -> None:
            if seen != stored:
                raise Stale("Somebody else changed this.")
            saved.append(stored)

        return page(request, do, version=stored, now=lambda: (stored, "what is there now"))

    answer = save(asked("POST", words="typed", **({} if missing else {"version": str(shown)})))
    if shown == stored and not missing:
        assert saved == [stored]
        return
    text = answer.content.decode()
    assert (answer.status_code, saved) == (409, [])
    assert "what is there now" in text
    assert 'value="typed"' in text
    assert f'name="version" value="{stored}"' in text
    assert save(asked("POST", words="typed", version=str(stored))).status_code == 302


def test_a_button_of_another_page_does_it_or_says_why_not_there() -> None:
    request = asked("POST")
    assert at_once(request, lambda: None, BACK, done="Claimed.")["Location"] == BACK
    assert said(request) == ["Claimed."]
    request = asked("POST")
    assert at_once(request, lambda: raises(Refusal("Taken."))(None), BACK, done="", before="R-1")["Location"] == BACK
    assert said(request) == ["R-1: Taken."]


@pytest.mark.parametrize("silent", ["", None, lambda _made: "", lambda _made: None])
def test_an_act_that_says_nothing_and_does_not_answer_by_itself_fails(silent: Any) -> None:
    with pytest.raises(TypeError):
        page(asked("POST", words="typed"), done=silent)
    with pytest.raises(TypeError):
        at_once(asked("POST"), lambda: None, BACK, done=silent)


def test_an_act_that_answers_by_itself_says_nothing() -> None:
    request = asked("POST", words="typed")
    assert page(request, lambda _form: HttpResponse("a file"), done=None).content == b"a file"
    assert said(request) == []


def test_a_code_speaks_by_one_sentence_alone() -> None:
    say({"test.only": "The sentence."})
    say({"test.only": "The sentence."})
    assert str(Refusal("test.only")) == "The sentence."
    assert Refusal("test.only").code == "test.only"
    with pytest.raises(ValueError, match=r"test\.only"):
        say({"test.only": "Another."})
