"""The steps that lead to target segments, in their order, and how far each can be."""

STEPS: tuple[str, ...] = (
    "criteria",
    "customers",
    "competitors",
    "differences",
    "segments",
    "size",
    "choice",
    "brief",
    "again",
)
# Nothing there; something written; decided; decided on what has changed since.
OPEN, BEGUN, DONE, STALE = STATES = ("open", "begun", "done", "stale")
