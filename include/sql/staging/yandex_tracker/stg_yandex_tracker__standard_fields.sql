{# Members of an issue that Tracker itself knows; the API calls every global field "standard", an
   organisation's own ones too. All others are custom fields. *Carried* ones say something about the
   issue for which there is no column. #}
with final as (
    {% for field_id in [
        'affectedVersions', 'aliases', 'boards', 'components', 'deadline', 'end', 'epic',
        'estimation', 'fixVersions', 'followers', 'originalEstimation', 'parent', 'project',
        'resolution', 'resolvedBy', 'spent', 'start', 'tags', 'votes',
    ] %}
    select
        cast('{{ field_id }}' as {{ type_text() }}) as field_id,
        true as is_carried
    union all
    {% endfor %}
    {% for field_id in [
        'access', 'assignee', 'attachments', 'checklistDone', 'checklistItems', 'checklistTotal',
        'comments', 'commentWithExternalMessageCount', 'commentWithoutExternalMessageCount',
        'createdAt', 'createdBy', 'description', 'descriptionHtml', 'display', 'emailCc',
        'emailCreatedBy', 'emailFrom', 'emailTo', 'favorite', 'followingGroups',
        'followingMaillists', 'id', 'key', 'lastCommentUpdatedAt', 'links', 'messengerId',
        'pendingReplyFrom', 'possibleSpam', 'previousQueue', 'previousStatus',
        'previousStatusLastAssignee', 'priority', 'queue', 'ranks', 'resolvedAt', 'self', 'sla',
        'sprint', 'status', 'statusStartTime', 'statusType', 'storyPoints', 'summary',
        'transitions', 'type', 'unique', 'updatedAt', 'updatedBy', 'version', 'votedBy', 'worklog',
    ] %}
    select
        cast('{{ field_id }}' as {{ type_text() }}) as field_id,
        false as is_carried
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
