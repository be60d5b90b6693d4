{# CTEs up to `told_releases`: those of some tasks that are releases, by their subtype or title, and
   what the fields tell that the options name. `tasks` is a relation with raw tasks, `options` the
   table of settings. The patterns find releases by their titles, and the version in one. #}
{% macro releases(tasks, options, title_pattern, version_pattern, timezone) -%}
task_members as (
    select
        record_id,
        version,
        payload,
        {{ json_texts('payload', {
            'title': ['fields', 'name'], 'subtype': ['fields', 'subtype'],
            'assignee_id': ['fields', 'ownerPHID'],
        }) }}
    from {{ tasks }}
),

release_subtypes as (
    select value as subtype from {{ options }}
    where name = 'releases.subtypes'
),

release_tasks as (
    select
        task_members.record_id as record_id,
        task_members.version as version,
        task_members.payload as payload,
        task_members.title as title,
        task_members.assignee_id as assignee_id
    from task_members
    left join release_subtypes on task_members.subtype = release_subtypes.subtype
    where
        release_subtypes.subtype is not null
        or {{ has_match('task_members.title', title_pattern) }}
),

release_fields as (
    select
        release_tasks.record_id,
        member_name,
        {{ json_text('member_value', []) }} as field_value
    from release_tasks
    {{ join_json_members('release_tasks.payload', ['fields'], 'member_name', 'member_value') }}
),

told_fields as (
    select
        {% for name in ['version', 'date', 'backup'] -%}
        min(
            case when options.name = 'releases.{{ name }}_field' then release_fields.field_value end
        ) as {{ name }}_value,
        {% endfor -%}
        release_fields.record_id as record_id
    from release_fields
    inner join {{ options }} as options
        on release_fields.member_name = 'custom.' || options.value
    where release_fields.field_value <> ''
    group by release_fields.record_id
),

titled_versions as (
    select
        release_tasks.record_id,
        title_version
    from release_tasks
    {{ join_matches('release_tasks.title', version_pattern, 'title_version') }}
),

versions_of_titles as (
    select
        record_id,
        min(title_version) as first_version
    from titled_versions
    group by record_id
),

-- A field of people holds a list of PHIDs.
backups as (
    select
        told_fields.record_id,
        person_id
    from told_fields
    {{ join_matches('told_fields.backup_value', "'(PHID-USER-[A-Za-z0-9]+)'", 'person_id') }}
),

first_backups as (
    select
        record_id,
        min(person_id) as person_id
    from backups
    group by record_id
),

told_releases as (
    select
        release_tasks.record_id as record_id,
        release_tasks.version as record_version,
        release_tasks.payload as payload,
        release_tasks.title as title,
        coalesce(told_fields.version_value, versions_of_titles.first_version) as release_version,
        release_tasks.assignee_id as conductor_id,
        first_backups.person_id as backup_conductor_id,
        coalesce(
            {{ day_of(
                epoch_to_timestamp(text_to_bigint('told_fields.date_value')),
                timezone
            ) }},
            {{ text_to_date('told_fields.date_value') }}
        ) as train_on
    from release_tasks
    left join told_fields on release_tasks.record_id = told_fields.record_id
    left join versions_of_titles on release_tasks.record_id = versions_of_titles.record_id
    left join first_backups on release_tasks.record_id = first_backups.record_id
)
{%- endmacro %}
