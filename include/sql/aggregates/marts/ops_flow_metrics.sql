{# What the rows of an instance were built from; as long as that stays the same, they would too. #}
with final as (
    select
        {{ setting('instance') }} as instance,
        cast({{ setting('as_of_on') }} as {{ type_date() }}) as as_of_on,
        {{ setting('built_from') }} as built_from
)

select * from final
