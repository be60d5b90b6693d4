with tombstones as (
    select * from {{ raw('issue_tombstones') }}
),

final as (
    select
        record_id as issue_id,
        {{ json_text('payload', ['fate']) }} as fate,
        {{ epoch_ms_to_timestamp('version') }} as found_at
    from tombstones
)

select * from final
