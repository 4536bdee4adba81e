"""The spaCy component: ``nlp.add_pipe("steelyard", config={"as_of": "2026-11-20"})`` puts flags into a pipeline of somebody's own.

Importing this module registers the factory; where the package is installed spaCy finds it by its entry point. The text of a ``Doc``
is judged as it is, whatever tokenizer cut it: ``doc._.flags`` are the flags, ``doc.spans["steelyard"]`` their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, cast, get_args

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from monitor.bootstrap import starting_rules
from monitor.documents import Document, Listing, Segment, Transcript
from monitor.errors import ConfigurationError
from monitor.flags import Evidence, Flag
from monitor.marking import Mark, Marked, mark
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

Kind = Literal["listing", "transcript"]
_KEPT: Final = "steelyard"
"""Under this name the flags are kept in ``doc.user_data``, as plain values, so that a ``Doc`` can be stored and sent."""
_RULES: Final = "rules.yaml"
_REGISTRY: Final = "registry.jsonl"


def flags_of(doc: Doc) -> tuple[Flag, ...]:
    """The flags of a ``Doc`` in order of their position, also of one that was stored: what ``doc._.flags`` gives."""
    return msgspec.convert(doc.user_data.get(_KEPT, ()), tuple[Flag, ...])


def displacy_data(doc: Doc, spans_key: str = "steelyard", title: str | None = None) -> Marked:
    """The text of a ``Doc`` with the exact words of its flags, for ``displacy.render(data, style="span", manual=True)``."""
    group = doc.spans[spans_key]
    exact = cast("list[list[int]]", group.attrs["exact"])
    marks = (Mark(start, end, span.label_, span.id_) for span, (start, end) in zip(group, exact, strict=True))
    return mark(doc.text, marks, title)


@Language.factory(
    "steelyard",
    default_config={
        "rules": None,
        "registry": None,
        "as_of": None,
        "language": "zh",
        "document": "listing",
        "spans_key": "steelyard",
    },
    assigns=["doc.spans", "doc._.flags"],
)
def make_steelyard(
    nlp: Language,
    name: str,
    rules: str | None,
    registry: str | None,
    as_of: str | None,
    language: str,
    document: str,
    spans_key: str,
) -> Steelyard:
    """The component as configured; files are read when the first ``Doc`` comes.

    Raises:
        ConfigurationError: ``as_of`` is no day, or ``document`` is neither ``listing`` nor ``transcript``.
    """
    del nlp, name
    if document not in get_args(Kind):
        raise ConfigurationError(f"document is {document!r}: write listing or transcript")
    day = None if as_of is None else _day(as_of)
    read = Path(rules) if rules else None, Path(registry) if registry else None
    return Steelyard(*read, day, language=language, kind=cast("Kind", document), spans_key=spans_key)


class Steelyard:
    """Judges each ``Doc`` as the description of a listing, or as a transcript with a segment a line.

    ``doc.spans[spans_key]`` has a span for every piece of evidence that is words of the text: ``label_`` is the category, ``id_`` and
    ``kb_id_`` the rule. A span covers whole tokens; the exact code points are ``attrs["exact"]`` of the group, ``(start, end)`` for each.
    ``rules`` None: the rulebook that is shipped.
    """

    def __init__(
        self,
        rules: Path | None,
        registry: Path | None,
        as_of: date | None,
        *,
        language: str = "zh",
        kind: Kind = "listing",
        spans_key: str = "steelyard",
    ) -> None:
        self._rules = rules
        self._registry = registry
        self._as_of = as_of
        self._language = language
        self._kind: Kind = kind
        self._spans_key = spans_key
        self._given: Mapping[str, bytes] | None = None
        _extend()

    def __call__(self, doc: Doc) -> Doc:
        """Flags into ``doc._.flags``, their words into ``doc.spans``.

        Raises:
            ConfigurationError: neither the component nor ``doc._.as_of`` says the day: the engine never reads the clock.
            RuleError, RegistryError: the files cannot be loaded.
        """
        day = doc._.as_of if doc._.as_of is not None else self._as_of
        if day is None:
            raise ConfigurationError('no day to judge by: give as_of in the config ("2026-11-20"), or set doc._.as_of')
        document, places = _document(doc.text, self._kind)
        flags = self._scanner.scan(document, _day(day)).flags if document is not None else ()
        doc.user_data[_KEPT] = msgspec.to_builtins(flags)
        found = [
            (
                _span(doc, places[item.field], flag, item),
                [places[item.field] + item.start, places[item.field] + item.end],
            )
            for flag in flags
            for item in flag.evidence
            if item.field in places and item.match != "absent" and item.start < item.end
        ]
        exact = [place for _, place in found]
        doc.spans[self._spans_key] = SpanGroup(
            doc, name=self._spans_key, attrs={"exact": exact}, spans=[span for span, _ in found]
        )
        return doc

    @cached_property
    def _scanner(self) -> Scanner:
        if self._given is None and self._rules is not None:
            return _load(self._rules, self._registry, self._language)
        with TemporaryDirectory() as folder:
            files = dict(self._files())
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            return _load(Path(folder, _RULES), Path(folder, _REGISTRY) if _REGISTRY in files else None, self._language)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The rule files and the registry, so that a stored pipeline judges the same wherever it is opened."""
        del exclude
        return msgspec.msgpack.encode(dict(self._files()))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Steelyard:
        """Judge by the stored files from now on, not by the paths of the config."""
        del exclude
        self._given = {
            _inside(name): content for name, content in msgspec.msgpack.decode(data, type=dict[str, bytes]).items()
        }
        self.__dict__.pop("_scanner", None)
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """As :meth:`to_bytes`, into one file."""
        Path(path).write_bytes(self.to_bytes(exclude=exclude))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Steelyard:
        """As :meth:`from_bytes`."""
        return self.from_bytes(Path(path).read_bytes(), exclude=exclude)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        if self._given is not None:
            yield from self._given.items()
            return
        yield _RULES, (self._rules or starting_rules()).read_bytes()
        packs = sorted((self._rules.parent / "packs").glob("*.yaml")) if self._rules else []
        yield from ((f"packs/{pack.name}", pack.read_bytes()) for pack in packs)
        if self._registry is not None:
            yield _REGISTRY, self._registry.read_bytes()


def _load(rules: Path, registry: Path | None, language: str) -> Scanner:
    return Scanner(load_rulebook(rules), Registry.load(registry) if registry else None, language=language)


def _inside(name: str) -> str:
    """A file name as this component stores it: it leads nowhere else."""
    parts = Path(name).parts
    if parts not in {(_RULES,), (_REGISTRY,)} and not (len(parts) == 2 and parts[0] == "packs" and ".." not in parts):  # noqa: PLR2004 (folder and file)
        raise ConfigurationError(f"a stored component has no file {name!r}")
    return name


def _day(given: date | str) -> date:
    try:
        return given if isinstance(given, date) else date.fromisoformat(given)
    except ValueError as error:
        raise ConfigurationError(f"as_of is no day: {given!r}; write it as 2026-11-20") from error


def _document(text: str, kind: Kind) -> tuple[Document | None, dict[str, int]]:
    """The document a text is, and where in the text each of its fields begins; None for an empty text."""
    if not text:
        return None, {}
    if kind == "listing":
        return Listing(id="doc", description=text), {"description": 0}
    places, start, segments = {}, 0, []
    for index, line in enumerate(text.split("\n")):
        places[f"segments[{index}].text"] = start
        segments.append(Segment(line))
        start += len(line) + 1
    return Transcript(id="doc", segments=tuple(segments)), places


def _span(doc: Doc, place: int, flag: Flag, item: Evidence) -> Span:
    """The tokens that the words touch."""
    span: Any = doc.char_span(
        place + item.start,
        place + item.end,
        label=flag.category,
        kb_id=flag.rule,
        span_id=flag.rule,
        alignment_mode="expand",
    )
    return cast("Span", span)


def _extend() -> None:
    """Give every ``Doc`` its flags and its day, unless somebody did."""
    if not Doc.has_extension("flags"):
        Doc.set_extension("flags", getter=flags_of)
    if not Doc.has_extension("as_of"):
        Doc.set_extension("as_of", default=None)
