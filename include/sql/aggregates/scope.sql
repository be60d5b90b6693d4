{# How far an instance is known, and from when on: nothing yet is no row. #}
select
    as_of.as_of_on as as_of_on,
    min(coverage.starts_at) as covered_from
from {{ published('v_as_of') }} as as_of
inner join {{ published('ops_coverage') }} as coverage on as_of.instance = coverage.instance
where as_of.instance = {{ setting('instance') }} and coverage.state = 'covered'
group by as_of.as_of_on
