"""The demonstration: whom it prints can sign in with what it prints, reads English, and finds something to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from tests.node.factories import make_person, make_totp

from vaern.node.base.scope import viewing
from vaern.node.demo import codes
from vaern.node.demo.__main__ import main
from vaern.node.demo.alliance import SPEAKS_DANISH
from vaern.node.demo.seed import seed
from vaern.node.demo.server import quiet
from vaern.node.organisations.actions import begin_node
from vaern.node.organisations.models import Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Role
from vaern.node.scans import queries

if TYPE_CHECKING:
    import pytest_django.fixtures


@pytest.mark.slow
@pytest.mark.django_db
def test_everybody_finds_their_language_and_the_legal_officer_a_scan(
    settings: pytest_django.fixtures.SettingsWrapper,
) -> None:
    seed(begin_node(), None, lambda _line: None)
    for person in Person.everybody.filter(is_active=True):
        assert person.language == ("da" if person.email.endswith(f"@{SPEAKS_DANISH}.example") else "en"), person.email
    officer = viewer_of(next(p for p in Person.everybody.all() if Role.LEGAL in p.role_set))
    with viewing(officer.organisation.id):
        assert len(queries.scans(officer, queries.Search(), {}).rows) == 1
    email = "freja@hotline.nordhavia.example"
    factor = Authenticator.objects.get(user__email=email, type=Authenticator.Type.TOTP)
    assert TOTP(factor).validate_code(codes.fresh_code(email.upper()))
    waited: list[float] = []
    codes.fresh_code(email, now=lambda: 58.0, sleep=waited.append)
    assert waited == [2.0]
    codes.fresh_code(email, now=lambda: 54.0, sleep=waited.append)
    assert waited == [2.0]


@pytest.mark.django_db
def test_a_person_who_is_not_invented_has_no_code_here() -> None:
    """Whatever folder is named: who works on a node must not be signed in for by a command."""
    person = make_person(Role.ANALYST)
    make_totp(person)
    for email in (person.email, "nobody@hotline.nordhavia.example", ""):
        with pytest.raises(codes.NoCode, match="Nobody of the demonstration"):
            codes.fresh_code(email)


def test_without_a_node_a_code_is_refused_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("VAERN_HOME", "VAERN_SYNTHETIC", "VAERN_BIND", "VAERN_ADDRESS"):
        monkeypatch.setenv(name, "")  # put back at the end, whatever the command sets
    home = tmp_path / "none"
    assert main(["--home", str(home), "--code", "freja@hotline.nordhavia.example"]) == 2
    assert "start the demonstration first" in capsys.readouterr().err
    assert not home.exists()


@pytest.mark.parametrize(("home", "named"), [(codes.DEFAULT_HOME, False), (Path("elsewhere"), True)])
def test_the_command_names_the_folder_if_it_is_not_the_usual_one(home: Path, named: bool) -> None:
    assert ("--home elsewhere" in codes.command(home)) == named
    assert codes.command(home).endswith("--code ADDRESS")


def test_the_log_of_the_demonstration_with_its_mail_is_the_owners_alone(tmp_path: Path) -> None:
    log = tmp_path / "home" / "node.log"
    with quiet(log):
        pass
    assert log.stat().st_mode & 0o777 == 0o600
