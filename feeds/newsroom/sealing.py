"""Secrets that have to be used again, as they are kept: encrypted, so that no copy of a table, list or log holds them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cached_property
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SIGN = "sealed:"
"""What is kept begins with it; what does not is from before there was a seal, and is what it says."""
_NONCE = 12
"""Bytes (NIST SP 800-38D, section 8.2)."""
_PURPOSE = b"dateline: secrets of subscribers"


class Broken(Exception):
    """What was kept cannot be opened: it was sealed for something else, or by a site with another secret. The message is a sentence
    without any part of it.
    """


class Sealing:
    """AES-256-GCM (NIST SP 800-38D) under a key that HKDF (RFC 5869) makes of the site's secret, which all hosts share."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: the site's."""
        self._secret = secret

    def seal(self, text: str, owner: str) -> str:
        """The text as it is to be kept; '' stays ''. `owner` names what it is of: nothing else opens it."""
        if not text:
            return ""
        nonce = token_bytes(_NONCE)
        return _SIGN + urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def open(self, kept: str, owner: str) -> str:
        """The text that was sealed, or that was kept as it is. Raises Broken."""
        if not kept.startswith(_SIGN):
            return kept
        try:
            sealed = urlsafe_b64decode(kept.removeprefix(_SIGN))
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode()).decode()
        except (InvalidTag, ValueError):
            raise Broken("its secret cannot be opened: it was kept by a site with another secret") from None

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(self._secret))


def subscription_of(callback: str, asked: str) -> str:
    """The owner of the secret of a subscription, and of the request for it."""
    return f"subscription {callback} {asked}"
