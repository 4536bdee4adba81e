"""Complaints as staff see them: the list, one complaint, and the next step. The contact is shown when asked for, and asking is recorded."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from dashboard import address
from dashboard.address import spoken
from dashboard.backend import database, now, secret
from dashboard.entrance import person, require_person
from dashboard.finding import facts
from dashboard.marking import html, plain
from dashboard.rows import Row, cursor, show_pager, show_rows
from dashboard.shown import moment, severity_badge
from dashboard.words import Words
from monitor.cases import (
    COMPLAINT_LIMIT,
    COMPLAINT_STATUSES,
    ComplaintDetail,
    ComplaintEvent,
    ComplaintItem,
    QueueItem,
    add_event,
    complaint_detail,
    complaints,
    read_contact,
)
from monitor.errors import NotFound, Refused, Stale

ROWS = 20
"""Complaints on a page of the list."""

NEXT_STATUSES = COMPLAINT_STATUSES[1:]

_TROUBLE = "complaint-trouble"


class _Trouble(NamedTuple):
    """Why a step was not written. ``field``: the part that is wrong; None: somebody took a step since."""

    complaint: int
    field: str | None


def page() -> None:
    """Draw the page."""
    say = spoken()
    by = require_person()
    st.header(say("pages.complaints"))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        status = _show_status(say)
        with database().read() as session:
            found = complaints(session, status=status, after=cursor("complaints", status), limit=ROWS)
        chosen = address.number("complaint") or (found.items[0].id if found.items else None)
        rows = [Row(item.id, _label(item, say)) for item in found.items]
        with st.container(height=640, border=False, key="queue"):
            show_rows("complaints", rows, chosen, _open)
        show_pager("complaints", say, len(rows), found.total, found.next)
    with right:
        if chosen is None:
            st.info(say("complaints.empty"))
        else:
            _show_complaint(chosen, by, say)


def _show_status(say: Words) -> str | None:
    chosen = next(iter(address.several("status", COMPLAINT_STATUSES)), None)
    key = f"complaints-status-{say.language}"
    st.segmented_control(
        say("complaints.status"),
        COMPLAINT_STATUSES,
        default=chosen,
        format_func=lambda name: say(f"status.{name}"),
        key=key,
        on_change=_filter,
        args=(key,),
        label_visibility="collapsed",
    )
    return chosen


def _filter(widget: str) -> None:
    value = st.session_state[widget]
    address.put("status", [value] if value else [])
    address.put_number("complaint", None)


def _open(complaint: int) -> None:
    address.put_number("complaint", complaint)


def _label(item: ComplaintItem, say: Words) -> str:
    where = " ".join(part for part in (say.one_of("platform", item.platform), item.subject) if part)
    return (
        f":gray-badge[{say(f'status.{item.status}')}] {plain(item.summary, 44)}  \n"
        f":small[{plain(where, 60)} · {moment(item.filed_at)}]"
    )


def _show_complaint(number: int, by: str, say: Words) -> None:
    try:
        with database().read() as session:
            detail = complaint_detail(session, number)
    except NotFound:
        st.warning(say("complaints.no-such-complaint", number=number))
        return
    item = detail.item
    st.markdown(f"**{say('complaints.number', number=number)}** :gray-badge[{say(f'status.{item.status}')}]")
    about = [
        (say("fact.filed"), moment(item.filed_at)),
        (say("fact.platform"), say.one_of("platform", item.platform) if item.platform else ""),
        (say("complaints.subject"), item.subject),
    ]
    st.html(f'<p class="quoted">{html(detail.text)}</p>')
    st.html(facts(about))
    _show_contact(item, by, say)
    _show_related(detail, say)
    st.markdown(f"**{say('complaints.steps')}**")
    st.html(steps(detail.events, say))
    _show_form(detail, say)


def _show_contact(item: ComplaintItem, by: str, say: Words) -> None:
    """The contact, until the page is drawn again."""
    if not item.has_contact:
        st.caption(say("complaints.no-contact"))
        return
    if not st.button(say("complaints.read-contact"), key=f"contact-{item.id}", icon=":material/visibility:"):
        st.caption(say("complaints.audited"))
        return
    with database().write() as session:
        contact = read_contact(session, secret(), item.id, by, now())
    names = {"complain.name": contact.name, "complain.phone": contact.phone, "complain.email": contact.email}
    st.html(facts((say(name), value) for name, value in names.items()))
    st.caption(say("complaints.was-audited", name=plain(by)))


def _show_related(detail: ComplaintDetail, say: Words) -> None:
    if not detail.documents:
        return
    st.markdown(f"**{say('complaints.flags', count=len(detail.flags))}**")
    for flag in detail.flags[:10]:
        st.page_link(
            "staff/review.py",
            label=_flag_label(flag, say),
            query_params={"flag": str(flag.id), "state": "all"},
            icon=":material/gavel:",
        )


def _flag_label(flag: QueueItem, say: Words) -> str:
    outcome = "" if flag.outcome is None else f" · {say.one_of('outcome', flag.outcome)}"
    words = plain(flag.words, 30) or say("finding.absent")
    return f"{severity_badge(flag.severity, say)} {words} {say.one_of('category', flag.category)}{outcome}"


def steps(events: tuple[ComplaintEvent, ...], say: Words) -> str:
    """The steps of a complaint as HTML, the oldest first."""
    items = (
        f"<li><b>{html(say(f'status.{event.status}'))}</b> <small>{html(event.by)} {moment(event.at)}</small>"
        f"<p>{html(event.note)}</p></li>"
        for event in events
    )
    return f'<ul class="decisions">{"".join(items)}</ul>'


def _show_form(detail: ComplaintDetail, say: Words) -> None:
    number = detail.item.id
    trouble: _Trouble | None = st.session_state.get(_TROUBLE)
    wrong = trouble.field if trouble is not None and trouble.complaint == number else ""
    if wrong is None:
        st.warning(say("complaints.stale"), icon=":material/sync_problem:")
    with st.form(f"step-{number}", enter_to_submit=False):
        st.radio(
            say("complaints.next"),
            NEXT_STATUSES,
            index=None,
            format_func=lambda name: say(f"status.{name}"),
            horizontal=True,
            key=f"status-{number}",
        )
        if wrong == "status":
            st.error(say("wrong.status"))
        st.text_area(say("complaints.note"), max_chars=COMPLAINT_LIMIT, height=110, key=f"note-{number}")
        if wrong == "note":
            st.error(say("wrong.note", most=COMPLAINT_LIMIT))
        st.form_submit_button(say("complaints.save"), type="primary", on_click=_step, args=(number, detail.last_event))


def _step(number: int, seen: int) -> None:
    """Write the step. ``seen`` is the last step that stood on the page the person looked at."""
    by = person()
    if by is None:
        return
    status = st.session_state.get(f"status-{number}") or ""
    note = st.session_state.get(f"note-{number}") or ""
    trouble: _Trouble | None = None
    try:
        with database().write() as session:
            add_event(session, number, status, note, by, seen, now())
    except Refused as refused:
        trouble = _Trouble(number, refused.field)
    except (Stale, NotFound):
        trouble = _Trouble(number, None)
    else:
        st.session_state[f"status-{number}"] = None
        st.session_state[f"note-{number}"] = ""
    st.session_state[_TROUBLE] = trouble
    address.put_number("complaint", number)


if __name__ == "__main__":
    page()
