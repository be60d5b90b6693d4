"""How a step's errors end its task, and what ``ops_runs`` says afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from flowmart.core.errors import FatalError, SkippableError, SourceUnavailableError
from flowmart.operators.base import BatchOperator
from flowmart.operators.run import CloseBatchOperator, OpenBatchOperator
from flowmart.ops.runs import close_run, open_run
from tests.warehouses import connection, migrated, unreachable

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine

WINDOW = {
    "window_start": "2026-11-01T00:00:00+00:00",
    "window_end": "2026-11-02T00:00:00+00:00",
}
CONTEXT: Any = {"run_id": "manual__1"}


class Step(BatchOperator):
    """A step that ends as it is told to."""

    def __init__(self, *, error: Exception | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error = error

    def run(self, batch: Batch) -> str:
        """End."""
        if self.error:
            raise self.error
        return str(batch.window)


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn: str) -> Engine:
    """A warehouse with its migrations applied."""
    return migrated(warehouse_dsn)


@pytest.fixture
def engine(warehouse: Engine, warehouse_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The warehouse, with the connection to it and one run opened."""
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(warehouse_dsn))
    open_run(warehouse, step().batch("manual__1"), "window", "hash")
    return warehouse


def step(error: Exception | None = None, **given: Any) -> Step:
    """A step over one day."""
    return Step(task_id="step", instance="phabricator", error=error, **(WINDOW | given))


def last(engine: Engine) -> dict[str, Any]:
    """Status and error of the run."""
    return engine.query("select status, error from ops.ops_runs")[0]


def problem(kind: type[Exception]) -> Exception:
    """An error with its three texts."""
    return kind("It broke", where="here", next_step="correct it")


def test_a_step_gets_the_window_of_its_run() -> None:
    assert step().execute(CONTEXT) == "[2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z)"


def test_a_fatal_error_fails_the_task_without_a_retry(engine: Engine) -> None:
    with pytest.raises(AirflowFailException, match=r"It broke .* next step: correct it"):
        step(problem(FatalError)).execute(CONTEXT)
    assert last(engine)["status"] == "NOK"
    assert "correct it" in last(engine)["error"]


def test_a_retryable_error_is_left_to_airflow(engine: Engine) -> None:
    with pytest.raises(SourceUnavailableError):
        step(problem(SourceUnavailableError)).execute(CONTEXT)
    assert last(engine)["status"] == "NOK"


def test_a_skippable_error_skips_and_is_no_failure(engine: Engine) -> None:
    with pytest.raises(AirflowSkipException):
        step(problem(SkippableError)).execute(CONTEXT)
    assert last(engine) == {"status": "running", "error": None}


def test_a_run_without_a_data_interval_says_how_to_give_one() -> None:
    with pytest.raises(AirflowFailException, match=r"no data interval.*use Backfill"):
        step(window_start="", window_end="").execute(CONTEXT)


def test_p8_a_window_that_is_not_over_is_one_clear_word_everywhere(engine: Engine) -> None:
    """Freshness would promise what nobody has read yet."""
    later = {"window_start": "2026-11-01T00:00:00Z", "window_end": "2999-01-01T00:00:00Z"}
    run: Any = {"run_id": "too early"}
    for operator in (OpenBatchOperator, CloseBatchOperator):
        with pytest.raises(AirflowFailException, match="ends in the future"):
            operator(task_id="step", instance="phabricator", **later).execute(run)
    [row] = engine.query("select status, error from ops.ops_runs where run_id = 'too early'")
    assert row["status"] == "NOK"
    assert row["error"].startswith("The window ends in the future")


def test_p8_a_run_that_did_not_begin_was_not_killed(engine: Engine) -> None:
    run: Any = {"run_id": "never opened"}
    with pytest.raises(AirflowFailException, match=r"did not begin.*read the log of open"):
        CloseBatchOperator(task_id="close", instance="phabricator", **WINDOW).execute(run)


def test_the_error_of_the_step_survives_an_unreachable_warehouse(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = unreachable(warehouse, password="s3cret-s3cret")
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", nowhere)
    with pytest.raises(AirflowFailException, match="It broke"):
        step(problem(FatalError)).execute(CONTEXT)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (None, "no Airflow connection 'flowmart_warehouse'.*AIRFLOW_CONN_FLOWMART_WAREHOUSE"),
        ({"conn_type": "mysql"}, "type 'mysql' cannot be the warehouse"),
        ({"conn_type": "postgres", "host": "127.0.0.1", "port": 1}, "127.0.0.1:1"),
        ({"conn_type": "clickhouse", "host": "127.0.0.1", "port": 1}, "127.0.0.1:1"),
    ],
)
def test_a_wrong_warehouse_connection_is_explained(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any] | None, message: str
) -> None:
    if fields:
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", json.dumps(fields))
    else:
        monkeypatch.delenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", raising=False)
    opening = OpenBatchOperator(task_id="open", instance="phabricator", **WINDOW)
    with pytest.raises(Exception, match=message) as caught:
        opening.execute(CONTEXT)
    assert "next step" in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (None, "no Airflow connection 'flowmart_phabricator'"),
        ({"conn_type": "http", "password": "api-x"}, "has no host"),
        (
            {"conn_type": "http", "host": "https://example.org"},
            "has no password",
        ),
        (
            {
                "conn_type": "http",
                "host": "https://example.org",
                "password": "api-x",
                "extra": {"timeout_seconds": "soon"},
            },
            "timeout_seconds is 'soon', not a number",
        ),
    ],
)
def test_a_wrong_source_connection_is_explained(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any] | None,
    message: str,
) -> None:
    if fields:
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_PHABRICATOR", json.dumps(fields))
    opening = OpenBatchOperator(task_id="open", instance="phabricator", **WINDOW)
    with pytest.raises(AirflowFailException, match=message):
        opening.execute(CONTEXT)
    assert last(engine)["status"] == "NOK"


def test_closing_passes_on_a_good_end(engine: Engine) -> None:
    close_run(engine, step().batch("manual__1"), "OK", records=3)
    closing = CloseBatchOperator(task_id="close", instance="phabricator", **WINDOW)
    assert closing.execute(CONTEXT) == "OK"


def test_closing_a_run_that_was_killed_marks_it(engine: Engine) -> None:
    closing = CloseBatchOperator(task_id="close", instance="phabricator", **WINDOW)
    with pytest.raises(AirflowFailException, match="the marts are unchanged"):
        closing.execute(CONTEXT)
    assert last(engine)["status"] == "NOK"


def test_closing_a_run_that_failed_repeats_why(engine: Engine) -> None:
    with pytest.raises(AirflowFailException):
        step(problem(FatalError)).execute(CONTEXT)
    noted = last(engine)
    closing = CloseBatchOperator(task_id="close", instance="phabricator", **WINDOW)
    with pytest.raises(AirflowFailException, match="It broke"):
        closing.execute(CONTEXT)
    assert last(engine) == noted
