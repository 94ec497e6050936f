"""How a subscriber that gave a secret knows that what came is from its hub (WebSub, section 8); and a partner with a webhook."""

import hmac
from base64 import b64decode, b64encode
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


def webhook_signature(secret: str, message: str, at: int, body: bytes) -> str:
    """The value of webhook-signature (Standard Webhooks 1.0, "Signature scheme"): 'v1,' and the base64 of the HMAC-SHA256 of the
    message's id, the seconds since 1970 and the body, with dots between; the key is what stands in base64 behind 'whsec_'.
    """
    key = b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), str(at).encode(), body))
    return f"v1,{b64encode(hmac.digest(key, signed, sha256)).decode()}"
