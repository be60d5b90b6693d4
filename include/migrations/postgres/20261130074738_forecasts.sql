-- migrate:up
create table {{ mart }}.agg_forecast (
    instance text not null,
    team text not null,
    question text not null,
    target bigint not null,
    level bigint not null,
    as_of_on date not null,
    items bigint,
    days bigint,
    done_on date,
    probability double precision,
    reason text,
    sampled_days bigint not null,
    sampled_items bigint not null,
    primary key (instance, team, question, target, level)
);

create table {{ mart }}.agg_forecast_backtest (
    instance text not null,
    team text not null,
    forecast_on date not null,
    weeks bigint not null,
    level bigint not null,
    as_of_on date not null,
    forecast_items bigint not null,
    delivered_items bigint not null,
    is_held boolean not null,
    primary key (instance, team, forecast_on, weeks, level)
);

create table {{ mart }}.agg_pace_bands (
    instance text not null,
    team text not null,
    status_key text not null,
    status_name text not null,
    as_of_on date not null,
    items bigint not null,
    age_50_seconds bigint,
    age_70_seconds bigint,
    age_85_seconds bigint,
    age_95_seconds bigint,
    reason text,
    primary key (instance, team, status_key)
);

create table {{ ops }}.ops_flow_metrics (
    instance text not null,
    as_of_on date not null,
    built_from text not null,
    primary key (instance)
);

-- migrate:down
drop table {{ ops }}.ops_flow_metrics;

drop table {{ mart }}.agg_pace_bands;

drop table {{ mart }}.agg_forecast_backtest;

drop table {{ mart }}.agg_forecast;
