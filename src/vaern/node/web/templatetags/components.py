"""The components as template tags. Built in: no `{% load %}` is needed.

A tag that ends in a block (`{% dialog %}…{% enddialog %}`) wraps what stands inside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from vaern.node.web import components as c
from vaern.node.web.browsers import in_words
from vaern.node.web.results import of_message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.messages.storage.base import Message
    from django.template import Context

    from vaern.node.web.records import Offer
    from vaern.node.web.tables import Table

register = template.Library()


@register.filter
def result(message: Message) -> dict[str, Any]:
    """`{% with message|result as it %}`: what comes next, and how to undo what a message says was done."""
    return of_message(message)


@register.simple_tag
def chip(label: object, tone: str = "neutral") -> SafeString:
    """`{% chip "Released" "good" %}`: a state."""
    return c.Chip(label, tone).render()


@register.simple_tag
def tlp(code: str, europol: str = "") -> SafeString:
    """`{% tlp release.handling release.europol %}`: how it has to be handled, as TLP 2.0 and Europol write it."""
    return c.Handling(code, europol).render()


@register.simple_tag
def clock(due_at: datetime, met_at: datetime | None = None) -> SafeString:
    """`{% clock deadline %}`: what remains until a deadline, or by how much it is overdue."""
    return c.Clock(due_at, met_at).render()


@register.simple_tag
def when(at: datetime | None, none: object = "–") -> SafeString:
    """`{% when scan.created_at %}`: a moment."""
    return c.When(at, none).render()


@register.simple_tag
def code(value: object, keep: int = 0) -> SafeString:
    """`{% code scan.id 6 %}`: an id or a hash."""
    return c.Code(value, keep).render()


@register.filter
def number(value: object) -> str:
    """`{{ count|number }}`: a number, grouped as the language groups it; a date as it writes dates; else as it is."""
    return c.numbered(value)


@register.filter
def browser(user_agent: object) -> str:
    """`{{ session.user_agent|browser }}`: browser and system in words."""
    return in_words(str(user_agent))


@register.simple_tag
def score(parts: Sequence[c.Part], of: float = 100, label: object = "", compact: bool = False) -> SafeString:
    """`{% score parts label="Priority" %}`: a score with the parts it is made of."""
    return c.Score(parts, of, label, compact).render()


@register.simple_tag
def timeline(events: Sequence[c.Event], label: object = "") -> SafeString:
    """`{% timeline events %}`: what happened."""
    return c.Timeline(events, label).render()


@register.simple_tag
def empty(title: object, text: object = "", url: str = "", action: object = "") -> SafeString:
    """`{% empty "No scans yet" "Scans …" url "Bring in a scan" %}`: what a page says where there is nothing."""
    return c.Empty(title, text, url, action).render()


@register.simple_tag
def definitions(pairs: Sequence[tuple[object, object]]) -> SafeString:
    """`{% definitions pairs %}`: names with their values."""
    return c.Definitions(pairs).render()


@register.simple_tag
def secret(value: str, label: object) -> SafeString:
    """`{% secret key "Your new key" %}`: shown once, to be copied."""
    return c.Secret(value, label).render()


@register.simple_tag(name="table")
def draw_table(table: Table) -> SafeString:
    """`{% table table %}`, or just `{{ table }}`."""
    return table.render()


@register.inclusion_tag("web/components/tabs.html")
def tabs(tabs: Sequence[c.Tab], label: object = "") -> dict[str, Any]:
    """`{% tabs tabs %}`: pages about the same thing."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("web/components/recipients.html")
def recipients(recipients: Sequence[c.Recipient]) -> dict[str, Any]:
    """`{% recipients recipients %}`: who will receive, with what handling, until when. Before every release."""
    return {"recipients": recipients}


@register.inclusion_tag("web/components/progress.html")
def progress(it: c.Progress) -> dict[str, Any]:
    """`{% progress progress %}`: how far a job is. Its address answers with this alone."""
    return {"it": it}


@register.inclusion_tag("web/components/crumb.html", takes_context=True)
def crumb(context: Context, label: object, url: str = "") -> dict[str, Any]:
    """`{% crumb "People" people_url %}`: one step of `{% block breadcrumbs %}`; the page of an entry has its word."""
    place = getattr(context.get("navigation"), "place", None)
    return {"label": place.word if place and url == place.url else label, "url": url}


@register.simple_block_tag(takes_context=True)
def breadcrumbs(context: Context, content: str) -> str:
    """Wrap the steps of the base template, from the entry of the menu on; nothing if there are none.

    A page that is a tab shows where it is by its tabs.
    """
    place = getattr(context.get("navigation"), "place", None)
    if not content.strip() or (place and place.heading):
        return ""
    first = f'href="{place.url}"' if place else ""
    entry = place if place and first not in content else None
    return render_to_string("web/components/breadcrumbs.html", {"steps": content, "entry": entry})


@register.simple_block_tag
def dialog(content: str, id: str, title: object) -> str:
    """`{% dialog id="more" title="More" %}…{% enddialog %}`: opened by `{% opener "more" "More" url %}`."""
    return render_to_string("web/components/dialog.html", {"id": id, "title": title, "content": content})


@register.simple_tag
def opener(dialog: str, label: object, url: str, tone: str = "") -> SafeString:
    """`{% opener "more" "More" url "primary" %}`: opens a dialogue; without a script, the page with the same.

    Args:
        dialog: id of the dialogue.
        label: the words.
        url: of the page.
        tone: `primary`, `danger` or empty.
    """
    return format_html('<a class="button {}" href="{}" data-dialog="{}">{}</a>', tone, url, dialog, label)


@register.inclusion_tag("web/components/offer.html", takes_context=True)
def offer(context: Context, it: Offer, tone: str = "") -> dict[str, Any]:
    """`{% offer head.first "primary" %}`: a button for something that can be done, or why it cannot."""
    return {"it": it, "tone": it.tone or tone, "csrf_token": context.get("csrf_token")}


QR = re.compile(r'viewBox="([\d. ]+)".*?<path[^>]*? d="([MmHhVvLlZz\d., -]+)"', re.DOTALL)


@register.simple_tag
def qr(svg: str, label: object) -> SafeString:
    """`{% qr totp_svg "…" %}`: the QR code of an SVG file as part of the page, so that no `data:` address is needed.

    Only the figures of its one path are taken over.

    Raises:
        ValueError: the file has another shape.
    """
    found = QR.search(svg) or QR.search(re.sub(r"(<path )(.*?)( ?/?>)", r"\1\2\3", svg))
    if not found:
        raise ValueError("the QR code is not an SVG file with one path")
    return format_html(
        '<svg class="qr" viewBox="{}" role="img" aria-label="{}"><rect class="paper" width="100%" height="100%"/>'
        '<path class="ink" d="{}"/></svg>',
        found[1],
        label,
        found[2],
    )


ICONS = {
    "help": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.8a8.2 8.2 0 1 1 0 16.4 8.2 8.2 0 0 1 0-16.4z"
    "M12 6.5c-2 0-3.5 1.2-3.6 3.1h1.8c.1-1 .8-1.5 1.8-1.5s1.7.6 1.7 1.4c0 .7-.4 1.1-1.2 1.6-1 .7-1.4 1.3-1.4 2.6v.4"
    "h1.8v-.3c0-.8.3-1.1 1.1-1.6 1-.7 1.5-1.5 1.5-2.6 0-1.8-1.5-3.1-3.5-3.1zm-.9 8.9v1.8h1.8v-1.8z",
    "search": "M10.5 3a7.5 7.5 0 1 0 4.6 13.4l4.7 4.7 1.3-1.3-4.7-4.7A7.5 7.5 0 0 0 10.5 3zm0 1.8"
    "a5.7 5.7 0 1 1 0 11.4 5.7 5.7 0 0 1 0-11.4z",
    "shield": "M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5z",
    "menu": "M3 6h18v1.8H3zm0 5.1h18v1.8H3zm0 5.1h18V18H3z",
    "warning": "M12 3 1.5 21h21zm0 4 7 12.3H5zm-.9 4.5h1.8v4h-1.8zm0 5h1.8v1.8h-1.8z",
    "tick": "m9.5 17.6-5.3-5.3 1.4-1.4 3.9 3.9 8.9-8.9 1.4 1.4z",
    "cross": "m6.4 5-1.4 1.4 5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z",
    "info": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-.9 5h1.8v1.8h-1.8zm0 3.5h1.8V17h-1.8z",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "tick" %}`: a sign that says nothing which the words beside it do not say."""
    return mark_safe(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{ICONS[name]}"/></svg>')  # noqa: S308 - ours
