"""Words of others are shown as they are: nothing is obeyed and nothing is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.marking import Span, html, marked, plain, visible

ORDER = ("low", "high")

MARKED = [
    pytest.param("全网最好", [Span(2, 4, "low")], '全网<mark class="low">最好</mark>', id="one"),
    pytest.param("最好", [], "最好", id="none"),
    pytest.param("<b>最好", [Span(3, 5, "low")], '&lt;b&gt;<mark class="low">最好</mark>', id="escaped outside"),
    pytest.param("<b>", [Span(0, 3, "low")], '<mark class="low">&lt;b&gt;</mark>', id="escaped inside"),
    pytest.param("abcd", [Span(0, 2, "low"), Span(2, 4, "low")], '<mark class="low">abcd</mark>', id="neighbours join"),
    pytest.param(
        "abcd",
        [Span(0, 3, "low"), Span(1, 4, "high")],
        '<mark class="low">a</mark><mark class="high">bcd</mark>',
        id="the graver wins where they overlap",
    ),
    pytest.param("ab", [Span(1, 9, "low"), Span(-1, 1, "low"), Span(1, 1, "low")], "ab", id="no span of this text"),
    pytest.param("𠮷野家", [Span(1, 2, "low")], '𠮷<mark class="low">野</mark>家', id="code points"),
    pytest.param("a", [Span(0, 1, '"><script>')], '<mark class="&quot;&gt;&lt;script&gt;">a</mark>', id="a kind"),
]


@pytest.mark.parametrize(("text", "spans", "markup"), MARKED)
def test_marked(text: str, spans: list[Span], markup: str) -> None:
    assert marked(text, spans, ORDER) == markup


@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30),
    places=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(ORDER)), max_size=5),
)
def test_marking_adds_marks_and_nothing_else(text: str, places: list[tuple[int, int, str]]) -> None:
    markup = marked(text, [Span(*place) for place in places], ORDER)
    assert re.sub(r'</?mark(?: class="\w+")?>', "", markup).count("<") == 0
    assert unescape(re.sub(r'<mark class="\w+">|</mark>', "", markup)).replace("\r", "") == "".join(
        visible(character) for character in text
    ).replace("\r", "")


@given(st.text("ab *_`[]()<>#+-.!|~$:\\&;{}\n红最1", max_size=40))
def test_markdown_gives_back_what_was_plain(text: str) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).renderInline(plain(text))
    assert "<" not in shown
    assert unescape(shown).replace("\u2060", "") == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        pytest.param("  a \n\t b ", None, "a b", id="one line"),
        pytest.param("最好的苹果", 2, "最好…", id="cut"),
        pytest.param("最好", 2, "最好", id="just fits"),
        pytest.param("ab cd", 3, "ab…", id="no space before the ellipsis"),
        pytest.param(":red[x]", None, "\\:\u2060red\\[x\\]", id="a colour of Streamlit"),
        pytest.param(":material/delete:", None, "\\:\u2060material\\/delete\\:\u2060", id="an icon of Streamlit"),
        pytest.param("a\u202eb\x1b[31m", None, "a␦b␦\\[31m", id="what turns the direction or commands a terminal"),
    ],
)
def test_plain(text: str, most: int | None, said: str) -> None:
    assert plain(text, most) == said


def test_html_keeps_lines_and_quotes() -> None:
    assert html("a\r\nb \"'<&") == "a\nb &quot;&#x27;&lt;&amp;"
