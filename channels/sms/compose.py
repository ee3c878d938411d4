"""Makes texts of a stored reply: GSM-7, two segments at most, MORE for the rest, numbers for quick replies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.sms.gsm import plain
from channels.sms.split import first_and_rest, fits, split
from wording import ALARMS, Words

MOST_CHOICES = 5


@dataclass(frozen=True)
class Composed:
    """`texts` to send in order; `rest`: what MORE gives; `choices`: ids of the quick replies offered, number 1 first."""

    texts: Sequence[str]
    rest: str = ""
    choices: Sequence[str] = ()


def compose(
    text: str, words: Words, *, language: str, level: str = "none", whole: bool = False, buttons: Sequence[dict[str, str]] = ()
) -> Composed:
    """The texts of one reply. What matters now, and what a person wrote (`whole`), is never cut short by MORE."""
    written = plain(text)
    if whole or level in ALARMS:
        return Composed(split(written))
    hint = "\n" + plain(words.of_texts("more", language=language).text)
    first, rest = first_and_rest(written, hint=hint)
    if rest:
        return Composed([first + hint], rest)
    offered, choices = _with_choices(first, buttons[:MOST_CHOICES], words, language)
    return Composed([offered], choices=choices)


def _with_choices(text: str, buttons: Sequence[dict[str, str]], words: Words, language: str) -> tuple[str, list[str]]:
    """As many quick replies as there is room for."""
    choices: list[str] = []
    for number, button in enumerate(buttons, 1):
        name = "choice" if number == 1 else "choice_next"
        title = plain(button["title"])
        line = plain(words.of_texts(name, language=language, number=str(number), title=title).text)
        if not fits(f"{text}\n{line}"):
            break
        text = f"{text}\n{line}"
        choices.append(button["id"])
    return text, choices
