{# Items of GitHub's timelines, of issues and of pull requests alike. #}

{# The kinds that queries/*.graphql ask for; others come as their id and their name. #}
{% set kinds = [
    'AddedToMergeQueueEvent', 'AddedToProjectEvent', 'AddedToProjectV2Event', 'AssignedEvent',
    'AutoMergeDisabledEvent', 'AutoMergeEnabledEvent', 'AutoRebaseEnabledEvent',
    'AutoSquashEnabledEvent', 'AutomaticBaseChangeFailedEvent', 'AutomaticBaseChangeSucceededEvent',
    'BaseRefChangedEvent', 'BaseRefDeletedEvent', 'BaseRefForcePushedEvent',
    'BlockedByAddedEvent', 'BlockedByRemovedEvent', 'BlockingAddedEvent', 'BlockingRemovedEvent',
    'ClosedEvent', 'CommentDeletedEvent', 'ConnectedEvent', 'ConvertToDraftEvent',
    'ConvertedFromDraftEvent', 'ConvertedNoteToIssueEvent', 'ConvertedToDiscussionEvent',
    'CrossReferencedEvent', 'DemilestonedEvent', 'DeployedEvent',
    'DeploymentEnvironmentChangedEvent', 'DisconnectedEvent', 'HeadRefDeletedEvent',
    'HeadRefForcePushedEvent', 'HeadRefRestoredEvent', 'IssueComment', 'IssueFieldAddedEvent',
    'IssueFieldChangedEvent', 'IssueFieldRemovedEvent', 'IssueTypeAddedEvent',
    'IssueTypeChangedEvent', 'IssueTypeRemovedEvent', 'LabeledEvent', 'LockedEvent',
    'MarkedAsDuplicateEvent', 'MentionedEvent', 'MergedEvent', 'MilestonedEvent',
    'MovedColumnsInProjectEvent', 'ParentIssueAddedEvent', 'ParentIssueRemovedEvent', 'PinnedEvent',
    'ProjectV2ItemStatusChangedEvent', 'PullRequestCommit', 'PullRequestCommitCommentThread',
    'PullRequestReview', 'PullRequestReviewThread', 'PullRequestRevisionMarker',
    'ReadyForReviewEvent', 'ReferencedEvent', 'RemovedFromMergeQueueEvent',
    'RemovedFromProjectEvent', 'RemovedFromProjectV2Event', 'RenamedTitleEvent', 'ReopenedEvent',
    'ReviewDismissedEvent', 'ReviewRequestRemovedEvent', 'ReviewRequestedEvent',
    'SubIssueAddedEvent', 'SubIssueRemovedEvent', 'SubscribedEvent', 'TransferredEvent',
    'UnassignedEvent', 'UnlabeledEvent', 'UnlockedEvent', 'UnmarkedAsDuplicateEvent',
    'UnpinnedEvent', 'UnsubscribedEvent', 'UserBlockedEvent',
] %}

{# Kinds that take away what they name. #}
{% set removals = [
    'BlockedByRemovedEvent', 'BlockingRemovedEvent', 'DemilestonedEvent', 'DisconnectedEvent',
    'IssueFieldRemovedEvent', 'IssueTypeRemovedEvent', 'ParentIssueRemovedEvent',
    'RemovedFromProjectEvent', 'RemovedFromProjectV2Event', 'ReviewRequestRemovedEvent',
    'SubIssueRemovedEvent', 'TransferredEvent', 'UnassignedEvent', 'UnlabeledEvent',
    'UnmarkedAsDuplicateEvent',
] %}

{# Member of an item -> its path: what it names now, what it names as former, and ids. #}
{% set named = {
    'label': ['label', 'name'], 'milestone': ['milestoneTitle'],
    'assignee': ['assignee', 'login'], 'reviewer_login': ['requestedReviewer', 'login'],
    'reviewer_team': ['requestedReviewer', 'slug'], 'title_now': ['currentTitle'],
    'type_name': ['issueType', 'name'], 'status_now': ['status'], 'value_now': ['newValue'],
    'given': ['value'], 'column_now': ['projectColumnName'], 'base_now': ['currentRefName'],
    'new_base': ['newBase'], 'commit_after': ['afterCommit', 'oid'], 'board': ['project', 'title'],
    'parent_number': ['parent', 'number'], 'sub_number': ['subIssue', 'number'],
    'blocking_number': ['blockingIssue', 'number'], 'blocked_number': ['blockedIssue', 'number'],
    'canonical_number': ['canonical', 'number'], 'connected_number': ['connected', 'number'],
    'from_number': ['from', 'number'], 'discussion': ['discussion', 'number'],
    'from_repository': ['fromRepository', 'nameWithOwner'], 'merged_into': ['mergeRefName'],
    'deployed_to': ['deploymentStatus', 'environment'], 'headline': ['pushed', 'messageHeadline'],
    'lock_reason': ['lockReason'], 'reason': ['reason'], 'blocked_login': ['blocked', 'login'],
    'thread_path': ['threadPath'], 'path': ['path'], 'head_deleted': ['headRefName'],
    'base_deleted': ['baseRefName'],
} %}
{% set former = {
    'title_before': ['previousTitle'], 'type_before': ['prevIssueType', 'name'],
    'status_before': ['previousStatus'], 'value_before': ['previousValue'],
    'column_before': ['previousProjectColumnName'], 'base_before': ['previousRefName'],
    'old_base': ['oldBase'], 'commit_before': ['beforeCommit', 'oid'],
    'review_before': ['previousReviewState'],
} %}
{% set subjects = {
    'label_id': ['label', 'id'], 'assignee_id': ['assignee', 'id'],
    'reviewer_id': ['requestedReviewer', 'id'], 'type_id': ['issueType', 'id'],
    'issue_field_id': ['issueField', 'id'], 'board_id': ['project', 'id'],
    'parent_id': ['parent', 'id'], 'sub_id': ['subIssue', 'id'],
    'blocking_id': ['blockingIssue', 'id'], 'blocked_id': ['blockedIssue', 'id'],
    'canonical_id': ['canonical', 'id'], 'review_id': ['review', 'id'],
    'from_repository_id': ['fromRepository', 'id'], 'discussion_id': ['discussion', 'id'],
    'deployment_id': ['deployment', 'id'], 'deployment_status_id': ['deploymentStatus', 'id'],
    'blocked_user_id': ['blocked', 'id'], 'from_id': ['from', 'id'],
    'connected_id': ['connected', 'id'], 'closer_id': ['closer', 'id'],
} %}
{% set others = {
    'node_id': ['id'], 'node_kind': ['__typename'], 'created': ['createdAt'],
    'submitted': ['submittedAt'], 'committed': ['pushed', 'committedDate'],
    'authored': ['pushed', 'authoredDate'], 'commit_oid': ['pushed', 'oid'],
    'actor_node': ['actor', 'id'], 'actor_name': ['actor', 'login'],
    'actor_kind': ['actor', '__typename'], 'author_node': ['author', 'id'],
    'author_name': ['author', 'login'], 'author_kind': ['author', '__typename'],
    'committer_node': ['pushed', 'author', 'user', 'id'],
    'committer_name': ['pushed', 'author', 'user', 'login'],
    'review_state': ['state'], 'state_reason': ['stateReason'],
    'reviewed_oid': ['reviewedCommit', 'oid'], 'referenced_oid': ['referencedCommit', 'oid'],
    'merged_oid': ['mergeCommit', 'oid'], 'closer_kind': ['closer', '__typename'],
    'closer_oid': ['closer', 'oid'], 'deployment_state': ['deploymentStatus', 'state'],
    'reviewer_kind': ['requestedReviewer', '__typename'],
    'assignee_kind': ['assignee', '__typename'], 'from_kind': ['from', '__typename'],
    'connected_kind': ['connected', '__typename'],
    'from_place': ['from', 'repository', 'nameWithOwner'], 'field_name': ['issueField', 'name'],
    'closes': ['willCloseTarget'], 'comment_count': ['comments', 'totalCount'],
} %}

{# CTEs up to `final`: the items of the records of a relation (record_id, payload), whose id is the
   column `id`. What happened when is unknown of kinds that the queries do not know. #}
{% macro github_timeline(records, id) -%}
items as (
    select
        records.record_id,
        place,
        {{ json_part('node', []) }} as node
    from {{ records }} as records
    {{ join_numbered_json_items('records.payload', ['timelineItems', 'nodes'], 'node', 'place') }}
),

members as (
    select
        record_id,
        place,
        node,
        {{ json_texts('node', dict(others, **dict(named, **dict(former, **subjects)))) }}
    from items
    where node <> 'null'
),

{# A thread has the time and the author of its first comment. #}
threads as (
    select
        members.record_id,
        members.place,
        min({{ json_text('reply', ['createdAt']) }}) as created,
        min({{ json_text('reply', ['author', 'id']) }}) as author_node,
        min({{ json_text('reply', ['author', 'login']) }}) as author_name,
        min({{ json_text('reply', ['author', '__typename']) }}) as author_kind
    from members
    {{ join_json_items('members.node', ['comments', 'nodes'], 'reply') }}
    where members.node_kind in ('PullRequestReviewThread', 'PullRequestCommitCommentThread')
    group by 1, 2
),

said as (
    select
        members.record_id as record_id,
        members.place as place,
        {% for name in dict(others, **dict(named, **dict(former, **subjects))) -%}
        members.{{ name }} as {{ name }},
        {% endfor -%}
        threads.created as thread_created,
        threads.author_node as thread_node,
        threads.author_name as thread_name,
        threads.author_kind as thread_kind,
        coalesce(members.{{ named.keys() | join(', members.') }}) as named_value,
        coalesce(members.{{ former.keys() | join(', members.') }}) as former_value,
        coalesce(members.{{ subjects.keys() | join(', members.') }}) as subject_id,
        row_number() over (
            partition by members.record_id, coalesce(members.node_id, '') order by members.place
        ) as repetition
    from members
    left join threads
        on members.record_id = threads.record_id and members.place = threads.place
),

final as (
    select
        record_id as {{ id }},
        -- An item without an id, and one that comes twice, are told apart by their place.
        coalesce(node_id, '') || case
            when node_id is null or repetition > 1
                then ':' || cast(place as {{ type_text() }})
            else ''
        end as event_id,
        cast(place as {{ type_bigint() }}) as event_order,
        coalesce(node_kind, 'unknown') as kind,
        coalesce(node_kind in ('{{ kinds | join("', '") }}'), false) as is_known_kind,
        coalesce(
            {{ iso_to_timestamp('submitted') }},
            {{ iso_to_timestamp('created') }},
            {{ iso_to_timestamp('committed') }},
            {{ iso_to_timestamp('thread_created') }}
        ) as happened_at,
        {{ iso_to_timestamp('authored') }} as authored_at,
        coalesce(actor_node, author_node, thread_node, committer_node) as actor_id,
        coalesce(actor_name, author_name, thread_name, committer_name) as actor_login,
        coalesce(actor_kind, author_kind, thread_kind) as actor_kind,
        case
            when node_kind in ('{{ removals | join("', '") }}')
                then coalesce(former_value, named_value)
            else former_value
        end as old_value,
        case when node_kind not in ('{{ removals | join("', '") }}') then named_value end as new_value,
        subject_id,
        coalesce(reviewer_kind, assignee_kind, from_kind, connected_kind, closer_kind)
            as subject_kind,
        from_place,
        field_name,
        coalesce(review_state, state_reason, deployment_state) as state,
        coalesce(commit_oid, reviewed_oid, merged_oid, referenced_oid, closer_oid) as commit_oid,
        {{ text_to_bigint('comment_count') }} as comments,
        coalesce(closes = 'true', false) as closes_subject
    from said
)
{%- endmacro %}
