-- migrate:up
create table {{ ops }}.ops_setting_names (
    setting_name_key text not null,
    instance text not null,
    setting text not null,
    kind text not null,
    value text not null,
    scope text not null,
    meaning text not null,
    target_id text,
    primary key (setting_name_key)
);

-- migrate:down
drop table {{ ops }}.ops_setting_names;
