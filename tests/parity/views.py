"""The views that both engines have, and what is compared of them."""

from __future__ import annotations

from flowmart.settings import SQL_FOLDER
from flowmart.transform.views import load_views

# The clock changes these between two looks.
_AGES = {"age_seconds", "total_age_seconds", "seconds_in_status"}

# View -> its columns, as in a query.
VIEWS = {
    view.name: ", ".join(name for name in view.contract.column_names if name not in _AGES)
    for view in load_views(SQL_FOLDER, "postgres")
    if view.contract.layer == "mart"
}

# Of what the DAG flow_metrics builds, of people whom nobody has put into teams, of release tasks,
# and of entities that trackers do not have.
EMPTY = {
    "v_forecast_hit_rates",
    "v_release_blockers",
    "v_team_contributors_weekly",
    *(
        path.stem
        for entity in ("pull_request", "deployment", "report")
        for path in (SQL_FOLDER / entity / "views").glob("*.sql")
        if path.stem != "dim_dora_benchmarks"
    ),
}

# As the settings of a test are right or not.
MAY_BE_EMPTY = {"v_setting_findings"}
