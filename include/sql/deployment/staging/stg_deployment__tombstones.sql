with tombstones as (
    select * from {{ raw('deployment_tombstones') }}
),

final as (
    select
        record_id as deployment_id,
        {{ json_text('payload', ['record_state']) }} as record_state,
        {{ epoch_ms_to_timestamp('version') }} as found_at
    from tombstones
)

select * from final
