-- What somebody would write to get the flow of issues, and daily throughput, in one go.
create table stage.by_hand_flow engine = MergeTree order by issue_id as
with issues as (
    select
        record_id as issue_id,
        argMax(JSONExtractString(payload, 'fields', 'status', 'value'), version) as status,
        argMax(
            JSONExtractString(payload, 'attachments', 'projects', 'projectPHIDs', 1), version
        ) as project_id,
        toDateTime(argMax(JSONExtractInt(payload, 'fields', 'dateCreated'), version), 'UTC')
            as created_at
    from raw.phabricator__tasks
    group by record_id
),

changes as (
    select
        parent_id as issue_id,
        JSONExtractInt(payload, 'id') as event_id,
        toDateTime(JSONExtractInt(payload, 'dateCreated'), 'UTC') as changed_at,
        JSONExtractString(payload, 'fields', 'old') as old_status,
        JSONExtractString(payload, 'fields', 'new') as new_status
    from raw.phabricator__transactions
    where JSONExtractString(payload, 'type') = 'status'
    limit 1 by record_id
),

first_changes as (
    select
        issue_id,
        argMin(old_status, (changed_at, event_id)) as old_status
    from changes
    group by issue_id
),

entries as (
    select
        issues.issue_id as issue_id,
        issues.created_at as entered_at,
        toInt64(0) as event_id,
        if(first_changes.old_status = '', issues.status, first_changes.old_status) as status
    from issues
    left join first_changes on issues.issue_id = first_changes.issue_id
    union all
    select
        assumeNotNull(issue_id),
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
        event_id,
        multiIf(status = 'open', 'todo', status = 'resolved', 'done', 'in_progress') as category,
        lead(toNullable(entered_at)) over (
            partition by issue_id order by entered_at, event_id
        ) as left_at,
        dateDiff('second', entered_at, left_at) as seconds
    from entries
),

followed as (
    select
        *,
        lag(category) over (partition by issue_id order by entered_at, event_id)
            as category_before
    from visits
),

measured as (
    select
        issue_id,
        min(entered_at) as created_at,
        minOrNullIf(entered_at, category = 'in_progress') as first_started_at,
        maxOrNullIf(entered_at, category = 'in_progress' and category_before != 'in_progress')
            as last_started_at,
        minOrNullIf(entered_at, category = 'done') as first_done_at,
        maxOrNullIf(entered_at, category = 'done' and category_before != 'done') as last_done_at,
        countIf(left_at is null and category = 'done') > 0 as is_done,
        countIf(category != 'done' and category_before = 'done') as reopen_count,
        sumIf(seconds, status = 'progress') as active_seconds,
        sumIf(seconds, status = 'stalled') as waiting_seconds,
        sumIf(seconds, status = 'open') as backlog_seconds,
        sumIf(seconds, category = 'done') as done_seconds
    from followed
    group by issue_id
)

select
    measured.*,
    issues.project_id as project_id,
    dateDiff('second', measured.created_at, last_done_at) as lead_time_seconds,
    lead_time_seconds - done_seconds as lead_time_without_done_seconds,
    dateDiff('second', first_started_at, first_done_at) as first_start_first_done_seconds,
    dateDiff('second', first_started_at, last_done_at) as first_start_last_done_seconds,
    dateDiff('second', last_started_at, last_done_at) as last_start_last_done_seconds
from measured
inner join issues on measured.issue_id = issues.issue_id;

create table stage.by_hand_throughput engine = MergeTree order by tuple() as
with changes as (
    select
        parent_id as issue_id,
        toDateTime(JSONExtractInt(payload, 'dateCreated'), 'UTC') as changed_at
    from raw.phabricator__transactions
    where
        JSONExtractString(payload, 'type') = 'status'
        and JSONExtractString(payload, 'fields', 'new') = 'resolved'
    limit 1 by record_id
)

select
    toDate(changes.changed_at) as done_on,
    flow.project_id as project_id,
    count() as issues
from changes
inner join stage.by_hand_flow as flow on changes.issue_id = flow.issue_id
group by 1, 2;
