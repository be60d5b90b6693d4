{# Issues as they are now. The status is the one of the last closing, if it is closed. #}
with issues as (
    select * from {{ ref('stg_github__issue_members') }}
),

discussions as (
    select
        issue_id,
        closure,
        row_number() over (partition by issue_id order by event_order desc) as choice
    from {{ ref('stg_github__closures') }}
),

places as (
    select
        current_places.issue_id as issue_id,
        current_places.place as place,
        row_number() over (
            partition by current_places.issue_id
            order by
                coalesce(stays.entered_order, 0) desc,
                current_places.place asc
        ) as choice
    from {{ ref('stg_github__current_places') }} as current_places
    left join {{ ref('stg_github__status_places') }} as stays
        on
            current_places.issue_id = stays.issue_id
            and current_places.place = stays.place
            and stays.left_order is null
),

typed as (
    select
        labels.issue_id as issue_id,
        labels.name as name,
        row_number() over (partition by labels.issue_id order by options.place)
            as choice
    from {{ ref('stg_github__issue_labels') }} as labels
    inner join {{ settings_table('option') }} as options
        on labels.name = options.value and options.name = 'type_labels'
),

labels as (
    select
        issue_id,
        {{ json_array_of('name_json') }} as names
    from {{ ref('stg_github__issue_labels') }}
    group by 1
),

people as (
    select
        issue_id,
        min(assignee_id) as assignee_id
    from (
        select
            issues.issue_id,
            {{ json_text('person', ['id']) }} as assignee_id,
            place,
            row_number() over (partition by issues.issue_id order by place) as choice
        from issues
        {{ join_numbered_json_items('issues.assignees', [], 'person', 'place') }}
    ) as numbered
    where choice = 1
    group by 1
),

estimates as (
    select
        issue_fields.issue_id as issue_id,
        min(issue_fields.value) as value
    from {{ ref('stg_github__issue_fields') }} as issue_fields
    inner join {{ settings_table('option') }} as options
        on issue_fields.name = options.value and options.name = 'estimate_field'
    group by 1
),

custom as (
    select
        issue_id,
        {{ json_object_of('name', 'value_json') }} as custom_fields
    from (
        select
            issue_id,
            name,
            value_json
        from {{ ref('stg_github__issue_fields') }}
        where name <> 'labels'
        union all
        select
            issue_id,
            'labels' as name,
            names as value_json
        from labels
    ) as united
    group by 1
),

final as (
    select
        issues.issue_id as issue_id,
        {{ text_to_bigint('issues.number') }} as issue_number,
        coalesce(issues.repository || '#' || issues.number, issues.issue_id) as readable_id,
        coalesce(issues.title, '') as title,
        issues.url as url,
        case
            when moved.issue_id is not null then 'transferred'
            when issues.state = 'CLOSED' and discussions.closure = 'closed:discussion'
                then discussions.closure
            when issues.state = 'CLOSED'
                then 'closed:' || {{ lower_ascii("coalesce(issues.state_reason, 'completed')") }}
            else coalesce(places.place, 'open')
        end as status_id,
        coalesce(issues.type_name, typed.name, 'default') as issue_type,
        cast(null as {{ type_text() }}) as priority,
        {{ text_to_double('estimates.value') }} as estimate,
        cast(null as {{ type_text() }}) as resolution,
        issues.author_id as author_id,
        people.assignee_id as assignee_id,
        coalesce(
            {{ iso_to_timestamp('issues.created') }}, {{ epoch_ms_to_timestamp('issues.version') }}
        ) as created_at,
        coalesce(
            {{ iso_to_timestamp('issues.updated') }}, {{ epoch_ms_to_timestamp('issues.version') }}
        ) as updated_at,
        case when issues.state = 'CLOSED' then {{ iso_to_timestamp('issues.closed') }} end
            as closed_at,
        custom.custom_fields as custom_fields,
        issues.repository_id as repository_id,
        issues.parent_id as parent_id,
        issues.milestone_id as milestone_id,
        moved.moved_to_id as moved_to_id
    from issues
    left join {{ ref('stg_github__moved_issues') }} as moved on issues.issue_id = moved.issue_id
    left join discussions on issues.issue_id = discussions.issue_id and discussions.choice = 1
    left join places on issues.issue_id = places.issue_id and places.choice = 1
    left join typed on issues.issue_id = typed.issue_id and typed.choice = 1
    left join people on issues.issue_id = people.issue_id
    left join estimates on issues.issue_id = estimates.issue_id
    left join custom on issues.issue_id = custom.issue_id
)

select * from final
