"""The generated catalogue of published tables and views."""
