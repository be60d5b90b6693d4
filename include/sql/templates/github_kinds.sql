-- sqlfluff:exclude_rules:layout.indent
{# What GitHub's timelines consist of. #}

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

{# What an item is about, at most one of these. #}
{% set targets = [
    'label', 'assignee', 'requestedReviewer', 'issueType', 'issueField', 'project', 'parent',
    'subIssue', 'blockingIssue', 'blockedIssue', 'canonical', 'connected', 'from', 'discussion',
    'fromRepository', 'deployment', 'deploymentStatus', 'review', 'closer', 'blocked',
] %}
{% set commits = ['pushed', 'reviewedCommit', 'referencedCommit', 'mergeCommit', 'afterCommit'] %}

{# What it names besides, now and formerly. #}
{% set values = [
    'milestoneTitle', 'currentTitle', 'status', 'newValue', 'value', 'projectColumnName',
    'currentRefName', 'newBase', 'mergeRefName', 'lockReason', 'reason', 'threadPath', 'path',
    'headRefName', 'baseRefName',
] %}
{% set former_values = [
    'previousTitle', 'previousStatus', 'previousValue', 'previousProjectColumnName',
    'previousRefName', 'previousReviewState', 'oldBase',
] %}
{% set others = [
    '__typename', 'id', 'createdAt', 'submittedAt', 'actor', 'author', 'state', 'stateReason',
    'willCloseTarget', 'prevIssueType', 'beforeCommit', 'comments',
] %}
