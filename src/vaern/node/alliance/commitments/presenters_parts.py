"""What the pages of a reply's form show: the list of its parts, one part, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.alliance.commitments import labels, presenters
from vaern.node.alliance.commitments import reply_parts as parts
from vaern.node.alliance.commitments.form_sets import PLACES
from vaern.node.alliance.commitments.presenters_rounds import declared_table
from vaern.node.alliance.commitments.round_forms import value_label
from vaern.node.alliance.commitments.words import day, goal_label, place_label
from vaern.node.alliance.indicators.labels import POPULATIONS
from vaern.node.alliance.rules.commitments import REPLY, ReplyEvent, ReplyState
from vaern.node.casework.drafts import store
from vaern.node.web.components import Chip
from vaern.node.web.tasks import Task, TaskList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.alliance.commitments.reply_parts import Chapter, Gap, Key, Parts, Progress, Values
    from vaern.node.alliance.models import RoundReply
    from vaern.node.organisations.viewers import Viewer


def at(reply: RoundReply, key: Key) -> str:
    """Return the address of a part."""
    return reverse("alliance:write-reply-part", args=[reply.pk, *key])


def title_of(found: Parts, key: Key) -> str:
    """Return the name of a part."""
    values = found.values_of(key)
    return ": ".join([_("Declared values"), _values_title(values)]) if values else str(labels.PARTS[key.part])


def list_context(viewer: Viewer, found: Parts) -> dict[str, Any]:
    """Return what the list of the parts shows."""
    reply, typed = found.reply, store.pages(viewer.person.pk) if viewer.person else {}
    values = [_task(found, one.key, _values_title(one), typed) for one in found.values]
    needed = [progress for key in found.keys if (progress := _progress(found, key)).required]
    return {
        "reply": reply,
        "round": reply.round,
        "done": sum(progress.state == "done" for progress in needed),
        "needed": len(needed),
        "groups": [_group(found, chapter, typed) for chapter in found.chapters],
        "values": TaskList(_("Declared values"), values),
        "new_url": at(reply, parts.Key(found.next_new, labels.PROMISE)),
        "is_ready": may_submit(reply) and not parts.gaps(found),
        "closes": day(reply.round.closes),
    }


def _group(found: Parts, chapter: Chapter, typed: Iterable[str]) -> dict[str, Any]:
    content = chapter.line.content
    title = goal_label(content.goal, content.frame_version)
    tasks = [_task(found, parts.Key(chapter.key, part), labels.PARTS[part], typed) for part in parts.PLACES]
    return {"title": title, "tasks": TaskList(title, tasks), "chapter": chapter}


def _task(found: Parts, key: Key, title: object, typed: Iterable[str]) -> Task:
    progress, url = _progress(found, key), at(found.reply, key)
    more = Chip(_("Typed, not saved"), "warning") if url in typed else ""
    return Task(title, url, progress.state, progress_words(progress), more)


def _progress(found: Parts, key: Key) -> Progress:
    if values := found.values_of(key):
        return values.progress
    chapter = found.chapter(key.line)
    return chapter.progress(key.part) if chapter else parts.Progress(0, len(parts.PLACES[key.part]))


def progress_words(progress: Progress) -> str:
    """Return how far a part is, in words."""
    if not progress.needed:
        return _("None")
    said = {"open": _("Not begun"), "begun": _("Begun"), "done": _("Done")}[progress.state]
    count = ngettext("%(answered)s of %(needed)s answered", "%(answered)s of %(needed)s answered", progress.needed)
    return f"{said} · {count % {'answered': progress.answered, 'needed': progress.needed}}"


def _values_title(values: Values) -> str:
    name = str(POPULATIONS.get(values.population, _("Only declared")))
    if values.of == 1:
        return name
    return _("%(name)s, page %(number)s of %(of)s") % {"name": name, "number": values.number, "of": values.of}


def part_context(found: Parts, key: Key) -> dict[str, Any]:
    """Return what the page of one part shows besides its forms."""
    chapter = found.chapter(key.line)
    group = "" if key.line == parts.VALUES else _("A new commitment")
    if chapter is not None:
        group = goal_label(chapter.line.content.goal, chapter.line.content.frame_version)
    return {"reply": found.reply, "round": found.reply.round, "group": group, "title": title_of(found, key), "key": key}


def next_at(found: Parts, key: Key) -> str:
    """Return the address of the part after one; of the last, that of the list."""
    keys = found.keys
    after = keys[keys.index(key) + 1 :] if key in keys else []
    return at(found.reply, after[0]) if after else reverse("alliance:write-reply", args=[found.reply.pk])


def now_context(found: Parts, key: Key) -> dict[str, Any]:
    """Return what stands in a part now, for somebody who wrote it at the same time as somebody else."""
    if values := found.values_of(key):
        return {"now_declared": declared_table(values.values)}
    chapter = found.chapter(key.line)
    return {"now_says": presenters.content_facts(chapter.line.content) if chapter else None}


def may_submit(reply: RoundReply) -> bool:
    """Whether a reply in this state can be handed in, if nothing is missing."""
    return (ReplyState(reply.state), ReplyEvent.SUBMIT) in REPLY


def missing(found: Parts, gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    """Return what is missing, each with the way to its field."""
    return [_missing(found, gap) for gap in gaps]


def _missing(found: Parts, gap: Gap) -> dict[str, Any]:
    url = f"{at(found.reply, gap.key)}#{_field(found, gap)}"
    if values := found.values_of(gap.key):
        place: object = value_label(values.values[int(gap.path.partition(".")[0])])
    else:
        place = f"{goal_label(gap.goal).partition(' ')[0]}, {place_label(gap.path)}"
    return {"url": url, "place": place, "what": labels.FAULTS[gap.code]}


def _field(found: Parts, gap: Gap) -> str:
    """Return the id of the field that a gap is about, as Django's forms give them."""
    if values := found.values_of(gap.key):
        number, _dot, name = gap.path.partition(".")
        return f"id_d{number}-{values.values[int(number)].indicator}-{name}"
    room, _dot, rest = gap.path.partition(".")
    if room in (labels.ACTIONS, labels.EVIDENCE):
        return f"id_c-{room}-{rest.replace('.', '-')}"
    return f"id_c-{PLACES.get(gap.path, gap.path)}"
