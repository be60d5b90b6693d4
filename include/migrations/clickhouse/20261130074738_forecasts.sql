-- migrate:up
create table if not exists {{ published('agg_forecast') }}{{ on_cluster }} (
    instance LowCardinality(String),
    team LowCardinality(String),
    question LowCardinality(String),
    target Int64,
    level Int64,
    as_of_on Date,
    items Nullable(Int64),
    days Nullable(Int64),
    done_on Nullable(Date),
    probability Nullable(Float64),
    reason Nullable(String),
    sampled_days Int64,
    sampled_items Int64
) engine = {{ merge_tree() }} order by (instance, team, question, target, level);

create table if not exists {{ published('agg_forecast_backtest') }}{{ on_cluster }} (
    instance LowCardinality(String),
    team LowCardinality(String),
    forecast_on Date,
    weeks Int64,
    level Int64,
    as_of_on Date,
    forecast_items Int64,
    delivered_items Int64,
    is_held Bool
) engine = {{ merge_tree() }} order by (instance, team, forecast_on, weeks, level);

create table if not exists {{ published('agg_pace_bands') }}{{ on_cluster }} (
    instance LowCardinality(String),
    team LowCardinality(String),
    status_key LowCardinality(String),
    status_name LowCardinality(String),
    as_of_on Date,
    items Int64,
    age_50_seconds Nullable(Int64),
    age_70_seconds Nullable(Int64),
    age_85_seconds Nullable(Int64),
    age_95_seconds Nullable(Int64),
    reason Nullable(String)
) engine = {{ merge_tree() }} order by (instance, team, status_key);

create table if not exists {{ published('ops_flow_metrics') }}{{ on_cluster }} (
    instance LowCardinality(String),
    as_of_on Date,
    built_from String
) engine = {{ merge_tree() }} order by instance;

-- migrate:down
drop view if exists {{ ops }}.ops_flow_metrics{{ on_cluster }};
drop table if exists {{ published('ops_flow_metrics') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_pace_bands{{ on_cluster }};
drop table if exists {{ published('agg_pace_bands') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_forecast_backtest{{ on_cluster }};
drop table if exists {{ published('agg_forecast_backtest') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_forecast{{ on_cluster }};
drop table if exists {{ published('agg_forecast') }}{{ on_cluster }} sync;
