"""What Brackenhall's people wrote down about segments and about their way to a choice."""

from __future__ import annotations

import pandas as pd

# Segment, step, day, author, note. Who is meant and what is said of them agrees with what is planted.
NOTES: tuple[tuple[str | None, str | None, str, str, str], ...] = (
    (None, "criteria", "2025-11-04", "Ines", "Behaviour first: age and income alone told us nothing last year."),
    (None, "criteria", "2025-11-06", "Oskar", "Keep firms apart from people in whatever we compare."),
    (None, "customers", "2025-11-12", "Ines", "Cash sales in stores have no customer; a loyalty card could mend that."),
    (None, "competitors", "2025-11-18", "Mara", "Budgetto has the young. We do not need to follow them there."),
    (None, "differences", "2025-11-25", "Oskar", "Office orders hardly move with the season; everything else does."),
    (None, "choice", "2026-01-15", "Ines", "Two segments this spring, not four: the team is six people."),
    (None, "brief", "2026-01-22", "Mara", "Photos of real customers' gardens instead of the studio."),
    (None, "again", "2026-02-03", "Ines", "Look again after the garden season, at the end of June."),
    ("rfm_segment=champions", None, "2025-12-02", "Mara", "Six of eight we rang order from the app on their way home."),
    ("rfm_segment=champions", "segments", "2026-01-20", "Oskar", "Do not send them sale letters: they buy without."),
    (
        "rfm_segment=cant_lose",
        None,
        "2025-12-09",
        "Lena",
        "Rang ten. Three had moved, four were cross about a late parcel.",
    ),
    ("rfm_segment=cant_lose", None, "2026-02-10", "Lena", "A handwritten card brought two of twelve back so far."),
    (
        "region=East",
        None,
        "2026-01-08",
        "Jonas",
        "The depot moved in spring 2025; deliveries take two days longer since.",
    ),
    ("attribute:type=firm", None, "2026-01-13", "Jonas", "Purchasing asks for one invoice a month, not one an order."),
    ("channel=App", "size", "2026-02-05", "Oskar", "Small, and the best we have: count what they bring, not heads."),
)


def written_notes() -> pd.DataFrame:
    """``segment``, ``step``, ``date``, ``author``, ``note``: one row a note, in the order of days."""
    frame = pd.DataFrame(NOTES, columns=["segment", "step", "date", "author", "note"])
    return frame.assign(date=pd.to_datetime(frame["date"])).sort_values("date", kind="stable", ignore_index=True)
