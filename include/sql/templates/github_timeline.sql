-- sqlfluff:exclude_rules:layout.indent
{# Items of GitHub's timelines, of issues and of pull requests alike. #}

{% from "templates/github_kinds.sql" import
    kinds, removals, targets, commits, values, former_values, others %}

{# CTEs up to `final`: the items of the records of a relation (record_id, payload), whose id is the
   column `id`. What happened when is unknown of kinds that the queries do not know. #}
{% macro github_timeline(records, id) -%}
items as (
    select
        records.record_id,
        place,
        {{ json_part('node', []) }} as node
    from {{ records }} as records
    {{ join_numbered_json_items('records.payload', ['timelineItems', 'nodes'], 'node', 'place') }}
),

members as (
    select
        record_id,
        place,
        {{ json_record('node', others + targets + commits + values + former_values) }} as item
    from items
    where node <> 'null'
),

{# A thread has the time and the author of its first comment. #}
threads as (
    select
        members.record_id,
        members.place,
        min({{ json_text('reply', ['createdAt']) }}) as created,
        min({{ json_part('reply', ['author']) }}) as author
    from members
    {{ join_json_items(json_field('members.item', 'comments'), ['nodes'], 'reply') }}
    where {{ json_field('members.item', '__typename') }} in (
        'PullRequestReviewThread', 'PullRequestCommitCommentThread'
    )
    group by 1, 2
),

parts as (
    select
        members.record_id as record_id,
        members.place as place,
        {% for column, names in {
            'kind': ['__typename'], 'node_id': ['id'], 'created': ['submittedAt', 'createdAt'],
            'person': ['actor', 'author'], 'target': targets, 'made': commits,
            'value_now': values, 'value_before': former_values, 'former_type': ['prevIssueType'],
            'former_commit': ['beforeCommit'], 'referrer': ['from'], 'issue_field': ['issueField'],
            'deployment_status': ['deploymentStatus'], 'state': ['state', 'stateReason'],
            'replies': ['comments'], 'closes': ['willCloseTarget'],
        }.items() -%}
        coalesce(
            {%- for name in names %}
            {{ json_field('members.item', name) }},
            {%- endfor %}
            null
        ) as {{ column }},
        {% endfor -%}
        threads.created as thread_created,
        threads.author as thread_author
    from members
    left join threads
        on members.record_id = threads.record_id and members.place = threads.place
),

taken as (
    select
        *,
        row_number() over (partition by record_id, coalesce(node_id, '') order by place)
            as repetition,
        {{ json_record('coalesce(person, thread_author)', ['id', 'login', '__typename']) }}
            as person_record,
        {{ json_record('target', [
            'id', '__typename', 'name', 'login', 'slug', 'title', 'number', 'nameWithOwner',
            'environment',
        ]) }} as target_record,
        {{ json_record('made', [
            'oid', 'committedDate', 'authoredDate', 'messageHeadline', 'author',
        ]) }} as commit_record
    from parts
),

said as (
    select
        record_id,
        place,
        kind,
        node_id,
        coalesce(created, thread_created) as created,
        value_now,
        value_before,
        state,
        closes,
        repetition,
        {% for column, name in {
            'person_id': 'id', 'person_login': 'login', 'person_kind': '__typename',
        }.items() -%}
        {{ json_field('person_record', name) }} as {{ column }},
        {% endfor -%}
        {% for column, name in {
            'target_id': 'id', 'target_kind': '__typename', 'target_name': 'name',
            'target_login': 'login', 'target_slug': 'slug', 'target_title': 'title',
            'target_number': 'number', 'target_full_name': 'nameWithOwner',
            'target_environment': 'environment',
        }.items() -%}
        {{ json_field('target_record', name) }} as {{ column }},
        {% endfor -%}
        {% for column, name in {
            'commit_oid': 'oid', 'committed': 'committedDate', 'authored': 'authoredDate',
            'headline': 'messageHeadline',
        }.items() -%}
        {{ json_field('commit_record', name) }} as {{ column }},
        {% endfor -%}
        {{ json_text(json_field('commit_record', 'author'), ['user', 'id']) }} as committer_id,
        {{ json_text(json_field('commit_record', 'author'), ['user', 'login']) }} as committer_login,
        {{ json_text('former_type', ['name']) }} as former_type_name,
        {{ json_text('former_commit', ['oid']) }} as former_oid,
        {{ json_text('referrer', ['repository', 'nameWithOwner']) }} as from_place,
        {{ json_text('issue_field', ['name']) }} as field_name,
        {{ json_text('deployment_status', ['state']) }} as deployment_state,
        {{ json_text('replies', ['totalCount']) }} as comment_count
    from taken
),

named as (
    select
        *,
        -- Boards and labels go by name or title, people by login, teams by slug, others by number.
        coalesce(
            value_now,
            case when kind not like 'IssueField%' then coalesce(target_name, target_title) end,
            target_login,
            target_slug,
            target_full_name,
            target_environment,
            target_number,
            headline,
            case when kind = 'HeadRefForcePushedEvent' then commit_oid end
        ) as new_name,
        coalesce(value_before, former_type_name, former_oid) as old_name
    from said
),

final as (
    select
        record_id as {{ id }},
        -- An item without an id, and one that comes twice, are told apart by their place.
        coalesce(node_id, '') || case
            when node_id is null or repetition > 1
                then ':' || cast(place as {{ type_text() }})
            else ''
        end as event_id,
        cast(place as {{ type_bigint() }}) as event_order,
        coalesce(kind, 'unknown') as kind,
        coalesce(kind in ('{{ kinds | join("', '") }}'), false) as is_known_kind,
        coalesce({{ iso_to_timestamp('created') }}, {{ iso_to_timestamp('committed') }})
            as happened_at,
        {{ iso_to_timestamp('authored') }} as authored_at,
        coalesce(person_id, committer_id) as actor_id,
        coalesce(person_login, committer_login) as actor_login,
        person_kind as actor_kind,
        case
            when kind in ('{{ removals | join("', '") }}') then coalesce(old_name, new_name)
            else old_name
        end as old_value,
        case when kind not in ('{{ removals | join("', '") }}') then new_name end as new_value,
        target_id as subject_id,
        target_kind as subject_kind,
        from_place,
        field_name,
        coalesce(state, deployment_state) as state,
        commit_oid,
        {{ text_to_bigint('comment_count') }} as comments,
        coalesce(closes = 'true', false) as closes_subject
    from named
)
{%- endmacro %}
