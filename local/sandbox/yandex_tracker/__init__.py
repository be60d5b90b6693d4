"""Yandex Tracker's API v3 over the invented company of :mod:`local.sandbox.company.story`."""
