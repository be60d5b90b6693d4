"""The catalogue as Markdown and as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from local.catalogue.diagram import diagram_of, overview
from local.catalogue.svg import draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

    from local.catalogue.catalogue import Catalogue
    from local.catalogue.tables import Table

_TEMPLATES = Path(__file__).parent / "templates"


def as_markdown(catalogue: Catalogue) -> str:
    """The catalogue beside ``metrics.md``."""
    jinja = _environment(autoescape=False)
    jinja.filters["cell"] = lambda text: text.replace("|", "\\|").replace("<", "&lt;")
    return jinja.get_template("catalogue.md").render(catalogue=catalogue)


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
        overview=Markup(draw(overview(tables, titles))),
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
    return re.sub(r"<code>(\w+)(\.\w+)?</code>", lambda found: _linked(found, tables), html)


def _is_link(token: Token) -> bool:
    return token.type in ("link_open", "link_close")


def _linked(found: re.Match[str], tables: Mapping[str, Any]) -> str:
    return f'<a href="#{found[1]}">{found[0]}</a>' if found[1] in tables else found[0]
