"""The catalogue as Markdown and as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from flowmart.transform.folders import all_contracts
from local.catalogue.definitions import read_sections
from local.catalogue.diagram import diagram_of, overview
from local.catalogue.lineage import read_lineage
from local.catalogue.svg import draw
from local.catalogue.tables import KINDS, read_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.contract import Contract
    from local.catalogue.definitions import Section
    from local.catalogue.lineage import Lineage
    from local.catalogue.tables import Table

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Catalogue:
    """
    All that the catalogue tells.

    :param tables: name -> published table or view.
    :param between: contracts of the models between staging and tables.
    :param sections: what the numbers mean.
    :param titles: source -> its name for people.
    """

    tables: Mapping[str, Table]
    between: Sequence[Contract]
    lineage: Lineage
    sections: Sequence[Section]
    titles: Mapping[str, str]

    def by_kind(self) -> dict[str, list[Table]]:
        """The tables of each kind that there are any of."""
        found = {kind: [t for t in self.tables.values() if t.kind == kind] for kind in KINDS}
        return {kind: tables for kind, tables in found.items() if tables}

    def staged(self) -> dict[str, dict[str, list[str]]]:
        """Staging model -> source -> the raw streams that it is made from there."""
        found: dict[str, dict[str, list[str]]] = {}
        entered = {parent for model in self._used() for parent in self.lineage.parents[model]}
        for name in sorted(entered & self.lineage.staged.keys()):
            source, staged = self.lineage.staged[name]
            found.setdefault(staged, {})[source] = self.lineage.streams_of(name).get(source, [])
        return dict(sorted(found.items()))

    def made_from(self, model: str) -> list[str]:
        """What a model between reads, for people."""
        parents, known = self.lineage.parents[model], self.lineage.staged
        staged = {f"staged {known[name].name}" for name in parents & known.keys()}
        streams = {
            f"raw {stream}" for graph in self.lineage.graphs.values()
            for stream in graph.streams.get(model, ())
        }
        return [*sorted(parents - known.keys()), *sorted(staged), *sorted(streams)]

    def _used(self) -> list[str]:
        return [*self.tables, *(contract.name for contract in self.between)]


def read_catalogue(sql_folder: Path, specs: Sequence[SourceSpec], metrics: str) -> Catalogue:
    """
    Collect what the catalogue tells.

    :param sql_folder: where models and contracts are.
    :param specs: the declarations of all sources.
    :param metrics: the text of ``docs/metrics.md``.
    :raises FlowmartError: if models or contracts are wrong.
    """
    lineage = read_lineage(sql_folder, specs)
    sections = read_sections(metrics)
    tables = read_tables(sql_folder, lineage, sections)
    graphs = lineage.graphs.values()
    ancestors = {m for graph in graphs for name in tables for m in graph.with_ancestors(name)}
    between = [
        contract
        for name, contract in sorted(all_contracts(sql_folder).items())
        if name in ancestors - tables.keys() - lineage.staged.keys()
    ]
    titles = {spec.name: spec.title for spec in specs}
    return Catalogue(tables, between, lineage, sections, titles)


def as_markdown(catalogue: Catalogue) -> str:
    """The catalogue beside ``metrics.md``."""
    jinja = _environment(autoescape=False)
    jinja.filters["cell"] = lambda text: text.replace("|", "\\|").replace("<", "&lt;")
    return jinja.get_template("catalogue.md").render(catalogue=catalogue) + "\n"


def as_html(catalogue: Catalogue, style: str) -> str:
    """
    The catalogue with diagrams, definitions and search.

    :param style: the style that it shares with the page.
    """
    script = (_TEMPLATES / "catalogue.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    own_style = (_TEMPLATES / "catalogue.css").read_text(encoding="utf-8")
    tables, lineage, titles = catalogue.tables, catalogue.lineage, catalogue.titles
    jinja = _environment(autoescape=True)
    jinja.filters["coded"] = _coded
    html = jinja.get_template("catalogue.html").render(
        catalogue=catalogue,
        style=Markup(style + own_style),
        script=Markup(script),
        digest=digest,
        between_names={contract.name for contract in catalogue.between},
        overview=Markup(draw(overview(tables, lineage, titles))),
        diagrams={
            name: Markup(draw(diagram_of(table, tables, lineage, titles)))
            for name, table in tables.items()
        },
        definitions=[(s, Markup(_definition(s.text, tables))) for s in catalogue.sections],
    )
    return html + "\n"


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _coded(text: str) -> Markup:
    """A text of a contract with what is in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _definition(text: str, tables: Mapping[str, Table]) -> str:
    """A section as HTML; names of tables are links, and links to other documents plain text."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        token.children = [t for t in token.children or [] if not _is_link(t)]
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return re.sub(
        r"<code>(\w+)(?=</code>|\.)(\.\w+)?</code>", lambda found: _linked(found, tables), html
    )


def _is_link(token: Token) -> bool:
    return token.type in ("link_open", "link_close")


def _linked(found: re.Match[str], tables: Mapping[str, Any]) -> str:
    return f'<a href="#{found[1]}">{found[0]}</a>' if found[1] in tables else found[0]
