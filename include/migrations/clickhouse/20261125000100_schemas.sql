-- migrate:up
create database if not exists {{ raw }}{{ on_cluster }};
create database if not exists {{ stage }}{{ on_cluster }};
create database if not exists {{ store }}{{ on_cluster }};
create database if not exists {{ mart }}{{ on_cluster }};

-- migrate:down
drop database if exists {{ mart }}{{ on_cluster }} sync;
drop database if exists {{ store }}{{ on_cluster }} sync;
drop database if exists {{ stage }}{{ on_cluster }} sync;
drop database if exists {{ raw }}{{ on_cluster }} sync;
