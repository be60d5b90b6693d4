{# A column of a YouTrack board stands for states, whose history the statuses have. #}
select
    cast(null as {{ type_text() }}) as column_id,
    cast(null as {{ type_text() }}) as board_id,
    cast(null as {{ type_text() }}) as name,
    cast(null as {{ type_bigint() }}) as position,
    cast(null as {{ type_boolean() }}) as is_default,
    cast(null as {{ type_boolean() }}) as is_hidden,
    cast(null as {{ type_text() }}) as proxy_project_id
from {{ raw('agiles') }}
where false
