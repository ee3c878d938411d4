"""The alarms in the browser against triage itself: whatever alarms there alarms here, at no lower level.

The other way round it may speak when triage would not: how often is printed, and bounded where people ask ordinary things.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Browser

from channels.web.red_flags import red_flags
from channels.web.stems import is_near, stem
from intake.screening import only_suicide
from tests.service.processes import ROOT, Stack
from tests.triage.case_files import HAS_IT, LANGUAGES, all_messages, sign_cases
from tests.widget.chat import Chat
from triage import Level, assess
from triage.rules import rulebook

ORDER = ("none", "ask", "urgent", "emergency")
RUN = """async (texts) => {
  const { Screen } = await import("/widget/triage.js");
  const tables = await Promise.all(["en", "es"].map((one) => fetch(`/widget/away-${one}.json`).then((answer) => answer.json())));
  const screens = tables.map(({ flags }) => new Screen(flags));
  const begun = performance.now();
  const found = texts.map((text) => screens.map((screen) => screen.assess(text)));
  return { found, each: (performance.now() - begun) / texts.length };
}"""
ORDINARY = 3_000
MOST_ORDINARY = 0.1  # share of ordinary questions (phrasings of data/) that may be taken for an alarm


class Screen:
    """The widget's own check, run in the browser."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._chat = Chat(browser, stack.service.address)
        self.page = self._chat.page

    def levels(self, texts: Sequence[str]) -> list[str]:
        """The graver level of both languages, as the widget takes it."""
        self.run: dict[str, Any] = self.page.evaluate(RUN, list(texts))
        return [max((one["level"] for one in pair), key=ORDER.index) for pair in self.run["found"]]

    def missed(self, texts: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, str, str]]:
        found = self.levels(texts)
        return [(text, want, got) for text, want, got in zip(texts, wanted, found) if ORDER.index(got) < ORDER.index(want)]


@pytest.fixture(scope="module")
def screen(browser: Browser, stack: Stack) -> Screen:
    return Screen(browser, stack)


def alarm(level: Level) -> str:
    return level.word if level >= Level.ask else "none"


def test_every_alarm_of_the_case_files_alarms_in_the_browser_too(screen: Screen) -> None:
    cases = [case.text for case in all_messages() if case.level in ORDER[1:]]
    cases += [case.text for case in sign_cases() if case.kind in HAS_IT]
    assert len(cases) > 500
    assert screen.missed(cases, [alarm(assess(text).level) for text in cases]) == []


@pytest.mark.parametrize("wrap", ["{} thank you", "hello, {}", "{}!!!", "  {}  \n"])
def test_what_stands_around_an_alarm_hides_none(screen: Screen, wrap: str) -> None:
    cases = [wrap.format(case.text) for case in sign_cases() if case.kind in HAS_IT]
    assert screen.missed(cases, [alarm(assess(text).level) for text in cases]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_the_rules_alarms(screen: Screen, language: str) -> None:
    phrases = {phrase for rule in rulebook(language).rules if rule.level >= Level.ask for phrase in rule.phrases if "#" not in phrase}  # type: ignore[arg-type]
    wanted = {phrase: alarm(assess(phrase).level) for phrase in sorted(phrases)}
    assert sum(level != "none" for level in wanted.values()) > 0.9 * len(wanted)
    assert screen.missed(list(wanted), list(wanted.values())) == []


def test_crisis_line_comes_first_for_suicide_alone(screen: Screen) -> None:
    verdicts = {case.text: assess(case.text) for case in (*all_messages(), *sign_cases())}
    grave = [text for text, verdict in verdicts.items() if verdict.level is Level.emergency]
    screen.levels(grave)
    named = {text: any(one["suicide"] for one in pair) for text, pair in zip(grave, screen.run["found"])}
    alone = [text for text in grave if only_suicide(verdicts[text])]
    # a wish not to wake up may sound like somebody who cannot be woken: the crisis line is right for it, and rare
    assert sum(named[text] and text not in alone for text in grave) <= 0.02 * len(alone)
    # with pills in the same words it says 911 first: allowed, and rare
    assert sum(not named[text] for text in alone) <= 0.05 * len(alone)


def test_ordinary_questions_seldom_alarm(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    questions = []
    for file in sorted((ROOT / "data").rglob("*.yml")):
        if file.relative_to(ROOT / "data").parts[0] not in ("report", "triage"):
            for block in (yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}).get("nlu", ()) or ():
                questions += [line.removeprefix("- ").strip() for line in str(block.get("examples", "")).splitlines()]
    random.Random(1).shuffle(questions)
    quiet = [text for text in questions[:ORDINARY] if text and assess(text).level < Level.ask]
    share = sum(level != "none" for level in screen.levels(quiet)) / len(quiet)
    near = [case.text for case in (*all_messages(), *sign_cases()) if assess(case.text).level < Level.ask]
    near_share = sum(level != "none" for level in screen.levels(near)) / len(near)
    with capsys.disabled():
        print(
            f"\nred flags in the browser: {share:.1%} of {len(quiet)} ordinary questions and {near_share:.1%} of {len(near)} texts"
            f" made to look like an alarm are taken for one; {screen.run['each']:.2f} ms a text and both languages"
        )
    assert share <= MOST_ORDINARY


def test_stems_and_slips_are_the_same_in_both_languages_of_ours(screen: Screen) -> None:
    words = sorted(rulebook("en").speller.words | rulebook("es").speller.words)
    script = "async (words) => { const { stem } = await import('/widget/triage.js'); return words.map(stem); }"
    assert screen.page.evaluate(script, words) == [stem(word) for word in words]
    assert is_near("brethi", "breathi") and is_near("fevre", "fever") and is_near("bomit", "vomit") and not is_near("fever", "never")


def test_table_is_what_the_rules_say_now(stack: Stack) -> None:
    for language in ("en", "es"):
        served = httpx.get(f"{stack.service.address}/widget/away-{language}.json", timeout=30).json()
        made = red_flags(language, ROOT / "data")  # type: ignore[arg-type]
        assert served["flags"] == json.loads(json.dumps(made))
        assert re.match(r"(Call|Llame al) 911", served["words"]["emergency"])
        assert Path(ROOT / "triage" / "rules" / language).is_dir()
