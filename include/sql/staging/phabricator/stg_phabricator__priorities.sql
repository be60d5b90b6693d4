with final as (
    select
        record_id as priority_id,
        {{ json_text('payload', ['name']) }} as name,
        {{ json_part('payload', ['name']) }} as name_json
    from {{ raw('priorities') }}
)

select * from final
