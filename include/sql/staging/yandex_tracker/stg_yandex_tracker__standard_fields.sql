{# Members of an issue that Tracker itself knows; the API calls every global field "standard", an
   organisation's own ones too. All others are custom fields. #}
with final as (
    {% for field_id in [
        'access', 'affectedVersions', 'aliases', 'assignee', 'attachments', 'boards',
        'checklistDone', 'checklistItems', 'checklistTotal', 'comments',
        'commentWithExternalMessageCount', 'commentWithoutExternalMessageCount', 'components',
        'createdAt', 'createdBy', 'deadline', 'description', 'descriptionHtml', 'display',
        'emailCc', 'emailCreatedBy', 'emailFrom', 'emailTo', 'end', 'epic', 'estimation',
        'favorite', 'fixVersions', 'followers', 'followingGroups', 'followingMaillists', 'id',
        'key', 'lastCommentUpdatedAt', 'links', 'messengerId', 'originalEstimation', 'parent',
        'pendingReplyFrom', 'possibleSpam', 'previousQueue', 'previousStatus',
        'previousStatusLastAssignee', 'priority', 'project', 'queue', 'ranks', 'resolution',
        'resolvedAt', 'resolvedBy', 'self', 'sla', 'spent', 'sprint', 'start', 'status',
        'statusStartTime', 'statusType', 'storyPoints', 'summary', 'tags', 'transitions', 'type',
        'unique', 'updatedAt', 'updatedBy', 'version', 'votedBy', 'votes', 'worklog',
    ] %}
    select cast('{{ field_id }}' as {{ type_text() }}) as field_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
