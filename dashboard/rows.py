"""A list whose rows are opened, a page at a time. A row is known by its number, never by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import streamlit as st

from dashboard.words import Words


class Row(NamedTuple):
    """A row: its number, and what it says in Markdown (words of others in it must be escaped)."""

    id: int
    label: str


def show_rows(name: str, rows: Iterable[Row], chosen: int | None, choose: Callable[[int], None]) -> None:
    """A button for each row; ``choose`` is called with the number of the one that is touched, before the page is drawn again."""
    with st.container(key=f"rows-{name}", gap=None):
        for row in rows:
            look: Literal["secondary", "tertiary"] = "secondary" if row.id == chosen else "tertiary"
            st.button(row.label, key=f"{name}-{row.id}", on_click=choose, args=(row.id,), type=look, width="stretch")


def cursor(name: str, asked: object) -> str | None:
    """Where the page of a list begins, None: at the first row. Another question (``asked``) begins there again."""
    state = st.session_state
    if state.get(f"{name}-asked") != asked:
        state[f"{name}-asked"] = asked
        state[f"{name}-cursors"] = []
    cursors: list[str] = state.setdefault(f"{name}-cursors", [])
    return cursors[-1] if cursors else None


def first_page(name: str) -> None:
    """Begin at the first row again."""
    st.session_state[f"{name}-cursors"] = []


def show_pager(name: str, say: Words, shown: int, total: int, following: str | None, *, more: bool = False) -> None:
    """How many rows there are, and the ways to the page before and the next (``following``: its cursor).

    ``more``: there are more than ``total``.
    """
    cursors: list[str] = st.session_state.get(f"{name}-cursors", [])
    with st.container(horizontal=True, vertical_alignment="center", key=f"pager-{name}"):
        st.caption(say("rows.count", shown=shown, total=f"{total:,}{'+' * more}"), width="stretch")
        if not cursors and following is None:
            return
        st.button(
            say("rows.before"),
            key=f"{name}-before",
            on_click=_turn,
            args=(name, None),
            disabled=not cursors,
            type="tertiary",
        )
        st.button(
            say("rows.next"),
            key=f"{name}-next",
            on_click=_turn,
            args=(name, following),
            disabled=following is None,
            type="tertiary",
        )


def after(chosen: int, before: Sequence[int], now: Sequence[int]) -> int | None:
    """The row to show when ``chosen`` is done: of those that still are there (``now``) the next one after it in the list as it was
    (``before``), else the first. None: there is no other.
    """
    left = [row for row in now if row != chosen]
    following = before[before.index(chosen) + 1 :] if chosen in before else ()
    return next((row for row in following if row in left), left[0] if left else None)


def _turn(name: str, following: str | None) -> None:
    cursors: list[str] = st.session_state.get(f"{name}-cursors", [])
    st.session_state[f"{name}-cursors"] = cursors[:-1] if following is None else [*cursors, following]
