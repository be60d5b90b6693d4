"""What really happened to each issue, written down from the story and not from activities."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.sandbox.youtrack.catalog import CLOSED, QA_NAMES, STATE_NAMES, qa_of

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.story import Event
    from local.sandbox.youtrack.catalog import Project
    from local.sandbox.youtrack.edits import Edit

Stay = list[str | int | None]


@dataclass
class IssueTruth:
    """
    One issue; times are epoch milliseconds.

    :param readable_ids: ``[readable id, since]``, the newest last.
    :param projects: ``[project id, entered at, left at]``, null while the stay lasts, as below.
    :param states: stays in states by their English names; a move does not end one.
    :param qa_states: stays in states of the second state-typed field, where a project has it.
    :param sprints: stays in sprints by id.
    :param resolved: since when it is resolved.
    """

    created_at: int
    readable_ids: list[Stay] = field(default_factory=list)
    projects: list[Stay] = field(default_factory=list)
    states: list[Stay] = field(default_factory=list)
    qa_states: list[Stay] = field(default_factory=list)
    sprints: list[Stay] = field(default_factory=list)
    resolved: int | None = None

    def enter_project(self, project_id: str, readable_id: str, at: int) -> None:
        """It came into a project; QA states are left behind."""
        _enter(self.projects, project_id, at)
        self.readable_ids.append([readable_id, at])
        _enter(self.qa_states, None, at)

    def enter_state(self, status: str, name: str, at: int) -> None:
        """
        It came into a state.

        :param status: the story's word for it.
        """
        _enter(self.states, name, at)
        if status not in CLOSED:
            self.resolved = None
        elif self.resolved is None:
            self.resolved = at

    def enter_qa_state(self, name: str | None, at: int) -> None:
        """It came into a QA state; None where there is no such field."""
        if name and not (self.qa_states and self.qa_states[-1][::2] == [name, None]):
            _enter(self.qa_states, name, at)

    def enter_sprint(self, sprint_id: str | None, at: int) -> None:
        """It came into a sprint, or into none."""
        _enter(self.sprints, sprint_id, at)

    @property
    def json(self) -> Json:
        """For those who compare."""
        return dict(vars(self))


def _enter(stays: list[Stay], name: str | None, at: int) -> None:
    """End the stay that lasts, if any, and begin another, if any."""
    if stays and stays[-1][2] is None:
        stays[-1][2] = at
    if name is not None:
        stays.append([name, at, None])


def english_names(projects: list[Project]) -> dict[str, str]:
    """Id of a state of any project -> its English name, as the truth calls it."""
    return {
        project.element(key, value)["id"]: name
        for project in projects
        for key, names in (("state", STATE_NAMES), ("qa_state", QA_NAMES))
        if key in project.fields
        for value, name in names.items()
    }


class TruthTeller:
    """
    Writes the truth down from a story's edits.

    :param projects: the projects of the story's teams.
    :param sprint_ids: the story's sprint -> the server's.
    """

    def __init__(self, projects: list[Project], sprint_ids: dict[str, str]) -> None:
        self._projects = {project.team_id: project for project in projects}
        self._sprint_ids = sprint_ids
        self._last: Counter[str] = Counter()

    def tell(self, edits: list[Edit]) -> dict[str, IssueTruth]:
        """Database id of an issue -> the truth about it; edits come as time went by."""
        told: dict[str, IssueTruth] = {}
        for edit in edits:
            truth = told.setdefault(f"2-{edit.number}", IssueTruth(edit.at))
            events = edit.events
            if edit.is_creation:
                begins_open = all(e.field != "status" or e.old is not None for e in events)
                if begins_open:
                    truth.enter_state("open", STATE_NAMES["open"], edit.at)
                # the team first: whether there are QA states is its project's affair
                events = tuple(sorted(events, key=lambda e: e.field != "team"))
            for event in events:
                self._tell_event(truth, event, edit)
        return told

    def _tell_event(self, truth: IssueTruth, event: Event, edit: Edit) -> None:
        if event.field == "status":
            truth.enter_state(event.new, STATE_NAMES[event.new], edit.at)
            if self._has_qa(truth):
                truth.enter_qa_state(QA_NAMES[qa_of(event.new)], edit.at)
        elif event.field == "sprint":
            truth.enter_sprint(self._sprint_ids.get(event.new), edit.at)
        elif event.field == "team":
            project = self._projects[event.new]
            self._last[event.new] += 1
            readable_id = f"{project.short_name}-{self._last[event.new]}"
            truth.enter_project(project.project_id, readable_id, edit.at)
            if edit.is_creation and self._has_qa(truth):
                truth.enter_qa_state(QA_NAMES["new"], edit.at)

    def _has_qa(self, truth: IssueTruth) -> bool:
        current = truth.projects[-1][0]
        return any(
            project.project_id == current and "qa_state" in project.fields
            for project in self._projects.values()
        )
