"""Numbers in words: "twenty-two", "half a million", "dozens", "two and a half thousand", "three lakh crore"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.digits import ONE, Number, last_digit, number_words

__all__ = ["part_behind", "read_words"]


def read_words(words: Words, i: int) -> Number | None:
    data = number_words()
    word = words.low[i]
    if word in ("a", "an", "the"):
        return _after_article(words, i)
    if word in data["vague"] or word in ("half", "quarter", "quarters"):
        return _vague(words, i) if word in data["vague"] else _half(words, i, i)
    if word in data["small"]:
        return _spelled(words, i)
    if word in data["scales"] and len(word) > 3:
        return None
    return None


def _after_article(words: Words, i: int) -> Number | None:
    """ "a hundred", "a million", "a couple", "a few", "a dozen", "a third of", "a quarter of"; "the" never starts a
    number."""
    data = number_words()
    if words.low[i] == "the" or i + 1 >= words.size:
        return None
    word = words.low[i + 1]
    if word in ("few", "couple", "handful", "dozen"):
        found = _vague(words, i + 1)
        return found and Number(found.value, i, found.last, found.kind, None, found.low, found.high)
    if word in data["scales"] and len(word) > 3:
        found = _spelled(words, i + 1, current=ONE)
        return found and Number(found.value, i, found.last, "words", found.digit, scale=found.scale)
    if word not in data["fractions"] or word.endswith(("s", "second")):
        return None
    after = words.at(i + 2)
    alone = words.at(i - 1) in near("before_part") and after in near("after_part")
    if (
        after == "of"
        or alone
        or after in near("part_compared")
        or (after in near("part_verbs") and words.at(i - 1) in near("part_starts"))
        or (after == "as" and words.at(i + 3) in near("as_compared"))
        or (word == "half" and (words.hyphen(i + 2) or after == "dozen"))
        or (word in ("half", "quarter", "third") and after in data["scales"] and len(after) > 3)
    ):
        return _half(words, i, i + 1)
    return None


def _half(words: Words, first: int, i: int) -> Number | None:
    """ "half a million", "half a dozen", "half of", "half the", "a quarter of a million", "half-million"; not
    "half-time" or "first half"."""
    data = number_words()
    part = ONE / data["fractions"][words.low[i]]
    j = i + 1
    if words.hyphen(j):
        j += 1
        if words.at(j) not in data["scales"] and words.at(j) not in ("dozen", "hour", "mile", "century"):
            return None
    elif first == i and words.low[i] != "half":
        return None
    k = j
    if words.at(k) == "of":
        k += 1
    if words.at(k) in ("a", "an", "one"):
        k += 1
    if words.at(k) in data["scales"] and len(words.at(k)) > 3:
        scale = data["scales"][words.low[k]]
        return Number(part * scale, first, k + 1, "words", last_digit(part) * scale, scale=scale)
    if words.at(k) == "dozen":
        return Number(None, first, k + 1, "vague", None, part * 12, part * 12)
    behind = words.at(i + 1)
    if words.at(first - 1) == "other" and words.at(first - 2) == "the" and behind in near("part_verbs"):
        return Number(part, first, j, "fraction", Decimal("0.1"), of=True)  # "and the other half don't come"
    if behind == "past" or words.at(first - 1) in near("before_half_of_game") or _adds_half(words, first, behind):
        return None
    return Number(part, first, j, "fraction", last_digit(part.quantize(Decimal("0.001")).normalize()), of=True)


def _adds_half(words: Words, first: int, behind: str) -> bool:
    """Whether a half belongs to the number before it: "two and a half", not "and half of those"."""
    if words.at(first - 1) != "and":
        return False
    stands_alone = behind == "of" or behind in near("part_verbs")
    return (
        not stands_alone or first < 2 or words.kind[first - 2] == "d" or words.low[first - 2] in number_words()["small"]
    )


def _counts(word: str, before: str, after: str) -> bool:
    """Whether a vague word is a number: "tens of", not "tens"; "a few", not "few"; "a couple of days", not "the
    couple"."""
    if word in ("scores", "tens"):
        return after in ("of", "or", "and", "if")
    if word == "few":
        return before in near("before_few")
    if word == "handful":
        return before in near("before_handful")
    if word in ("couple", "dozen") and before in near("before_pair"):
        return False
    return word != "couple" or after in near("after_couple")


def _vague(words: Words, i: int) -> Number | None:
    """ "dozens", "several hundred", "tens of thousands", "tens or even hundreds of billions", "a few dozen", "scores
    of"."""
    data = number_words()
    word = words.low[i]
    low, high = data["vague"][word]
    j = i + 1
    if not _counts(word, words.at(i - 1), words.at(j)):
        return None
    # "hundreds, if not thousands, of", "tens or even hundreds of"
    k = j
    while words.at(k) in near("between_vague"):
        k += 1
    if k > j and words.at(k) in data["vague"] and words.at(k).endswith("s") and words.at(k) != "several":
        high = data["vague"][words.low[k]][1]
        j = k + 1
        if words.at(j) == ",":
            j += 1
    return _vague_scale(words, i, j, low, high, word)


def _vague_scale(words: Words, i: int, j: int, low: Decimal, high: Decimal, word: str) -> Number:
    data = number_words()
    plural = word.endswith("s") and word != "several"
    for _ in range(3):
        k = j + 1 if words.at(j) == "of" else j
        if words.at(k) == "a" and words.at(k + 1) in data["scales"]:
            k += 1
        name = words.at(k)
        scale = data["scales"].get(name) if len(name) > 3 else None
        if scale is None and name.endswith("s") and len(name) > 5:
            scale = data["scales"].get(name[:-1])
        if scale is None and name in ("dozen", "dozens"):
            scale = Decimal(12)
        if scale is None:
            break
        low, high = low * scale, (high + 1) * scale - 1 if plural else high * scale
        j = k + 1
    return Number(None, i, j, "vague", None, low, high)


@dataclass(slots=True)
class _Sum:
    """A number in words as far as it is read: what is closed by a scale (`total`), what still grows (`current`, None
    behind a scale), the last scale, and the index of the first word that is not read."""

    total: Decimal
    current: Decimal | None
    scale: Decimal
    stop: int
    ready: bool

    @property
    def value(self) -> Decimal:
        return self.total + (self.current or 0)


def _spelled(words: Words, i: int, current: Decimal | None = None) -> Number | None:
    """ "twenty-two", "one hundred and five thousand", "two and a half thousand", "three quarters", "two thirds", "four
    dozen"."""
    read = _Sum(Decimal(0), current, ONE, i, current is not None)
    while read.stop < words.size:
        at = _next_word(words, read)
        if at is None or not _takes(words, at, read):
            break
        read.ready, read.stop = True, at + 1
    return _with_part(words, i, read) if read.ready else None


def _next_word(words: Words, read: _Sum) -> int | None:
    """The index of the word that goes on with the number, behind a hyphen ("twenty-two") or "and" ("hundred and
    five"); None where neither goes on with it."""
    data, j, current = number_words(), read.stop, read.current
    if not read.ready:
        return j
    word, after = words.low[j], words.at(j + 1)
    if word in ("-", "–", "‑") and (words.hyphen(j) or (words.at(j - 1) in data["tens"] and after in data["ones"])):
        digit = (
            after in data["ones"]
            and current is not None
            and current % 10 == 0
            and current % 100 > 0
            and data["ones"][after] < 10
        )
        return j + 1 if digit or after in data["scales"] else None
    hundreds = read.current is None or (read.current % 100 == 0 and read.current)
    if word == "and" and j + 1 < words.size and hundreds and (read.scale != ONE or (current or 0) >= 100):
        return j + 1 if after in data["small"] else None
    return j


def _takes(words: Words, k: int, read: _Sum) -> bool:
    """Take word `k` into the number; False where it does not go on with it."""
    data, word, current = number_words(), words.low[k], read.current
    scales = data["scales"]
    if word in data["small"]:
        return _takes_small(data["small"][word], read)
    if word == "hundred" and current is not None and current < 100:
        read.current = current * 100
        return True
    if word in scales and word != "hundred" and current is not None and (len(word) > 3 or word in ("bn", "mn", "tn")):
        if read.scale != ONE and scales[word] >= read.scale:
            return False
        read.scale = scales[word]
        read.total, read.current = read.total + current * read.scale, None
        return True
    if word in near("scales_on_scales") and k == read.stop and words.at(k - 1) in scales and read.total:
        read.total, read.scale = read.total * scales[word], read.scale * scales[word]  # "three lakh crore"
        return True
    return False


def _takes_small(value: Decimal, read: _Sum) -> bool:
    """Take a number below a hundred: as the first, behind a scale, on hundreds, or a digit on tens."""
    current = read.current
    if current is None:
        if read.scale != ONE and value >= read.scale:
            return False
        read.current = value
        return True
    on_hundreds = current % 100 == 0 and current and value < 100
    on_tens = value < 10 and current % 10 == 0 and current % 100 > 10 and value
    if on_hundreds or on_tens:
        read.current = current + value
        return True
    return False


def _with_part(words: Words, i: int, read: _Sum) -> Number:
    """The number with what stands behind it: decimals, a part ("and a half"), a fraction, "dozen"."""
    value, j = read.value, read.stop
    decimals = _decimals_behind(words, j) if value < 1000 else None
    part = part_behind(words, j)
    if decimals is None and part is not None and read.scale != ONE and read.current is None:
        digit = Decimal("0.1") * read.scale
        return Number(value + part[0] * read.scale, i, part[1], "words", digit, scale=read.scale)
    behind = decimals or part
    if behind is not None:
        digit = last_digit(behind[0]) if decimals is not None else Decimal("0.1")
        return _scaled(words, i, behind[1], value + behind[0], digit)
    fraction = _counted_fraction(words, i, j, value)
    if fraction:
        return fraction
    k = j + 1 if words.hyphen(j) else j
    if words.at(k) == "dozen":
        return Number(None, i, k + 1, "vague", None, value * 12, value * 12)
    return Number(value, i, j, "words", last_digit(value), scale=read.scale)


def _scaled(words: Words, i: int, j: int, value: Decimal, digit: Decimal) -> Number:
    """A number with decimals or a part, and the scale behind it: "two and a half thousand"."""
    k = j + 1 if words.hyphen(j) else j
    scale = number_words()["scales"].get(words.at(k))
    if scale and len(words.at(k)) > 3:
        return Number(value * scale, i, k + 1, "words", digit * scale, scale=scale)
    return Number(value, i, j, "words", digit)


def part_behind(words: Words, j: int) -> tuple[Decimal, int] | None:
    """The part that goes on a whole from word `j` on and the index after it: "and a half", "-and-a-half", "and three
    quarters"; None where none stands there."""
    k = j + 1 if words.hyphen(j) else j
    if words.at(k) != "and":
        return None
    k = k + 2 if words.hyphen(k + 1) else k + 1
    count = {"a": 1, "one": 1, "two": 2, "three": 3}.get(words.at(k))
    k = k + 2 if words.hyphen(k + 1) else k + 1
    of = {"half": 2, "quarter": 4, "third": 3, "quarters": 4, "thirds": 3}.get(words.at(k))
    if count is None or of is None or count >= of or (count == 1 and words.at(k).endswith("s")):
        return None
    return None if words.at(k + 1) in ("of", "the") else (Decimal(count) / of, k + 1)


def _decimals_behind(words: Words, j: int) -> tuple[Decimal, int] | None:
    """ "one point two million", "ninety-eight point six": digits in words behind "point"."""
    ones, k, written = number_words()["ones"], j + 1, ""
    if words.at(j) != "point":
        return None
    while words.at(k) in ones and ones[words.low[k]] < 10:
        written, k = written + str(ones[words.low[k]]), k + 1
    return (Decimal(f"0.{written}"), k) if written else None


def _counted_fraction(words: Words, i: int, j: int, value: Decimal) -> Number | None:
    """ "two-thirds", "three quarters of a million", "one third of"."""
    data = number_words()
    k = j + 1 if words.hyphen(j) else j
    part = data["fractions"].get(words.at(k))
    if part is None or value >= part or value != value.to_integral_value():
        return None
    name = words.at(k)
    if (not name.endswith("s") and not (words.hyphen(j) or words.at(k + 1) == "of")) or name in ("half",):
        return None
    if (
        name == "quarters"
        and words.at(k + 1) not in ("of", "majority")
        and words.at(j) == "quarters"
        and not words.hyphen(j)
        and words.at(i - 1) in near("before_quarters")
    ):
        return None
    if name == "halves":
        return None
    share = value / part
    m = k + 1
    if words.at(m) == "of" and words.at(m + 1) == "a" and words.at(m + 2) in data["scales"]:
        scale = data["scales"][words.low[m + 2]]
        return Number(share * scale, i, m + 3, "words", Decimal("0.01") * scale, scale=scale)
    return Number(share, i, m, "fraction", Decimal("0.01"), of=True)
