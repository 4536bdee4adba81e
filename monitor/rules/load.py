"""Loading: rules.yaml and the packs it extends, as one rulebook; or every problem in them, at once.

Each kind of problem has a code, and each code a page in ``docs/rules/problems/`` that tells what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from monitor.errors import Problem, RuleError
from monitor.nlp.context import contexts
from monitor.rules.deployment import Pack, RulebookFile
from monitor.rules.known import KNOWN, known_words
from monitor.rules.lint.law import days_that_are_none
from monitor.rules.pattern import Literals, PatternError, Vocabulary, expand_phrase, parse
from monitor.rules.reading import File, Reading
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Entry, Rule
from monitor.rules.source import Location, Source, read_source, validate

FILE_LIMIT = 5_000_000
"""Bytes a rule file may have."""


def load_rulebook(path: Path) -> Rulebook:
    """The rulebook of a ``rules.yaml``.

    Packs are looked up beside the file (``packs/NAME.yaml``), then among the shipped ones.

    Raises:
        RuleError: all problems of all files, each with file, line, column and a caret.
    """
    return _Loader(path).load().rulebook


def read_rulebook(path: Path) -> Reading:
    """The rulebook with the files it was made of, for those who must point at a line of them.

    Raises:
        RuleError: as :func:`load_rulebook`.
    """
    return _Loader(path).load()


def shipped_packs() -> list[str]:
    """Names of the packs this distribution carries."""
    return sorted(
        item.name.removesuffix(".yaml") for item in shipped_packs_folder().iterdir() if item.name.endswith(".yaml")
    )


def shipped_packs_folder() -> Traversable:
    """Where the shipped packs lie."""
    return resources.files("monitor.rules").joinpath("packs")


class _Loader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[Problem] = []
        self._loaded: dict[str, Loaded] = {}
        self._places: dict[str, tuple[Source, Location]] = {}
        self._files: list[File] = []
        self._libraries: dict[str, File] = {}

    def load(self) -> Reading:
        source = self._read(self._path.name if not self._path.is_absolute() else str(self._path), self._path)
        file = None if source.value is None and source.problems else validate(source, RulebookFile, source.value or {})
        packs = self._packs(source)
        if isinstance(file, RulebookFile):
            self._own_rules(source, file, packs)
            self._override(source, file)
        self._problems = source.problems + self._problems
        if self._problems or not isinstance(file, RulebookFile):
            raise RuleError(
                sorted(self._problems, key=lambda problem: (problem.path != source.path, problem.path, problem.line))
            )
        rulebook = Rulebook(
            name=file.rulebook,
            loaded=self._loaded,
            brands=tuple(entry.text for entry in file.vocabulary.get("brands", ())),
            policy=file.policy,
            waivers=file.waivers,
        )
        *packs_read, own = self._files
        known = {pack.name for pack in packs_read}
        libraries = [library for name, library in self._libraries.items() if name not in known]
        return Reading(rulebook, (*packs_read, *libraries, own))

    def _keep(self, file: File) -> None:
        """Keep a file that could be read, and report what makes no sense in it."""
        self._files.append(file)
        file.source.problems += days_that_are_none(file)

    def _read(self, name: str, path: Path | Traversable) -> Source:
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise RuleError(
                [Problem(name, 1, 1, "file", f"cannot be read: {error.strerror or error}", _how_to_begin(path))]
            ) from error
        if len(raw) > FILE_LIMIT:
            raise RuleError(
                [Problem(name, 1, 1, "file", f"{len(raw)} bytes are more than the {FILE_LIMIT} a rule file may have")]
            )
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise RuleError([Problem(name, line, 1, "encoding", "not UTF-8", "save the file as UTF-8")]) from error
        return read_source(name, text)

    def _packs(self, source: Source) -> list[Pack]:
        value = source.value if isinstance(source.value, dict) else {}
        names = value.get("extends") or []
        packs: list[Pack] = []
        done: set[str] = set()
        for index, name in enumerate(names if isinstance(names, list) else []):
            place = self._find_pack(str(name))
            if place is None:
                known = ", ".join(shipped_packs())
                source.report(
                    ("extends", index),
                    "unknown-pack",
                    f"there is no pack {name!r}",
                    f"yours is packs/{name}.yaml beside this file; shipped packs: {known}",
                )
                continue
            if name in done:
                source.report(("extends", index), "duplicate-pack", f"{name!r} stands here twice")
                continue
            done.add(str(name))
            pack = self._pack(str(name), place, source)
            if pack is not None:
                packs.append(pack)
        return packs

    def _find_pack(self, name: str) -> Path | Traversable | None:
        if not re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", name):
            return None
        beside = self._path.parent / "packs" / f"{name}.yaml"
        if beside.is_file():
            return beside
        shipped = shipped_packs_folder().joinpath(f"{name}.yaml")
        return shipped if shipped.is_file() else None

    def _pack(self, name: str, place: Path | Traversable, book: Source) -> Pack | None:
        source = self._read(
            str(place) if isinstance(place, Path) and not _is_shipped(place) else f"packs/{name}.yaml", place
        )
        pack = None if source.value is None and source.problems else validate(source, Pack, source.value or {})
        if isinstance(pack, Pack):
            if pack.pack != name:
                source.report(("pack",), "value", f"this file is pack {name!r}, not {pack.pack!r}")
            words = {**self._used(pack, source), **pack.vocabulary, **_brands(book)}
            self._check_vocabulary(source, pack.vocabulary, words)
            self._add(source, pack.rules, words, pack.unless, pack.pack)
            _check_conditions(source, ("unless",), pack.unless, words)
            self._keep(File(source, pack.pack, pack.vocabulary, words, pack.rules, pack.unless, pack.uses))
        self._problems += source.problems
        return pack if isinstance(pack, Pack) else None

    def _used(self, pack: Pack, source: Source) -> dict[str, tuple[Entry, ...]]:
        """Vocabularies of the packs that ``uses`` names."""
        words: dict[str, tuple[Entry, ...]] = {}
        for index, name in enumerate(pack.uses):
            if name in KNOWN:
                words |= known_words(name)
                continue
            place = self._find_pack(name)
            if place is None:
                source.report(
                    ("uses", index),
                    "unknown-pack",
                    f"there is no pack {name!r}",
                    f"{' and '.join(KNOWN)} are there too",
                )
                continue
            other = self._read(f"packs/{name}.yaml", place)
            value = other.value.get("vocabulary", {}) if isinstance(other.value, dict) else {}
            holder = validate(other, Pack, {"pack": name, "title": name, "vocabulary": value})
            if isinstance(holder, Pack):
                words |= holder.vocabulary
                self._libraries[name] = File(other, name, holder.vocabulary, holder.vocabulary)
        return words

    def _own_rules(self, source: Source, file: RulebookFile, packs: Sequence[Pack]) -> None:
        words: dict[str, tuple[Entry, ...]] = {}
        for pack in packs:
            for name in set(KNOWN).intersection(pack.uses):
                words |= known_words(name)
            words |= pack.vocabulary
        words |= file.vocabulary
        self._check_vocabulary(source, file.vocabulary, words)
        self._add(source, file.rules, words, (), file.rulebook)
        self._keep(File(source, file.rulebook, file.vocabulary, words, file.rules, is_pack=False))

    def _add(
        self, source: Source, rules: Sequence[Rule], words: Vocabulary, shared: tuple[Condition, ...], pack: str
    ) -> None:
        for index, rule in enumerate(rules):
            where: Location = ("rules", index)
            if rule.id in self._loaded:
                other, place = self._places[rule.id]
                line = other.places.get(place, (1, 1))[0]
                source.report((*where, "id"), "duplicate-rule", f"rule {rule.id} stands in {other.path}:{line} too")
                continue
            _check_rule(source, where, rule, words, shared)
            own = {condition.id for condition in rule.unless}
            kept = tuple(c for c in shared if rule.match is not None and c.id not in rule.without and c.id not in own)
            self._loaded[rule.id] = Loaded(
                rule, pack, source.path, words, kept, {"": f"{source.path}:{source.places.get(where, (1, 1))[0]}"}
            )
            self._places[rule.id] = (source, where)

    def _check_vocabulary(self, source: Source, own: Mapping[str, tuple[Entry, ...]], words: Vocabulary) -> None:
        for name, entries in own.items():
            if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
                source.report(
                    ("vocabulary", name), "value", f"{name!r}: a vocabulary has small letters, digits and -", key=True
                )
            for index, entry in enumerate(entries):
                where = ("vocabulary", name, index)
                try:
                    if entry.text.startswith("$"):
                        parse(entry.text, words)
                    elif "" in expand_phrase(entry.text, words):
                        source.report(where, "dead-literal", f"folding leaves nothing of {entry.text!r}")
                except PatternError as error:
                    source.report(where, error.code, str(error))

    def _override(self, source: Source, file: RulebookFile) -> None:
        for name, change in file.override.items():
            if name not in self._loaded:
                source.report(("override", name), "unknown-rule", f"there is no rule {name!r} to override", key=True)
                continue
            given = change.model_dump(exclude_none=True)
            loaded = self._loaded[name]
            line = source.places.get(("override", name), (1, 1))[0]
            origin = {**loaded.origin, **dict.fromkeys(given, f"{source.path}:{line}")}
            self._loaded[name] = Loaded(
                loaded.rule.model_copy(update=given),
                loaded.pack,
                loaded.path,
                loaded.vocabulary,
                loaded.shared_unless,
                origin,
            )
        for index, waiver in enumerate(file.waivers):
            if waiver.rule not in self._loaded:
                source.report(("waivers", index, "rule"), "unknown-rule", f"there is no rule {waiver.rule!r} to waive")


def _check_rule(source: Source, where: Location, rule: Rule, words: Vocabulary, shared: Sequence[Condition]) -> None:
    matchers = rule.match.any if rule.match else ()
    names = [matcher.id for matcher in matchers]
    base: Location = (*where, "match")
    for index, matcher in enumerate(matchers):
        here = (*base, "any", index)
        if names.count(matcher.id) > 1:
            source.report(
                (*here, "id"), "duplicate-matcher", f"two matchers are called {matcher.id!r}; give each an `id`"
            )
        _check_patterns(source, (*here, "text"), matcher.text, words)
        for place, part in enumerate(matcher.all):
            _check_patterns(source, (*here, "all", place), part, words, part=True)
        if matcher.all and not any(all(_has_phrase(text, words) for text in part) for part in matcher.all):
            source.report((*here, "all"), "pattern", "one part of `all` needs a phrase in each of its patterns")
    _check_conditions(source, (*where, "unless"), rule.unless, words, names)
    for key in ("requires", "conflict", "missing"):
        owed = getattr(rule, key)
        if owed is not None:
            _check_conditions(source, (*where, key), owed.any or owed.all, words, names)
    _check_conditions(source, (*where, "applies", "when"), rule.applies.when, words, names)
    known = {condition.id for condition in shared}
    for index, name in enumerate(rule.without):
        if name not in known:
            hint = ", ".join(sorted(filter(None, known))) or "the pack has none"
            source.report((*where, "without", index), "unknown-exception", f"the pack has no exception {name!r}", hint)


def _check_conditions(
    source: Source, where: Location, conditions: Sequence[Condition], words: Vocabulary, matchers: Sequence[str] = ()
) -> None:
    for index, condition in enumerate(conditions):
        here = (*where, index)
        for key in ("text", "has", "lacks"):
            texts = [text for text in getattr(condition, key) if not text.startswith("@")]
            _check_patterns(source, (*here, key), texts, words, part=True)
        for name in condition.context:
            if name not in contexts():
                source.report(
                    (*here, "context"),
                    "unknown-context",
                    f"there is no context {name!r}",
                    "known: " + ", ".join(contexts()),
                )
        for name in condition.matchers:
            if name not in matchers:
                source.report(
                    (*here, "matchers"),
                    "unknown-matcher",
                    f"the rule has no matcher {name!r}",
                    "it has: " + ", ".join(matchers),
                )


def _check_patterns(
    source: Source, where: Location, texts: Sequence[str], words: Vocabulary, *, part: bool = False
) -> None:
    for index, text in enumerate(texts):
        here = (*where, index) if (*where, index) in source.places else where
        try:
            steps = parse(text, words, part=part)
        except PatternError as error:
            source.report(here, error.code, f"{text!r}: {error}")
            continue
        if not part and len(steps) == 1 and isinstance(steps[0].what, Literals):
            short = [phrase for phrase in steps[0].what.phrases if len(phrase) == 1 and not phrase.isascii()]
            if short and not text.startswith("$"):
                source.report(
                    here, "short-literal", f"{text!r} alone would be found everywhere", "add what stands beside it"
                )


def _has_phrase(text: str, words: Vocabulary) -> bool:
    """Whether a pattern has more than quantities; one that cannot be read is a problem already."""
    try:
        return any(isinstance(step.what, Literals) for step in parse(text, words, part=True))
    except PatternError:
        return True


def _brands(book: Source) -> dict[str, Any]:
    """Names a deployment registered, for packs that excuse them."""
    value = book.value.get("vocabulary", {}) if isinstance(book.value, dict) else {}
    brands = value.get("brands") if isinstance(value, dict) else None
    return (
        {"brands": tuple(Entry.model_validate(item) for item in brands)} if isinstance(brands, list) and brands else {}
    )


def _is_shipped(place: Path) -> bool:
    return "packs" in place.parts and "rules" in place.parts and "monitor" in place.parts


def _how_to_begin(path: Path | Traversable) -> str:
    return (
        "`monitor init` writes a rules.yaml to begin with"
        if isinstance(path, Path) and path.name == "rules.yaml"
        else ""
    )
