{# Issues that were transferred: their history goes on, from its beginning, under another id. #}
with final as (
    select
        record_id as issue_id,
        {{ json_text('payload', ['moved_to']) }} as moved_to_id
    from {{ raw('issue_tombstones') }}
    where {{ json_text('payload', ['moved_to']) }} is not null
)

select * from final
