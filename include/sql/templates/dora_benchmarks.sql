{# What others published of the five metrics, by the year of the report: cut-offs changed between
   years, and pages contradict each other. A row is (year, metric, cluster, what it says, number,
   unit, source, whether it was checked against the report itself). #}
{% set devlake = 'https://devlake.apache.org/docs/Metrics/CFR' %}
{% set fourkeys = 'https://github.com/dora-team/fourkeys/blob/main/METRICS.md' %}
{% set copied = 'copies of the report of 2024 by third parties' %}
{% set benchmarks = [
    (2022, 'deployment_frequency', 'daily', 'the median week has 3 days with a deployment or more', 3, 'days', fourkeys, true),
    (2022, 'deployment_frequency', 'weekly', 'the median week has a deployment', 1, 'weeks', fourkeys, true),
    (2022, 'deployment_frequency', 'monthly', 'the median month has a deployment', 1, 'months', fourkeys, true),
    (2022, 'deployment_frequency', 'yearly', 'less often', none, 'months', fourkeys, true),
    (2022, 'lead_time', 'day', 'less than', 24, 'hours', fourkeys, true),
    (2022, 'lead_time', 'week', 'less than', 168, 'hours', fourkeys, true),
    (2022, 'lead_time', 'month', 'less than', 730, 'hours', fourkeys, true),
    (2022, 'lead_time', 'half_year', 'less than', 4380, 'hours', fourkeys, true),
    (2022, 'lead_time', 'year', 'not less than', 4380, 'hours', fourkeys, true),
    (2023, 'change_failure_rate', 'elite', 'at most', 5, 'percent', devlake, false),
    (2023, 'change_failure_rate', 'high', 'at most', 10, 'percent', devlake, false),
    (2023, 'change_failure_rate', 'medium', 'at most', 15, 'percent', devlake, false),
    (2023, 'change_failure_rate', 'low', 'at most', 64, 'percent', devlake, false),
    (2024, 'change_failure_rate', 'elite', 'about', 5, 'percent', copied, false),
    (2024, 'change_failure_rate', 'high', 'about', 20, 'percent', copied, false),
    (2024, 'share_of_respondents', 'elite', 'about', 19, 'percent', copied, false),
    (2024, 'share_of_respondents', 'high', 'about', 22, 'percent', copied, false),
    (2024, 'share_of_respondents', 'medium', 'about', 35, 'percent', copied, false),
    (2024, 'share_of_respondents', 'low', 'about', 25, 'percent', copied, false),
] %}
