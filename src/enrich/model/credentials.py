"""Addresses without what only their service may see: a password or token is split off at the door and lives in memory.

What follows prints, stores and compares the address that is left. It tells addresses apart that differ in their secret
only, by 16 bits of a digest: enough for that, and nothing to find the secret by.
"""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import unquote, unquote_plus, urlsplit

_USER = re.compile(r"(?<=://)[^/?#]*@")
_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|signature|credential|apikey|accesskey|authorization|session"
    r"|(?:^|[^a-z0-9])(?:key|sig|sid|pass|pwd?|auth|oauth|jwt|hmac|sas|code|ticket|otp)(?:$|[^a-z0-9])"
)
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONG_WORD = re.compile(r"[0-9A-Za-z]{16,}")
_FEWEST_CHANGES = 0.25
_SHORTEST_TEXT = 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was split off an address."""

    user: str | None = field(default=None, repr=False)
    """``user:password``, decoded."""
    parts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(what the address has in its place, what it was) for parts of the query."""
    query: str = field(default="", repr=False)
    """What goes with every request to a service."""

    @property
    def authorization(self) -> str | None:
        """The header that tells the service who asks (RFC 7617)."""
        return None if self.user is None else f"Basic {base64.b64encode(self.user.encode()).decode()}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that must be in no output."""
        values = [part.partition("=")[2] for part in (*(part for _, part in self.parts), *self.query.split("&"))]
        found = [text for value in values for text in (value, unquote_plus(value))]
        if self.user is not None:
            found += [self.user.partition(":")[2] or self.user, (self.authorization or "").removeprefix("Basic ")]
        return tuple(dict.fromkeys(text for text in found if len(text) >= _SHORTEST_TEXT))

    def restore(self, url: str) -> str:
        """The address as the service knows it."""
        for public, secret in self.parts:
            url = url.replace(public, secret)
        return f"{url}{'&' if '?' in url else '?'}{self.query}" if self.query else url


class PublicAddress(str):
    """An address that may be shown, with its credentials apart."""

    __slots__ = ("credentials",)
    credentials: Credentials


def to_public(address: str) -> str:
    """The address without user, password and secret parts of its query, which are in its ``credentials``.

    What is no address stays as it is.

    >>> to_public("https://ann:pw@example.org/list.md?raw=1&token=s3cr3t")
    'https://example.org/list.md?raw=1&token=redacted-4e73'
    """
    if "://" not in address or isinstance(address, PublicAddress):
        return address
    user = _USER.search(address)
    bare = _USER.sub("", address, count=1)
    parts: list[tuple[str, str]] = []
    query = ""
    with suppress(ValueError):
        query = urlsplit(bare).query
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value and _is_secret(unquote(name), unquote(value)):
            digest = hashlib.sha256(value.encode()).hexdigest()[:4]
            parts.append((f"{name}=redacted-{digest}", part))
    for public, secret in parts:
        bare = bare.replace(secret, public, 1)
    return _public(bare, Credentials(_user(user), tuple(parts)))


def to_public_base(address: str) -> str:
    """The address under which a service has its paths, without user, password and query.

    >>> to_public_base("https://ann:pw@example.org/api/?token=s3cr3t")
    'https://example.org/api'
    """
    if isinstance(address, PublicAddress):
        return address
    base, _, query = address.partition("#")[0].partition("?")
    bare = _USER.sub("", base, count=1).rstrip("/")
    return _public(bare, Credentials(_user(_USER.search(base)), query=query))


def credentials_of(address: str | None) -> Credentials:
    """What was split off an address."""
    return address.credentials if isinstance(address, PublicAddress) else Credentials()


def _public(shown: str, credentials: Credentials) -> PublicAddress:
    address = PublicAddress(shown)
    address.credentials = credentials
    return address


def _user(found: re.Match[str] | None) -> str | None:
    return unquote(found[0][:-1]) if found else None


def _is_secret(name: str, value: str) -> bool:
    """Whether a part of a query is called a secret, or looks like one."""
    if _SECRET_NAME.search(_WORD_START.sub("_", name).lower()):
        return True
    return any(_is_random(word) for word in _LONG_WORD.findall(value))


def _is_random(word: str) -> bool:
    """Whether digits, capitals and small letters change places as nobody writes them."""
    kinds = [(one.isdigit(), one.isupper()) for one in word]
    return sum(one != other for one, other in pairwise(kinds)) > _FEWEST_CHANGES * len(word)
