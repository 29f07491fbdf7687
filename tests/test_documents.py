"""What the documents state is what the code does: settings, refusals, the API, commands, topics, close codes.

`python -m tests.test_documents` writes the tables of `docs/` anew, between their marks; whoever changes the code
runs it, and reads what it wrote.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from typer.main import get_command

from app.cli import cli
from app.domain.plan import Plan, VoiceLengths
from app.domain.refusals import code_of, leaves
from app.live import frames, outgoing, pulse, socket
from app.live.hub import KEPT
from app.report.words import MEANINGS
from app.settings import PREFIX, TABLE
from app.views import VIEWS
from app.web.answers import CLOSE, STATUS
from app.web.api import ENDPOINTS
from app.web.following import MOST_TOPICS, TOO_MANY_SOCKETS, TOO_MANY_TOPICS

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
SERVER_CLOSES = {1001, 1012}  # a server that stops or restarts; uvicorn's


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in cells)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def settings() -> str:
    return table(
        ("name", "default", "what"),
        (
            (code(PREFIX + one.name), code(one.default), one.help + (" — secret" if one.secret else ""))
            for one in TABLE
        ),
    )


def refusals() -> str:
    return table(
        ("code", "status", "vi", "en"),
        (
            (
                code(code_of(leaf)),
                str(next(STATUS[kind] for kind in leaf.__mro__ if kind in STATUS)),
                leaf.vi,
                leaf.en,
            )
            for leaf in leaves()
        ),
    )


def api() -> str:
    return table(
        ("route", "what", "who", "body", "answer"),
        (
            (
                code(f"{one.method} {one.path}"),
                one.summary,
                one.who,
                code(one.body.__name__ if one.body else ""),
                code(one.answer.__name__),
            )
            for one in ENDPOINTS
        ),
    )


def commands() -> str:
    return table(("command", "what"), _verbs(get_command(cli), ("goiso",)))


def _verbs(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every verb of the command line with its arguments, then its options."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from _verbs(inner, (*words, name))
    if not getattr(command, "invoke_without_command", True):
        return  # a group that is no verb itself
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    written = " ".join((*words, *(one.name.upper() for one in arguments)))
    yield code(written), " ".join([command.help, *(f"{a.name.upper()}: {a.help}." for a in arguments if a.help)])
    for option in command.params:
        if option.param_type_name == "option" and not option.hidden:
            value = "" if option.is_flag else f" {option.opts[0].lstrip('-').upper()}"
            is_open = option.is_flag or option.required or option.default in (None, "")
            default = "" if is_open else f" (default `{option.default}`)"
            needed = ", required" if option.required else ""
            yield code(f"{written} {option.opts[0]}{value}"), f"{option.help}{needed}{default}"


def plan_words() -> str:
    return table(("in the plan", "default"), _fields(Plan, ""))


def _fields(kind: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every word of a plan's tables with its default; "" where it must be given."""
    hints = get_type_hints(kind)
    for one in fields(kind):
        here, inner = f"{path}{one.name}", hints[one.name]
        inner = get_args(inner)[0] if get_origin(inner) is tuple else inner
        if not is_dataclass(inner):
            yield code(here), code(_default(one))
        elif inner is not VoiceLengths and here != "services.windows":  # the pack's; the same as the center's
            yield from _fields(inner, f"{here}.")


def _default(one: Field[Any]) -> str:
    if one.default is MISSING:
        return "" if one.default_factory is MISSING else "{}"
    value = one.default.value if isinstance(one.default, StrEnum) else one.default
    return "–" if value == "" else str(list(value) if isinstance(value, tuple) else value)


def meanings() -> str:
    """Each figure of the report with its sentence and formula."""
    rows = [(one.vi, one.en, f"{one.says_vi} / {one.says_en}", code(one.formula)) for one in MEANINGS]
    return table(("figure", "in English", "what it means", "formula"), rows)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "refusals.md": refusals,
    "api.md": api,
    "commands.md": commands,
    "rules.md": plan_words,
    "report.md": meanings,
}


def split(name: str) -> tuple[str, str, str]:
    """A document before its table, the table, and after."""
    before, begin, rest = (DOCS / name).read_text().partition(BEGIN)
    stated, end, after = rest.partition(END)
    assert begin, f"docs/{name} has no place for its table"
    assert end, f"docs/{name} has no end of its table"
    return before, stated, after


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_tables_state_what_is_so(name: str) -> None:
    assert split(name)[1] == DOCUMENTS[name](), "run: python -m tests.test_documents"


def rows_of(name: str, title: str) -> list[list[str]]:
    """The rows of the table under a heading."""
    section = (DOCS / name).read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_topics_of_the_websocket() -> None:
    named = [row[0].strip("`").partition("/")[0] for row in rows_of("live.md", "Topics")]
    assert sorted(named) == sorted(VIEWS)


def test_the_close_codes_of_the_websocket() -> None:
    rows = rows_of("live.md", "Close codes")
    stated = {int(number) for row in rows for number in re.findall(r"\d+", row[0])}
    broken = {frames.PROTOCOL_ERROR, frames.NOT_UTF8, frames.TOO_BIG}
    own = {outgoing.SILENT, socket.FAULT, TOO_MANY_TOPICS, TOO_MANY_SOCKETS}
    assert stated == set(CLOSE.values()) | broken | own | SERVER_CLOSES
    text = (DOCS / "live.md").read_text()
    assert f"over {frames.MOST_BYTES // 1024} KB" in text
    assert f"{KEPT} frames of a topic" in " ".join(text.split())
    assert f"{3 * pulse.PLACES} s" in text
    assert f"too many topics on one socket ({MOST_TOPICS})" in text


def test_whatever_is_linked_is_there() -> None:
    for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_setting_named_anywhere_exists() -> None:
    known = {PREFIX + one.name for one in TABLE}
    for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for name in re.findall(r"GOISO_[A-Z_]+[A-Z]", page.read_text()):
            assert name in known, f"{page.name} names {name}"


def write() -> None:
    """Put the tables of the code in place of those stated."""
    for name, made in DOCUMENTS.items():
        before, _, after = split(name)
        (DOCS / name).write_text(f"{before}{BEGIN}{made()}{END}{after}")


if __name__ == "__main__":
    write()
