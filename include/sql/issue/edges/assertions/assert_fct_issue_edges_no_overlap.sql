-- An edge does not begin again before it has ended.
select
    one.edge_key,
    one.removed_at,
    other.added_at
from {{ ref('fct_issue_edges') }} as one
inner join {{ ref('fct_issue_edges') }} as other
    on
        one.issue_key = other.issue_key
        and one.edge_kind = other.edge_kind
        and one.other_issue_key = other.other_issue_key
        and one.sequence + 1 = other.sequence
where one.removed_at is null or one.removed_at > other.added_at
