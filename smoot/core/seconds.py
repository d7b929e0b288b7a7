"""Durations in words."""


def text_of(seconds: float) -> str:
    """Such as 45 s, 12 min, 3 h 20 min or 2 d 4 h."""
    if seconds < 59.5:
        return f"{seconds:.0f} s" if seconds >= 0.5 else "less than 1 s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h"
