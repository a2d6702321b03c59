"""Who may do what: the one table from which the pages, the documentation and the enforcement come. Pure; no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class OrganisationKind(enum.StrEnum):
    """What an organisation is for."""

    HOTLINE = "hotline"
    POLICE = "police"
    PLATFORM = "platform"
    HUB = "hub"
    AUTHORITY = "authority"
    MINISTRY = "ministry"
    SECRETARIAT = "secretariat"
    OVERSIGHT = "oversight"


class Regime(enum.StrEnum):
    """The law under which an organisation handles personal data: the GDPR, or the Law Enforcement Directive."""

    GDPR = "gdpr"
    LED = "led"


class Permission(enum.StrEnum):
    """One thing that a route may ask for. `app.action`."""

    ACCOUNT = "account.own"
    DIRECTORY_VIEW = "directory.view"
    DIRECTORY_MANAGE = "directory.manage"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    KEYS_MANAGE = "keys.manage"
    ADMIN_SESSION = "admin.session"
    SCAN_VIEW = "scan.view"
    SCAN_ADD = "scan.add"
    SCAN_RELEASE = "scan.release"
    SCAN_EXPORT = "scan.export"
    SCAN_ERASE = "scan.erase"
    LEDGER_OWN = "ledger.own"
    LEDGER_OVERSEE = "ledger.oversee"
    LEDGER_EXPORT = "ledger.export"


CASEWORK = frozenset(
    {
        Permission.SCAN_VIEW,
        Permission.SCAN_ADD,
        Permission.SCAN_RELEASE,
        Permission.SCAN_EXPORT,
        Permission.SCAN_ERASE,
    }
)
"""What touches casework: whoever has any of it must use a second factor, and administrators have none of it."""

IN_ADMIN_SESSION = frozenset({Permission.SCAN_VIEW})
"""What an administrator gains for the time of a reasoned session."""

STEP_UP = frozenset({Permission.SCAN_RELEASE, Permission.SCAN_EXPORT, Permission.LEDGER_EXPORT})
"""What asks for the second factor again if it was not given within the last minutes."""

EVERYBODY = frozenset({Permission.ACCOUNT, Permission.LEDGER_OWN, Permission.DIRECTORY_VIEW})


class Role(enum.StrEnum):
    """What a person does in their organisation."""

    ANALYST = "analyst"
    IDENTIFIER = "identifier"
    INVESTIGATOR = "investigator"
    MODERATOR = "moderator"
    LEGAL = "legal"
    CURATOR = "curator"
    SECRETARIAT = "secretariat"
    PRESS = "press"
    OVERSIGHT = "oversight"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleRule:
    """One row of the table.

    Attributes:
        kinds: in which organisations the role exists.
        permissions: what it may do beside what everybody may.
    """

    kinds: frozenset[OrganisationKind]
    permissions: frozenset[Permission]


_K, _P = OrganisationKind, Permission
_WORK = frozenset({_P.SCAN_VIEW, _P.SCAN_ADD, _P.SCAN_RELEASE, _P.SCAN_EXPORT, _P.PEOPLE_VIEW})

ROLES: dict[Role, RoleRule] = {
    Role.ANALYST: RoleRule(frozenset({_K.HOTLINE, _K.HUB}), _WORK),
    Role.IDENTIFIER: RoleRule(frozenset({_K.POLICE, _K.HUB}), _WORK | {_P.SCAN_ERASE}),
    Role.INVESTIGATOR: RoleRule(frozenset({_K.POLICE}), _WORK | {_P.SCAN_ERASE}),
    Role.MODERATOR: RoleRule(frozenset({_K.PLATFORM}), _WORK),
    Role.LEGAL: RoleRule(frozenset({_K.AUTHORITY}), frozenset({_P.SCAN_VIEW, _P.PEOPLE_VIEW})),
    Role.CURATOR: RoleRule(
        frozenset({_K.HOTLINE, _K.POLICE, _K.HUB}), frozenset({_P.SCAN_VIEW, _P.SCAN_ADD, _P.PEOPLE_VIEW})
    ),
    Role.SECRETARIAT: RoleRule(frozenset({_K.SECRETARIAT, _K.MINISTRY}), frozenset({_P.PEOPLE_VIEW})),
    Role.PRESS: RoleRule(frozenset({_K.SECRETARIAT, _K.MINISTRY, _K.POLICE, _K.HOTLINE}), frozenset()),
    Role.OVERSIGHT: RoleRule(frozenset(_K), frozenset({_P.PEOPLE_VIEW, _P.LEDGER_OVERSEE, _P.LEDGER_EXPORT})),
    Role.ADMINISTRATOR: RoleRule(
        frozenset(_K),
        frozenset({_P.DIRECTORY_MANAGE, _P.PEOPLE_VIEW, _P.PEOPLE_MANAGE, _P.KEYS_MANAGE, _P.ADMIN_SESSION}),
    ),
}
"""The table. A row more is a role more: pages, documentation and enforcement follow."""


def permissions_of(roles: frozenset[Role], *, in_admin_session: bool = False) -> frozenset[Permission]:
    """Return all that somebody with these roles may do."""
    granted = EVERYBODY.union(*(ROLES[role].permissions for role in roles))
    if in_admin_session and Role.ADMINISTRATOR in roles:
        granted |= IN_ADMIN_SESSION
    return granted


def sees_casework(roles: frozenset[Role]) -> bool:
    """Whether a second factor is compulsory: the roles see casework, or what others did with it, or can come to."""
    beyond = CASEWORK | {Permission.LEDGER_OVERSEE, Permission.ADMIN_SESSION}
    return bool(permissions_of(roles) & beyond)


def problem_with_roles(roles: frozenset[Role], kind: OrganisationKind) -> str:
    """Return why nobody in such an organisation may have these roles together, or "" if they may.

    Whoever oversees or administers does nothing else: nobody watches their own work or gives power to themselves.
    """
    for role in sorted(roles):
        if kind not in ROLES[role].kinds:
            return f"the role {role} does not exist in an organisation of the kind {kind}"
    for alone in (Role.OVERSIGHT, Role.ADMINISTRATOR):
        if alone in roles and len(roles) > 1:
            return f"the role {alone} cannot be held together with another"
    return "" if roles else "a person needs a role"
