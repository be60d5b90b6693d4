-- What somebody would write to get the flow of issues, and daily throughput, in one go.
create table stage.by_hand_flow as
with issues as (
    select distinct on (record_id)
        record_id as issue_id,
        payload #>> '{fields,status,value}' as status,
        payload #>> '{attachments,projects,projectPHIDs,0}' as project_id,
        to_timestamp(cast(payload #>> '{fields,dateCreated}' as bigint)) as created_at
    from raw.phabricator__tasks
    order by record_id, version desc
),

changes as (
    select distinct on (record_id)
        parent_id as issue_id,
        cast(payload ->> 'id' as bigint) as event_id,
        to_timestamp(cast(payload ->> 'dateCreated' as bigint)) as changed_at,
        payload #>> '{fields,old}' as old_status,
        payload #>> '{fields,new}' as new_status
    from raw.phabricator__transactions
    where payload ->> 'type' = 'status'
    order by record_id, version desc
),

first_changes as (
    select distinct on (issue_id)
        issue_id,
        old_status
    from changes
    order by issue_id, changed_at, event_id
),

entries as (
    select
        issues.issue_id,
        issues.created_at as entered_at,
        0 as event_id,
        coalesce(first_changes.old_status, issues.status) as status
    from issues
    left join first_changes on issues.issue_id = first_changes.issue_id
    union all
    select
        issue_id,
        changed_at,
        event_id,
        new_status
    from changes
),

visits as (
    select
        issue_id,
        status,
        entered_at,
        case status
            when 'open' then 'todo'
            when 'resolved' then 'done'
            else 'in_progress'
        end as category,
        lead(entered_at) over history as left_at,
        extract(epoch from lead(entered_at) over history - entered_at) as seconds
    from entries
    window history as (partition by issue_id order by entered_at, event_id)
),

followed as (
    select
        *,
        lag(category) over (partition by issue_id order by entered_at, left_at) as category_before
    from visits
),

measured as (
    select
        issue_id,
        min(entered_at) as created_at,
        min(entered_at) filter (where category = 'in_progress') as first_started_at,
        max(entered_at) filter (
            where category = 'in_progress' and category_before is distinct from 'in_progress'
        ) as last_started_at,
        min(entered_at) filter (where category = 'done') as first_done_at,
        max(entered_at) filter (
            where category = 'done' and category_before is distinct from 'done'
        ) as last_done_at,
        bool_or(category = 'done') filter (where left_at is null) as is_done,
        count(*) filter (where category <> 'done' and category_before = 'done') as reopen_count,
        sum(seconds) filter (where status = 'progress') as active_seconds,
        sum(seconds) filter (where status = 'stalled') as waiting_seconds,
        sum(seconds) filter (where status = 'open') as backlog_seconds,
        coalesce(sum(seconds) filter (where category = 'done'), 0) as done_seconds
    from followed
    group by issue_id
)

select
    measured.*,
    issues.project_id,
    extract(epoch from last_done_at - measured.created_at) as lead_time_seconds,
    extract(epoch from last_done_at - measured.created_at) - done_seconds
        as lead_time_without_done_seconds,
    extract(epoch from first_done_at - first_started_at) as first_start_first_done_seconds,
    extract(epoch from last_done_at - first_started_at) as first_start_last_done_seconds,
    extract(epoch from last_done_at - last_started_at) as last_start_last_done_seconds
from measured
inner join issues on measured.issue_id = issues.issue_id;

create table stage.by_hand_throughput as
with changes as (
    select distinct on (record_id)
        parent_id as issue_id,
        to_timestamp(cast(payload ->> 'dateCreated' as bigint)) as changed_at
    from raw.phabricator__transactions
    where payload ->> 'type' = 'status' and payload #>> '{fields,new}' = 'resolved'
    order by record_id, version desc
)

select
    cast(changes.changed_at at time zone 'UTC' as date) as done_on,
    flow.project_id,
    count(*) as issues
from changes
inner join stage.by_hand_flow as flow on changes.issue_id = flow.issue_id
group by 1, 2;
