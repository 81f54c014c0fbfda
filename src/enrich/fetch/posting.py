"""One message to an address of the settings, such as a webhook: sent once, followed nowhere, kept nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from requests import Session
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import RequestException, Timeout

from enrich.fetch.wire import WireAdapter, as_addressed, host_of, scrub_emails

_MOST_BYTES = 1 << 20
_ACCEPTED = range(200, 300)


def post_json(url: str, body: bytes, *, user_agent: str, timeout_s: float) -> str | None:
    """None when the host took the body, else why not, in words that hold nothing of the address but its host."""
    host = host_of(url)
    adapter = WireAdapter(
        secret_headers={"User-Agent": user_agent},
        max_bytes=_MOST_BYTES,
        clock=lambda: datetime.now(UTC),
        hosts=frozenset({host}),
    )
    adapter.tally.left_s = timeout_s
    with Session() as session:
        user, password = _named_in(url)
        session.auth = (user, password) if user else as_addressed
        session.trust_env = urlsplit(url).scheme == "https"  # what stays on this machine takes no way through a proxy
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            status = session.post(
                url,
                data=scrub_emails(body),
                headers={"Content-Type": "application/json"},
                timeout=timeout_s,
                allow_redirects=False,
            ).status_code
        except Timeout:
            return f"{host} did not answer within {timeout_s:g} s"
        except RequestsConnectionError:
            return f"{host} cannot be reached"
        except RequestException as error:
            return f"{host}: {type(error).__name__}"
    return None if status in _ACCEPTED else f"{host} answered with {status}"


def _named_in(url: str) -> tuple[str, str]:
    """User and password in an address."""
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")
