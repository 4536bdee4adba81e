"""The engine against what its users could pick instead, and against its own goals; every row a ratio of one run.

python bench/engine.py                     # listings made from a seed
python bench/engine.py --texts FILE…       # one text a line, your own
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from listings import make_listing

from monitor.documents import Document, Envelope, Listing, Segment, Transcript, decode_document
from monitor.nlp.fold import Texts
from monitor.nlp.layout import lay_out
from monitor.nlp.trie import Trie
from monitor.rules import load_rulebook
from monitor.rules.cache import compiled_rulebook
from monitor.rules.compiled import Compiled, compile_rulebook
from monitor.rules.rulebook import Rulebook
from monitor.scanner import BATCH, Scanner

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 20)
SEED = 2026
SIZES = (100, 1_000, 10_000)
SLOW = 200
"""Texts a loop of regular expressions is tried on: more would take minutes."""

Search = Callable[[Sequence[str]], int]
"""Searches texts; how many hits there were."""


def main() -> None:
    """Every table, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", nargs="+", type=Path, help="files with one text a line, in place of made ones")
    parser.add_argument("--count", type=int, default=4000, help="texts, at most (default: 4000)")
    options = parser.parse_args()
    documents = list(_documents(options.texts or [], options.count))
    texts = [text for document in documents for text in (document.description,) if text]
    print(f"{len(documents)} listings, {sum(map(len, texts)) / len(texts):.0f} characters each\n")
    compiled, cold = _timed(lambda: compile_rulebook(load_rulebook(ROOT / "rules.yaml")))
    scanner = Scanner(compiled)
    _end_to_end(scanner, documents, texts)
    _stages(scanner, documents)
    _transcripts(scanner, texts)
    _cost_of_flags(scanner)
    _phrases(texts, [one for one in compiled.literals if len(one) > 1])
    _growth(compiled.rulebook, documents)
    _load(cold)
    _memory(compiled)


def _end_to_end(scanner: Scanner, documents: Sequence[Listing], texts: Sequence[str]) -> None:
    """Listings against a PhraseMatcher that only looks for the same literals, and has the texts only."""
    seconds = _best(lambda: sum(len(result.flags) for result in scanner.scan_envelopes(_enveloped(documents), DAY)))
    peer = _phrase_matcher(scanner.compiled.literals)
    peers = _best(lambda: peer(texts), 1)
    print("end to end, shipped rulebook, one process\n")
    print("| what | listings/s | ratio |\n|---|---|---|")
    print(
        f"| spaCy PhraseMatcher, the same {len(scanner.compiled.literals):,} literals, nothing judged | {len(texts) / peers:,.0f} | 1.0 |"
    )
    print(f"| the engine | {len(documents) / seconds:,.0f} | {peers / seconds * len(documents) / len(texts):.1f} |\n")


def _stages(scanner: Scanner, documents: Sequence[Listing]) -> None:
    """Where the time goes: screening all, and judging those in which something may be found."""
    batches = [documents[start : start + BATCH] for start in range(0, len(documents), BATCH)]
    looked = [scanner.screen([lay_out(document) for document in batch]) for batch in batches]
    places = [(screen, number) for screen, batch in zip(looked, batches, strict=True) for number in range(len(batch))]
    wanted = [(screen, number, scanner.wanted(screen, number, DAY)) for screen, number in places]
    judged = [one for one in wanted if one[2]]

    def judge() -> int:
        return sum(
            1
            for screen, number, rules in judged
            for _ in scanner.judged(scanner.search(screen, number), rules, DAY, None)
        )

    matches, each = judge(), 1e6 / len(documents)
    layouts = [[lay_out(document) for document in batch] for batch in batches]
    screening = _best(lambda: sum(bool(scanner.screen(batch).wanted(0)) for batch in layouts)) * each
    judging = _best(judge) * each
    print("| stage | µs a listing | share |\n|---|---|---|")
    print(f"| screening | {screening:,.0f} | {screening / (screening + judging):.0%} |")
    print(f"| judging | {judging:,.0f} | {judging / (screening + judging):.0%} |\n")
    print(f"{len(judged) / len(documents):.0%} of the listings have something to judge; ", end="")
    print(f"{matches} matches, {judging * len(documents) / max(1, matches):,.0f} µs each\n")


def _transcripts(scanner: Scanner, texts: Sequence[str]) -> None:
    stream = Transcript("T", tuple(Segment(text, float(index)) for index, text in enumerate(texts)))
    seconds = _best(lambda: len(scanner.scan(stream, DAY).flags), 1)
    print(f"a transcript of {len(texts):,} segments: {sum(map(len, texts)) / seconds:,.0f} characters/s\n")


def _cost_of_flags(scanner: Scanner) -> None:
    """The same lines with and without claims, in batches."""
    plain = [Listing(str(number), description="当季新米，真空包装。" * 8) for number in range(1000)]
    flagged = [
        Listing(str(number), description="当季新米，真空包装。" * 7 + "全网最好吃，降血糖。") for number in range(1000)
    ]
    counts, seconds = [], []
    for documents in (plain, flagged):
        run = partial(_flags, scanner, documents)
        counts.append(run())
        seconds.append(_best(run))
    each = (seconds[1] - seconds[0]) / (counts[1] - counts[0])
    print(f"marginal cost of a flag: {each * 1e6:,.0f} µs, {each / seconds[0] * 1000:.1f} listings without one\n")


def _flags(scanner: Scanner, documents: Sequence[Document]) -> int:
    return sum(len(result.flags) for result in scanner.scan_envelopes(_enveloped(documents), DAY))


def _phrases(texts: Sequence[str], literals: Sequence[str]) -> None:
    """Phrases found in texts, nothing else; µs a text, and how many times the trie's that is."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    print("phrases in texts, µs a text (times the trie)\n")
    print("| phrases | " + " | ".join(_PEERS) + " |\n|---|" + "---|" * len(_PEERS))
    for size in (*SIZES, len(literals)):
        phrases = chance.sample(list(literals), size)
        cells, first = [], 0.0
        for name, make in _PEERS.items():
            sample = texts[:SLOW] if name == "re, one by one" else texts
            try:
                search = make(phrases)
            except ImportError:
                cells.append("not installed")
                continue
            each = _best(partial(search, sample), 1 if sample is not texts else 3) / len(sample)
            first = first or each
            cells.append(f"{each * 1e6:,.1f} ({each / first:,.1f})")
        print(f"| {size:,} | " + " | ".join(cells) + " |")
    print()


def _growth(rulebook: Rulebook, documents: Sequence[Listing]) -> None:
    """The whole engine with one rule of so many phrases that are in no text: what more phrases cost."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    han = [chr(code) for code in range(0x4E00, 0x6E00)]
    loaded = next(iter(rulebook.loaded.values()))
    first = 0.0
    print(
        "growth, the whole engine with one rule of so many phrases\n\n| phrases | µs a listing | against 100 |\n|---|---|---|"
    )
    for size in SIZES:
        phrases = {"".join(chance.choices(han, k=4)) for _ in range(size)}
        scanner = Scanner(_alone(loaded, phrases))
        seconds = _best(partial(_flags, scanner, documents)) / len(documents)
        first = first or seconds
        print(f"| {size:,} | {seconds * 1e6:,.1f} | {seconds / first:.2f} |")
    print()


def _alone(loaded: Any, phrases: set[str]) -> Rulebook:
    from dataclasses import replace

    from monitor.rules.schema import Entry, Match, Matcher

    rule = loaded.rule.model_copy(
        update={"match": Match(any=(Matcher(text=("$many",)),)), "unless": (), "requires": None}
    )
    words = {"many": tuple(Entry(text=phrase) for phrase in sorted(phrases))}
    return Rulebook("bench", {rule.id: replace(loaded, rule=rule, vocabulary=words, shared_unless=())})


def _load(cold: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        compiled_rulebook(ROOT / "rules.yaml", Path(folder))
        cached = min(_timed(lambda: compiled_rulebook(ROOT / "rules.yaml", Path(folder)))[1] for _ in range(5))
    print(
        f"rulebook: loaded and compiled in {cold:.2f} s, from the cache in {cached * 1000:.0f} ms: {cold / cached:.0f} times\n"
    )


def _memory(compiled: Compiled) -> None:
    sizes = {"written": compiled.written.size, "heard": compiled.heard.size, "signs": compiled.signs.size}
    print("tries of the shipped rulebook: " + ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items()))


def _trie(phrases: Sequence[str]) -> Search:
    trie = Trie(phrases)

    def search(texts: Sequence[str]) -> int:
        batches = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        return sum(len(trie.find(Texts(batch).bare).phrases) for batch in batches)

    return search


def _ahocorasick_rs(phrases: Sequence[str]) -> Search:
    import ahocorasick_rs

    automaton = ahocorasick_rs.AhoCorasick(list(phrases), store_patterns=False)
    return lambda texts: sum(len(automaton.find_matches_as_indexes(text, overlapping=True)) for text in texts)


def _arrays_of_hits(phrases: Sequence[str]) -> Search:
    """The same, and its hits made an array, as joins need them."""
    import ahocorasick_rs
    import numpy as np

    automaton = ahocorasick_rs.AhoCorasick(list(phrases), store_patterns=False)
    return lambda texts: sum(
        len(np.array(automaton.find_matches_as_indexes(text, overlapping=True), dtype=np.int64)) for text in texts
    )


def _pyahocorasick(phrases: Sequence[str]) -> Search:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for index, phrase in enumerate(phrases):
        automaton.add_word(phrase, index)
    automaton.make_automaton()
    return lambda texts: sum(1 for text in texts for _ in automaton.iter(text))


def _hyperscan(phrases: Sequence[str]) -> Search:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[phrase.encode() for phrase in phrases],
        ids=list(range(len(phrases))),
        literal=True,
        flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * len(phrases),
    )

    def search(texts: Sequence[str]) -> int:
        hits: list[int] = []
        for text in texts:
            database.scan(text.encode(), match_event_handler=lambda number, *_: hits.append(number))
        return len(hits)

    return search


def _phrase_matcher(phrases: Sequence[str]) -> Search:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("zh")
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("phrase", list(nlp.tokenizer.pipe(phrases)))
    return lambda texts: sum(len(matcher(doc)) for doc in nlp.pipe(texts))


def _expressions(phrases: Sequence[str]) -> Search:
    patterns = [re.compile(re.escape(phrase)) for phrase in phrases]
    return lambda texts: sum(1 for text in texts for pattern in patterns if pattern.search(text))


_PEERS: dict[str, Callable[[Sequence[str]], Search]] = {
    "trie, folding included, hits as arrays": _trie,
    "ahocorasick_rs": _ahocorasick_rs,
    "ahocorasick_rs, hits as an array": _arrays_of_hits,
    "hyperscan": _hyperscan,
    "pyahocorasick": _pyahocorasick,
    "spaCy PhraseMatcher": _phrase_matcher,
    "re, one by one": _expressions,
}


def _documents(files: Sequence[Path], count: int) -> Iterator[Listing]:
    if files:
        lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
        for number, line in zip(range(count), lines, strict=False):
            yield Listing(str(number), description=line)
        return
    import msgspec

    chance = random.Random(SEED)  # noqa: S311 (no secret)
    for number in range(count):
        document = decode_document(msgspec.json.encode(make_listing(number, chance)))
        assert isinstance(document, Listing)  # noqa: S101 (what make_listing makes)
        yield document


def _enveloped(documents: Sequence[Document]) -> Iterator[Envelope]:
    return (Envelope(document=document) for document in documents)


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    begun = perf_counter()
    made = run()
    return made, perf_counter() - begun


def _best(run: Callable[[], int], times: int = 3) -> float:
    """Processor seconds of the quickest of some runs, after one that warms up."""
    run()
    best = float("inf")
    for _ in range(times):
        begun = process_time()
        run()
        best = min(best, process_time() - begun)
    return best


if __name__ == "__main__":
    main()
