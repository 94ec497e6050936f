"""The URL of a store as it may be shown."""

import re

_PLAIN_NAME = re.compile(r"[^\s/?#:@&=]+")
_NAMED = re.compile(r"((?:password|passwd|pwd|secret|token|key)\s*=\s*)('(?:[^'\\]|\\.)*'|[^&\s]*)", re.I)
_NO_PORT = re.compile(r"^([^/?#:\[\]]*):(?!\d*(?:[/?#]|$)).*", re.S)


def masked(url: str) -> str:
    """The URL with *** for its password, and for those among its parameters; rather too much of it than too little, where it
    is no URL or the password holds characters that it should not.
    """
    scheme, colon, rest = url.partition("://")
    if not colon:
        scheme, rest = "", url
    if scheme.lower() == "sqlite" and rest.startswith("/"):
        return url
    user, at, host = rest.rpartition("@")
    if at:
        name, has_password, _ = user.partition(":")
        rest = f"{name}:***@{host}" if has_password and _PLAIN_NAME.fullmatch(name) else f"***@{host}"
    else:
        rest = _NO_PORT.sub(r"\1:***", rest)
    return _NAMED.sub(r"\1***", f"{scheme}{colon}{rest}")
