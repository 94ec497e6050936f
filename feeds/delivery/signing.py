"""How a subscriber that gave a secret knows that what came is from its hub (WebSub, section 8)."""

import hmac
from collections.abc import Mapping
from hashlib import sha1, sha256, sha384, sha512
from typing import Any

ALGORITHMS: Mapping[str, Any] = {"sha1": sha1, "sha256": sha256, "sha384": sha384, "sha512": sha512}
"""By the names that WebSub recognises."""


def signature(algorithm: str, secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature for a body as it is sent, of one of ALGORITHMS: 'sha256=5d41...'.

    Raises KeyError for another algorithm.
    """
    return f"{algorithm}={hmac.digest(secret.encode(), body, ALGORITHMS[algorithm]).hex()}"
