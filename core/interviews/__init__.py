"""Interviews with the customers of a segment: whom to invite, what to ask, and what their answers can tell."""
