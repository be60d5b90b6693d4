"""What happens to cards on a workboard, each case with the visits that it has to give."""

from __future__ import annotations

BACKLOG, DOING, DONE, SPRINT, SUBPROJECT = 0, 1, 2, 3, 4


def moved(tracker):
    tracker.task(1, projects=(1,), columns={1: DONE})
    tracker.joins(1, 0, 1)
    tracker.drags(1, 3, 1, DOING, BACKLOG)
    tracker.drags(1, 5, 1, DONE, DOING)


def came_into_the_column_that_the_first_move_leaves(tracker):
    tracker.task(2, projects=(1,), columns={1: DONE})
    tracker.joins(2, 1, 1)
    tracker.drags(2, 4, 1, DONE, DOING)


def never_moved(tracker):
    tracker.task(3, projects=(1,), columns={1: BACKLOG})
    tracker.joins(3, 2, 1)


def left_and_came_again(tracker):
    tracker.task(4, projects=(1,), columns={1: DOING})
    tracker.joins(4, 1, 1)
    tracker.drags(4, 2, 1, DOING, BACKLOG)
    tracker.joins(4, 3, leaves=(1,))
    tracker.joins(4, 5, 1)


def put_into_a_column_at_once(tracker):
    """The edit that adds the project also moves; its rows may come in any order."""
    tracker.task(5, projects=(1,), columns={1: DOING})
    tracker.drags(5, 1, 1, DOING, group="at once")
    tracker.joins(5, 1, 1, group="at once")


def only_reordered(tracker):
    tracker.task(6, projects=(1,), columns={1: BACKLOG})
    tracker.joins(6, 0, 1)
    tracker.drags(6, 2, 1, BACKLOG, BACKLOG)


def without_a_workboard(tracker):
    tracker.task(7, projects=(2,))
    tracker.joins(7, 0, 2)


def there_before_its_history(tracker):
    """No change tells when it came, so it was there since its creation."""
    tracker.task(8, created=1, projects=(1,), columns={1: BACKLOG})


def left_without_having_come(tracker):
    tracker.task(9, created=1)
    tracker.joins(9, 4, leaves=(1,))


def through_a_milestone(tracker):
    tracker.task(10, projects=(1,), columns={1: BACKLOG})
    tracker.joins(10, 0, 1)
    tracker.joins(10, 2, 11, leaves=(1,))
    tracker.joins(10, 5, 1, leaves=(11,))


def from_one_milestone_to_another(tracker):
    """The second one has no column on the parent's board."""
    tracker.task(11, projects=(12,))
    tracker.joins(11, 1, 11)
    tracker.joins(11, 3, 12, leaves=(11,))


def dragged_out_of_a_milestone(tracker):
    tracker.task(12, projects=(1,), columns={1: DOING})
    tracker.joins(12, 0, 11)
    tracker.drags(12, 4, 1, DOING, SPRINT, group="drag")
    tracker.joins(12, 4, 1, leaves=(11,), group="drag")


def moved_by_transactions_without_detail(tracker):
    tracker.task(13, projects=(1,), columns={1: DONE})
    tracker.joins(13, 0, 1)
    tracker.event(13, 2, None)


def added_twice(tracker):
    tracker.task(14, projects=(1,), columns={1: BACKLOG})
    tracker.joins(14, 0, 1)
    tracker.joins(14, 3, 1)
    tracker.joins(14, 5, leaves=(1,))
    tracker.joins(14, 6, 1)


def returned_to_the_column_that_it_had(tracker):
    """Phorge keeps positions when a tag is removed."""
    tracker.task(15, projects=(1,), columns={1: DOING})
    tracker.joins(15, 0, 1)
    tracker.drags(15, 1, 1, DOING, BACKLOG)
    tracker.joins(15, 2, leaves=(1,))
    tracker.joins(15, 3, 1)


def round_trip_through_a_milestone(tracker):
    tracker.task(16, projects=(1,), columns={1: DOING})
    tracker.joins(16, 0, 1)
    tracker.drags(16, 1, 1, DOING, BACKLOG)
    tracker.joins(16, 2, 11, leaves=(1,))
    tracker.joins(16, 4, 1, leaves=(11,))
    tracker.drags(16, 6, 1, DOING, DOING)


def returned_to_where_the_next_move_starts(tracker):
    """An unknown move happened in between."""
    tracker.task(17, projects=(1,), columns={1: DONE})
    tracker.joins(17, 0, 1)
    tracker.joins(17, 1, leaves=(1,))
    tracker.joins(17, 3, 1)
    tracker.drags(17, 5, 1, DONE, DOING)


def returned_to_the_column_that_the_board_shows(tracker):
    tracker.task(18, projects=(1,), columns={1: DONE})
    tracker.joins(18, 0, 1)
    tracker.joins(18, 1, leaves=(1,))
    tracker.joins(18, 3, 1)


def left_in_the_column_of_its_milestone(tracker):
    """Moved there by hand, its only position is there, with and without the milestone."""
    tracker.task(19, projects=(1,))
    tracker.joins(19, 0, 1)
    tracker.drags(19, 1, 1, SPRINT, BACKLOG, group="into the sprint")
    tracker.joins(19, 1, 11, leaves=(1,), group="into the sprint")
    tracker.joins(19, 2, 1, leaves=(11,))


def milestone_beside_a_subproject(tracker):
    tracker.task(20, projects=(13,))
    tracker.joins(20, 0, 13)
    tracker.joins(20, 1, 11)
    tracker.joins(20, 3, leaves=(11,))


def in_a_subproject_and_below(tracker):
    tracker.task(21, projects=(14,))
    tracker.joins(21, 0, 1)
    tracker.joins(21, 1, 13, leaves=(1,))
    tracker.joins(21, 2, 14, leaves=(13,))


def moved_by_a_trigger_off_the_board(tracker):
    """The column `Done` has a trigger that removes the project of whatever is dropped into it."""
    tracker.task(22)
    tracker.joins(22, 0, 1)
    tracker.drags(22, 2, 1, DONE, BACKLOG, group="drop")
    tracker.joins(22, 2, leaves=(1,), group="drop")


def moved_by_a_trigger_into_a_milestone(tracker):
    tracker.task(23, projects=(11,))
    tracker.joins(23, 0, 1)
    tracker.drags(23, 2, 1, DONE, BACKLOG, group="drop 2")
    tracker.joins(23, 2, 11, leaves=(1,), group="drop 2")


def shown_in_two_columns(tracker):
    """Dragged out of a milestone, it keeps the column from before it."""
    tracker.task(24, projects=(1,), columns={1: (DOING, DONE)})
    tracker.joins(24, 0, 1)
    tracker.drags(24, 1, 1, DOING, BACKLOG)
    tracker.joins(24, 2, 11, leaves=(1,))
    tracker.drags(24, 3, 1, DONE, SPRINT, group="out")
    tracker.joins(24, 3, 1, leaves=(11,), group="out")


def moved_out_of_two_columns_into_one_of_them(tracker):
    tracker.task(25, projects=(1,), columns={1: DOING})
    tracker.joins(25, 0, 1)
    tracker.drags(25, 1, 1, DONE, BACKLOG)
    tracker.drags(25, 2, 1, DOING, DOING, DONE)


def saved_over_two_seconds(tracker):
    """The move is recorded a second before the removal that was saved with it."""
    second = 1 / 86400
    tracker.task(26)
    tracker.joins(26, 0, 1)
    tracker.drags(26, 2, 1, DONE, BACKLOG, group="slow drop")
    tracker.joins(26, 2 + second, leaves=(1,), group="slow drop")


# Case -> column, and the days on which the card came and left; the first one is task 1.
EXPECTED = {
    moved: [("Backlog", 0, 3), ("Doing", 3, 5), ("Done", 5, None)],
    came_into_the_column_that_the_first_move_leaves: [("Doing", 1, 4), ("Done", 4, None)],
    never_moved: [("Backlog", 2, None)],
    left_and_came_again: [("Backlog", 1, 2), ("Doing", 2, 3), ("Doing", 5, None)],
    put_into_a_column_at_once: [("Doing", 1, None)],
    only_reordered: [("Backlog", 0, None)],
    without_a_workboard: [],
    there_before_its_history: [("Backlog", 1, None)],
    left_without_having_come: [("Backlog", 1, 4)],
    through_a_milestone: [("Backlog", 0, 2), ("Sprint 1", 2, 5), ("Backlog", 5, None)],
    from_one_milestone_to_another: [("Sprint 1", 1, 3)],
    dragged_out_of_a_milestone: [("Sprint 1", 0, 4), ("Doing", 4, None)],
    moved_by_transactions_without_detail: [("Backlog", 0, None)],
    added_twice: [("Backlog", 0, 5), ("Backlog", 6, None)],
    returned_to_the_column_that_it_had: [
        ("Backlog", 0, 1),
        ("Doing", 1, 2),
        ("Doing", 3, None),
    ],
    round_trip_through_a_milestone: [
        ("Backlog", 0, 1),
        ("Doing", 1, 2),
        ("Sprint 1", 2, 4),
        ("Doing", 4, None),
    ],
    returned_to_where_the_next_move_starts: [
        ("Backlog", 0, 1),
        ("Doing", 3, 5),
        ("Done", 5, None),
    ],
    returned_to_the_column_that_the_board_shows: [("Backlog", 0, 1), ("Done", 3, None)],
    left_in_the_column_of_its_milestone: [("Backlog", 0, 1), ("Sprint 1", 1, None)],
    milestone_beside_a_subproject: [("Sprint 1", 1, 3)],
    in_a_subproject_and_below: [("Backlog", 0, 1)],
    moved_by_a_trigger_off_the_board: [("Backlog", 0, 2), ("Done", 2, 2)],
    moved_by_a_trigger_into_a_milestone: [
        ("Backlog", 0, 2),
        ("Done", 2, 2),
        ("Sprint 1", 2, None),
    ],
    shown_in_two_columns: [
        ("Backlog", 0, 1),
        ("Doing", 1, 2),
        ("Sprint 1", 2, 3),
        ("Done", 3, None),
    ],
    moved_out_of_two_columns_into_one_of_them: [
        ("Backlog", 0, 1),
        ("Done", 1, 2),
        ("Doing", 2, None),
    ],
    saved_over_two_seconds: [("Backlog", 0, 2), ("Done", 2, 2)],
}
