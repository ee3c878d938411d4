"""Response keys to filled texts, with one text for each channel. Tried at the start, so that no sentence is missing later."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic import Clinic

FILES = (
    "triage/safety_words.yml", "unknown/safe.yml", "smalltalk/disclosure.yml", "escalation/cases.yml", "escalation/handoff.yml",
    "sms/texts.yml",
)  # fmt: skip
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ASKS_TEMPERATURE = "utter_ask_temperature"  # the name that Rasa's form gives to its question
SAFETY = [
    f"{key}{language}"
    for key in (ASKS_TEMPERATURE, "utter_report/urgent", "utter_report/emergency", "utter_report/suicide")
    for language in ("", "_es")
]
IF_NOW = "utter_unknown/if_now_"  # and a level
SAFE = [
    f"utter_unknown/{code}"
    for code in (
        "no_answer", "if_urgent", "not_saved", "failed", "too_long", "too_slow", "too_many", "session_over",
        "empty", "unreadable", "not_here", "deleted", "deleted_kept", "if_now_ask", "if_now_urgent", "if_now_emergency",
    )
]  # fmt: skip
REFUSALS_ES = [f"{key}_es" for key in SAFE]
CASES = [
    f"utter_case/{code}{language}"
    for code in (
        "saved", "added", "added_opened", "opened", "unseen", "closed", "request_open", "request_closed", "none", "not_saved",
        "writing", "written", "left", "left_unheard",
    )
    for language in ("", "_es")
]  # fmt: skip
TEXTS = [
    f"utter_sms/{code}{language}"
    for code in ("stopped", "started", "help", "empty", "picture", "too_long", "more", "choice", "choice_next")
    for language in ("", "_es")
]
# known only when the sentence is said
GIVEN = {"case": "1042", "time": "2:14 PM", "next_opening": "Monday at 8:00 AM", "number": "1", "title": "How long does it last?"}
DISCLOSURE = "utter_smalltalk/disclosure"


class WordsMissing(Exception):
    """A sentence that must always be there is not in data/; the start stops. Permanent."""

    permanent = True


@dataclass(frozen=True)
class Reply:
    """One reply before it is stored. `response`: its key in data/; `level`: the care level it speaks at."""

    text: str
    level: str = "none"
    response: str = ""
    source: str = ""
    facts: Sequence[str] = ()
    buttons: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Words:
    """Response key → its variants, as in data/; `placeholders` fill them."""

    responses: Mapping[str, Sequence[Mapping[str, Any]]]
    placeholders: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path, clinic: Clinic) -> Words:
        """Reads and tries every sentence; raises WordsMissing."""
        responses: dict[str, Any] = {}
        for name in FILES:
            try:
                responses.update(yaml.safe_load((folder / name).read_text(encoding="utf-8"))["responses"])
            except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
                raise WordsMissing(f"{folder / name} must be a YAML file with `responses:`.") from problem
        words = cls(responses, clinic.placeholders())
        for key in (*SAFETY, *SAFE, *REFUSALS_ES, *CASES, *TEXTS, DISCLOSURE, DISCLOSURE + "_es"):
            words.say(key, "web", **GIVEN)
            words.say(key, "sms", **GIVEN)
        return words

    def say(self, key: str, channel: str, *, language: str = "en", **given: str) -> Reply:
        """The filled text of `key` for `channel`, in the patient's language where data/ has it; raises WordsMissing.

        `given` fills what only the moment knows.
        """
        if language == "es" and f"{key}_es" in self.responses:
            key = f"{key}_es"
        variants = self.responses.get(key, ())
        chosen = next((one for one in variants if one.get("channel") == channel), None)
        chosen = chosen or next((one for one in variants if not one.get("channel")), None)
        if chosen is None:
            raise WordsMissing(f"data/ has no response {key}: add it to {' or '.join(FILES)}.")
        metadata = variants[0].get("metadata") or {}
        values = {**self.placeholders, **given}
        try:
            text = PLACEHOLDER.sub(lambda found: values[found.group(1)], str(chosen["text"]).strip())
        except KeyError as problem:
            raise WordsMissing(f"{key} has a placeholder {problem} that clinic.yml does not fill.") from problem
        return Reply(text, str(metadata.get("level", "none")), key, facts=tuple(metadata.get("facts", ())))

    def refusal(self, code: str, channel: str, language: str = "en") -> str:
        """What a patient reads when a request could not be taken."""
        return self.say(f"utter_unknown/{code}", channel, language=language).text

    def safety(self, level: str, *, suicide: bool, language: str, channel: str) -> Reply:
        """The safety words of a care level, in the patient's language."""
        key = ASKS_TEMPERATURE if level == "ask" else f"utter_report/{'suicide' if suicide else level}"
        return self.say(key, channel, language=language)

    def if_now(self, level: str, *, language: str, channel: str) -> Reply:
        """What to do in case a sign that seems no more than spoken of is there: the level's number to call, without an alarm."""
        return self.say(f"{IF_NOW}{level}", channel, language=language)

    def disclosure(self, *, language: str, channel: str) -> Reply:
        """What must be said first, in the patient's language."""
        return self.say(DISCLOSURE + ("_es" if language == "es" else ""), channel)

    def of_texts(self, name: str, *, language: str, **given: str) -> Reply:
        """A sentence of the channel of text messages ("stopped", "help", "more", …), in the patient's language."""
        return self.say(f"utter_sms/{name}" + ("_es" if language == "es" else ""), "sms", **given)

    def of_case(self, name: str, *, language: str, channel: str, **given: str) -> Reply:
        """A sentence about a case ("saved", "opened", "unseen", …), in the patient's language."""
        return self.say(f"utter_case/{name}", channel, language=language, **given)
