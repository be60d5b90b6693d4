-- migrate:up
create schema if not exists {{ raw }};
create schema if not exists {{ stage }};
create schema if not exists {{ mart }};

-- migrate:down
drop schema if exists {{ mart }} cascade;
drop schema if exists {{ stage }} cascade;
drop schema if exists {{ raw }} cascade;
