"""`vaern lists repository`, `key` and `sign`: releases of lists that organisations of several countries sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vaern.trust.contents import Policy
    from vaern.trust.repository import Repository

folder_argument = click.argument("folder", metavar="REPOSITORY", type=FOLDER)
online_option = click.option(
    "--online-key",
    metavar="FILE",
    type=FILE,
    help="The private key of this machine, by which it says what is newest. Without it nothing is announced.",
)


def signers_options(command: Callable[..., None]) -> Callable[..., None]:
    """Who signs, and how many countries must."""
    for option in (
        click.option(
            "--signer",
            "signers",
            metavar="FILE",
            multiple=True,
            required=True,
            type=FILE,
            help="A public key (`FILE.pub.json`) of an organisation that may sign. Give it again for each.",
        ),
        click.option(
            "--threshold",
            metavar="K",
            type=click.IntRange(1),
            required=True,
            help="How many of them must, of different countries.",
        ),
    ):
        command = option(command)
    return command


@click.command("key", short_help="Make a key that signs releases.")
@click.argument("file", metavar="FILE", type=FOLDER)
@click.option("--organisation", required=True, help="Whose key it is.")
@click.option("--country", metavar="CODE", required=True, help="Of the organisation, such as DK.")
def key(file: Path, organisation: str, country: str) -> None:
    """Make a key: FILE for its owner alone, FILE.pub.json for everybody.

    Whoever has FILE signs as the organisation: keep it away from the network, on what can be locked up.
    """
    installed()
    from vaern.trust import keys

    made = keys.make(file, organisation, country.upper())
    say(f"{keys.said(made)}: keep {file} to yourself, and give {file.name}{keys.PUBLIC} to the publisher.")


@click.command("sign", short_help="Sign what a publisher proposes.")
@click.argument("proposals", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--key", "key_file", metavar="FILE", required=True, type=FILE, help="The private key.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def sign(proposals: tuple[Path, ...], key_file: Path, yes: bool) -> None:
    """Sign proposals, each in its file, after a look at what they say; send the files back to the publisher.

    A signature under a release says: this is the list that we agreed to, and nothing but known material is on it.
    """
    installed()
    from vaern.trust import keys
    from vaern.trust.repository import read
    from vaern.trust.repository import sign as sign_file

    signer = keys.read_private(key_file)
    for path in proposals:
        for line in _described(read(path).signed):
            say(line)
        if not yes:
            click.confirm(f"Sign {path}?", abort=True)
        sign_file(path, signer)
        say(f"Signed {path}.")


@click.command("serve", short_help="Serve a repository of releases over HTTP.")
@folder_argument
@click.option("--bind", metavar="HOST:PORT", default="127.0.0.1:8200", show_default=True, help="Where to listen.")
def serve(folder: Path, bind: str) -> None:
    """Serve REPOSITORY, or a copy of it, to subscribers until Ctrl-C: read only, without keys.

    What is served is signed, and who may hold a list is for the server before it to say: beyond this machine it belongs
    behind one that does TLS and knows whom it lets in. Any other web server over the same folder does as well.
    """
    from vaern.cli.lookup import host_and_port
    from vaern.lookup import files, serving

    try:
        files.serve(serving.Place(folder, *host_and_port(bind)), _ready)
    except serving.CannotServe as error:
        raise CannotRun(str(error)) from error
    say("Stopped.", err=True)


def _ready(address: str) -> None:
    say(f"The repository is served: {address}   (Ctrl-C stops it)")


@click.group(short_help="Publish lists in releases that several countries sign.")
def repository() -> None:
    """Keep a TUF repository: lists in releases, each signed by organisations of several countries.

    What is proposed lies in REPOSITORY/proposed. Send the file to the signers, who sign it with `vaern lists sign`, and
    take what comes back with `accept`. What subscribers fetch lies in REPOSITORY/metadata and REPOSITORY/targets.
    """


@repository.command(short_help="Begin a repository.")
@folder_argument
@signers_options
@click.option(
    "--online", metavar="FILE", required=True, type=FILE, help="The public key of the machine that publishes."
)
def begin(folder: Path, signers: tuple[Path, ...], threshold: int, online: Path) -> None:
    """Propose a repository whose root the signers sign: they say which lists there are, and who signs each."""
    installed()
    from vaern.trust import keys, proposing

    opened = _opened(folder)
    with opened.writing():
        _proposed(proposing.begin(opened, _public(signers), threshold, keys.read_public(online)))


@repository.command(short_help="Add a list, or change who signs it.")
@folder_argument
@click.argument("name")
@signers_options
def add(folder: Path, name: str, signers: tuple[Path, ...], threshold: int) -> None:
    """Propose that the signers sign the list NAME; the root's signers have to agree.

    Of a list that was released, the release is proposed again: other keys hold when they have signed it.
    """
    installed()
    from vaern.trust import proposing

    opened = _opened(folder)
    with opened.writing():
        _proposed(proposing.delegate(opened, name, _public(signers), threshold))


@repository.command(short_help="Propose a release of a list.")
@folder_argument
@click.argument("name")
@click.argument("list_", metavar="LIST", type=FOLDER)
@click.option(
    "--warn-days", type=click.IntRange(0), help="Subscribers are warned of an older list.  [default: as last, or 3]"
)
@click.option(
    "--stop-days",
    type=click.IntRange(0),
    help="Subscribers do not match with an older list.  [default: as last, or 14]",
)
def release(folder: Path, name: str, list_: Path, warn_days: int | None, stop_days: int | None) -> None:
    """Propose LIST, as it is now, as the next release of NAME."""
    installed()
    from vaern.trust import proposing

    opened = _opened(folder)
    with opened.writing():
        policy = _policy(opened, name, warn_days, stop_days)
        _proposed([proposing.release(opened, name, list_, policy)])


@repository.command(short_help="Propose other keys of the root.")
@folder_argument
@signers_options
@click.option("--online", metavar="FILE", type=FILE, help="Another public key of the machine that publishes.")
def rotate(folder: Path, signers: tuple[Path, ...], threshold: int, online: Path | None) -> None:
    """Propose that others sign the root, or that another machine publishes; those of now must sign that too."""
    installed()
    from vaern.trust import keys, proposing

    opened = _opened(folder)
    with opened.writing():
        given = keys.read_public(online) if online else None
        _proposed(proposing.rotate_root(opened, _public(signers), threshold, given))


@repository.command(short_help="Take signed proposals, and announce what is complete.")
@folder_argument
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@online_option
def accept(folder: Path, files: tuple[Path, ...], online_key: Path | None) -> None:
    """Take the signatures of FILEs that came back, accept what enough countries signed, and announce it.

    Exit status 4 while something still waits for signatures.
    """
    installed()
    from vaern.trust.repository import read

    opened = _opened(folder)
    with opened.writing():
        for path in files:
            opened.collect(read(path))
        accepted = opened.accept()
        if online_key and (accepted or not files):
            _announce(opened, online_key)
        for role in accepted:
            say(f"Accepted: {role}")
        waiting = opened.counts()
    for role, counts in waiting.items():
        say(f"Waiting: {role}, {'; '.join(dict.fromkeys(one.said for one in counts))}")
    if accepted and not online_key:
        say("Nobody sees it yet: `vaern lists repository announce` says that it is the newest.")
    if waiting:
        raise click.exceptions.Exit(4)


@repository.command(short_help="Say what is newest; to be run each day.")
@folder_argument
@click.option("--online-key", metavar="FILE", required=True, type=FILE, help="The private key of this machine.")
def announce(folder: Path, online_key: Path) -> None:
    """Sign that what was accepted is the newest. What was not announced for two days is refused: run it each day."""
    installed()
    opened = _opened(folder)
    with opened.writing():
        _announce(opened, online_key)


@repository.command(short_help="Show the lists, their signers, and what waits.")
@folder_argument
def show(folder: Path) -> None:
    """Show the lists of a repository, who signs each, and until when what was signed holds."""
    installed()
    from vaern.trust.repository import ROOT, TARGETS, roles_of

    opened = _opened(folder)
    root, targets = opened.root(), opened.delegations()
    rows: list[tuple[str, ...]] = [_row(ROOT, root, root.roles[ROOT], root.keys)]
    rows.append(_row(TARGETS, targets, root.roles[TARGETS], root.keys))
    known = targets.delegations.keys if targets.delegations else {}
    for name, delegated in roles_of(targets).items():
        found = opened.newest(name)
        rows.append(_row(name, found.signed if found else None, delegated, known))
    table(rows, names=("LIST", "VERSION", "ENDS", "SIGNERS"))
    for role, counts in opened.counts().items():
        say(f"Waiting: {role}, {'; '.join(dict.fromkeys(one.said for one in counts))}")
    say(f"Given to subscribers once, by a way that they trust: {opened.metadata / '1.root.json'}")
    say(f"Announced by key {', '.join(keyid[:8] for keyid in root.roles['timestamp'].keyids)}.")


def _row(name: str, signed: Any, role: Any, known: dict[str, Any]) -> tuple[str, ...]:
    from vaern.trust import keys

    who = ", ".join(keys.said(known[keyid]) for keyid in role.keyids if keyid in known)
    version, ends = (str(signed.version), f"{signed.expires:%Y-%m-%d}") if signed else ("none yet", "")
    return name, version, ends, f"{role.threshold} of {who}"


def _described(signed: Any) -> list[str]:
    """What a proposal says, for who is to sign it."""
    from vaern.trust import keys
    from vaern.trust.repository import roles_of

    lines = [f"{signed.type}, version {signed.version}, holds until {signed.expires:%Y-%m-%d}"]
    for target in getattr(signed, "targets", {}).values():
        if said := target.custom:
            files = count(len(signed.targets), "file")
            lines.append(
                f"  {target.path.partition('/')[0]}: release {said['release']} of {said['created']}, "
                f"{count(said['entries'], 'entry', 'entries')} in {files}, state {target.hashes['sha256']}"
            )
    if signed.type == "root":
        roles, known = signed.roles, signed.keys
    else:
        roles, known = roles_of(signed), signed.delegations.keys if signed.delegations else {}
    for name, role in roles.items():
        who = ", ".join(keys.said(known[keyid]) for keyid in role.keyids if keyid in known)
        lines.append(f"  {name}: {role.threshold} of {who}")
    return lines


def _policy(opened: Repository, name: str, warn: int | None, stop: int | None) -> Policy | None:
    """The policy of a release; None for that of the last."""
    from vaern.trust import proposing
    from vaern.trust.contents import Policy

    if warn is None and stop is None:
        return None
    before = proposing.policy_of(opened, name) or Policy()
    return Policy(before.warn_days if warn is None else warn, before.stop_days if stop is None else stop)


def _announce(opened: Repository, online_key: Path) -> None:
    from vaern.trust import announcing, keys

    said = announcing.announce(opened, keys.read_private(online_key))
    opened.tidy()
    say(f"Announced, as number {said.version}; announce it again before {said.expires:%Y-%m-%d %H:%M} UTC.")


def _opened(folder: Path) -> Repository:
    from vaern.trust.repository import Repository

    return Repository(folder)


def _public(files: Sequence[Path]) -> list[Any]:
    from vaern.trust import keys

    return [keys.read_public(path) for path in files]


def _proposed(paths: Sequence[Path]) -> None:
    for path in paths:
        say(f"Proposed: {path}")
    say("Send what is proposed to its signers, and take what comes back with `vaern lists repository accept`.")


def installed() -> None:
    """Say in a sentence that the extra is missing."""
    try:
        import vaern.trust.repository  # noqa: F401
    except ModuleNotFoundError as error:
        raise CannotRun("Releases are not installed: `pip install vaern[trust]` brings them.") from error
