"""The path to target segments: its steps, what was decided at each, and what the data say about it."""
