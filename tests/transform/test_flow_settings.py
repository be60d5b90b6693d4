"""Options of a source, and incidents, as models read them."""

from __future__ import annotations

import json

from flowmart.sources.declaration import SourceSpec
from flowmart.sources.registry import get_spec, valid_options
from flowmart.transform.flow_settings import flow_settings, model_options, settings_rows
from flowmart.transform.render import BatchContext

SPEC = SourceSpec.model_validate(
    {
        "name": "some",
        "title": "Some",
        "entities": {"issue": {"stream": "issues"}},
        "streams": {
            "issues": {
                "kind": "window", "endpoint": "x", "key": "id", "version": "v",
                "bounds": "half-open",
            }
        },
        "model_options": {"labels": [], "board": None, "deployments.production": "^prod"},
    }
)  # fmt: skip


def test_options_hold_as_configured_else_as_declared():
    configured = {"labels": ["b", "a"], "deployments": {"production": "^live"}, "queues": ["x"]}
    context = BatchContext(options=configured)
    assert model_options(SPEC, context) == {
        "labels": ["b", "a"], "board": None, "deployments.production": "^live",
    }  # fmt: skip
    assert model_options(SPEC, BatchContext()) == SPEC.model_options


def test_options_are_rows_in_their_order_and_a_text_to_compare():
    context = BatchContext(options={"labels": ["b", "a"], "board": 7, "queues": ["x"]})
    assert settings_rows(SPEC, context)["option"] == [
        ("labels", 1, "b"), ("labels", 2, "a"), ("board", 1, "7"),
        ("deployments.production", 1, "^prod"),
    ]  # fmt: skip
    texts = flow_settings(SPEC, context)
    assert "queues" not in json.loads(texts["options"])  # what no model reads rebuilds nothing
    assert texts["production_pattern"] == "^prod"
    assert texts["branch_pattern"] == ""


def seen(source, **options):
    """What models of a source read of the options of an instance."""
    return model_options(
        get_spec(source), BatchContext(options=valid_options(source, source, options))
    )


def test_models_see_options_as_the_source_understands_them():
    declared = {
        name: get_spec(name).model_options for name in ("telemetry", "github", "phabricator")
    }
    for given in (True, "true", "yes", 1):
        found = seen("telemetry", production_versions_only=given, minimum_age_days="3")
        assert found == declared["telemetry"] | {"minimum_age_days": 3}
        assert found["production_versions_only"] is True
    assert seen("telemetry", production_versions_only="no")["production_versions_only"] is False
    assert seen("phabricator", releases={"subtypes": "train", "environment": "live"}) == declared[
        "phabricator"
    ] | {"releases.subtypes": ["train"], "releases.environment": "live"}
    found = seen("github", deployments={"from": "tags"}, status_from_board=None, bots=["x"])
    assert found == declared["github"] | {"bots": ["x"]}
    for source, usual in declared.items():
        assert seen(source) == usual


def test_incidents_are_rows_and_a_text_to_compare():
    row = ("labels", "labels", "incident")
    context = BatchContext(incidents=[row])
    assert settings_rows(SPEC, context)["incident"] == [row]
    assert json.loads(flow_settings(SPEC, context)["incidents"]) == [list(row)]
    assert flow_settings(SPEC, BatchContext())["incidents"] == "[]"
