"""From a message to a verdict: signs, what does not count, temperature, combinations, the highest level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from triage.context import reason_against
from triage.doubt import is_open
from triage.language import choose, counts
from triage.normalise import Plain, normalise
from triage.result import Context, Discounted, Language, Level, Reason, Sign, Temperature, Verdict
from triage.rules import Rulebook, rulebook
from triage.signs import Find, find_signs, survey
from triage.surroundings import Surroundings
from triage.temperature import Reading, Thermometer
from triage.words import UNKNOWN, cut

FEVER_CELSIUS, FEVER_FAHRENHEIT = 38.0, 100.4  # monograph: Do's and Don'ts; exactly 100.4 counts
_ALMOST_FEVER = 99.9  # Fahrenheit: "about 100" may be a fever
_MUCH = 3  # so many times more words of one language than of the other: its reading holds
_ENOUGH = 8  # times that one sign counts in a message: keeps long messages fast
_SHORT_ANSWER = 8  # words in which "later" or "no" refuse to measure
_A_FEW = 20  # one word in so many of the other language: it is asked too
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_QUOTED = re.compile(r""""([^"\n]{1,120})"|(?<!\w)'([^'\n]{2,120}(?:'\w[^'\n]*)?)'(?!\w)""")
LANGUAGES: tuple[Language, Language] = ("en", "es")


def load(language: Language | None = None) -> None:
    """Reads the rules of one language, or of all, so that the first patient does not wait for them."""
    counts(())
    for name in LANGUAGES if language is None else (language,):
        rulebook(name)


@dataclass(frozen=True)
class _Findings:
    """What one language's rules say of a message."""

    signs: tuple[Sign, ...] = ()
    discounted: tuple[Discounted, ...] = ()
    temperature: Temperature | None = None
    left_open: frozenset[Sign] = frozenset()  # of the signs: those that may be no more than spoken of


def assess(text: str, *, language: str | None = None, context: Context = Context()) -> Verdict:  # noqa: B008
    """The care level of a message and its evidence. `language` None: found from the words."""
    plain = normalise(text)
    english, spanish = counts(_WORD.findall(plain.text))
    told: dict[Language, int] = {"en": english, "es": spanish}
    chosen: Language = "es" if language == "es" else "en" if language == "en" else choose(english, spanish)
    unsure = language is None and english == spanish == 0
    findings = {
        name: _examine(rulebook(name), plain, text, context)
        for name in LANGUAGES
        if name == chosen or unsure or told[name] * _A_FEW > told[chosen]
    }
    if unsure and findings["es"].signs and not findings["en"].signs:
        chosen = "es"
    sure = all(told[chosen] >= _MUCH * told[name] for name in findings if name != chosen)
    return _joined(findings, chosen, context, sure=sure)


def _joined(findings: dict[Language, _Findings], chosen: Language, context: Context, *, sure: bool) -> Verdict:
    """What the languages found together. What the language of the message explains away (`sure`), and numbers that
    either knows to be something else, do not come back through the other."""
    discounted = tuple(dict.fromkeys(item for finding in findings.values() for item in finding.discounted))
    explained = {
        (item.sign.start, item.sign.end)
        for name, finding in findings.items()
        for item in finding.discounted
        if item.sign.id == "temperature" or (sure and name == chosen)
    }
    signs = tuple(
        dict.fromkeys(
            sign
            for name, finding in findings.items()
            for sign in finding.signs
            if (sign.start, sign.end) not in explained or (name == chosen and not sign.id.startswith("temperature"))
        )
    )
    temperatures = [
        finding.temperature
        for finding in findings.values()
        if finding.temperature and (finding.temperature.start, finding.temperature.end) not in explained
    ]
    temperature = max(temperatures, key=lambda t: t.celsius, default=None)
    left_open = [sign for sign in signs if all(sign in f.left_open for f in findings.values() if sign in f.signs)]
    verdict = partial(_verdict, temperature=temperature, language=chosen, asked=context.asked_temperature)
    whole = verdict(signs, discounted)
    firm = [sign for sign in signs if sign not in left_open]
    if max((sign.level for sign in firm), default=Level.none) == whole.level:
        return whole
    return replace(whole, if_not_had=verdict(firm, [*discounted, *(Discounted(sign, "named") for sign in left_open)]))


def _verdict(
    signs: Sequence[Sign], discounted: Sequence[Discounted], *, temperature: Temperature | None, language: Language, asked: bool
) -> Verdict:
    """The verdict that these signs make."""
    level = max((sign.level for sign in signs), default=Level.none)
    is_open = level is Level.ask or (asked and temperature is None and level < Level.ask)
    return Verdict(level, tuple(signs), temperature, tuple(discounted), language, is_open)


def _examine(book: Rulebook, plain: Plain, text: str, context: Context) -> _Findings:
    words = cut(plain, text, book.speller)
    if all(word.word == UNKNOWN for word in words):
        return _Findings()
    scene = survey(book, words)
    around = Surroundings(book, scene, words, _quotes(plain))
    finds = _without_replaced(find_signs(book, scene, words, text))
    finds = [find for find in finds if not find.rule.after_alarm or context.last_level >= Level.urgent]
    judged = _consistent(_judged(around, finds))
    readings = Thermometer(book, scene, words, around, text).readings(asked=_expects_number(context, around))
    counted = [find for find, reason in judged if reason is None]
    signs = [_as_before(find, context) for find in counted if not find.rule.temperature]
    fevers = [find for find in counted if find.rule.temperature]
    signs += _of_temperature(readings, fevers, context, around)
    places = _open_places(around, counted, context)
    left_open = {sign for sign in signs if (sign.id, sign.start, sign.end) in places}
    together = _combined(book, signs, context)
    left_open |= set(together) - set(_combined(book, [sign for sign in signs if sign not in left_open], context))
    signs += together
    discounted = [Discounted(find.sign, reason) for find, reason in judged if reason is not None]
    discounted += [_discounted(reading, reading.reason) for reading in readings if reading.reason is not None]
    return _Findings(tuple(_in_order(signs)), tuple(discounted), _decisive(readings), frozenset(left_open))


def _open_places(around: Surroundings, counted: Sequence[Find], context: Context) -> set[tuple[str, int, int]]:
    """Id and place of the signs that are left open. When we asked for a temperature, "fever" is an answer."""
    finds = [find for find in counted if not (find.rule.temperature and context.asked_temperature)]
    return {(find.sign.id, find.sign.start, find.sign.end) for find in finds if is_open(around, find)}


def _quotes(plain: Plain) -> list[tuple[int, int]]:
    """The characters between quotation marks, of quotations short enough to be one."""
    return [plain.source_span(*match.span(match.lastindex or 0)) for match in _QUOTED.finditer(plain.text)]


def _judged(around: Surroundings, finds: Sequence[Find]) -> list[tuple[Find, Reason | None]]:
    """Each sign with what speaks against it; a sign that counted often enough is not looked for further."""
    counted: Counter[str] = Counter()
    judged: list[tuple[Find, Reason | None]] = []
    for find in finds:
        if counted[find.rule.id] < _ENOUGH:
            reason = reason_against(around, find)
            counted[find.rule.id] += reason is None
            judged.append((find, reason))
    return judged


def _consistent(judged: list[tuple[Find, Reason | None]]) -> list[tuple[Find, Reason | None]]:
    """A denied sign is denied in a shorter reading of its words too ("no me falta el aire", "falta el aire")."""
    reach: dict[tuple[str, int], tuple[int, int]] = {}  # rule and word: the longest denied reading that covers it
    for find, reason in judged:
        if reason == "denied":
            for index in range(find.first, find.last):
                place = (find.rule.id, index)
                reach[place] = max(reach.get(place, (0, 0)), (find.last, find.last - find.first))
    return [(find, reason or ("denied" if _is_part(find, reach) else None)) for find, reason in judged]


def _is_part(find: Find, reach: dict[tuple[str, int], tuple[int, int]]) -> bool:
    last, length = reach.get((find.rule.id, find.first), (0, 0))
    return find.last <= last and find.last - find.first < length


def _expects_number(context: Context, around: Surroundings) -> bool:
    """Whether we asked for a temperature, or one that was given is being corrected ("sorry, 101 not 99")."""
    if context.asked_temperature:
        return True
    given = context.signs & {"temperature", "temperature_below_fever", "unusable_temperature"}
    return bool(given) and any(around.reads(index, "correction") for index in range(len(around.words)))


def _as_before(find: Find, context: Context) -> Sign:
    """ "It is back" after an alarm is as grave as the alarm was."""
    return replace(find.sign, level=context.last_level) if find.rule.after_alarm else find.sign


def _in_order(signs: Sequence[Sign]) -> list[Sign]:
    """One sign for each id and place, gravest first."""
    return sorted(dict.fromkeys(signs), key=lambda sign: (-sign.level, sign.start, sign.end))


def _without_replaced(finds: list[Find]) -> list[Find]:
    """ "Almost passed out" is near-fainting and not also fainting."""
    takers = [find for find in finds if find.rule.replaces]
    return [
        find
        for find in finds
        if not any(
            find.rule.id in taker.rule.replaces and taker.first <= find.first and find.last <= taker.last
            for taker in takers
        )
    ]


def _discounted(reading: Reading, reason: Reason) -> Discounted:
    return Discounted(Sign("temperature", Level.none, reading.start, reading.end, reading.phrase), reason)


def _usable(readings: Sequence[Reading]) -> list[tuple[Reading, Temperature]]:
    return [(r, r.temperature) for r in readings if r.reason is None and r.temperature is not None]


def _decisive(readings: Sequence[Reading]) -> Temperature | None:
    """The highest temperature that counts."""
    return max((t for _, t in _usable(readings)), key=lambda t: t.celsius, default=None)


def _is_fever(reading: Reading, temperature: Temperature) -> bool:
    return reading.bound != "below" and (
        temperature.celsius >= FEVER_CELSIUS or temperature.fahrenheit >= FEVER_FAHRENHEIT
    )


def _is_unclear(reading: Reading, temperature: Temperature) -> bool:
    """ "Over 100", "about 100", "under 102": may or may not be a fever."""
    if reading.bound == "below":
        return temperature.fahrenheit > FEVER_FAHRENHEIT
    return reading.bound in ("above", "about") and temperature.fahrenheit >= _ALMOST_FEVER


def _of_temperature(
    readings: Sequence[Reading], fevers: Sequence[Find], context: Context, around: Surroundings
) -> list[Sign]:
    """Signs of temperature: a measured one answers "I have a fever"; an unusable one asks, the second time alarms."""
    measured = _usable(readings)
    high = [reading for reading, temperature in measured if _is_fever(reading, temperature)]
    if high:
        return [_sign("temperature", Level.urgent, reading) for reading in high] + [
            find.sign for find in fevers if find.rule.level >= Level.urgent
        ]
    grave = [find.sign for find in fevers if find.rule.level >= Level.urgent]
    unclear = [r for r, t in measured if _is_unclear(r, t)]
    unusable = [r for r in readings if r.reason is None and r.temperature is None]
    unmeasurable = not measured and around.spans("thermometer_missing")  # "Feverish. The thermometer is broken."
    level = Level.urgent if context.asked_temperature or (unmeasurable and not unusable) else Level.ask
    asking = [_sign("unusable_temperature", level, reading) for reading in (*unclear, *unusable)]
    if measured and not unclear:
        masked = any(around.reads(i, "reducer") for i in range(len(around.words))) and fevers
        before = all(reading.earlier for reading, _ in measured) and any(
            find.first > reading.number.last for find in fevers for reading, _ in measured
        )
        if not (masked or before):
            return grave + [_sign("temperature_below_fever", Level.routine, reading) for reading, _ in measured]
    if context.asked_temperature and not asking and not fevers and not measured:
        return grave + _refusal(around)
    return grave + asking + [replace(find.sign, level=max(level, find.sign.level)) for find in fevers]


def _refusal(around: Surroundings) -> list[Sign]:
    """The second time, "I don't know" and "no thermometer" count as a fever."""
    for kind in ("no_thermometer", "flat_refusal", "refusal"):
        for index, word in enumerate(around.words):
            if around.reads(index, kind) and (kind != "refusal" or len(around.words) <= _SHORT_ANSWER):
                return [Sign("temperature_not_given", Level.urgent, word.start, word.end, word.raw)]
    return []


def _sign(name: str, level: Level, reading: Reading) -> Sign:
    return Sign(name, level, reading.start, reading.end, reading.phrase)


def _combined(book: Rulebook, signs: Sequence[Sign], context: Context) -> list[Sign]:
    """What signs say together, at least one of them new; "hives" an hour ago and "throwing up" now are one reaction."""
    found: list[Sign] = []
    for combination in book.combinations:
        if combination.beyond_hours > (context.hours_since_infusion or 0.0):
            continue
        new = [sign for group in combination.all_of for sign in signs if sign.id in group]
        present = all(
            any(sign.id in group for sign in signs) or group & context.signs for group in combination.all_of
        )
        if new and present:
            first = min(new, key=lambda sign: sign.start)
            found.append(Sign(combination.id, combination.level, first.start, first.end, first.phrase))
    return found
