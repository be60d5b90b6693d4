"""Names of the roles that work in a warehouse, which are those of their Airflow connections too."""

LOADER = "flowmart_loader"
"""Extracts, loads, transforms and checks; it changes nothing that is published."""

PUBLISHER = "flowmart_publisher"
"""Publishes; it may do all that the loader may."""

READER = "flowmart_reader"
"""Reads what is published."""

ROLES = (LOADER, PUBLISHER, READER)
