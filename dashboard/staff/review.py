"""Review: the queue by priority, one flag with all one needs to decide, and the decision.

A flag is known by its id everywhere: in the address, in the keys of widgets, in what the buttons carry. A decision carries what
its maker saw, so that nobody decides over another's decision without having read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import address
from dashboard.address import spoken
from dashboard.backend import database, places, rule_title
from dashboard.deciding import DONE, show_decisions, show_form
from dashboard.document_facts import document_facts
from dashboard.entrance import require_person
from dashboard.finding import facts, grounds, sentences, trace
from dashboard.marking import plain
from dashboard.pictured import show_regions
from dashboard.rows import Row, after, cursor, first_page, show_pager, show_rows
from dashboard.shown import clock, moment, severity_badge
from dashboard.words import Words
from monitor.cases import TEXT_LIMIT, Choices, FlagDetail, FlagFilter, Page, QueueItem, choices, flag_detail, queue
from monitor.errors import NotFound, SteelyardError
from monitor.flags import CATEGORIES, SEVERITIES

ROWS = 25
"""Flags on a page of the queue."""

STATES = {"undecided": False, "decided": True, "all": None}
"""Word of the address → what a filter asks; the first is meant when the address has none."""


def page() -> None:
    """Draw the page."""
    say = spoken()
    by = require_person()
    st.header(say("pages.review"))
    with database().read() as session:
        found = choices(session)
        wanted = _show_filters(found, say)
        listed = queue(session, wanted, after=cursor("review", wanted), limit=ROWS)
        if not listed.items and listed.total:
            first_page("review")  # what stood on this page was decided meanwhile
            listed = queue(session, wanted, limit=ROWS)
        chosen = _chosen(listed, say)
        try:
            detail = None if chosen is None else flag_detail(session, chosen)
        except NotFound:
            detail = None
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _show_queue(listed, chosen, say)
    with right:
        if detail is not None:
            _show_flag(detail, [item.id for item in listed.items], by, say)
        elif chosen is not None:
            st.warning(say("review.no-such-flag", flag=chosen))
        else:
            st.info(say("review.nothing"))


def _show_filters(found: Choices, say: Words) -> FlagFilter:
    """The filters. The address holds what is asked; a widget that is touched changes the address."""
    options: dict[str, Sequence[str]] = {
        "code": [name for name in CATEGORIES if name in found.categories],
        "severity": [name for name in reversed(SEVERITIES) if name in found.severities],
        "platform": found.platforms,
    }
    sections = {"code": "category", "severity": "severity", "platform": "platform"}
    places = st.container(key="filters").columns([25, 21, 21, 22, 34])
    for place, (name, values) in zip(places, options.items(), strict=False):
        key = f"review-{name}-{say.language}"
        place.multiselect(
            say(f"review.{name}"),
            values,
            default=address.several(name, values),
            format_func=partial(_choice, sections[name], say=say),
            placeholder=say("review.any"),
            key=key,
            on_change=_filter,
            args=(name, key),
        )
    state = next(iter(address.several("state", list(STATES))), "undecided")
    _show_state(places[4], state, say)
    text = st.query_params.get("q", "")[:TEXT_LIMIT]
    key = f"review-q-{say.language}"
    places[3].text_input(
        say("review.search"),
        text,
        max_chars=TEXT_LIMIT,
        key=key,
        on_change=_filter,
        args=("q", key),
        type="search",
        placeholder=say("review.search-hint"),
    )
    chosen = {name: tuple(address.several(name, values)) for name, values in options.items()}
    return FlagFilter(chosen["code"], chosen["severity"], chosen["platform"], text=text, decided=STATES[state])


def _show_state(place: st.delta_generator.DeltaGenerator, state: str, say: Words) -> None:
    key = f"review-state-{say.language}"
    place.segmented_control(
        say("review.state"),
        list(STATES),
        default=state,
        required=True,
        format_func=lambda name: say(f"review.{name}"),
        key=key,
        on_change=_filter,
        args=("state", key),
    )


def _choice(section: str, value: str, *, say: Words) -> str:
    return plain(say.one_of(section, value), 40) if value else say("platform.none")


def _filter(name: str, widget: str) -> None:
    """A filter was touched: the address says it, and the first flag of the new queue is shown."""
    value = st.session_state[widget]
    values = [value] if isinstance(value, str) and value else list(value or ())
    address.put(name, [] if values == ["undecided"] else values)
    address.put_number("flag", None)


def _chosen(listed: Page[QueueItem], say: Words) -> int | None:
    """The flag to show: after a decision the next one in the queue, else the one of the address, else the first."""
    ids = [item.id for item in listed.items]
    done = st.session_state.pop(DONE, None)
    if done is not None:
        st.toast(say("decide.done", flag=done[0]))
        chosen = after(done[0], done[1], ids)
    else:
        chosen = address.number("flag") or (ids[0] if ids else None)
    address.put_number("flag", chosen)
    return chosen


def _show_queue(listed: Page[QueueItem], chosen: int | None, say: Words) -> None:
    with st.container(height=640, border=False, key="queue"):
        show_rows("queue", [Row(item.id, _label(item, say)) for item in listed.items], chosen, _open)
    show_pager("review", say, len(listed.items), listed.total, listed.next, more=listed.more)


def _label(item: QueueItem, say: Words) -> str:
    """Two lines: what was found, and where."""
    time = "" if item.at is None else f"{clock(item.at)} "
    outcome = "" if item.outcome is None else f" · {say.one_of('outcome', item.outcome)}"
    return (
        f"{severity_badge(item.severity, say)} **{plain(item.words, 24) or say('finding.absent')}** "
        f"{say.one_of('category', item.category)}{outcome}  \n"
        f":small[{time}{plain(item.label or item.external_id, 34)}]"
    )


def _open(flag: int) -> None:
    address.put_number("flag", flag)


def _show_flag(detail: FlagDetail, ids: list[int], by: str, say: Words) -> None:
    stored = detail.stored
    flag = stored.flag
    _show_steps(stored.id, ids, say)
    kind = say(f"kind.{stored.kind}")
    st.markdown(
        f"{severity_badge(flag.severity, say)} **{say.one_of('category', flag.category)}** · {kind} "
        f"{plain(stored.label or stored.external_id, 80)}"
    )
    if not stored.latest:
        st.info(say("review.old-revision", revision=stored.revision))
    if stored.gone:
        st.warning(say("review.gone", rulebook=stored.gone.rulebook[:12], since=moment(stored.gone.since)))
    st.html(sentences(detail.passages, detail.document, flag, say))
    show_regions(flag, detail.document, places(), say)
    st.html(grounds(flag, f"{stored.as_of}", say))
    show_decisions(detail, say)
    show_form(detail, ids, by, say)
    _show_more(detail, say)


def _show_steps(flag: int, ids: list[int], say: Words) -> None:
    """The number of the flag, and ways to its neighbours in the queue."""
    place = ids.index(flag) if flag in ids else None
    before = ids[place - 1] if place else None
    following = after(flag, ids, ids) if place is None or place + 1 < len(ids) else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("review.flag", flag=flag), width="stretch")
        for name, target, key in (("before", before, "k"), ("next", following, "j")):
            st.button(
                say(f"review.{name}"),
                key=f"step-{name}",
                on_click=_open,
                args=(target,),
                disabled=target is None,
                shortcut=key,
                type="tertiary",
            )


def _show_more(detail: FlagDetail, say: Words) -> None:
    stored = detail.stored
    flag = stored.flag
    judged, about, others = st.tabs(
        [say("review.trace"), say("review.document"), say("review.neighbours", count=len(detail.neighbours))]
    )
    with about:
        if stored.kind == "transcript":
            query = {"stream": str(stored.document), "flag": str(stored.id)}
            st.page_link(
                "staff/streams.py", label=say("review.to-stream"), icon=":material/live_tv:", query_params=query
            )
        kept = [
            (say("fact.revision"), f"{stored.revision}"),
            (say("fact.received"), moment(detail.received_at)),
            (say("fact.source"), detail.source),
            ("SHA-256", detail.content_sha256),
        ]
        st.html(facts([*document_facts(detail.document, say), *kept]))
    with others:
        if detail.neighbours:
            show_rows("neighbours", [Row(item.id, _label(item, say)) for item in detail.neighbours[:50]], None, _open)
        else:
            st.caption(say("review.no-neighbours"))
    with judged:  # last, for the rulebook may have to be loaded
        st.html(trace(flag))
        rule = [
            (say("fact.title-of-rule"), _rule_title(flag.rule, say)),
            (say("fact.rule"), f"{flag.rule} · {say('fact.version', version=flag.version)}"),
            (say("fact.matcher"), flag.matcher),
            (say("fact.priority"), detail.reason),
            (say("fact.rulebook"), stored.rulebook[:16]),
            (say("fact.found"), moment(stored.created_at)),
        ]
        st.html(facts(rule))


def _rule_title(rule: str, say: Words) -> str:
    """What the rulebook calls a rule; nothing where it cannot be loaded here, or has no such rule."""
    try:
        return rule_title(rule, say.language) or ""
    except SteelyardError:
        return ""


if __name__ == "__main__":
    page()
