with statuses as (
    select * from {{ raw('statuses') }}
),

final as (
    select
        record_id as status_id,
        coalesce({{ json_text('payload', ['name']) }}, record_id) as name,
        {{ json_boolean('payload', ['closed']) }} as is_closed,
        coalesce({{ json_text('payload', ['special']) }} = 'default', false) as is_default,
        coalesce({{ json_text('payload', ['special']) }} = 'duplicate', false) as is_duplicate
    from statuses
)

select * from final
