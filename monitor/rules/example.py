"""The examples of a rule: documents that prove what it flags and what it passes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from monitor.flags import MatchKind
from monitor.rules.priced import Priced
from monitor.rules.wording import Model, Name, Text, listed


class Example(Model):
    """A document that proves a rule: ``text`` alone, a listing by its fields, or a whole ``document`` of the contract."""

    text: Text | None = None
    title: Text | None = None
    category: Text | None = None
    attributes: dict[str, str] = {}  # noqa: RUF012 (pydantic copies it)
    price: dict[str, Any] = {}  # noqa: RUF012 (pydantic copies it)
    seller: dict[str, str] = {}  # noqa: RUF012 (pydantic copies it)
    certificates: tuple[dict[str, str], ...] = ()
    said: tuple[Text, ...] = ()
    document: dict[str, Any] | None = None
    registry: tuple[dict[str, Any], ...] | None = None
    prices: tuple[Priced, ...] = ()
    as_of: date | None = None
    at: Text | None = None
    by: Name | None = None
    match: MatchKind | None = None
    because: Name | None = None
    source: Text | None = None
    _lists = field_validator("said", mode="before")(listed)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.text or self.title or self.said or self.document):
            raise ValueError("an example needs `text`, `title`, `said` or `document`")
        return self


class Examples(Model):
    """At least two that flag and two that pass; known gaps are admitted without failing."""

    flag: Annotated[tuple[Example, ...], Field(min_length=2)]
    pass_: Annotated[tuple[Example, ...], Field(min_length=2, alias="pass")]
    known_miss: tuple[Example, ...] = ()
    known_false: tuple[Example, ...] = ()

    @field_validator("flag", "pass_", "known_miss", "known_false", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        return (
            [{"text": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )
