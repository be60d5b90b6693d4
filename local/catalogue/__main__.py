"""The command behind ``make catalogue``: ``python -m local.catalogue``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from flowmart.core.errors import FlowmartError
from flowmart.settings import SQL_FOLDER
from flowmart.sources.registry import get_spec, source_names
from local import PLUGINS, PROJECT
from local.catalogue.catalogue import read_catalogue
from local.catalogue.render import as_html, as_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARKDOWN = PROJECT / "docs" / "catalogue.md"
# The page serves it, and a deployment need not have docs/, where a link leads here.
HTML = PLUGINS / "flowmart" / "ui" / "static" / "catalogue.html"


def generate(sql_folder: Path) -> dict[Path, str]:
    """
    File -> its text.

    :param sql_folder: where models and contracts are.
    :raises FlowmartError: if models or contracts are wrong.
    """
    metrics = (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8")
    style = (HTML.parent / "page.css").read_text(encoding="utf-8")
    specs = [get_spec(name) for name in source_names()]
    catalogue = read_catalogue(sql_folder, specs, metrics)
    return {MARKDOWN: as_markdown(catalogue), HTML: as_html(catalogue, style)}


def main(words: Sequence[str] | None = None) -> int:
    """
    Write the catalogue.

    :returns: the exit code: 0, or 1 for a failure printed to stderr.
    """
    argparse.ArgumentParser(prog="python -m local.catalogue", description=__doc__).parse_args(words)
    try:
        for file, text in generate(SQL_FOLDER).items():
            file.write_text(text, encoding="utf-8")
            print(f"Wrote {file.relative_to(PROJECT)}")
    except FlowmartError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
