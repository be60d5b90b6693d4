with tombstones as (
    select * from {{ raw('pull_request_tombstones') }}
),

final as (
    select
        record_id as pull_request_id,
        {{ json_text('payload', ['record_state']) }} as record_state,
        {{ epoch_ms_to_timestamp('version') }} as found_at
    from tombstones
)

select * from final
