"""The documents say what is there: commands, tables, rules and links. Each check has a twin that fails."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from crawler.exits import ExitCode
from extract.errors import Status, Unreadable
from extract.report import Report
from extract.summary import unreadable_json
from gongkai import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARSING = (ROOT / "docs/parsing.md").read_text(encoding="utf-8")
PAGES = [page for page in ROOT.rglob("*.md") if not any(part[0] == "." for part in page.relative_to(ROOT).parts)]


def undocumented_commands(group: click.Group, text: str) -> list[str]:
    """The commands without a row in the text's table, and the options that their row does not name."""
    rows = {match[1]: match[0] for match in re.finditer(r"^\| `gongkai (\w+)[^`]*`.*$", text, re.MULTILINE)}
    found = [f"gongkai {name}" for name in group.commands if name not in rows]
    for name, command in group.commands.items():
        found += [f"gongkai {name} {option}" for option in _options(command) if f"`{option}" not in rows.get(name, "")]
    return found + [f"gongkai {option}" for option in _options(group) if option not in text]


def _options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (name for name in (*parameter.opts, *parameter.secondary_opts)[-1:] if name.startswith("--"))


def undocumented_columns(tables: dict[str, list[tuple[str, str, str]]], text: str) -> list[str]:
    """The tables without a heading, and the columns that the text under their heading does not name."""
    under = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    found = [table for table in tables if table not in under]
    return found + [
        f"{table}.{name}"
        for table, columns in tables.items()
        for name, _, _ in columns
        if f"| `{name}` |" not in under.get(table, "")
    ]


def rules(source: str) -> set[str]:
    """The rule of every `Finding(…)` in a module: a whole name, or its part up to the colon (`row_sum:`).

    Where a function takes the rule as an argument, its callers in the module tell it.
    """
    tree = ast.parse(source)
    makers = {"Finding": 0}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = [argument.arg for argument in function.args.args]
            for call in _calls(function, {"Finding": 0}):
                if isinstance(call, ast.Name) and call.id in names:
                    makers[function.name] = names.index(call.id)
    return {rule for call in _calls(tree, makers) if (rule := _beginning(call))}


def _calls(tree: ast.AST, makers: dict[str, int]) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
            named = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
            yield from named or node.args[makers[node.func.id] :][:1]


def _beginning(rule: ast.expr) -> str | None:
    if isinstance(rule, ast.JoinedStr):
        rule = rule.values[0]
    return rule.value if isinstance(rule, ast.Constant) and isinstance(rule.value, str) else None


def undocumented_rules(wanted: Iterable[str], text: str) -> list[str]:
    """The rules that begin no row of a table in the text."""
    rows = re.findall(r"^\| `([\w:<>.]+)` \|", text, re.MULTILINE)
    return [
        rule
        for rule in sorted(wanted)
        if not any(row.startswith(rule) if rule.endswith(":") else row == rule for row in rows)
    ]


def broken_links(page: Path, text: str) -> list[str]:
    """The relative links of a page whose file, or whose heading in it, is not there."""
    found = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", name):
            continue
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in _anchors(text if target == page else _read(target))):
            found.append(link)
    return found


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _room_sources() -> Iterator[str]:
    for room in ("extract", "archive"):
        yield from (_read(path) for path in sorted((ROOT / room).glob("*.py")))


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """docs/make_dictionary.py, which is no package's."""
    spec = importlib.util.spec_from_file_location("make_dictionary", ROOT / "docs/make_dictionary.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_and_option_stands_in_the_readme() -> None:
    assert undocumented_commands(cli, README) == []


def test_a_command_or_option_that_the_readme_leaves_out_is_noticed() -> None:
    without = README.replace("`--no-serve`", "").replace("| `gongkai verify`", "| `gongkai check`")
    assert undocumented_commands(cli, without) == ["gongkai verify", "gongkai demo --no-serve"]
    assert "gongkai --data" in undocumented_commands(cli, README.replace("--data", ""))


def test_every_exit_code_stands_in_the_readme() -> None:
    codes = set(re.findall(r"^\| (\d+) \|", README, re.MULTILINE))
    assert {str(code.value) for code in ExitCode} <= codes
    assert codes == {str(code.value) for code in ExitCode}


def test_the_data_dictionary_is_what_the_command_writes(maker: ModuleType) -> None:
    written = _read(maker.PAGE)
    assert written == maker.page(maker.schema()), "write it anew: python docs/make_dictionary.py"


def test_every_published_table_and_column_stands_in_the_dictionary(maker: ModuleType) -> None:
    assert undocumented_columns(maker.schema(), _read(maker.PAGE)) == []


def test_a_table_or_column_that_the_dictionary_leaves_out_is_noticed(maker: ModuleType) -> None:
    tables = maker.schema()
    tables["reports"].append(("colour", "TEXT", ""))
    tables["moons"] = [("phase", "TEXT", "")]
    assert undocumented_columns(tables, _read(maker.PAGE)) == ["moons", "reports.colour", "moons.phase"]


def test_every_rule_of_the_findings_stands_in_parsing() -> None:
    wanted = {rule for source in _room_sources() for rule in rules(source)}
    assert {"row_sum:", "balance:", "carry:", "late", "missing:", "unread:"} <= wanted, "the search for rules is blind"
    assert undocumented_rules(wanted, PARSING) == []


def test_a_rule_that_parsing_leaves_out_is_noticed() -> None:
    source = (
        "def _one(rule, what):\n    yield Finding(rule, what)\n"
        "def all(what):\n    yield from _one(f'moon:{what}', 1)\n    yield Finding(rule='late')\n    Finding('lat')\n"
    )
    assert rules(source) == {"moon:", "late", "lat"}
    assert undocumented_rules(rules(source), PARSING) == ["lat", "moon:"]


def test_every_key_and_status_of_the_json_stands_in_parsing() -> None:
    shown = unreadable_json("x", Unreadable(Status.MISSING, "gone"))
    names = {*Report("x", "html").to_json(), *shown["findings"][0], *(status.value for status in Status)}
    assert [name for name in sorted(names) if f"`{name}`" not in PARSING] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, _read(page)) == []


def test_a_link_that_leads_nowhere_is_noticed() -> None:
    text = (
        "# A b: c\n[a](#a-b-c) [b](#b) [c](LICENSE) [d](moon.md) [e](docs/parsing.md#findings) [f](docs/parsing.md#x)"
    )
    assert broken_links(ROOT / "README.md", text + " [g](https://example.org/)") == [
        "#b",
        "moon.md",
        "docs/parsing.md#x",
    ]


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/images").iterdir()}
    pages = ("body", "downloads", "evidence", "home", "leads", "place", "report", "search")
    assert set(sizes) == {f"{page}.png" for page in pages}
    assert max(sizes.values()) < 300_000
