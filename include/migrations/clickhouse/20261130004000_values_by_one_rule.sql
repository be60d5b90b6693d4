-- migrate:up
-- Numbers, times and long keys are read by one rule on both engines (ADR 16): the next run of each
-- instance finds its settings new, and rebuilds all its issues once.
delete from {{ published('ops_settings') }}{{ on_cluster }} where name = 'cycle_time_policy';

-- migrate:down
delete from {{ published('ops_settings') }}{{ on_cluster }} where name = 'cycle_time_policy';
