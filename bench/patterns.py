"""Feeds every regular expression of the program text that is made against it, and says which are not linear.

`python bench/patterns.py [PACKAGE ...]` prints the patterns that need for 80 KB of the worst of it more than `STEEPER`
times what they need for 10 KB. For each pattern texts are made from its own repeats: what leads to a repeat,
then many of what it repeats, then a character that nothing expects."""

from __future__ import annotations

import ast
import functools
import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

__all__ = ["Pattern", "attacks", "our_patterns", "seconds"]

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("schemas", "spiders", "processing", "console")
SIZES = (10_000, 80_000)
STEEPER = 20  # times as long for eight times the text: a linear pattern needs 8 times, a quadratic one 64
SLOW = 0.3
LIMIT = 5.0
_parser: Any = re._parser  # type: ignore[attr-defined]
_GENERAL = (
    " ",
    "a",
    "0",
    "<",
    "&",
    '"',
    "a ",
    "0,",
    "a-",
    "A.",
    "\n",
    "a\n",
    "((",
    "<!-- -->",
    "&amp;",
    "word ",
    "10 ",
    "“",
    "/*",
)


@dataclass(frozen=True)
class Pattern:
    """One regular expression and where it was found first."""

    where: str
    compiled: re.Pattern[Any]


def our_patterns(packages: tuple[str, ...] = PACKAGES) -> list[Pattern]:
    """Each pattern that the modules of the packages hold, make without being asked for more, or write into a call of
    re."""
    found: dict[tuple[Any, int], Pattern] = {}
    for package in packages:
        names = [
            package,
            *(m.name for m in pkgutil.walk_packages([str(ROOT / package.replace(".", "/"))], f"{package}.")),
        ]
        for name in names:
            if name.endswith("__main__"):
                continue
            try:
                module = importlib.import_module(name)
            except ImportError:  # an extra that is not installed here
                continue
            held = [p for value in vars(module).values() for p in _inside(value, name, 0)]
            for compiled in [*held, *_literals(Path(module.__file__ or ""))]:
                found.setdefault((compiled.pattern, compiled.flags), Pattern(name, compiled))
    return list(found.values())


def _inside(value: Any, module: str, depth: int) -> Iterator[re.Pattern[Any]]:
    """Patterns in a module's value: itself, in containers, in what a cached function without arguments returns."""
    if depth > 4:
        return
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _inside(item, module, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _inside(item, module, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _inside(getattr(value, field.name, None), module, depth + 1)
    elif isinstance(value, functools._lru_cache_wrapper) and value.__module__ == module:
        code = value.__wrapped__.__code__
        if code.co_argcount == 0 and not code.co_kwonlyargcount:
            yield from _inside(value(), module, depth + 1)


def _literals(path: Path) -> Iterator[re.Pattern[Any]]:
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            flags = re.IGNORECASE if "IGNORECASE" in ast.dump(node) else 0
            try:
                yield re.compile(first.value, flags)
            except re.error:
                continue


# ---------------------------------------------------------------- texts against a pattern


def attacks(compiled: re.Pattern[Any], size: int) -> Iterator[Any]:
    """Texts of about `size` characters, made from the repeats of a pattern, and some that are hard in general."""
    text = compiled.pattern if isinstance(compiled.pattern, str) else compiled.pattern.decode("latin-1")
    tree = _parser.parse(
        text, compiled.flags & ~re.LOCALE & ~(re.UNICODE if isinstance(compiled.pattern, bytes) else 0)
    )
    seen = set[str]()
    for lead, pump in [*_repeats(tree, ""), *(("", pump) for pump in _GENERAL)]:
        for begin in (lead, ""):
            made = begin + pump * (size // max(1, len(pump))) + "\x00"
            if pump and made not in seen:
                seen.add(made)
                yield made if isinstance(compiled.pattern, str) else made.encode("latin-1", "replace")


def _repeats(tree: Any, lead: str) -> Iterator[tuple[str, str]]:
    """(what leads to a repeat, what it repeats) for each repeat; also the lead itself, repeated."""
    for op, given in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, body = given
            for pump in _samples(body):
                if int(high) > 8:
                    yield lead, pump
                    yield "", lead + pump
            yield from _repeats(body, lead)
            lead += _sample(body) * max(int(low), 1 if int(high) > 8 else 0)
        elif name == "SUBPATTERN":
            yield from _repeats(given[-1], lead)
            lead += _sample(given[-1])
        elif name == "ATOMIC_GROUP":
            yield from _repeats(given, lead)
            lead += _sample(given)
        elif name == "BRANCH":
            for branch in given[1][:60]:
                yield from _repeats(branch, lead)
            lead += _sample(given[1][0])
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _repeats(given[1], lead)
        else:
            lead += _sample([(op, given)])
    yield "", lead


def _samples(tree: Any) -> list[str]:
    """A few texts that a tree fits."""
    if len(tree) == 1 and str(tree[0][0]) == "BRANCH":
        return [_sample(branch) for branch in tree[0][1][1][:6]]
    return [_sample(tree)]


def _sample(tree: Any) -> str:
    """A text that a tree fits, more or less."""
    parts = []
    for op, given in tree:
        name = str(op)
        if name == "LITERAL":
            parts.append(chr(given))
        elif name == "NOT_LITERAL":
            parts.append("a" if given != ord("a") else "b")
        elif name == "ANY":
            parts.append("a")
        elif name == "IN":
            parts.append(_one_of(given))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            parts.append(_sample(given[2]) * max(int(given[0]), 1 if int(given[1]) > 1 else 0))
        elif name == "SUBPATTERN":
            parts.append(_sample(given[-1]))
        elif name == "ATOMIC_GROUP":
            parts.append(_sample(given))
        elif name == "BRANCH":
            parts.append(_sample(given[1][0]))
    return "".join(parts)


_CATEGORY = {
    "CATEGORY_DIGIT": "0",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_WORD": "-",
}


def _one_of(items: Any) -> str:
    if str(items[0][0]) == "NEGATE":
        taken = [_one_of([item]) for item in items[1:]]
        return next((c for c in "a0 -<" if c not in taken), "é")
    op, given = items[0]
    if str(op) == "LITERAL":
        return chr(given)
    if str(op) == "RANGE":
        return chr(given[0])
    return _CATEGORY.get(str(given), "a")


class TooSlow(Exception):
    """A pattern needed more than its time."""


def _ring(*_: Any) -> None:
    raise TooSlow


def seconds(compiled: re.Pattern[Any], size: int, limit: float = LIMIT) -> tuple[float, str]:
    """Processor seconds that a pattern needs for the worst of its texts, `limit` at most, and how that text begins.
    Only in the main thread."""
    worst, which = 0.0, ""
    old = signal.signal(signal.SIGPROF, _ring)
    try:
        for text in attacks(compiled, size):
            started = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, limit)
            try:
                for _ in compiled.finditer(text):
                    pass
                compiled.fullmatch(text)
            except TooSlow:
                return limit, repr(text[:60])
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            spent = time.process_time() - started
            if spent > worst:
                worst, which = spent, repr(text[:60])
    finally:
        signal.signal(signal.SIGPROF, old)
    return worst, which


def main() -> int:
    """Print what is slow; returns how many patterns are."""
    patterns = our_patterns(tuple(sys.argv[1:]) or PACKAGES)
    slow = 0
    for pattern in patterns:
        small, which = seconds(pattern.compiled, SIZES[0], LIMIT)
        large, which = seconds(pattern.compiled, SIZES[1], LIMIT) if small < SLOW else (LIMIT, which)
        if (large >= SLOW and large > STEEPER * small) or large >= LIMIT:
            slow += 1
            print(f"{pattern.where}: {small:.3f} s, {large:.2f} s for {which}\n    {pattern.compiled.pattern!r}"[:400])
    print(
        f"{len(patterns)} patterns, {slow} of them slow (more than {STEEPER} times as long for {SIZES[1]:,} characters "
        f"as for {SIZES[0]:,})"
    )
    return min(slow, 1)


if __name__ == "__main__":
    sys.exit(main())
