{# Tasks that stand for releases. #}
{% from "templates/phabricator_releases.sql" import releases %}
with tasks as (
    select * from {{ raw('tasks') }}
),

{{ releases(
    'tasks', settings_table('option'), setting('release_title_pattern'),
    setting('release_version_pattern'), setting('reporting_timezone')
) }},

final as (
    select
        record_id as issue_id,
        release_version,
        conductor_id,
        backup_conductor_id,
        train_on
    from told_releases
)

select * from final
