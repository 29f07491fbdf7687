"""What old TV boxes run (Chromium 63: ES2018, the CSS of 2017) holds nothing newer: the pages of TV and pairing.

Read with tree-sitter's grammars, which know every later word and name it. The lists are of what browsers have
learnt since, by their release notes; what is not on them has to be looked up before it is used.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_css
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

DISPLAYS = Path(__file__).parents[2] / "displays"
SCRIPTS = sorted([*DISPLAYS.glob("tv/*.js"), *DISPLAYS.glob("pairing/*.js")])
STYLES = sorted([*DISPLAYS.glob("tv/*.css"), *DISPLAYS.glob("pairing/*.css"), DISPLAYS / "look" / "palette.css"])
PAGES = [DISPLAYS / "tv" / "tv.html", DISPLAYS / "pairing" / "pair.html"]

JS = Parser(Language(tree_sitter_javascript.language()))
CSS = Parser(Language(tree_sitter_css.language()))
# Forms of the language by the first Chromium that reads them.
NEWER_FORMS = {
    "optional_chain": 80, "field_definition": 72, "private_property_identifier": 74, "class_static_block": 94,
    "import_statement": 0, "export_statement": 0, "meta_property": 64, "using_declaration": 134,
}  # fmt: skip
NEWER_OPERATORS = {"??", "??=", "||=", "&&="}
NEWER_NAMES = {
    "flat", "flatMap", "fromEntries", "matchAll", "replaceAll", "trimStart", "trimEnd", "allSettled", "any", "at",
    "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with", "hasOwn", "globalThis", "BigInt",
    "queueMicrotask", "structuredClone", "replaceChildren", "toggleAttribute", "ResizeObserver", "AbortController",
    "getAnimations", "isConnected", "showModal", "inert", "randomUUID", "requestSubmit", "description", "groupBy",
}  # fmt: skip
NEWER_PROPERTIES = {
    "inset", "aspect-ratio", "place-items", "place-content", "place-self", "row-gap", "column-gap", "gap",
    "overflow-clip-margin", "content-visibility", "accent-color", "scroll-behavior", "overscroll-behavior",
    "translate", "rotate", "scale", "backdrop-filter", "text-underline-offset", "container-type", "color-scheme",
    "margin-inline", "margin-block", "padding-inline", "padding-block", "inset-inline", "inset-block", "text-wrap",
}  # fmt: skip
NEWER_FUNCTIONS = {"min", "max", "clamp", "env", "conic-gradient", "color-mix", "lab", "lch", "oklch", "round"}
NEWER_SELECTORS = {"is", "where", "has", "focus-visible", "any-link", "modal"}
NEWER_VALUES = {"overflow:clip", "width:fit-content", "height:fit-content", "height:100dvh"}
NEWER_MEDIA = ("prefers-color-scheme", "prefers-contrast", "@layer", "@container", "@property", ">=", "<=")


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text else ""


def newer_script(source: str) -> list[str]:
    """What a script has that Chromium 63 does not read or know, each with its line."""
    found = []
    root = JS.parse(source.encode()).root_node
    for node in nodes(root):
        fault = ""
        if node.type == "ERROR" or node.is_missing:
            fault = "cannot be read"
        elif node.type in NEWER_FORMS or node.type in NEWER_OPERATORS and not node.is_named:
            fault = node.type
        elif node.type == "catch_clause" and node.child_by_field_name("parameter") is None:
            fault = "catch without a name"
        elif node.type == "number" and ("_" in text(node) or text(node).endswith("n")):
            fault = f"number {text(node)}"
        elif node.type in ("property_identifier", "identifier") and text(node) in NEWER_NAMES and _is_used(node):
            fault = text(node)
        elif node.type == "regex" and re.search(r"\(\?<|\\p\{|/[a-z]*[sdv][a-z]*$", text(node)):
            fault = f"pattern {text(node)}"
        if fault:
            found.append(f"line {node.start_point[0] + 1}: {fault}")
    return found


def _is_used(node: Node) -> bool:
    """Whether a name is one of the browser's, not one of our own objects' (`{at: 1}`, `call.at`)."""
    parent = node.parent
    if parent is None or parent.type == "pair":
        return False
    if node.type == "property_identifier":
        outer = parent.parent
        called = outer is not None and outer.type == "call_expression" and outer.child(0) == parent
        return called or text(node) in ("isConnected", "inert", "description")
    return text(node)[0].isupper() or text(node) in ("globalThis", "queueMicrotask", "structuredClone")


def newer_style(source: str) -> list[str]:
    """What a style sheet has that Chromium 63 does not know, each with its line."""
    found = [word for word in NEWER_MEDIA if word in source]
    for node in nodes(CSS.parse(source.encode()).root_node):
        name = text(node)
        is_newer = (
            node.type == "ERROR"
            or (node.type == "property_name" and name in NEWER_PROPERTIES)
            or (node.type == "function_name" and name in NEWER_FUNCTIONS)
            or (node.type == "class_name" and _of(node, "pseudo_class_selector") and name in NEWER_SELECTORS)
            or (node.type == "declaration" and name.replace(" ", "").rstrip(";") in NEWER_VALUES)
            or (node.type == "nesting_selector")
        )
        if is_newer:
            found.append(f"line {node.start_point[0] + 1}: {name[:40]}")
    return found


def _of(node: Node, kind: str) -> bool:
    return node.parent is not None and node.parent.type == kind


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(DISPLAYS)))
def test_scripts(path: Path) -> None:
    assert newer_script(path.read_text()) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: str(path.relative_to(DISPLAYS)))
def test_styles(path: Path) -> None:
    assert newer_style(path.read_text()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_load_classic_scripts_only(path: Path) -> None:
    page = path.read_text()
    assert 'type="module"' not in page
    assert "<script" in page
    assert not re.findall(r"<dialog|<template|loading=|inert\b", page)


@pytest.mark.parametrize(
    "source",
    ["a?.b", "a ?? b", "a ||= 1", "class A { b = 1 }", "class A { #b() {} }", "try { a() } catch { b() }", "1_000",
     "10n", "import('x'); import a from 'b'", "[1].flat()", "Object.fromEntries(a)", "new ResizeObserver(a)",
     "'a'.replaceAll('b', 'c')", "/(?<year>a)/", "globalThis.a", "a.at(-1)", "export const a = 1"],
)  # fmt: skip
def test_what_is_newer_in_scripts_is_found(source: str) -> None:
    assert newer_script(source)


@pytest.mark.parametrize(
    "source",
    ["a { inset: 0 }", "a { gap: 1px }", "a { width: min(1px, 2px) }", "a { font-size: clamp(1px, 2vw, 3px) }",
     "a { aspect-ratio: 1 }", ":is(a, b) { color: red }", "a:focus-visible { color: red }", "@layer a { }",
     "a { overflow: clip }", "@media (width >= 1px) { a { color: red } }"],
)  # fmt: skip
def test_what_is_newer_in_styles_is_found(source: str) -> None:
    assert newer_style(source)


def test_what_chromium_63_knows_is_let_be() -> None:
    script = (
        "async function a({b, ...c}) { for (const d of [...b]) await d.e(`${c}`.padStart(2), d.at, {at: 1}); }"
    )
    assert newer_script(script) == []
    assert newer_style("a::before { grid-gap: 1vh; width: calc(1px + 2vmin); color: var(--b, red) }") == []
