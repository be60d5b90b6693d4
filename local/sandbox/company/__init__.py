"""
The invented company: its people, its boards and the history of every task.

The history is made in Phabricator's shapes, the richest of the three trackers; `story` gives it
in no API's words, for the other two.
"""
