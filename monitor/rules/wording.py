"""What rule files are made of everywhere: frozen models, names, wordings in two languages, and laws with their dates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$", max_length=100)]


def listed(value: Any) -> Any:
    """One thing where a list is meant is a list of one."""
    return value if isinstance(value, list | tuple) or value is None else [value]


class Model(BaseModel):
    """Frozen, strict about keys; numbers given for words are words."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)


class Words(Model):
    """One wording in Chinese and English. A plain string is the Chinese one."""

    zh: Text
    en: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"zh": value} if isinstance(value, str) else value

    def say(self, language: str) -> str:
        """The wording in ``language``, Chinese where there is no other."""
        return self.en if language == "en" and self.en else self.zh


class Dates(Model):
    """From the first day to the last day in force, both included."""

    from_: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None

    def hold(self, day: date) -> bool:
        """Whether ``day`` lies within."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class LegalBasis(Model):
    """A law; ``article`` is left out where its number was not read in the text of the law."""

    law: Text
    article: Text | None = None
    in_force: Dates = Dates()
