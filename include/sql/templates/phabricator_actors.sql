{# A PHID names its kind even after deletion. #}
{% macro kind_of_actor(phid) -%}
case substring({{ phid }}, 1, 10)
            when 'PHID-USER-' then 'user'
            when 'PHID-HRUL-' then 'herald_rule'
            when 'PHID-APPS-' then 'application'
            else 'unknown'
        end
{%- endmacro %}
