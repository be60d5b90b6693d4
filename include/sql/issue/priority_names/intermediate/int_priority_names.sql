{# What the source calls its priorities now, as one text that can be compared. #}
with final as (
    select {{ json_object_of('priority_id', 'name_json') }} as names
    from {{ staged('priorities') }}
    where name_json is not null
)

select * from final
