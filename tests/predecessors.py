"""Reads ``docs/predecessors.md``, and looks up what it names."""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
import re
from typing import Any, NamedTuple

import yaml
from clickhouse_driver.connection import Connection
from pydantic import BaseModel

from flowmart.calendars.exporter import as_calendar
from flowmart.calendars.settings import CalendarSettings
from flowmart.instance_settings import InstanceSettings
from flowmart.settings import Settings
from flowmart.sources import registry
from flowmart.sources.registry import get_spec, source_names
from flowmart.transform.folders import INSTANCE_VIEW
from tests.conftest import PROJECT

DOCUMENT = PROJECT / "docs" / "predecessors.md"
SYSTEMS = {
    "S0": "tracker-exporter",
    "S1": "The YouTrack script",
    "S2": "Data³",
    "S3": "contributor-metrics",
    "S4": "Pulp analytics",
}
KINDS = ("DAG", "connection", "extra", "key", "option", "rule", "setting", "stream")
NAMES = r"`[^`]+`(?:(?:,| and|,? or) `[^`]+`)*"
FILES = r"[\w./-]+\.(ya?ml|py|md|proto|graphql)|\w[\w.-]*/[\w./-]*"


class Row(NamedTuple):
    """A row of one of the document's tables."""

    line: int
    system: str
    number: str
    there: str
    here: str

    def __str__(self) -> str:
        return f"{DOCUMENT.name}:{self.line} ({self.number} {self.there[:40]})"


def rows() -> list[Row]:
    """All rows with a number."""
    found, system = [], ""
    for line, text in enumerate(DOCUMENT.read_text(encoding="utf-8").splitlines(), start=1):
        if text.startswith("## "):
            system = text.removeprefix("## ")
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if text.startswith("| S"):
            assert len(cells) == 3, f"{DOCUMENT.name}:{line} has {len(cells)} cells"
            found.append(Row(line, system, *cells))
    return found


def named(text: str) -> list[str]:
    """What a cell has in backticks."""
    return re.findall(r"`([^`]+)`", text)


def names_by_kind(here: str) -> list[tuple[str, str]]:
    """What a cell names -> the word before it that says what it is, or nothing."""
    found, rest = [], here
    for kind in KINDS:
        for match in re.finditer(rf"\b{kind}s? ({NAMES})", here):
            found += [(kind, name) for name in named(match[1])]
            rest = rest.replace(match[0], "")
    return found + [("", name) for name in named(rest)]


def nested(model: Any) -> dict[str, Any]:
    """Names in a part of the configuration -> the types that these have."""
    fields = getattr(model, "model_fields", {})
    return {field.alias or name: field.annotation for name, field in fields.items()}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a type is made of."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    parts = getattr(annotation, "__args__", ())
    return [model for part in parts for model in models_in(part)]


def leads_somewhere(path: str, models: list[Any]) -> bool:
    """Whether the names of a path lead from one of the models into the next ones."""
    name, _, rest = path.partition(".")
    types = [nested(model)[name] for model in models if name in nested(model)]
    return bool(types) and (not rest or leads_somewhere(rest, models_in_all(types)))


def models_in_all(types: list[Any]) -> list[Any]:
    return [model for annotation in types for model in models_in(annotation)]


def is_setting(name: str) -> bool:
    return leads_somewhere(name, [Settings, InstanceSettings])


def is_option(name: str) -> bool:
    return leads_somewhere(
        name, [registry._class_of(source).options_model for source in source_names()]
    )


def is_extra(name: str) -> bool:
    """Of a source's connection, or a parameter of the ClickHouse client."""
    files = [PROJECT / "plugins/flowmart/hooks/source.py"]
    files += (PROJECT / "plugins/flowmart/sources").glob("*/access.py")
    told = any(f'"{name}"' in file.read_text(encoding="utf-8") for file in files)
    return told or name in inspect.signature(Connection).parameters


def is_connection(name: str) -> bool:
    hook = (PROJECT / "plugins/flowmart/hooks/warehouse.py").read_text(encoding="utf-8")
    prefix, _, rest = name.partition("_")
    return prefix == "flowmart" and (rest in source_names() or f'"{name}"' in hook)


def is_key(name: str) -> bool:
    """Of a calendar, tracker-exporter's own ones included."""
    known = nested(CalendarSettings)
    return name in known or name in as_calendar.__globals__["_DEFAULTS"]


def is_rule(name: str) -> bool:
    files = (PROJECT / "include/sql").rglob("_rules.yaml")
    return any(name in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"] for file in files)


def is_command(name: str) -> bool:
    """A target of the Makefile, or a module that Python runs."""
    make = re.match(r"make ([\w-]+)", name)
    module = re.match(r"python -m ([\w.]+)", name)
    if make:
        makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
        return re.search(rf"^{make[1]}:", makefile, re.MULTILINE) is not None
    if module:
        return is_module(module[1])
    return False


def is_module(name: str) -> bool:
    """Whether ``python -m`` runs it."""
    try:
        spec = importlib.util.find_spec(name)
        is_package = spec is not None and spec.submodule_search_locations is not None
        main = importlib.util.find_spec(f"{name}.__main__") if is_package else spec
    except ImportError:
        return False
    return main is not None


def is_python(name: str) -> bool:
    """A module, or what it defines."""
    if not name.startswith("flowmart."):
        return False
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


CHECKS = {
    "DAG": lambda name: (PROJECT / "dags" / f"{name}.py").exists(),
    "connection": is_connection,
    "extra": is_extra,
    "key": is_key,
    "option": is_option,
    "rule": is_rule,
    "setting": is_setting,
    "stream": lambda name: any(name in get_spec(source).streams for source in source_names()),
}


def exists(kind: str, name: str, tables: dict[str, set[str]]) -> bool:
    """Whether there is what a row names."""
    if kind:
        return CHECKS[kind](name)
    if re.fullmatch(FILES, name):
        return (PROJECT / name).exists()
    table, _, column = name.partition(".")
    if table == f"{INSTANCE_VIEW}<instance>":
        return not column
    if table in tables:
        return not column or column in tables[table]
    return is_command(name) or is_python(name)
