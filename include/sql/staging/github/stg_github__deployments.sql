{# Deployments, releases, tags and merges to a branch, whichever an instance takes for deployments.
   A release, a tag or a merge is in production when it is made. #}
{% from "templates/members.sql" import record_columns, record_names %}
{% set paths = {
            'kind': ['__typename'], 'created': ['createdAt'], 'updated': ['updatedAt'],
            'published': ['publishedAt'], 'environment': ['environment'], 'task': ['task'],
            'state': ['state'], 'commit_oid': ['commitOid'], 'own_oid': ['oid'],
            'branch': ['branch'], 'ref_name': ['ref', 'name'], 'tag_name': ['tagName'],
            'name': ['name'], 'headline': ['messageHeadline'], 'url': ['url'],
            'committed': ['commit', 'committedDate'], 'own_committed': ['committedDate'],
            'tag_oid': ['tagCommit', 'oid'], 'tag_committed': ['tagCommit', 'committedDate'],
            'target_oid': ['target', 'oid'], 'target_committed': ['target', 'committedDate'],
            'project_id': ['repository', 'id'], 'is_draft': ['isDraft'],
            'is_prerelease': ['isPrerelease'], 'creator_id': ['creator', 'id'],
            'creator_login': ['creator', 'login'], 'creator_kind': ['creator', '__typename'],
            'author_id': ['author', 'id'], 'author_login': ['author', 'login'],
            'author_kind': ['author', '__typename'],
            'committer_id': ['author', 'user', 'id'], 'committer_login': ['author', 'user', 'login'],
        } %}
with records as (
    select
        record_id,
        version,
        {{ json_record('payload', record_names(paths).split(' ')) }} as members
    from {{ raw('deployments') }}
),

members as (
    select
        record_id as deployment_id,
        version,
        {{ record_columns('members', paths) }}
    from records
),

statuses as (
    select
        deployment_id,
        min(case when status = 'in_progress' then happened_at end) as started_at,
        min(case when status in ('success', 'failure', 'error') then happened_at end)
            as finished_at,
        min(case when status = 'success' then happened_at end) as succeeded_at,
        count(*) as statuses
    from {{ ref('stg_github__deployment_statuses') }}
    group by 1
),

dated as (
    select
        *,
        coalesce(
            {{ iso_to_timestamp('published') }},
            {{ iso_to_timestamp('created') }},
            {{ iso_to_timestamp('own_committed') }},
            {{ epoch_ms_to_timestamp('version') }}
        ) as made_at
    from members
),

final as (
    select
        dated.deployment_id as deployment_id,
        {{ lower_ascii("coalesce(dated.kind, 'Deployment')") }} as deployment_kind,
        dated.project_id as project_id,
        case
            when dated.kind in ('Release', 'Tag', 'Merge') then 'production'
            else coalesce(dated.environment, 'unknown')
        end as environment,
        case
            when dated.kind in ('Tag', 'Merge') then true
            when dated.kind = 'Release'
                then 'true' not in (
                    coalesce(dated.is_prerelease, 'false'), coalesce(dated.is_draft, 'false')
                )
            else coalesce(
                {{ has_match('dated.environment', setting('production_pattern')) }}, false
            )
        end as is_production,
        coalesce(dated.tag_name, dated.name, dated.headline, dated.ref_name) as name,
        dated.url as url,
        coalesce(dated.branch, dated.ref_name) as ref_name,
        coalesce(dated.commit_oid, dated.own_oid, dated.tag_oid, dated.target_oid) as commit_oid,
        coalesce(
            {{ iso_to_timestamp('dated.committed') }},
            {{ iso_to_timestamp('dated.own_committed') }},
            {{ iso_to_timestamp('dated.tag_committed') }},
            {{ iso_to_timestamp('dated.target_committed') }}
        ) as committed_at,
        dated.made_at as created_at,
        coalesce(statuses.started_at, dated.made_at) as started_at,
        case
            when dated.kind in ('Release', 'Tag', 'Merge') then dated.made_at
            else coalesce(statuses.succeeded_at, statuses.finished_at)
        end as finished_at,
        case
            when dated.kind = 'Release' and dated.is_draft = 'true' then 'pending'
            when dated.kind in ('Release', 'Tag', 'Merge') then 'success'
            when statuses.succeeded_at is not null then 'success'
            when statuses.finished_at is not null then 'failure'
            when dated.state in ('FAILURE', 'ERROR') then 'failure'
            else 'pending'
        end as status,
        {{ lower_ascii('dated.state') }} as source_state,
        coalesce(
            {{ iso_to_timestamp('dated.updated') }}, {{ epoch_ms_to_timestamp('dated.version') }}
        ) as updated_at,
        coalesce(dated.creator_id, dated.author_id, dated.committer_id) as creator_id,
        coalesce(dated.creator_login, dated.author_login, dated.committer_login) as creator_login,
        coalesce(dated.creator_kind, dated.author_kind) as creator_kind
    from dated
    left join statuses on dated.deployment_id = statuses.deployment_id
)

select * from final
