{# Release tasks of deployments, with what they tell. #}
{% from "templates/phabricator_releases.sql" import releases %}
with tasks as (
    select * from {{ raw('release_tasks') }}
),

{{ releases(
    'tasks', settings_table('option'), setting('release_title_pattern'),
    setting('release_version_pattern'), setting('reporting_timezone')
) }},

members as (
    select
        record_id,
        record_version,
        title,
        release_version,
        conductor_id,
        {{ json_texts('payload', {
            'number': ['id'], 'status_id': ['fields', 'status', 'value'],
            'author_id': ['fields', 'authorPHID'], 'created': ['fields', 'dateCreated'],
            'closed': ['fields', 'dateClosed'],
        }) }}
    from told_releases
),

final as (
    select
        record_id as deployment_id,
        title,
        number,
        release_version,
        conductor_id,
        author_id,
        status_id,
        {{ epoch_to_timestamp('record_version') }} as updated_at,
        {{ epoch_to_timestamp(text_to_bigint('created')) }} as created_at,
        {{ epoch_to_timestamp(text_to_bigint('closed')) }} as closed_at
    from members
)

select * from final
