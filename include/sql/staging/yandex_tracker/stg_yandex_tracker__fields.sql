{# Fields of issues, as changes name them: Tracker's own and those that it lists. #}
{% from "templates/tracker_fields.sql" import field_of_changes %}
with listed as (
    select record_id as field_id from {{ raw('fields') }}
    union distinct
    select field_id from {{ ref('stg_yandex_tracker__standard_fields') }}
),

final as (
    select distinct
        {{ field_of_changes('field_id', ref('stg_yandex_tracker__standard_fields')) }} as field
    from listed
)

select * from final
