"""Repositories of GitHub with deployments, pull requests and incidents: a team for each case."""

from __future__ import annotations

from tests.sql.github.github import at, nodes

DAY = 24


def incident(github, number, hour, *, restored=None, label="incident", **more):
    """An issue with the label; its repair closes it so many seconds later."""
    timeline = [github.event("LabeledEvent", hour, label={"id": "L", "name": label})]
    state = {}
    if restored is not None:
        end = hour + restored / 3600
        timeline.append(github.event("ClosedEvent", end, stateReason="COMPLETED"))
        state = {"state": "CLOSED", "closedAt": at(end)}
    github.issue(number, *timeline, hour=hour, labels=nodes({"id": "L", "name": label}),
                 **state, **more)  # fmt: skip


def deployments(github, *days):
    for number, day in enumerate(days, start=1):
        github.deploy(number, day * DAY)


def _one_of_four(github):
    """fourkeys: 4 deployments, 1 fails."""
    deployments(github, 1, 2, 3, 4)
    incident(github, 1, 3.5 * DAY)


def _two_of_five(github):
    """DevLake: 5 deployments, 2 with an incident or more."""
    deployments(github, 1, 2, 3, 4, 5)
    incident(github, 1, 2.5 * DAY)
    incident(github, 2, 4.5 * DAY)
    incident(github, 3, 4.6 * DAY)


def _four_of_23(github):
    """DevLake: 6 incidents on 4 of 23."""
    deployments(github, *range(23))
    for number, day in enumerate((1.5, 1.6, 5.5, 5.6, 9.5, 22.5), start=1):
        incident(github, number, day * DAY)


def _between(github):
    """
    Middleware: six deployments; an incident before the first, one each after the second, third and
    fourth, three after the fifth, none after the last.
    """
    deployments(github, 1, 2, 3, 4, 5, 6)
    for number, day in enumerate((0.5, 2.5, 3.5, 4.5, 5.2, 5.4, 5.6)):
        incident(github, number + 1, day * DAY)


def _restored(github):
    """Three failed deployments, restored after 100, 300 and 800 seconds; a false alarm."""
    deployments(github, 1, 2, 3, 4)
    for number, seconds in enumerate((100, 300, 800), start=1):
        incident(github, number, (number + 0.5) * DAY, restored=seconds)
    github.issue(
        4, github.event("ClosedEvent", 4.6 * DAY, stateReason="NOT_PLANNED"), hour=4.5 * DAY,
        issueType={"id": "T", "name": "Outage"}, state="CLOSED", closedAt=at(4.6 * DAY),
    )  # fmt: skip


def _ten_in_january(github):
    deployments(github, *range(10))


def _lead_times(github):
    """
    A first deployment, which claims nothing, and a second one.

    1: merged before the first. 2 and 3: written 30 and 10 hours before the second one reached
    production; 3 is squashed. 4: merged into another branch. 5: merged after what was deployed. 6:
    written, by its date, after the deployment. 7: merged before, brought by the third.
    """
    github.deploy(1, 48 - 1 / 12, commit=40)
    github.deploy(2, 72 - 1 / 12, commit=70)
    github.deploy(3, 80 - 1 / 12, commit=78)
    for number, written, merged, more in (
        (1, 1, 30, {}), (2, 42, 60, {}), (3, 62, 70, {}), (4, 50, 60, {"baseRefName": "next"}),
        (5, 60, 79, {}), (6, 90, 65, {}), (7, 71, 75, {}),
    ):  # fmt: skip
        github.pull(number, github.commit(written, f"c{number}"), *github.merge(merged),
                    hour=min(written, merged), **github.merged(merged), **more)  # fmt: skip


def _bands(github):
    """One pull request a month, with lead times just below the bounds, and one above the last."""
    github.deploy(1, 0, commit=0)
    for number, hours in enumerate((23, 167, 729), start=1):
        finished = (number - 1) * 31 * DAY + 10 * DAY
        github.deploy(number + 1, finished - 1 / 12, commit=finished - 1)
        github.pull(number, github.commit(finished - 2, "c", authored=finished - hours),
                    *github.merge(finished - 1), hour=finished - 2,
                    **github.merged(finished - 1))  # fmt: skip


def _every_other_day(github):
    """Monday, Wednesday and Friday of all weeks."""
    deployments(github, *(7 * week + day for week in range(13) for day in (0, 2, 4)))


def _once_a_week(github):
    """Every week but every fourth."""
    deployments(github, *(7 * week + 1 for week in range(13) if week % 4))


def _once_a_month(github):
    deployments(github, 1, 30, 60)


def _rarely(github):
    deployments(github, 1)


def _rework(github):
    """Two of three deployments with changes; one of them repairs an incident."""
    deployments(github, 1, 2, 3)
    incident(github, 1, 1.2 * DAY)
    github.pull(2, github.commit(1.3 * DAY, "a"), *github.merge(1.5 * DAY), hour=1.3 * DAY,
                **github.merged(1.5 * DAY), title=f"Fixes #{github.base + 1}")  # fmt: skip
    github.pull(3, github.commit(2.3 * DAY, "b"), *github.merge(2.5 * DAY), hour=2.3 * DAY,
                **github.merged(2.5 * DAY))  # fmt: skip


def _none(github):
    """No deployments, an incident."""
    incident(github, 1, 5)


def _stages(github):
    """
    GitLab: issue 9:00, milestone 11:00, first commit 12:00, merge request 14:00, merge 19:00,
    production 19:30.
    """
    github.deploy(1, 1, commit=1)
    github.issue(2, github.event("MilestonedEvent", 11, milestoneTitle="Next"), hour=9)
    github.pull(1, github.commit(12, "a"), *github.merge(19), hour=14, **github.merged(19),
                title=f"Fixes #{github.base + 2}")  # fmt: skip
    github.deploy(2, 19.5 - 1 / 12, commit=19)


def _queries(github):
    """A bug in production, a bug elsewhere, and what is in production and no bug."""
    deployments(github, 1, 2, 3, 4)
    bug = {"issueType": {"id": "T2", "name": "Bug"}}
    incident(github, 1, 1.5 * DAY, label="production", **bug)
    incident(github, 2, 2.5 * DAY, label="elsewhere", **bug)
    incident(github, 3, 3.5 * DAY, label="production")


def _label_gone(github):
    """A label that was deleted from the repository: no event says that the issue lost it."""
    deployments(github, 1, 2)
    incident(github, 1, 1.5 * DAY)
    told = github.event("LabeledEvent", 2.5 * DAY, label={"id": "L", "name": "incident"})
    github.issue(2, told, hour=2.5 * DAY, labels=nodes())


def _released(github):
    """Three releases, each deployed three hours later; an incident after two of them."""
    for number, day in enumerate((1, 2, 3), start=1):
        github.release(number, day * DAY)
        github.deploy(number, day * DAY + 3)
    incident(github, 1, 1.5 * DAY)
    incident(github, 2, 2.5 * DAY)


def _fast_forward(github):
    """Written at 10, pushed to the branch at 30; deployments finish at 20 and 40."""
    github.deploy(1, 1, commit=1)
    github.deploy(2, 20 - 1 / 12, commit=15)
    github.deploy(3, 40 - 1 / 12, commit=30)
    merged = github.merged(30)
    merged["mergeCommit"] = {**merged["mergeCommit"], "committedDate": at(10)}
    github.pull(1, github.commit(10, "a"), *github.merge(30), hour=10, **merged)


CASES = (
    _one_of_four, _two_of_five, _four_of_23, _between, _restored, _ten_in_january, _lead_times,
    _bands, _every_other_day, _once_a_week, _once_a_month, _rarely, _rework, _none, _stages,
    _queries, _label_gone, _released, _fast_forward,
)  # fmt: skip
