{# Pull requests as they are now. The head's repository is gone where a fork was deleted. #}
{% from "templates/members.sql" import record_columns, record_names %}
{% set paths = {
            'number': ['number'], 'title': ['title'], 'body': ['body'], 'url': ['url'],
            'state': ['state'], 'is_draft': ['isDraft'], 'created': ['createdAt'],
            'updated': ['updatedAt'], 'closed': ['closedAt'], 'merged': ['mergedAt'],
            'merged_by_id': ['mergedBy', 'id'], 'author_id': ['author', 'id'],
            'author_login': ['author', 'login'], 'author_kind': ['author', '__typename'],
            'association': ['authorAssociation'], 'project_id': ['repository', 'id'],
            'repository': ['repository', 'nameWithOwner'], 'base_branch': ['baseRefName'],
            'head_branch': ['headRefName'], 'head_commit': ['headRefOid'],
            'head_project_id': ['headRepository', 'id'], 'is_fork': ['isCrossRepository'],
            'merge_commit': ['mergeCommit', 'oid'],
            'merge_committed': ['mergeCommit', 'committedDate'], 'additions': ['additions'],
            'deletions': ['deletions'], 'changed_files': ['changedFiles'],
            'review_decision': ['reviewDecision'], 'in_queue': ['isInMergeQueue'],
            'comments': ['comments', 'totalCount'], 'commits': ['commits', 'totalCount'],
            'reviews': ['reviews', 'totalCount'],
        } %}
with records as (
    select
        record_id,
        version,
        payload,
        {{ json_record('payload', record_names(paths).split(' ')) }} as members
    from {{ raw('pull_requests') }}
),

members as (
    select
        record_id as pull_request_id,
        version,
        {{ record_columns('members', paths) }},
        {{ json_part('payload', ['labels', 'nodes']) }} as labels,
        {{ json_part('payload', ['headCommit', 'nodes']) }} as head_commits
    from records
),

labels as (
    select
        members.pull_request_id,
        {{ json_array_of(json_part('label', ['name'])) }} as names
    from members
    {{ join_json_items('members.labels', [], 'label') }}
    group by 1
),

checks as (
    select
        members.pull_request_id,
        min({{ json_text('head', ['commit', 'statusCheckRollup', 'state']) }}) as state
    from members
    {{ join_json_items('members.head_commits', [], 'head') }}
    group by 1
),

final as (
    select
        members.pull_request_id as pull_request_id,
        coalesce(members.repository || '#' || members.number, members.pull_request_id)
            as readable_id,
        members.repository as repository,
        coalesce(members.title, '') as title,
        members.body as body,
        members.url as url,
        members.project_id as project_id,
        {{ lower_ascii("coalesce(members.state, 'open')") }} as state,
        coalesce(members.is_draft = 'true', false) as is_draft,
        coalesce(members.is_fork = 'true', false) as is_fork,
        coalesce(members.in_queue = 'true', false) as is_in_merge_queue,
        members.author_id as author_id,
        members.author_login as author_login,
        members.author_kind as author_kind,
        coalesce(
            members.author_kind = 'Bot' or members.author_login like '%[bot]', false
        ) or coalesce(bots.value is not null, false) as is_author_bot,
        {{ lower_ascii('members.association') }} as author_association,
        members.merged_by_id as merged_by_id,
        members.base_branch as base_branch,
        members.head_branch as head_branch,
        members.head_commit as head_commit,
        members.head_project_id as head_project_id,
        members.merge_commit as merge_commit,
        {{ iso_to_timestamp('members.merge_committed') }} as merge_committed_at,
        {{ text_to_bigint('members.additions') }} as additions,
        {{ text_to_bigint('members.deletions') }} as deletions,
        {{ text_to_bigint('members.changed_files') }} as changed_files,
        {{ text_to_bigint('members.comments') }} as comments,
        {{ text_to_bigint('members.commits') }} as commits,
        {{ text_to_bigint('members.reviews') }} as reviews,
        {{ lower_ascii('members.review_decision') }} as review_decision,
        {{ lower_ascii('checks.state') }} as checks_state,
        labels.names as labels,
        coalesce(
            {{ iso_to_timestamp('members.created') }},
            {{ epoch_ms_to_timestamp('members.version') }}
        ) as created_at,
        coalesce(
            {{ iso_to_timestamp('members.updated') }},
            {{ epoch_ms_to_timestamp('members.version') }}
        ) as updated_at,
        {{ iso_to_timestamp('members.merged') }} as merged_at,
        {{ iso_to_timestamp('members.closed') }} as closed_at
    from members
    left join labels on members.pull_request_id = labels.pull_request_id
    left join checks on members.pull_request_id = checks.pull_request_id
    left join {{ settings_table('option') }} as bots
        on members.author_login = bots.value and bots.name = 'bots'
)

select * from final
