"""Installations of a product, and what they report of themselves."""
