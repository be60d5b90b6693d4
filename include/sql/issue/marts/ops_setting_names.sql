{# What the settings name, with what the latest snapshots call so. #}
with listed as (
    {% for name in ['status_id', 'slug', 'name'] -%}
    select
        'status' as kind,
        status_id as target_id,
        {{ name }} as value
    from {{ staged('statuses') }}
    union distinct
    {% endfor -%}
    {% for name in ['sprint_id', 'slug', 'name'] -%}
    select
        'sprint' as kind,
        sprint_id as target_id,
        {{ name }} as value
    from {{ staged('sprints') }}
    union distinct
    {% endfor -%}
    select
        'project' as kind,
        project_id as target_id,
        project_ref as value
    from {{ ref('int_project_names') }}
    union distinct
    select
        'project' as kind,
        project_id as target_id,
        project_id as value
    from {{ ref('int_projects') }}
    union distinct
    {% for name in ['user_id', 'username'] -%}
    select
        'user' as kind,
        user_id as target_id,
        {{ name }} as value
    from {{ ref('int_users') }}
    union distinct
    {% endfor -%}
    select
        'field' as kind,
        field as target_id,
        field as value
    from {{ staged('fields') }}
),

final as (
    select
        {{ surrogate_key(setting('instance'), [
            'named.setting', 'named.kind', 'named.value', 'named.scope',
            "coalesce(listed.target_id, '')",
        ]) }} as setting_name_key,
        {{ setting('instance') }} as instance,
        named.setting as setting,
        named.kind as kind,
        named.value as value,
        named.scope as scope,
        named.meaning as meaning,
        listed.target_id as target_id
    from {{ settings_table('name') }} as named
    left join listed on named.kind = listed.kind and named.value = listed.value
)

select * from final
