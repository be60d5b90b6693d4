"""The page of a failed validation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowmart.core.batch import Batch
    from flowmart.quality.findings import Finding


def write_page(
    docs_folder: Path,
    batch: Batch,
    expectations: Mapping[str, int],
    findings: Sequence[Finding],
    strict: bool,
) -> Path:
    """
    Write one self-contained HTML page; a later try of the run replaces it.

    Great Expectations' own page loads files from other hosts, so only its sentences are used.

    :param docs_folder: the page is written to its subfolder of the instance.
    :param expectations: model -> number of expectations that were checked.
    :param findings: the failed ones.
    :param strict: whether warnings prevent publishing too.
    :return: the page's path.
    """
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=True
    )
    html = jinja.get_template("page.html").render(
        batch=batch, expectations=expectations, findings=findings, strict=strict
    )
    path = docs_folder / batch.instance / f"{batch.batch_id}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path
