"""A secret that is made anew: what the earlier one sealed still opens, is sealed anew, and then does without it."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_person, make_totp
from tests.node.reports.factories import make_report

from vaern.node.base import sealing
from vaern.node.base.sealing import SealedField, Unsealable, keyed, resealed, seal, unseal, unseal_young
from vaern.node.cases.evidence.chain import breaks
from vaern.node.cases.models import CustodyEvent, Evidence
from vaern.node.demo.seed import seed
from vaern.node.ledger.models import Entry
from vaern.node.operations import acts
from vaern.node.operations.secrets import reseal
from vaern.node.organisations.actions import begin_node
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.secret import NoRotation, rotate
from vaern.node.web.mail import defer_mail, send_waiting

if TYPE_CHECKING:
    from pathlib import Path

    import pytest_django.fixtures

OLD, NEW = "o" * 60, "n" * 60
TEXTS = st.text(min_size=1, max_size=200)


def open_everything() -> dict[str, int]:
    """Open every sealed value of the database, and return how many there are, by table and column."""
    opened: dict[str, int] = {}
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, SealedField):
                for row in model._base_manager.all():
                    if sealed := getattr(row, field.attname):
                        sealing.unseal_bytes(sealed, field.purpose_of(row))
                        name = f"{model._meta.label}.{field.name}"
                        opened[name] = opened.get(name, 0) + 1
    return opened


@pytest.mark.once
@pytest.mark.django_db
def test_a_whole_node_opens_before_during_and_after(
    settings: pytest_django.fixtures.SettingsWrapper, tmp_path: Path
) -> None:
    settings.SECRET_KEY = settings.DIGEST_KEY = OLD
    seed(begin_node(), None, lambda _line: None)
    before = open_everything()
    assert len(before) > 20, before
    settings.SECRET_KEY, settings.EARLIER_SECRETS = NEW, (OLD,)
    assert open_everything() == before
    found = reseal(tmp_path, lambda _table, _done, _of: None)
    assert not found.closed
    assert found.values >= sum(before.values())
    settings.EARLIER_SECRETS = ()
    assert open_everything() == before
    assert reseal(tmp_path, lambda _table, _done, _of: None).values == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        CustodyEvent.everywhere.update(kind="moved")  # what the triggers forbid, they forbid again
    assert not [broken for evidence in Evidence.everywhere.all() for broken in breaks(evidence)]
    for factor in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
        assert decrypt(factor.data["secret"])


@pytest.mark.django_db
def test_second_factors_and_mails_that_wait_move_too(
    settings: pytest_django.fixtures.SettingsWrapper, tmp_path: Path, mailoutbox: list[object]
) -> None:
    settings.SECRET_KEY = OLD
    person = make_person()
    make_totp(person)
    with transaction.atomic():
        defer_mail("ada@hotline.example", "organisations/mail/happened", {}, language="en")
    settings.SECRET_KEY, settings.EARLIER_SECRETS = NEW, (OLD,)
    secret = decrypt(Authenticator.objects.get(user=person).data["secret"])
    assert reseal(tmp_path, lambda _table, _done, _of: None).values == 2
    settings.EARLIER_SECRETS = ()
    assert decrypt(Authenticator.objects.get(user=person).data["secret"]) == secret
    assert send_waiting() == 1
    assert Entry.objects.filter(act=acts.SECRET_ROTATED.code).count() == 1


@given(text=TEXTS, purpose=st.sampled_from(["a", "b"]))
def test_an_earlier_secret_opens_and_signs_nothing(text: str, purpose: str) -> None:
    with override_settings(SECRET_KEY=OLD, DIGEST_KEY=OLD, EARLIER_SECRETS=()):
        sealed, digest = seal(text, purpose), keyed(text, purpose)
    with override_settings(SECRET_KEY=NEW, DIGEST_KEY=OLD, EARLIER_SECRETS=(OLD,)):
        assert unseal(sealed, purpose) == text
        assert keyed(text, purpose) == digest
        with pytest.raises(Unsealable):
            unseal_young(sealed, purpose, timedelta(days=1))
        anew = resealed(sealed, purpose)
        assert anew is not None
        assert resealed(anew, purpose) is None
        with pytest.raises(Unsealable):
            resealed(sealed, purpose + "?")
    with override_settings(SECRET_KEY=NEW, EARLIER_SECRETS=()):
        assert unseal(anew, purpose) == text
        with pytest.raises(Unsealable):
            unseal(sealed, purpose)


def test_the_files_say_which_secret_seals_which_opens_and_which_digests(tmp_path: Path) -> None:
    home = tmp_path / "node"
    first = read_configuration({"VAERN_HOME": str(home)})
    assert (first.earlier_secrets, first.digest_key) == ((), first.secret_key)
    rotate(home, set_outside=False)
    second = read_configuration({"VAERN_HOME": str(home)})
    rotate(home, set_outside=False)
    third = read_configuration({"VAERN_HOME": str(home)})
    assert len({first.secret_key, second.secret_key, third.secret_key}) == 3
    assert second.earlier_secrets == (first.secret_key,)
    assert third.earlier_secrets == (second.secret_key, first.secret_key)
    assert first.digest_key == second.digest_key == third.digest_key
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home / "keys").iterdir()} == {0o600}


def test_a_secret_that_is_set_outside_is_the_operators(tmp_path: Path) -> None:
    read_configuration({"VAERN_HOME": str(tmp_path)})
    before = {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    with pytest.raises(NoRotation, match="VAERN_EARLIER_SECRETS"):
        rotate(tmp_path, set_outside=True)
    with pytest.raises(NoRotation, match="--home"):
        rotate(tmp_path / "elsewhere", set_outside=False)
    assert before == {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}


@pytest.mark.django_db
def test_what_does_not_open_is_counted_kept_and_keeps_the_earlier_secret(
    settings: pytest_django.fixtures.SettingsWrapper, tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    earlier = tmp_path / "keys" / "secret.earlier"
    earlier.write_text(OLD)
    settings.SECRET_KEY, settings.EARLIER_SECRETS = OLD, ()
    person = make_person()
    make_totp(person)
    Authenticator.objects.filter(user=person).update(data={"secret": "damaged"})
    report = make_report(person.organisation)
    type(report).everywhere.filter(pk=report.pk).update(sealed=b"damaged")
    settings.SECRET_KEY, settings.EARLIER_SECRETS = NEW, (OLD,)
    found = reseal(tmp_path, lambda _table, _done, _of: None)
    assert found.closed == {"reports_report": 1, "mfa_authenticator": 1}
    assert earlier.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM reports_report")
        assert bytes(cursor.fetchone()[0]) == b"damaged"
