-- Warning: Every resolution is mapped to an outcome.
with unmapped as (
    select distinct
        deliveries.instance as instance,
        completions.resolution as resolution
    from {{ ref('fct_issue_deliveries') }} as deliveries
    inner join {{ ref('int_completions') }} as completions
        on deliveries.resolution = completions.resolution
    where completions.is_unmapped
),

final as (
    select
        'the resolution ' || resolution || ', for which `''' || replace(resolution, '''', '''''')
        || ''': delivered` (or discarded) belongs under instances.' || instance
        || '.resolutions in flowmart.yaml' as detail
    from unmapped
)

select detail from final
order by detail
