{# The API gives one value as itself or as a list of one, several as a list, and nothing as null:
   here it is always a list. All activities of one edit have one timestamp. One whose time cannot be
   read is left out, which is a finding. #}
with members as (
    select
        record_id as event_id,
        parent_id as issue_id,
        {{ json_texts('payload', {
            'changed_ms': ['timestamp'], 'actor_id': ['author', 'id'],
            'category': ['category', 'id'], 'shown_name': ['field', 'name'],
            'field_id': ['field', 'customField', 'id'],
            'custom_name': ['field', 'customField', 'name'],
            'type_id': ['field', 'customField', 'fieldType', 'id'],
            'value_type': ['field', 'customField', 'fieldType', 'valueType'],
        }) }},
        {{ json_part('payload', ['added']) }} as added_json,
        {{ json_part('payload', ['removed']) }} as removed_json
    from {{ raw('activities') }}
),

final as (
    select
        event_id,
        issue_id,
        cast(row_number() over (
            partition by issue_id
            order by {{ text_to_bigint('changed_ms') }}, length(event_id), event_id
        ) as {{ type_bigint() }}) as event_order,
        coalesce(actor_id, '') || ':' || changed_ms as edit_id,
        {{ epoch_ms_to_timestamp(text_to_bigint('changed_ms')) }} as changed_at,
        actor_id,
        category,
        field_id,
        coalesce(custom_name, shown_name, field_id) as field_name,
        {%- for side in ['added', 'removed'] %}
        case
            when coalesce({{ side }}_json, 'null') = 'null' then '[]'
            when substring({{ side }}_json, 1, 1) = '[' then {{ side }}_json
            else '[' || {{ side }}_json || ']'
        end as {{ side }},
        {%- endfor %}
        coalesce(type_id, value_type) as field_type
    from members
    where {{ epoch_ms_to_timestamp(text_to_bigint('changed_ms')) }} is not null
)

select * from final
