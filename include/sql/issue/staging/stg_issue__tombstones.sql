with tombstones as (
    select * from {{ raw('issue_tombstones') }}
),

final as (
    select
        record_id as issue_id,
        -- Until 0.1.0 the member was called fate.
        coalesce(
            {{ json_text('payload', ['record_state']) }}, {{ json_text('payload', ['fate']) }}
        ) as record_state,
        {{ epoch_ms_to_timestamp('version') }} as found_at
    from tombstones
)

select * from final
