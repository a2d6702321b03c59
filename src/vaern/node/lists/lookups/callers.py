"""The file of callers: what the look-up service knows of keys, policies, lists and law, written from the database.

The service reads nothing else of the node. The file is written when a policy, a release of a list or a key changes,
and each minute, because a key also ends by the clock or with its maker's account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.lookup import callers as files
from vaern.lookup.callers import Asker, Caller, Callers, Hears
from vaern.lookup.grounds import Service
from vaern.lookup.policy import DEFAULT_POLICY, Act, Need
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import country_of
from vaern.node.lists.base.recipients import may_use
from vaern.node.lists.lookups import grounds
from vaern.node.lists.models import HashList, ListSubset, LookupPolicy
from vaern.node.lists.rules.lists import Tells
from vaern.node.organisations.keys import standing_permissions
from vaern.node.organisations.models import ApiKey
from vaern.node.organisations.rules import OrganisationKind, Permission, key_permissions, may_somebody
from vaern.node.runtime.logs import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from uuid import UUID

    from vaern.node.organisations.models import Organisation

SCOPES = {Permission.LOOKUP_ASK: (files.ASK, files.FEEDBACK), Permission.LOOKUP_LISTS: (files.LISTS,)}
"""What a key's permissions are to the look-up service."""

log = structlog.get_logger()


def path() -> Path:
    """Return where the file is."""
    return settings.LISTS / files.FILE


def write_soon() -> None:
    """Write the file anew when the transaction is committed; the next minute tries again what fails."""
    transaction.on_commit(_try, robust=True)


def _try() -> None:
    try:
        write()
    except Exception as error:
        log.error("error", task="lists.callers", **described(error))  # noqa: TRY400 - its words quote paths


def write() -> int:
    """Write the file if it says something else than before; return whether it was written."""
    made = Callers(callers=tuple(_callers()), grounds=tuple(grounds.rows()))
    before = msgspec.structs.replace(files.read(path()), written_at="")
    if made == before and path().exists():
        return 0
    files.write(path(), msgspec.structs.replace(made, written_at=timezone.now().isoformat(timespec="seconds")))
    return 1


def _callers() -> Iterable[Caller]:
    keys = ApiKey.everywhere.filter(revoked_at=None, expires_at__gt=timezone.now(), organisation__active=True)
    keys = keys.filter(scopes__overlap=[scope.value for scope in SCOPES], created_by__is_active=True)
    found = list(keys.select_related("organisation__member", "created_by__organisation").order_by("pk"))
    organisations = {one.organisation_id: one.organisation for one in found}
    policies = _policies(organisations)
    held, hosted, of = _held(organisations), _hosted(), dict(_subsets())
    for key in found:
        scopes = frozenset(Permission(scope) for scope in key.scopes if scope in set(Permission))
        may = key_permissions(scopes, standing_permissions(key.created_by))
        policy = policies.get(key.organisation_id)
        holds = held.get(key.organisation_id, set())
        yield msgspec.structs.replace(
            _made(key.organisation, policy, holds, hosted, of),
            key=key.pk.hex,
            digest=bytes(key.digest).hex(),
            purpose=key.purpose,
            scopes=tuple(scope for permission, of in SCOPES.items() if permission in may for scope in of),
            holds=tuple(sorted(holds)),
            per_second=settings.CONFIGURATION.lookup_rate,
            hits_per_day=settings.CONFIGURATION.lookup_hits,
            expires_at=key.expires_at.isoformat(),
        )


def caller_of(organisation: Organisation) -> Caller:
    """Return as whom the people of an organisation ask: its lists, its policy, and the law of its service."""
    holds = _held({organisation.pk: organisation}).get(organisation.pk, set())
    policy = _policies({organisation.pk: organisation}).get(organisation.pk)
    return _made(organisation, policy, holds, _hosted(), dict(_subsets()))


def _made(
    organisation: Organisation,
    policy: LookupPolicy | None,
    holds: set[str],
    hosted: Iterable[HashList],
    of: Mapping[str, str],
) -> Caller:
    """Return as whom an organisation asks: of a list that it does not hold it hears what whoever keeps that lets out.

    Who holds a subset of a list is matched against the list alone where it may hear all of that, so that no hit comes
    twice; else against both, for of what is in the subset it hears all.
    """
    others = {one.name: one.tells for one in hosted if may_use(one, organisation.kind) and one.name not in holds}
    heard = holds | {name for name, tells in others.items() if tells == Tells.ALL}
    return Caller(
        key="",
        digest="",
        organisation=Asker(str(organisation.pk), organisation.name, country_of(organisation), organisation.kind),
        service=msgspec.convert(policy.service, Service) if policy else "",
        country=policy.country if policy else "",
        lists=tuple(sorted(name for name in holds | others.keys() if of.get(name) not in heard)),
        hears={name: msgspec.convert(others[name], Hears) for name in sorted(others.keys() - heard)},
        coarse=policy.coarse if policy else False,
        blind=may_somebody(OrganisationKind(organisation.kind), Permission.HASHLIST_VOTE),
        policy=_needs(policy.acts) if policy else dict(DEFAULT_POLICY),
    )


def _needs(acts: Mapping[str, object]) -> dict[Act, Need]:
    return msgspec.convert(acts, dict[Act, Need])


def _policies(organisations: Mapping[UUID, Organisation]) -> dict[UUID, LookupPolicy]:
    rows = LookupPolicy.everywhere.filter(organisation__in=organisations).order_by("organisation", "-version")
    return {row.organisation_id: row for row in rows.distinct("organisation")}


def _held(organisations: Mapping[UUID, Organisation]) -> dict[UUID, set[str]]:
    """Return the names of the lists and subsets that organisations have: their own lists, and what was released."""
    held: dict[UUID, set[str]] = {}
    names = {(model.KIND, pk): name for model in (HashList, ListSubset) for pk, name in _named(model)}
    for owner, name in HashList.everywhere.filter(organisation__in=organisations).values_list("organisation", "name"):
        held.setdefault(owner, set()).add(name)
    given = Release.valid().filter(kind__in=[HashList.KIND, ListSubset.KIND], recipient__in=organisations)
    for recipient, kind, record in given.values_list("recipient", "kind", "record"):
        if name := names.get((kind, record)):
            held.setdefault(recipient, set()).add(name)
    return held


def _named(model: type[HashList | ListSubset]) -> Iterable[tuple[UUID, str]]:
    return model.everywhere.values_list("pk", "name")


def _subsets() -> Iterable[tuple[str, str]]:
    """Return the names of subsets, each with that of its list."""
    return ListSubset.everywhere.values_list("name", "list__name")


def _hosted() -> list[HashList]:
    """Return the lists against which programs of organisations may be matched that do not hold them."""
    return list(HashList.everywhere.filter(hosted=True).only("name", "tells", "licence_kinds"))
