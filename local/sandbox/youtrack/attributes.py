"""
Documented attributes of entities that the store does not hold.

A real server tells every attribute that an entity's type has, null where it is empty, and leaves
out those that the type does not have. Names are those of the OpenAPI document of YouTrack 2026.1.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from local.sandbox.youtrack.errors import not_played

ABSENT = object()
_NONE, _NO, _YES = None, False, True
# What everything of a type has in this company, which leaves these features alone.
_CONSTANT: dict[str, dict[str, Any]] = {
    "Agile": {
        "colorCoding": _NONE, "estimationField": _NONE, "originalEstimationField": _NONE,
        "hideOrphansSwimlane": _NO, "orphansAtTheTop": _NO, "swimlaneSettings": _NONE,
        "updateableBy": _NONE, "updateableByProjectBased": _YES,
        "visibleFor": _NONE, "visibleForProjectBased": _YES,
    },
    "Bundle": {"isUpdateable": _NO},
    "BundleElement": {"description": _NONE, "hasRunningJob": _NO},
    "CommentActivityItem": {"authorGroup": _NONE},
    "CustomField": {
        "aliases": _NONE, "localizedName": _NONE, "hasRunningJob": _NO, "isAutoAttached": _NO,
        "isDisplayedInIssueList": _YES, "isUpdateable": _NO,
    },
    "Issue": {
        "attachments": (), "draftOwner": _NONE, "externalIssue": _NONE, "isDraft": _NO,
        "pinnedComments": (), "votes": 0,
    },
    "IssueComment": {"attachments": (), "deleted": _NO, "pinned": _NO, "reactions": ()},
    "IssueCountResponse": {"folder": _NONE, "unresolvedOnly": _NO},
    "IssueLinkType": {
        "localizedName": _NONE, "localizedSourceToTarget": _NONE, "localizedTargetToSource": _NONE,
    },
    "IssueWorkItem": {"attributes": (), "text": _NONE, "textPreview": _NONE, "type": _NONE},
    "Project": {
        "archived": _NO, "description": _NONE, "fromEmail": _NONE, "replyToEmail": _NONE,
        "startingNumber": 1, "template": _NO,
    },
    "ProjectCustomField": {"condition": _NONE, "hasRunningJob": _NO, "isPublic": _YES},
    "SavedQuery": {"updateableBy": _NONE, "visibleFor": _NONE},
    "SprintsSettings": {
        "cardOnSeveralSprints": _NO, "defaultSprint": _NONE, "explicitQuery": _NONE,
        "hideSubtasksOfCards": _NO, "sprintSyncField": _NONE,
    },
    "Tag": {"untagOnResolve": _NO, "updateableBy": _NONE, "visibleFor": _NONE},
    "TextMarkupActivityItem": {"markup": _NONE},
    "User": {"email": _NONE, "guest": _NO, "isAnonymized": _NO, "online": _NO},
    "UserGroup": {"icon": _NONE, "teamForProject": _NONE},
}  # fmt: skip
# What a real server has a value for, and the sandbox has not.
_NOT_PLAYED: dict[str, str] = {
    "Agile": "readSharingSettings status updateSharingSettings",
    "BundleElement": "bundle color",
    "ColumnSettings": "columns",
    "CustomField": "fieldDefaults instances ordinal",
    "FilterField": "presentation",
    "GeneralUserProfile": "dateFieldFormat locale",
    "Issue": "visibility voters watchers",
    "IssueComment": "visibility",
    "Project": "createdBy iconUrl leader team",
    "ProjectCustomField": "project",
    "EnumProjectCustomField": "defaultValues",
    "StateProjectCustomField": "defaultValues",
    "UserProjectCustomField": "defaultValues",
    "VersionProjectCustomField": "defaultValues",
    "SavedQuery": "readSharingSettings updateSharingSettings",
    "Tag": "color readSharingSettings tagSharingSettings updateSharingSettings",
    "TimeZoneDescriptor": "offset presentation",
    "User": "avatarUrl profiles savedQueries tags",
    "UserBundle": "aggregatedUsers groups individuals",
    "UserProfiles": "notifications timetracking",
    "VersionBundleElement": "released",
}
_KINDS = ("BundleElement", "Bundle", "FilterField", "ProjectCustomField")


@cache
def constant(type_name: str, name: str) -> Any:
    """
    The value of an attribute that an entity does not hold itself.

    :param type_name: the entity's ``$type``.
    :returns: ``ABSENT`` if the type has no such attribute.
    :raises ApiError: 400 for an attribute that only a real server has a value for.
    """
    general = next((kind for kind in _KINDS if type_name.endswith(kind)), type_name)
    for kind in (type_name, "User" if type_name == "Me" else general):
        if name in _NOT_PLAYED.get(kind, "").split():
            raise not_played(f'the attribute "{name}" of {type_name}')
        value = _CONSTANT.get(kind, {}).get(name, ABSENT)
        if value is not ABSENT:
            return value
    return ABSENT
