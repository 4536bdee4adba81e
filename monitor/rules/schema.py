"""The shape of rule files, as types. An unknown key is an error; so is anything of another type.

A rule has one of five shapes, told by its keys: **claim** (``match``), **requires** (``match`` and ``requires``), **conflict**
(``match`` and ``conflict``), **repeat** (``match`` and ``repeat``) and **missing** (``missing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import ConfigDict, Field, field_validator, model_validator

from monitor.claims import shipped_labels
from monitor.documents import Certificate, CertificateType
from monitor.flags import Category, Severity
from monitor.goods.duties import duties
from monitor.goods.nutrition import standard
from monitor.registry.printed import Failing
from monitor.rules.example import Examples
from monitor.rules.priced import Measure, Rise
from monitor.rules.wording import Dates, LegalBasis, Model, Name, Text, Words, listed

Place = Literal["overlap", "clause", "sentence", "field", "document"]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Kind = Literal["listing", "transcript"]
FunctionFact = Literal["current", "old", "registered", "unregistered"]
RuleStatus = Literal["draft", "in-force", "shadow", "retired"]
Shape = Literal["claim", "requires", "conflict", "repeat", "missing"]


def in_category(category: str, prefixes: Sequence[str]) -> bool:
    """Whether a dotted category is one of these or lies under one."""
    return any(category == prefix or category.startswith(prefix + ".") for prefix in prefixes)


class Entry(Model):
    """One entry of a vocabulary: a phrase, with facts about it that conditions may ask for by ``@name``."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)

    text: Text
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str | int | float) else value

    def fact(self, name: str) -> tuple[str, ...]:
        """The values of one fact of this entry; empty where it has none."""
        value = (self.model_extra or {}).get(name, ())
        return tuple(str(item) for item in listed(value))


class Identifier(Model):
    """Certificate numbers found in the text, by family and verdict."""

    type: tuple[CertificateType, ...]
    verdict: tuple[Literal["well-formed", "malformed", "wrong-check-digit"], ...] = ("malformed", "wrong-check-digit")
    _lists = field_validator("type", "verdict", mode="before")(listed)


class Window(Model):
    """So many seconds of a stream. A listing is read at one moment: there the window is one field."""

    seconds: Seconds


class Moments(Model):
    """Seconds of a stream around a claim: ``after`` and ``before`` it, ``around`` it both ways; or from the ``start``.

    The start is that of the product shown, else of the stream. A listing is read at one moment: there it is the whole listing.
    """

    after: Seconds | None = None
    before: Seconds | None = None
    around: Seconds | None = None
    start: Seconds | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        given = {name for name in ("after", "before", "around", "start") if getattr(self, name) is not None}
        if given not in ({"after"}, {"before"}, {"after", "before"}, {"around"}, {"start"}):
            raise ValueError("give `after`, `before` or both, or `around`, or `start`, in seconds")
        return self


class Matcher(Model):
    """What is said: a pattern, or several parts that stand together (``all``) in a clause, a sentence, a field, or so many seconds;
    or a sentence that the claim model gives a label (``model``) with a probability ``over`` a bound.

    A part, like ``text``, is one pattern or a list of which any will do.
    """

    id: Name = "match"
    text: tuple[Text, ...] = ()
    all: tuple[tuple[Text, ...], ...] = ()
    identifier: Identifier | None = None
    model: Name | None = None
    over: Annotated[float, Field(gt=0, lt=1)] | None = None
    within: Literal["clause", "sentence", "field", "nearby"] | Window = "clause"
    fields: tuple[Text, ...] = ()
    variants: Literal["all", "none"] = "all"
    boundaries: Literal["both", "start", "end", "none"] = "both"
    _lists = field_validator("text", "fields", mode="before")(listed)

    @field_validator("all", mode="before")
    @classmethod
    def _parts(cls, value: Any) -> Any:
        return [listed(part) for part in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((bool(self.text), bool(self.all), self.identifier is not None, self.model is not None)) != 1:
            raise ValueError("a matcher has exactly one of `text`, `all`, `identifier` and `model`")
        if (self.model is None) is not (self.over is None):
            raise ValueError("`model` goes with `over`: the probability above which its word counts, such as 0.97")
        if self.model is not None and self.model not in shipped_labels():
            raise ValueError(f"the claim model has no label {self.model!r}; it has {', '.join(shipped_labels())}")
        if len(self.all) == 1:
            raise ValueError("`all` needs at least two parts")
        if isinstance(self.within, Window) and not self.all:
            raise ValueError("`within` so many seconds goes with `all`: a pattern stands in one place")
        return self


class Match(Model):
    """Any of the matchers."""

    any: Annotated[tuple[Matcher, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"any": [{"text": value}]}
        return value if not isinstance(value, dict) or "any" in value else {"any": [value]}


class Nutrient(Model):
    """A row of the nutrition table, in grams (kJ, mg, µg as printed) in 100 g or 100 ml."""

    name: tuple[Text, ...]
    _lists = field_validator("name", mode="before")(listed)


class Condition(Model):
    """One fact about the claim or its document that holds, does not hold, or is not known.

    Exactly one of ``text``, ``context``, ``field``, ``certificate``, ``printed``, ``nutrient``, ``nutrition``, ``function``, ``duty``,
    ``price``, ``category``, ``speaker``, ``date`` and ``origin`` says what is asked.
    """

    id: Name | None = None
    reason: Text | None = None
    basis: LegalBasis | None = None
    matchers: tuple[Name, ...] = ()

    text: tuple[Text, ...] = ()
    scope: Place | Moments = "clause"
    context: tuple[Name, ...] = ()
    field: tuple[Text, ...] = ()
    certificate: tuple[CertificateType, ...] = ()
    printed: tuple[Failing, ...] = ()
    nutrient: Nutrient | None = None
    nutrition: tuple[Text, ...] = ()
    function: tuple[FunctionFact, ...] = ()
    duty: Text | None = None
    price: Literal["said", "reference", "current"] | None = None
    category: tuple[Text, ...] = ()
    speaker: tuple[Text, ...] = ()
    date: Dates | None = None
    origin: Literal["inside", "outside"] | None = None

    has: tuple[Text, ...] = ()
    lacks: tuple[Text, ...] = ()
    equals: tuple[Text, ...] = ()
    named: bool = False
    verdict: Literal["met", "unmet"] = "met"
    over: Decimal | Literal["said"] | Measure | None = None
    under: Decimal | Literal["said"] | Measure | None = None
    at_most: Annotated[Measure | None, Field(alias="at-most")] = None
    at_least: Annotated[Measure | None, Field(alias="at-least")] = None
    raised: Rise | None = None
    unit: Text | None = None

    _lists = field_validator(
        "text",
        "context",
        "field",
        "certificate",
        "nutrition",
        "function",
        "printed",
        "category",
        "speaker",
        "has",
        "lacks",
        "equals",
        "matchers",
        mode="before",
    )(listed)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in CONDITION_KINDS if getattr(self, name)]
        if len(kinds) != 1:
            raise ValueError(f"a condition has exactly one of {', '.join(f'`{name}`' for name in CONDITION_KINDS)}")
        if kinds != ["field"] and (self.has or self.lacks or self.equals or self.named):
            raise ValueError("`has`, `lacks`, `equals` and `named` go with `field`")
        if kinds != ["nutrition"] and self.verdict != "met":
            raise ValueError("`verdict` goes with `nutrition`")
        self._check_bounds(kinds[0])
        if isinstance(self.scope, Moments) and not self.text:
            raise ValueError("a `scope` in seconds goes with `text`")
        return self

    def _check_bounds(self, kind: str) -> None:
        bounds = {name for name in PRICE_BOUNDS if getattr(self, name) is not None}
        measured = {name for name in bounds if isinstance(getattr(self, name), Measure | Rise)}
        if kind == "price" and (len(bounds) != 1 or bounds != measured):
            raise ValueError(
                "a `price` is held against its history: give one of `over`, `under`, `at-most` and `at-least` with "
                "`{lowest-deal: DAYS}` or `{highest-asked: DAYS}`, or `raised: {percent: N, days: DAYS}`"
            )
        if kind not in {"field", "nutrient", "price"} and bounds & {"over", "under"}:
            raise ValueError("`over` and `under` go with `field`, `nutrient` or `price`")
        if kind != "price" and measured:
            raise ValueError("a price history, `at-most`, `at-least` and `raised` go with `price`")

    @field_validator("field")
    @classmethod
    def _in_registry(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for path in value:
            if path.startswith("registry.") and not _is_recorded(path.split(".")[1:]):
                fields = ", ".join(Certificate.__struct_fields__)
                raise ValueError(
                    f"{path!r}: write `registry.TYPE.FIELD`, with a type of certificate and one of {fields}"
                )
        return value

    @field_validator("nutrition")
    @classmethod
    def _in_standard(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = standard().claims
        for name in value:
            if not name.startswith("@") and name not in known:
                raise ValueError(f"{name!r} is no claim of the nutrition standard: {', '.join(known)}")
        return value

    @field_validator("duty")
    @classmethod
    def _among_duties(cls, value: str | None) -> str | None:
        if value is not None and value not in duties():
            raise ValueError(f"{value!r} is no duty of goods: {', '.join(duties())}")
        return value

    @property
    def kind(self) -> str:
        """Which question this condition asks."""
        return next(name for name in CONDITION_KINDS if getattr(self, name))


def _is_recorded(path: list[str]) -> bool:
    return len(path) == 2 and path[0] in get_args(CertificateType) and path[1] in Certificate.__struct_fields__  # noqa: PLR2004 (type and field)


CONDITION_KINDS = (
    "text", "context", "field", "certificate", "printed", "nutrient", "nutrition", "function", "duty", "price", "category",
    "speaker", "date", "origin",
)  # fmt: skip
PRICE_BOUNDS = ("over", "under", "at_most", "at_least", "raised")


class Evidence(Model):
    """What is owed: any of the conditions, or all of them."""

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        return value if not isinstance(value, dict) or "any" in value or "all" in value else {"any": [value]}

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.any) == bool(self.all):
            raise ValueError("give `any` or `all`, with at least one condition")
        return self


class Repeat(Model):
    """So many times within so many seconds of a stream."""

    times: Annotated[int, Field(ge=2, le=100)]
    within: Annotated[float, Field(gt=0, le=86400)]


class Applies(Model):
    """The documents a rule is about. An unknown category is inferred from the title; where that fails ``unknown`` decides."""

    kinds: tuple[Kind, ...] = ("listing", "transcript")
    categories: tuple[Text, ...] = ()
    except_categories: tuple[Text, ...] = ()
    unknown: bool = True
    when: tuple[Condition, ...] = ()
    _lists = field_validator("kinds", "categories", "except_categories", "when", mode="before")(listed)

    def fit(self, category: str | None) -> bool:
        """Whether goods of a category are meant; None: it cannot be told."""
        if category is None:
            return self.unknown or not (self.categories or self.except_categories)
        return (not self.categories or in_category(category, self.categories)) and not in_category(
            category, self.except_categories
        )


class Rule(Model):
    """One rule, as a lawyer reads it."""

    id: Name
    version: Annotated[int, Field(ge=1)] = 1
    title: Words
    category: Category
    severity: Severity
    score: Annotated[float, Field(gt=0, le=1)] = 0.9
    status: RuleStatus = "in-force"
    basis: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    applies: Applies = Applies()
    match: Match | None = None
    unless: tuple[Condition, ...] = ()
    without: tuple[Name, ...] = ()
    requires: Evidence | None = None
    conflict: Evidence | None = None
    repeat: Repeat | None = None
    missing: Evidence | None = None
    message: Words
    remedy: Words
    examples: Examples
    _lists = field_validator("unless", "without", mode="before")(listed)

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        more = [name for name in ("requires", "conflict", "repeat", "missing") if getattr(self, name) is not None]
        if len(more) > 1:
            raise ValueError(f"a rule has one shape, not {' and '.join(more)}")
        if (self.match is None) != (more == ["missing"]):
            raise ValueError(
                "give `match` (alone or with `requires`, `conflict` or `repeat`), or `missing` without `match`"
            )
        owed = (*self.missing.any, *self.missing.all) if self.missing else ()
        if any(item.price == "said" for item in owed):
            raise ValueError("what is `missing` has no trigger that says a price: give `price: reference` or `current`")
        if any(isinstance(item.scope, Moments) and item.scope.start is None for item in owed):
            raise ValueError("what is `missing` has no trigger to be `after`, `before` or `around`: give `start`")
        return self

    @property
    def shape(self) -> Shape:
        """Which of the five shapes this is."""
        for shape in ("requires", "conflict", "repeat", "missing"):
            if getattr(self, shape) is not None:
                return shape
        return "claim"
