"""Who is looking, and so what they may see. The only reader of identity."""

from core.access import AccessScope


def scope() -> AccessScope:
    """What the reader of this session may see: everything, as long as the dashboard has no sign-in."""
    return AccessScope.everything()
