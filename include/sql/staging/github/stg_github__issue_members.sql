{# The members of an issue's payload that several models read. #}
{% from "templates/members.sql" import record_columns, record_names %}
{% set paths = {
            'number': ['number'], 'title': ['title'], 'url': ['url'], 'state': ['state'],
            'state_reason': ['stateReason'], 'created': ['createdAt'], 'updated': ['updatedAt'],
            'closed': ['closedAt'], 'author_id': ['author', 'id'], 'author_login': ['author', 'login'],
            'author_kind': ['author', '__typename'],
            'repository_id': ['repository', 'id'],
            'repository': ['repository', 'nameWithOwner'], 'type_name': ['issueType', 'name'],
            'parent_id': ['parent', 'id'], 'milestone_id': ['milestone', 'id'],
        } %}
with records as (
    select
        record_id,
        version,
        payload,
        {{ json_record('payload', record_names(paths).split(' ')) }} as members
    from {{ raw('issues') }}
),

final as (
    select
        record_id as issue_id,
        version,
        {{ record_columns('members', paths) }},
        {{ json_part('payload', ['labels', 'nodes']) }} as labels,
        {{ json_part('payload', ['assignees', 'nodes']) }} as assignees,
        {{ json_part('payload', ['issueFieldValues', 'nodes']) }} as field_values,
        {{ json_part('payload', ['projectItems', 'nodes']) }} as board_items
    from records
)

select * from final
