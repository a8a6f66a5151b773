"""Bringing data in: from files, a folder or a database to a published snapshot, step by step on the Data page."""
