"""Who may see the staff pages. Public pages never ask.

Whoever sits at the machine itself says a name; everybody else needs an access key with the capability ``read`` too. At the
machine itself means: the dashboard listens on loopback only, the browser speaks to a loopback address, and no proxy says that
it passed something on.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from dashboard.address import spoken
from dashboard.backend import database
from monitor.cases import authenticate

CAPABILITY: Final = "read"

NAME_LENGTH: Final = 40
"""Characters of a person's name; the name of the key is written behind it."""

KEY_LENGTH: Final = 200

_NAME, _KEY, _WRONG = "entrance-name", "entrance-key", "entrance-wrong"
_PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def person() -> str | None:
    """Who is signed in, as decisions name them; None: nobody. A key that was revoked since signs out."""
    name, key = st.session_state.get(_NAME), st.session_state.get(_KEY)
    if not name:
        return None
    if key is None:
        return str(name) if _at_the_machine() else None
    client = _client(key)
    return None if client is None else f"{name} ({client})"


def require_person() -> str:
    """Who is signed in. Where nobody is, the page ends with the form to sign in."""
    by = person()
    if by is None:
        _ask()
        st.stop()
    return by


def sign_out() -> None:
    """Forget who is there."""
    for key in (_NAME, _KEY, _WRONG):
        st.session_state.pop(key, None)


def at_the_machine(listens_on: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a visit comes from the machine itself: ``listens_on`` is the address of the server (None: all), ``headers`` those of
    the visit's web socket. What is not known counts against it.
    """
    if any(name in headers for name in _PASSED_ON):
        return False
    host = urlsplit(f"//{headers.get('Host', '')}").hostname
    origin = urlsplit(headers.get("Origin", "")).hostname
    return all(_loopback(name) for name in (listens_on, host, origin))


def _at_the_machine() -> bool:
    return at_the_machine(st.get_option("server.address"), st.context.headers)


def _loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _client(key: str) -> str | None:
    """The name of a key that may read."""
    with database().read() as session:
        client = authenticate(session, key)
    return client.name[:NAME_LENGTH] if client is not None and client.may(CAPABILITY) else None


def _ask() -> None:
    say = spoken()
    needs_key = not _at_the_machine()
    st.header(say("entrance.title"))
    with st.form("entrance", enter_to_submit=True, width=420):
        st.text_input(say("entrance.name"), key="entrance-typed-name", max_chars=NAME_LENGTH)
        if needs_key:
            st.text_input(say("entrance.key"), key="entrance-typed-key", max_chars=KEY_LENGTH, type="password")
        wrong = st.session_state.get(_WRONG)
        if wrong:
            st.error(say(wrong))
        st.form_submit_button(say("entrance.enter"), type="primary", on_click=_enter, args=(needs_key,))
    st.caption(say("entrance.how-key") if needs_key else say("entrance.how-name"))
    st.write(say("entrance.public"))
    for page in ("complain", "follow", "check"):
        st.page_link(f"public/{page}.py", label=say(f"pages.{page}"))


def _enter(needs_key: bool) -> None:
    name = str(st.session_state.get("entrance-typed-name", "")).strip()
    key = str(st.session_state.get("entrance-typed-key", "")).strip()
    st.session_state[_WRONG] = None
    if not name or len(name) > NAME_LENGTH:
        st.session_state[_WRONG] = "entrance.no-name"
    elif needs_key and _client(key) is None:
        st.session_state[_WRONG] = "entrance.no-key"
    else:
        st.session_state[_NAME] = name
        st.session_state[_KEY] = key if needs_key else None
