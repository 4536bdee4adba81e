"""``monitor number``: what a number is, whether it is well-formed, what it tells."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

if TYPE_CHECKING:
    from monitor.registry.identifier import Wording
    from monitor.registry.recognise import Recognised

Language = Literal["zh", "en"]
WRONG = 1
NONE = 2

_VERDICTS: Final = {
    "zh": {"well-formed": "格式正确", "malformed": "格式不对", "wrong-check-digit": "校验位不对"},
    "en": {"well-formed": "well-formed", "malformed": "malformed", "wrong-check-digit": "wrong check digit"},
}
_LABELS: Final = {
    "year": "年份", "month": "月份", "class": "类别", "kind": "种类", "business": "业态", "body": "机构", "origin": "来源",
    "region": "省份", "place": "地区", "authority": "发证机关", "field": "领域", "medium": "媒介", "until": "有效期至",
    "member": "厂商代码注册地（不是产地）", "registration": "所属登记证号", "organisation": "组织机构代码",
}  # fmt: skip
"""What a number tells → how that is called in Chinese; in English the name stands for itself."""
_SAYS: Final = {
    "zh": ("存疑", "可能是", "没有认出编号：{text}", "格式正确不证明编号真实，以登记系统的查询为准。"),
    "en": (
        "doubt",
        "may be",
        "no number of a known form: {text}",
        "A right form proves nothing: only the register of the authority does.",
    ),
}


def number(
    texts: Annotated[
        list[str], typer.Argument(help="Numbers, or text with numbers in it; - reads lines.", metavar="TEXT…")
    ],
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people, or one JSON object a number and line.")
    ] = "text",
    language: Annotated[Language, typer.Option(help="Language of the answer.")] = "zh",
) -> None:
    """Tell what a certificate, licence or company number is, whether it is well-formed, and what it says by itself.

    Knows every family of the page on certificates, in any spelling: full width, spaces, dashes, read aloud (幺三四). Nothing is
    looked up: a wrong form proves that a number is mistyped or invented, a right one proves nothing.

    Exit code 0: every number is well-formed. 1: one is malformed or has a wrong check digit. 2: a text has no number.

    \b
    Examples:
      monitor number SC11414062390081                 a production licence: class of food, place, check digit
      monitor number 91110000802100433B               a credit code
      monitor number "生产许可证编号是SC幺幺四幺四…"       as it is said in a stream
      monitor number 12324123456789012 --format json  for programs
      monitor number - < numbers.txt                  one text a line
    """
    from monitor.registry.recognise import recognise

    code, right = 0, False
    read = list(_texts(texts))
    for text in read or [""]:
        found = recognise(text)
        if not found:
            typer.echo(_SAYS[language][2].format(text=_begin(text)), err=True)
            code = NONE
        for one in found:
            typer.echo(_line(one, language) if output_format == "json" else _told(one, language))
            right = right or one.verdict == "well-formed"
            code = max(code, WRONG if one.verdict != "well-formed" else 0)
    if right and output_format == "text":
        typer.echo(_SAYS[language][3], err=True)
    raise typer.Exit(code)


def _texts(texts: list[str]) -> Iterator[str]:
    for text in texts:
        if text == "-":
            yield from filter(None, map(str.strip, sys.stdin.buffer.read().decode("utf-8-sig", "replace").splitlines()))
        else:
            yield text


def _begin(text: str) -> str:
    """The beginning of a text, for one line of a terminal."""
    shown = "".join(character if character.isprintable() else "�" for character in text[:_SHOWN])
    return f"{shown}…" if len(text) > _SHOWN else shown


_SHOWN: Final = 80


def _told(one: Recognised, language: Language) -> str:
    """A number, and a line for each thing that can be said of it."""
    doubt, may_be, *_ = _SAYS[language]
    title = _in(one.family.title, language)
    lines = [f"{one.number}  {title if one.sure else f'{may_be} {title}'}  {'★' * one.family.certainty}"]
    verdict = _VERDICTS[language][one.verdict]
    lines.append(f"  {verdict}" + (f": {_in(one.reason, language)}" if one.verdict != "well-formed" else ""))
    lines += [f"  {_LABELS[name] if language == 'zh' else name}: {value}" for name, value in one.tells.items()]
    lines += [f"  {doubt}: {_in(odd, language)}" for odd in one.doubts]
    return "\n".join(lines)


def _line(one: Recognised, language: Language) -> str:
    import msgspec

    row: dict[str, Any] = {
        "number": one.number,
        "name": _in(one.family.title, language),
        "type": one.family.kind,
        "start": one.start,
        "end": one.end,
        "verdict": one.verdict,
        "reason": _in(one.reason, language),
        "tells": dict(one.tells),
        "doubts": [_in(odd, language) for odd in one.doubts],
        "certainty": one.family.certainty,
        "sure": one.sure,
    }
    return msgspec.json.encode(row).decode()


def _in(wording: Wording, language: Language) -> str:
    return wording.zh if language == "zh" else wording.en
