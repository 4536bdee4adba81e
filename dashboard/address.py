"""The query of the address: the language, and what a page shows, so that a link leads to the same place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.words import LANGUAGES, Language, Words

_LANGUAGE = "language"
_NUMBER_DIGITS = 18


def choose_language(default: str) -> Language:
    """The language of this visit: what the address says, else what was chosen before, else ``default``.

    The address says it from then on.
    """
    asked = (st.query_params.get("lang"), st.session_state.get(_LANGUAGE), default)
    chosen = next((language for name in asked for language in LANGUAGES if language == name), LANGUAGES[0])
    _remember(chosen)
    return chosen


def change_language(widget: str) -> None:
    """What a language widget (its key) calls when it was touched."""
    chosen = st.session_state[widget]
    if chosen in LANGUAGES:
        _remember(chosen)


def spoken() -> Words:
    """The catalogue in the language of this visit."""
    return Words(st.session_state.get(_LANGUAGE, LANGUAGES[0]))


def number(name: str) -> int | None:
    """A number of the query, such as ``flag=12``; None where it is absent or no number of ours."""
    said = st.query_params.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _NUMBER_DIGITS else None


def put_number(name: str, value: int | None) -> None:
    """Set or remove a number of the query."""
    put(name, [] if value is None else [str(value)])


def several(name: str, allowed: Sequence[str]) -> list[str]:
    """The values of a name, in the order of ``allowed``, which holds all that may be."""
    said = set(st.query_params.get_all(name))
    return [value for value in allowed if value in said]


def put(name: str, values: list[str]) -> None:
    """Set the values of a name; none: the name leaves the address."""
    if values == st.query_params.get_all(name):
        return
    if values:
        st.query_params[name] = values
    elif name in st.query_params:
        del st.query_params[name]


def _remember(language: Language) -> None:
    st.session_state[_LANGUAGE] = language
    if st.query_params.get("lang") != language:
        st.query_params["lang"] = language
