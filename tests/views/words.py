"""Words that nothing shown to a user may contain."""

import re

FORBIDDEN = (
    r"\bsignifican",
    r"\bprove",
    r"\bfull(y)? mediat",
    r"\bpartial(ly)? mediat",
    r"\bcaus(e|es|ed|al|ally|ing)\b",
    r"\bleads? to\b",
    r"\bimpact",
    r"\binfluenc",
    r"\bp[- ]?values?\b",
    r"\bp\s*[<=>]",
    r"\bnull hypothesis\b",
    r"\b(sorry|oops|please)\b",
    r"!",
)


def forbidden(text: str) -> list[str]:
    """Return what of the forbidden a text contains."""
    return [found.group() for word in FORBIDDEN for found in re.finditer(word, text, re.I)]
