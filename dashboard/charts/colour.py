"""Arithmetic of colours: mixing, and contrast as WCAG 2 defines it."""

from functools import lru_cache

WHITE = "#FFFFFF"
INK = "#15171B"
BLACK = "#000000"
ENOUGH = 4.5


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0–255) of ``"#RRGGBB"``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=1024)
def mix(colour: str, other: str, part: float) -> str:
    """`colour` with `part` (0–1) of `other` in it."""
    mixed = (round(a + (b - a) * part) for a, b in zip(rgb(colour), rgb(other), strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def alpha(colour: str, opacity: float) -> str:
    """`colour` as ``rgba()`` with an opacity of 0–1."""
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{opacity:g})"


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance, 0–1 (WCAG 2.2)."""
    channels = (value / 255 for value in rgb(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1–21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=1024)
def text_on(fill: str) -> str:
    """Colour of text on `fill`: white or ink, whichever stands out more; black where neither reaches 4.5."""
    best = max((WHITE, INK), key=lambda text: contrast(text, fill))
    return best if contrast(best, fill) >= ENOUGH else BLACK
