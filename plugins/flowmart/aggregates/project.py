"""The models of ``include/sql/aggregates``: what needs a whole history, or Python."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flowmart.core.batch import Batch
from flowmart.core.instance import source_of
from flowmart.core.window import Window
from flowmart.sources.declaration import SourceSpec
from flowmart.transform.calls import require_known
from flowmart.transform.folders import published_contracts
from flowmart.transform.model import read_models
from flowmart.transform.project import Project
from flowmart.transform.views import load_views

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = (
    "instance",
    "as_of_on",
    "delivered_from",
    "minimum_items",
    "built_from",
)
"""The settings that these models may ask for by ``setting()``."""

_FOLDERS = ("aggregates/intermediate", "aggregates/marts")
# Stage tables of an instance have the same names in every run, so a new run replaces what a
# failed one left, and nothing has to be cleaned up.
_RUN = "flow_metrics"
# Not of data: these rows are built from all that is published.
_ANY_WINDOW = Window.parse("1970-01-01T00:00Z", "2148-01-01T00:00Z")


def batch_of(instance: str) -> Batch:
    """What names an instance's stage tables and its page of failed checks."""
    return Batch(instance, source_of(instance), _RUN, _ANY_WINDOW)


@functools.cache
def load_aggregates(sql_folder: Path, engine_name: str) -> Project:
    """
    Read and check the models in building order: those of a later folder read those before.

    :param sql_folder: the folder that holds all models.
    :param engine_name: selects the macro file.
    :raises ConfigError: if a model reads something that there is not.
    :raises ContractError: on contracts that do not fit their files.
    """
    models = tuple(
        model for folder in _FOLDERS for model in read_models(sql_folder, folder, engine_name, None)
    )
    published = {*published_contracts(sql_folder)}
    published |= {view.name for view in load_views(sql_folder, engine_name)}
    built: list[str] = []
    for model in models:
        known = {"published": published, "ref": built, "setting": SETTINGS}
        require_known(model.calls, known, model.path)
        built.append(model.name)
    # No source: neither entities nor streams, which a declaration would have to have.
    spec = SourceSpec.model_construct(name=_RUN, title=_RUN, entities={}, streams={})
    return Project(sql_folder, engine_name, spec, models)
