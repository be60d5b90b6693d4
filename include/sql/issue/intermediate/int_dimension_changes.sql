{# What issues copy from dimensions and is published otherwise, or not yet. #}
with statuses as (
    select
        status_id,
        name,
        category,
        is_waiting,
        is_closed
    from {{ ref('int_statuses') }}
    except
    select
        status_id,
        name,
        category,
        is_waiting,
        is_closed
    from {{ published('dim_statuses') }}
    where instance = {{ setting('instance') }}
),

projects as (
    select
        project_id,
        name,
        team,
        {{ surrogate_key(setting('instance'), ['parent_project_id']) }} as parent_project_key,
        is_milestone,
        is_known
    from {{ ref('int_projects') }}
    except
    select
        project_id,
        name,
        team,
        parent_project_key,
        is_milestone,
        is_known
    from {{ published('dim_projects') }}
    where instance = {{ setting('instance') }}
),

column_names as (
    select
        column_id,
        name
    from {{ staged('board_columns') }}
    except
    select
        column_id,
        name
    from {{ published('dim_board_columns') }}
    where instance = {{ setting('instance') }}
),

column_places as (
    select
        column_id,
        {{ surrogate_key(setting('instance'), ['board_id']) }} as board_key,
        is_default,
        {{ surrogate_key(setting('instance'), ['proxy_project_id']) }} as proxy_project_key
    from {{ staged('board_columns') }}
    except
    select
        column_id,
        board_key,
        is_default,
        proxy_project_key
    from {{ published('dim_board_columns') }}
    where instance = {{ setting('instance') }}
),

boards as (
    select
        board_columns.board_id,
        board_columns.proxy_project_id
    from {{ staged('board_columns') }} as board_columns
    inner join column_places on board_columns.column_id = column_places.column_id
),

waiting as (
    select max(case when is_waiting then 1 else 0 end) as has_waiting
    from {{ ref('int_statuses') }}
    except
    select max(case when is_waiting then 1 else 0 end) as has_waiting
    from {{ published('dim_statuses') }}
    where instance = {{ setting('instance') }}
),

found as (
    select
        'status' as dimension,
        status_id as dimension_id
    from statuses
    union distinct
    select
        'project' as dimension,
        project_id as dimension_id
    from projects
    union distinct
    select
        'column' as dimension,
        column_id as dimension_id
    from column_names
    union distinct
    select
        'board' as dimension,
        board_id as dimension_id
    from boards
    union distinct
    select
        'board' as dimension,
        proxy_project_id as dimension_id
    from boards
    where proxy_project_id is not null
    union distinct
    select
        'waiting' as dimension,
        'any' as dimension_id
    from waiting
),

final as (
    select
        dimension,
        dimension_id,
        {{ surrogate_key(setting('instance'), ['dimension_id']) }} as dimension_key
    from found
)

select * from final
