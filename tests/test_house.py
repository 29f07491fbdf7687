"""The house: what every file of ours keeps to. An exception stands here with its reason, or there is none."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("app", "audio", "hardware", "bench")
FILES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
RULES = [path for path in FILES if path.is_relative_to(ROOT / "app" / "domain")]

LONGEST_FILE = 400
LONGEST_BODY = 50
LONG_FILES: dict[str, str] = {}  # file -> reason
LONG_BODIES: dict[str, str] = {
    "app/domain/verbs.py:decide": "a case for each command, and nothing else",
}  # file:function -> reason
TYPES_ONLY: dict[str, str] = {}  # file -> why its types must not be imported when it runs
NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}

PURE = {
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "ipaddress",
    "hashlib",
    "itertools",
    "math",
    "re",
    "typing",
    "zoneinfo",
}  # zoneinfo reads tables that come with the system or tzdata; they are data, not the state of a machine
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep", "random"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their module in full"
            yield node.module or ""


def without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function's body has."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_there_is_a_house() -> None:
    assert len(FILES) > 50
    assert len(RULES) > 10


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    if name(path) not in LONG_FILES:
        assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert ast.get_docstring(tree(path)), "a module docstring says what it is and who calls it"
    assert path.stem not in NO_NAMES
    assert not set(path.relative_to(ROOT).parts) & NO_NAMES


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_function_fits_a_screen(path: Path) -> None:
    long = {
        f"{name(path)}:{node.name}": without_docstring(node)
        for node in functions(path)
        if without_docstring(node) > LONGEST_BODY
    }
    assert {where: lines for where, lines in long.items() if where not in LONG_BODIES} == {}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_imported_for_types_only(path: Path) -> None:
    """A part that needs another's type depends on it, and says so."""
    words = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert ("TYPE_CHECKING" in words) == (name(path) in TYPES_ONLY)


@pytest.mark.parametrize("path", RULES, ids=name)
def test_rules_import_only_rules_and_what_is_pure(path: Path) -> None:
    foreign = [
        module for module in imports(tree(path)) if module.partition(".")[0] != "app" and module not in PURE
    ]
    assert foreign == []
    ours = [module for module in imports(tree(path)) if module.partition(".")[0] == "app"]
    assert all(module.startswith("app.domain") for module in ours)
    assert sys.stdlib_module_names >= {module.partition(".")[0] for module in PURE}


@pytest.mark.parametrize("path", RULES, ids=name)
def test_rules_have_no_clock_and_no_chance(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            where = f"line {node.lineno}"
            called = node.func.attr
            # `.time()` of a moment handed in is its wall-clock part, not a clock
            assert called not in CLOCKS or called == "time", where
            assert not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"time", "random"}), where
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input", "exec", "eval", "id", "hash"}, (
                f"line {node.lineno}"
            )


def test_exceptions_are_still_needed() -> None:
    for path in LONG_FILES:
        assert len((ROOT / path).read_text().splitlines()) > LONGEST_FILE
    for where in LONG_BODIES:
        path, _, function = where.partition(":")
        assert any(n.name == function and without_docstring(n) > LONGEST_BODY for n in functions(ROOT / path))
