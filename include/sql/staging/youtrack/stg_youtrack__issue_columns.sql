{# A column of a YouTrack board stands for states, whose history the statuses have. #}
select
    cast(null as {{ type_text() }}) as issue_id,
    cast(null as {{ type_text() }}) as board_id,
    cast(null as {{ type_text() }}) as column_id
from {{ raw('agiles') }}
where false
