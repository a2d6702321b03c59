"""Rules of the tree that no compiler holds: the lock, the hosts, the words, the sizes, what the engine may import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.trees import tree_of

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = {
    "requirements.lock": ("test", "media", "check", "docs", "build"),
    "requirements-engine.lock": ("media",),
    "benchmarks/requirements.lock": ("peers", "fuzz"),
    "tests/conformance/requirements.lock": ("conformance",),
    "tests/conformance/matrix/requirements.lock": ("matrix",),
    "tools/build.lock": ("build",),
}
OURS = list(GROUPS)[:3]
"""The locks of environments that hold Værn itself."""


@cache
def tracked() -> list[Path]:
    """Every file of the repository, new ones included; of a source archive without git, every file."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git work tree")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


@cache
def texts() -> dict[Path, str]:
    """The text of every tracked file that is text."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            found[path] = data.decode("utf-8", errors="replace")
    return found


def direct_requirements(lock: str) -> list[Requirement]:
    lines = [*PYPROJECT["project"]["dependencies"]] if lock in OURS else []
    if lock == "requirements.lock":
        extras = PYPROJECT["project"]["optional-dependencies"]
        lines += [line for lines_of in extras.values() for line in lines_of if not line.startswith("vaern[")]
    for group in GROUPS[lock]:
        lines += PYPROJECT["dependency-groups"][group]
    return [Requirement(line) for line in lines]


def pins(lock: str) -> list[Requirement]:
    text = (ROOT / lock).read_text("utf-8")
    return [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line)]


def environments() -> list[dict[str, str]]:
    here = {key: str(value) for key, value in default_environment().items()}
    return [{**here, "python_version": version, "python_full_version": f"{version}.0"} for version in ("3.11", "3.13")]


def version_of(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "=="
    return only.version


@pytest.mark.parametrize("lock", GROUPS)
def test_the_lock_is_in_step_with_pyproject(lock: str) -> None:
    for environment in environments():
        pinned = {
            canonicalize_name(pin.name): version_of(pin)
            for pin in pins(lock)
            if pin.marker is None or pin.marker.evaluate({**environment})
        }
        for wanted in direct_requirements(lock):
            version = pinned.get(canonicalize_name(wanted.name))
            assert version, f"{lock} does not pin {wanted.name}: run `make lock`"
            assert version in wanted.specifier, f"{lock} pins {wanted.name} {version}, not {wanted}: `make lock`"


@pytest.mark.parametrize("lock", [*OURS[1:], "tools/build.lock"])
def test_the_locks_agree(lock: str) -> None:
    def by_name(lock: str) -> dict[tuple[str, str], str]:
        return {(canonicalize_name(pin.name), str(pin.marker)): version_of(pin) for pin in pins(lock)}

    first, second = by_name("requirements.lock"), by_name(lock)
    different = {key for key in first.keys() & second.keys() if first[key] != second[key]}
    assert not different


@pytest.mark.parametrize("decoder", ["av", "pillow", "pillow-heif", "pillow-jxl-plugin", "simplejpeg"])
def test_every_python_has_the_same_decoders(decoder: str) -> None:
    """The signals of a file depend on the decoder, so they would depend on the Python too."""
    assert len({version_of(pin) for pin in pins("requirements.lock") if canonicalize_name(pin.name) == decoder}) == 1


@pytest.mark.parametrize("lock", [*GROUPS, "tools/uv.lock"])
def test_every_pin_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    for block in re.split(r"\n(?=[a-zA-Z0-9])", text):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"{lock}: no hash for {block.splitlines()[0]}"


def test_what_is_installed_are_wheels_checked_by_their_hash() -> None:
    """Whoever sets the project up runs nothing of a package; this tree alone is not in the lock, and brings nothing."""
    asked = 0
    for script in ("tools/set_up.sh", "tools/set_up_engine.sh", "tools/get_uv.sh"):
        text = (ROOT / script).read_text("utf-8")
        for named in re.findall(r'^install="(.*)"$', text, re.MULTILINE):
            text = text.replace("$install", named)
        for command in re.findall(r"\bpip (?:sync|install)\b.*", text):
            own = re.search(
                r"--no-deps (--no-build-isolation --editable \.|--no-index \.tools/wheels/\*\.whl)$", command
            )
            assert own or ("--require-hashes" in command and "--only-binary :all:" in command), command
            asked += 1
    assert asked == 7


def test_a_reason_stands_beside_each_dependency() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = re.findall(r"^(?:dependencies|[a-z]+) = \[\n((?:    .*\n)*)\]", text, re.MULTILINE)
    requirement = re.compile(r'    "[a-z0-9-]+(\[[a-z,]+\])?[>=]')
    lines = [line for found in lists for line in found.splitlines() if requirement.match(line)]
    groups = {group for groups in GROUPS.values() for group in groups}
    extras = [line for lines_of in PYPROJECT["project"]["optional-dependencies"].values() for line in lines_of]
    asked = len(PYPROJECT["project"]["dependencies"]) + len([line for line in extras if not line.startswith("vaern[")])
    assert len(lines) == asked + sum(len(PYPROJECT["dependency-groups"][group]) for group in groups)
    for line in lines:
        assert re.search(r'",\s+# \S', line), f"pyproject.toml: no reason beside {line.strip()}"


# Put together here, so that this file does not hold what it looks for.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "debian" + ".org",
    "ubuntu" + ".com/ubuntu",
    "npm" + "js.",
    "crates" + ".io",
    "proxy.go" + "lang",
    "maven" + ".org",
]


def test_no_host_of_a_registry_is_named() -> None:
    found = [
        f"{path.relative_to(ROOT)} names {host}"
        for path, text in texts().items()
        for host in HOSTS
        if host in text.lower()
    ]
    assert not found


OLDER_TERMS = re.compile(
    r"\b(?:child|kid|kiddie|kiddy|juvenile|infant|minor|teen)s?['’]?[\s_-]*p" + r"orn"
    r"|\bp" + r"a?edo(?:s\b|phil)"
    r"|\bchild[\s_-]+(?:p" + r"rostitut|sex[\s_-]+tour" + r"is|e" + r"rotica)",
    re.IGNORECASE,
)


def test_older_terms_do_not_occur() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
        for path, text in texts().items()
        for match in OLDER_TERMS.finditer(text)
    ]
    assert not found


def test_the_pattern_of_older_terms_can_find_one() -> None:
    assert OLDER_TERMS.search("Child" + " P" + "ornography")
    assert not OLDER_TERMS.search("child sexual abuse material, a child's portrait, pedometer")


@cache
def modules() -> list[Path]:
    found = (ROOT / "src").rglob("*.py")
    return sorted(path for path in found if path.parent.name != "migrations")  # Django writes those


def of_the_node(path: Path) -> bool:
    """Whether a module may know Django: the node, and the commands that start it."""
    return NODE in path.parents or path.relative_to(ROOT / "src/vaern").as_posix() in NODE_COMMANDS


NODE = ROOT / "src/vaern/node"
NODE_COMMANDS = {"cli/serve.py", "cli/backup.py", "cli/ledger.py", "cli/ledger_policies.py", "cli/ledger_witnesses.py"}


@cache
def imports(path: Path) -> set[str]:
    """The full names of the modules that a module imports at run time, also inside functions."""
    tree = tree_of(path)
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names = set()
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


CONNECTED = {"client", "cluster", "gate", "lookup", "store"}
"""Rooms of the engine that open connections: each may use its own extra. `vaern.cli` imports none at its start."""


def room_of(path: Path) -> str:
    """The first folder of a module, or its name."""
    return path.relative_to(ROOT / "src/vaern").parts[0].removesuffix(".py")


NOTHING_PICKLED = "nothing is pickled"
NO_CONNECTION = "the engine opens no connection, but for the rooms that say so"
FORBIDDEN = {
    **dict.fromkeys(("pickle", "shelve", "marshal", "joblib", "dill"), NOTHING_PICKLED),
    "django": "the engine knows no web framework",
    **dict.fromkeys(
        ("http", "urllib.request", "ftplib", "smtplib", "asyncio", "requests", "httpx", "aiohttp", "urllib3"),
        NO_CONNECTION,
    ),
}


def test_no_module_imports_what_the_engine_may_not() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}: {reason}"
        for path in modules()
        for name in sorted(imports(path))
        for forbidden, reason in FORBIDDEN.items()
        if f"{name}.".startswith(f"{forbidden}.")
        if not (of_the_node(path) and reason != NOTHING_PICKLED)
        if not (room_of(path) in CONNECTED and reason == NO_CONNECTION)
    ]
    assert not found


def test_every_third_party_import_is_a_dependency() -> None:
    distributions = {"PIL": "pillow", "allauth": "django-allauth", "axes": "django-axes", "csp": "django-csp"}
    distributions |= {
        "markdown_it": "markdown-it-py",
        "ninja": "django-ninja",
        "pgtrigger": "django-pgtrigger",
        "phonenumbers": "phonenumberslite",
        "pillow_jxl": "pillow-jxl-plugin",
        "backports": "backports-zstd",
        "compression": "backports-zstd",  # which it is in Python 3.14
        "pyewf": "libewf-python",
    }

    def named(lines: list[str]) -> set[str]:
        return {canonicalize_name(Requirement(line).name) for line in lines}

    declared = named(PYPROJECT["project"]["dependencies"])
    # This one comes with jinja2, which is built on it, in the version that fits.
    engine = declared | {"vaern", "markupsafe"} | set(sys.stdlib_module_names)
    # And this one with django-ninja, in the version that fits.
    node = engine | named(PYPROJECT["project"]["optional-dependencies"]["node"]) | {"pydantic"}
    extras = PYPROJECT["project"]["optional-dependencies"]
    for path in modules():
        known = node if of_the_node(path) else engine
        if (room := room_of(path)) in {*CONNECTED, "trust"}:
            known = known | named(extras.get(room, []))
        if room == "cluster":  # whose machines Ray may start
            known = known | named(extras["ray"])
        if room == "gate":  # which is made of these two, with what they need
            known = known | named(extras["client"]) | named(extras["lookup"])
        if room == "trust":  # with tuf, which is built on it
            known = known | {"securesystemslib"}
        if "demo" in path.parts:  # the extra of the demonstration
            known = known | named(extras["demo"])
        for name in {dotted.split(".")[0] for dotted in imports(path)}:
            assert name in known or canonicalize_name(distributions.get(name, name)) in known, f"{path}: {name}"


BARE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "lib"}


def test_no_module_is_named_for_nothing() -> None:
    for path in tracked():
        if path.suffix == ".py":
            assert path.stem not in BARE_NAMES, path
            assert path.parent.name not in BARE_NAMES, path


def test_what_is_pure_reaches_no_django() -> None:
    """Rules of the node, and every module that says so of itself: not even by way of what they import."""
    known = {".".join(path.relative_to(ROOT / "src").with_suffix("").parts): path for path in modules()}

    def reached(name: str, seen: set[str]) -> set[str]:
        found = set()
        for other in imports_at_start(known[name]) - seen:
            seen.add(other)
            found |= reached(other, seen) if other in known else {other.split(".")[0]}
        return found

    pure = {
        name: path
        for name, path in known.items()
        if path.stem == "rules" or "Pure" in (ast.get_docstring(tree_of(path)) or "")
    }
    assert len(pure) > 80
    frameworks = {"django", "allauth", "ninja", "procrastinate", "psycopg"}
    assert not {name for name in pure if reached(name, {name}) & frameworks}


@cache
def imports_at_start(path: Path) -> set[str]:
    """Return what a module imports when it is loaded: neither for types alone, nor within a function."""
    found: set[str] = set()
    waiting: list[ast.AST] = [tree_of(path)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif not isinstance(node, ast.FunctionDef) and not (
                isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            ):
                waiting.append(node)
    return found


def test_no_link_is_tracked() -> None:
    listed = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git work tree")
    links = [line for line in listed.stdout.splitlines() if line.startswith("120000")]
    assert links == [], "a link leads somewhere else on another machine"


def test_the_formatter_is_switched_off_nowhere() -> None:
    off = re.compile(r"#\s*fmt:\s*(skip|off)")
    assert not [
        f"{path}:{n}"
        for path in modules()
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if off.search(line)
    ]


LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def test_files_and_functions_stay_readable() -> None:
    """The aim is 300 and 40 lines; this is where the tree stops."""
    found = []
    for path in modules():
        text = path.read_text("utf-8")
        if (lines := text.count("\n")) > LONGEST_FILE:
            found.append(f"{path.relative_to(ROOT)} has {lines} lines")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
                length = node.end_lineno - (start or node.lineno)
                if length > LONGEST_FUNCTION:
                    found.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines after its docstring")
    assert not found


def templates() -> list[Path]:
    return [path for path in tracked() if NODE in path.parents and "templates" in path.relative_to(NODE).parts]


LONGEST_TEMPLATE_LINE = 160


def test_lines_of_templates_stay_readable() -> None:
    """Their blanks and blocks are djade's, by `make check`; no formatter breaks a line of HTML."""
    found = [
        f"{path.relative_to(ROOT)}:{number} has {len(line)} characters"
        for path in templates()
        for number, line in enumerate(texts()[path].splitlines(), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert not found


def test_no_template_loads_what_is_built_in() -> None:
    built_in = {"i18n", "static", "components"}  # by `builtins` of TEMPLATES in node/settings.py
    found = [
        f"{path.relative_to(ROOT)} loads {' and '.join(sorted(loaded))}"
        for path in templates()
        for names in re.findall(r"{%\s*load\s+(.*?)\s*%}", texts()[path])
        if (loaded := built_in & set(names.split()))
    ]
    assert not found


@pytest.mark.parametrize(("name", "folder"), [("imports point one way", ""), ("the node's apps point one way", "node")])
def test_every_room_of_the_tree_stands_in_the_import_contract(name: str, folder: str) -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["name"] == name]
    in_contract = {room.strip() for layer in layers for room in layer.split("|")}
    package = "vaern." + f"{folder}." * bool(folder)
    rooms = {f"{package}{path.stem}" for path in _code(ROOT / "src/vaern" / folder)}
    split = {layer.rpartition(".")[0] for layer in in_contract} & rooms  # parts of it stand on several floors
    parts = {f"{room}.{path.stem}" for room in split for path in _code(ROOT / "src" / room.replace(".", "/"))}
    assert rooms - split | parts == in_contract


CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
INSIDE = {contract["containers"][0]: contract for contract in CONTRACTS if "containers" in contract}


def test_every_app_with_rules_of_its_own_is_held_to_one_direction() -> None:
    ruled = {f"vaern.node.{path.parent.parent.name}" for path in NODE.glob("*/rules/__init__.py")}
    (pure,) = [contract for contract in CONTRACTS if contract["name"] == "rules are decided without Django"]
    assert ruled <= set(INSIDE)
    assert {f"{app}.rules" for app in ruled} <= set(pure["source_modules"])


@pytest.mark.parametrize("app", sorted(INSIDE))
def test_every_room_of_an_app_stands_in_its_contract(app: str) -> None:
    contract = INSIDE[app]
    rooms = {path.stem for path in _code(ROOT / "src" / app.replace(".", "/"))}
    assert contract["exhaustive"]
    assert {room.strip() for layer in contract["layers"] for room in layer.split("|")} == rooms - {"migrations"}


def _code(folder: Path) -> list[Path]:
    """Return the modules and packages of a folder."""
    return [path for path in folder.glob("[a-z]*") if path.suffix == ".py" or (path / "__init__.py").exists()]


@pytest.mark.parametrize("package", ["formats", "hashing", "matching", "scanning"])
def test_no_name_that_is_loaded_on_demand_is_that_of_a_module(package: str) -> None:
    """Else it would be the module, once anybody has loaded that."""
    folder = ROOT / "src/vaern" / package
    public = re.search(r"__all__ = \[(.*?)\]", (folder / "__init__.py").read_text("utf-8"), re.DOTALL)
    assert public
    assert not {path.stem for path in _code(folder)} & set(re.findall(r'"(\w+)"', public[1]))
