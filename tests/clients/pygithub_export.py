"""
Exports an organization of GitHub by the public methods of PyGithub, as a JSON document.

Usage, in the client's own environment: ``python pygithub_export.py <url> <token>``.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from github import Auth, Github

if TYPE_CHECKING:
    from github.PullRequest import PullRequest
    from github.Repository import Repository

_PAGE = 50
# How many items are read with what belongs to them, of each repository.
_DEEP = 12


def main(url: str, token: str) -> None:
    github = Github(
        auth=Auth.Token(token),
        base_url=url,
        per_page=_PAGE,
        retry=None,
        seconds_between_requests=0,
    )
    organization = github.get_organization("acme")
    repositories = list(organization.get_repos())
    exported = {
        "user": github.get_user().login,
        "members": [member.login for member in organization.get_members()],
        "outside": [user.login for user in organization.get_outside_collaborators()],
        "teams": {
            team.slug: [member.login for member in team.get_members()]
            for team in organization.get_teams()
        },
        "renamed": github.get_repo("acme/shop").full_name,
        "remaining": github.get_rate_limit().resources.core.remaining > 0,
        "found": github.search_issues("repo:acme/payments is:pr is:merged").totalCount,
        "repositories": {
            repository.full_name: _repository(repository) for repository in repositories
        },
    }
    json.dump(exported, sys.stdout)


def _repository(repository: Repository) -> dict[str, Any]:
    issues = list(repository.get_issues(state="all"))
    pulls = list(repository.get_pulls(state="all", sort="created", direction="asc"))
    deployments = list(repository.get_deployments())
    return {
        "issues": {issue.number: issue.raw_data for issue in issues},
        "timelines": {
            issue.number: [event.raw_data for event in issue.get_timeline()]
            for issue in issues[:_DEEP]
        },
        "events": {
            issue.number: [event.event for event in issue.get_events()] for issue in issues[:_DEEP]
        },
        "comments": {
            issue.number: [comment.body for comment in issue.get_comments()]
            for issue in issues[:_DEEP]
        },
        "pulls": {pull.number: _pull(pull) for pull in pulls[:_DEEP]},
        "milestones": [stone.title for stone in repository.get_milestones(state="all")],
        "labels": [label.name for label in repository.get_labels()],
        "deployments": {
            deployment.id: [status.state for status in deployment.get_statuses()]
            for deployment in deployments[:_DEEP]
        },
        "releases": [release.tag_name for release in repository.get_releases()],
        "tags": [tag.name for tag in repository.get_tags()],
    }


def _pull(pull: PullRequest) -> dict[str, Any]:
    return {
        "merged": pull.merged,
        "additions": pull.additions,
        "head": pull.head.ref,
        "reviews": [[r.state, r.user.login if r.user else None] for r in pull.get_reviews()],
        "commits": [commit.sha for commit in pull.get_commits()],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
