"""The second reader's part in a run: which pairs of passages are asked about, what is remembered, and which findings
turn silent.

Only alerts that are about to be raised are asked about; one that was raised stays. An answer is remembered by the pair
of claims, their numbers, the model and our instructions, so that no pair is asked about twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from processing.compare import silenced
from processing.intervals import stated
from processing.pipeline.work import Counts, Work
from processing.second_reader import INSTRUCTIONS, Passage, Question, Reader, Unanswered, Verdict
from processing.store import Batch, Store
from schemas.records import Alert, Article, Claim, Denial, Figure, Finding, digest_id, dump_json, load_json

__all__ = ["SecondReading", "answers_about", "would_be"]

_SPACE = "second-reader"  # the key space of what it answered
_CLAIM, _ANSWER = "claim:", "answer:"
_PAIRS = 3  # different pairs of sentences that one alert is asked about at most
_SENTENCE, _PARAGRAPH, _LINE = 1000, 1500, 400  # characters of each that are sent

Side = Claim | Denial


def would_be(changed: Sequence[Alert], known: Mapping[str, Alert]) -> list[Alert]:
    """The alerts among those that change which are raised anew, or come back from being closed."""
    return [a for a in changed if a.state == "open" and (a.id not in known or known[a.id].state == "closed")]


def answers_about(store: Store, claims: Sequence[str]) -> list[tuple[str, str]]:
    """The keys of what was answered on claims or denials, to be dropped with them. Raises: StoreError."""
    found = store.lookup(_SPACE, [_CLAIM + id for id in claims])
    return [(_SPACE, id) for id in sorted(set(found))]


@dataclass(slots=True)
class SecondReading:
    """What is asked in one run. `reader`: None where nobody is asked; not `asking`: only what is remembered counts."""

    work: Work
    reader: Reader | None
    asking: bool = True
    remembered: int = 0
    silenced: int = 0  # alerts that were not raised
    _known: dict[str, Verdict] = field(default_factory=dict)

    @classmethod
    def of(cls, work: Work, *, asking: bool = True) -> SecondReading:
        """As the settings have it."""
        settings = work.settings.second_reader
        return cls(work, Reader(settings) if settings else None, asking)

    def silence(
        self,
        alerts: Sequence[Alert],
        findings: Sequence[Finding],
        sides: Mapping[str, Side],
        figures: Mapping[str, Figure],
    ) -> list[Finding]:
        """The findings that raise no alert after all, with the reason: `alerts` are those about to be raised, and are
        asked about; of the other findings those that were objected to before. Raises: StoreError."""
        if self.reader is None or not findings:
            return []
        by_id = {f.id: f for f in findings}
        evidence = {a.id: _pairs_of(a, by_id, sides) for a in alerts}
        self._recall(findings, sides)
        articles = _articles(
            self.work.store, [pair[0] for pairs in evidence.values() for pair in pairs[:_PAIRS]], sides
        )
        about = {id for a in alerts for id in a.findings}
        quiet = [q for f in findings if f.id not in about and (q := self._objected(f, sides)) is not None]
        for alert in sorted(alerts, key=lambda a: a.severity != "high"):  # while there are questions left
            now = self._of_alert(alert, evidence[alert.id], by_id, sides, figures, articles)
            self.silenced += len(now) == len(alert.findings)
            quiet += now
        return quiet

    def tell(self, counts: Counts) -> None:
        """Add to a step's counts what was asked and what came of it."""
        reader = self.reader
        if reader is None:
            return
        failed, left = reader.unanswered.total(), reader.unasked.total()
        counts.more |= {
            "asked": reader.asked,
            "answered": reader.answered,
            "unanswered": failed,
            "unasked": left,
            "remembered": self.remembered,
            "silenced": self.silenced,
        }
        if failed:
            why = ", ".join(f"{why}: {n}" for why, n in reader.unanswered.most_common())
            counts.problems.append(f"second reader: {failed} of {reader.asked} questions without an answer ({why})")
        if left:
            why = ", ".join(f"{why}: {n}" for why, n in reader.unasked.most_common())
            counts.problems.append(f"second reader: {left} questions not asked ({why})")

    # ------------------------------------------------------------ one alert

    def _of_alert(
        self,
        alert: Alert,
        pairs: Sequence[Sequence[Finding]],
        by_id: Mapping[str, Finding],
        sides: Mapping[str, Side],
        figures: Mapping[str, Figure],
        articles: Mapping[str, Article],
    ) -> list[Finding]:
        """The findings of an alert that turn silent: those of the pairs that it objects to, one after another until one
        stands; all of them where each pair that may be asked about is objected to."""
        quiet: list[Finding] = []
        first: str | None = None
        for pair in pairs[:_PAIRS]:
            objection = self._objection(pair, sides, figures, articles)
            if objection is None:
                return quiet
            first = first or objection
            quiet += [silenced(f, objection) for f in pair]
        done = {f.id for f in quiet}
        rest = [by_id[id] for id in alert.findings if id in by_id and id not in done]
        return quiet + [silenced(f, first) for f in rest] if first else []

    def _objection(
        self,
        pair: Sequence[Finding],
        sides: Mapping[str, Side],
        figures: Mapping[str, Figure],
        articles: Mapping[str, Article],
    ) -> str | None:
        """Why the findings of a pair of sentences are to raise no alert; None where nothing says so."""
        if not _of_two(pair[0], sides):
            return None  # the desk's own figure: nobody else is to judge it
        verdict = next((v for f in pair if (v := self._known.get(self._owner(f, sides))) is not None), None)
        if verdict is not None:
            self.remembered += 1
            return verdict.objection
        if not self.asking:
            return None
        assert self.reader is not None
        answer = self.reader.ask(_question(pair[0], sides, figures, articles))
        if isinstance(answer, Unanswered):
            return None
        self._keep(answer, pair, sides)
        return answer.objection

    def _objected(self, finding: Finding, sides: Mapping[str, Side]) -> Finding | None:
        """A finding that was objected to before, silent; None for another."""
        verdict = self._known.get(self._owner(finding, sides)) if _of_two(finding, sides) else None
        return silenced(finding, verdict.objection) if verdict is not None and verdict.objection else None

    # ------------------------------------------------------------ what is remembered

    def _owner(self, finding: Finding, sides: Mapping[str, Side]) -> str:
        assert self.reader is not None
        numbers = (_number(sides[id]) for id in (finding.earlier, finding.later))
        model = self.reader.settings.model
        return digest_id("second reader", model, INSTRUCTIONS, finding.earlier, finding.later, *numbers)

    def _keep(self, answer: Verdict, pair: Sequence[Finding], sides: Mapping[str, Side]) -> None:
        """At once: what an answer cost is not lost where something fails later."""
        batch = Batch()
        for finding in pair:
            owner = self._owner(finding, sides)
            keys = [_CLAIM + finding.earlier, _CLAIM + finding.later, _ANSWER + dump_json(answer).decode()]
            batch.keys.append((_SPACE, owner, keys))
            self._known[owner] = answer
        self.work.store.apply(batch)

    def _recall(self, findings: Sequence[Finding], sides: Mapping[str, Side]) -> None:
        owners = [self._owner(f, sides) for f in findings if _of_two(f, sides)]
        for owner, keys in self.work.store.keys_of(_SPACE, sorted(set(owners))).items():
            told = next((key.removeprefix(_ANSWER) for key in keys if key.startswith(_ANSWER)), None)
            if told is not None:
                self._known[owner] = load_json(Verdict, told)


def _of_two(finding: Finding, sides: Mapping[str, Side]) -> bool:
    """Whether both sides of a finding are passages."""
    return finding.earlier in sides and finding.later in sides


def _number(side: Side) -> str:
    """A claim's number as it is now, which people may have corrected."""
    return "-".join(f"{x:f}" for x in stated(side)) or f"{side.low}..{side.high}" if isinstance(side, Claim) else ""


def _pairs_of(alert: Alert, by_id: Mapping[str, Finding], sides: Mapping[str, Side]) -> list[list[Finding]]:
    """An alert's findings, those together that set the same two sentences against each other; the pair that speaks for
    it first."""
    found: dict[Any, list[Finding]] = {}
    evidence = [by_id[id] for id in alert.findings if id in by_id]
    lead = (alert.earlier, alert.later)
    for finding in sorted(evidence, key=lambda f: ((f.earlier, f.later) != lead, f.severity != "high")):
        said = tuple(
            " ".join(sides[id].sentence.split()) if id in sides else id for id in (finding.earlier, finding.later)
        )
        found.setdefault(said, []).append(finding)
    return list(found.values())


# ---------------------------------------------------------------- what is sent


def _articles(store: Store, findings: Sequence[Finding], sides: Mapping[str, Side]) -> dict[str, Article]:
    ids = {sides[id].article_id for f in findings for id in (f.earlier, f.later) if id in sides}
    return store.get_many(Article, sorted(ids)) if ids else {}


def _question(
    finding: Finding, sides: Mapping[str, Side], figures: Mapping[str, Figure], articles: Mapping[str, Article]
) -> Question:
    titles = [figures[id].title for id in (finding.figure, finding.other_figure or "") if id in figures]
    earlier, later = (
        _passage(sides[id], articles.get(sides[id].article_id)) for id in (finding.earlier, finding.later)
    )
    counted = _cut(" / ".join(dict.fromkeys(titles)) or "not known", _LINE)
    return Question(counted, finding.finding, _cut(finding.text, 2 * _LINE), earlier, later)


def _passage(side: Side, article: Article | None) -> Passage:
    day = side.published.date().isoformat() if side.published else ""
    if article is not None and article.published_day is not None:
        day = article.published_day.isoformat()
    sentence = _cut(side.sentence, _SENTENCE)
    return Passage(
        _cut(side.outlet_name, _LINE),
        day,
        _cut((article.title if article else None) or "", _LINE),
        sentence,
        _paragraph(article.text, side) if article else sentence,
    )


def _paragraph(text: str, side: Side) -> str:
    """The paragraph in which a sentence stands; of a headline the first. Of a long one the part around the number."""
    start, end = (side.start, side.end) if side.field == "text" else (0, 0)
    begin = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    close = text.find("\n\n", end)
    close = len(text) if close < 0 else close
    if close - begin > _PARAGRAPH:
        first = max(begin, min(start - _PARAGRAPH // 2, close - _PARAGRAPH))
        cut = text[first : first + _PARAGRAPH]
        return f"{'… ' if first > begin else ''}{' '.join(cut.split())}{' …' if first + _PARAGRAPH < close else ''}"
    return " ".join(text[begin:close].split())


def _cut(text: str, most: int) -> str:
    told = " ".join(text.split())
    return told if len(told) <= most else told[: most - 1] + "…"
