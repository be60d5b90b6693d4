{# What changes call a field of Yandex Tracker. A field of one queue is called
   `<24 characters>--<key>` and goes by its key; `standard` is the relation of Tracker's own fields. #}
{% macro field_of_changes(field_id, standard) -%}
case
            when {{ field_id }} in ('queue', 'sprint') then 'project'
            when {{ field_id }} = 'project' then 'tracker_project'
            when {{ field_id }} = 'summary' then 'title'
            when {{ field_id }} = 'storyPoints' then 'estimate'
            when {{ field_id }} = 'type' then 'issue_type'
            when substring({{ field_id }}, 25, 2) = '--'
                then 'custom:' || substring({{ field_id }}, 27)
            when {{ field_id }} not in (select field_id from {{ standard }})
                then 'custom:' || {{ field_id }}
            else {{ field_id }}
        end
{%- endmacro %}
