"""Deployments with their statuses, releases and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.github.values import Node, moment

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

# What a deployment's state is called after a status of it.
_STATES = {"SUCCESS": "ACTIVE"}


def deploy(
    store: GitHubStore,
    repository: Node,
    at: int,
    creator: Node | None,
    environment: str,
    commit: Node,
    story: str = "",
) -> Node:
    """
    Begin a deployment.

    :param story: what it is called in the truth.
    """
    deployment = store.add(
        "Deployment",
        at,
        repository,
        environment=environment,
        originalEnvironment=environment,
        latestEnvironment=environment,
        task="deploy",
        description=None,
        payload="{}",
        state="PENDING",
        commit=commit,
        commitOid=commit["oid"],
        ref=repository["defaultBranchRef"],
        creator=creator,
        statuses=[],
        latestStatus=None,
        __story=story,
    )
    repository["deployments"].append(deployment)
    return deployment


def set_deployment_status(store: GitHubStore, deployment: Node, at: int, state: str) -> Node:
    """Tell how a deployment goes; the newest status comes first."""
    home = deployment["repository"]
    status = store.add(
        "DeploymentStatus",
        at,
        home,
        state=state,
        environment=deployment["environment"],
        description="",
        creator=deployment["creator"],
        deployment=deployment,
        logUrl=f"{home['url']}/actions",
        environmentUrl=None,
    )
    deployment["statuses"].insert(0, status)
    deployment["latestStatus"] = status
    deployment["state"] = _STATES.get(state, state)
    store.touch(deployment, at)
    return status


def publish(
    store: GitHubStore,
    repository: Node,
    at: int,
    author: Node | None,
    name: str,
    commit: Node,
    *,
    is_prerelease: bool = False,
) -> Node:
    """Tag a commit and publish it as a release."""
    tag = store.add("Ref", at, repository, name=name, prefix="refs/tags/", target=commit)
    repository["tags"].append(tag)
    release = store.add(
        "Release",
        at,
        repository,
        name=name,
        tagName=name,
        tagCommit=commit,
        author=author,
        description=f"What is new in {name}.",
        publishedAt=moment(at),
        isDraft=False,
        isPrerelease=is_prerelease,
        url=f"{repository['url']}/releases/tag/{name}",
    )
    repository["releases"].append(release)
    return release
