"""Response keys to filled texts, with one text for each channel. Tried at the start, so that no sentence is missing later."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic import Clinic
from wording.levels import ALARMS

FILES = (
         "triage/safety_words.yml", "unknown/safe.yml", "smalltalk/disclosure.yml", "escalation/cases.yml",
         "escalation/handoff.yml")  # fmt: skip
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SAFETY = [f"utter_report/{level}{language}" for level in (*ALARMS, "suicide") for language in ("", "_es")]
SAFE = [
    f"utter_unknown/{code}"
    for code in (
        "no_answer", "if_urgent", "not_saved", "failed", "too_long", "too_slow", "too_many", "session_over",
        "empty", "unreadable", "not_here",
    )
]  # fmt: skip
CASES = [
    f"utter_case/{code}{language}"
    for code in (
        "saved", "added", "added_opened", "opened", "unseen", "closed", "request_open", "request_closed", "none", "not_saved",
        "writing", "written", "left", "left_unheard",
    )
    for language in ("", "_es")
]  # fmt: skip
GIVEN = {"case": "1042", "time": "2:14 PM", "next_opening": "Monday at 8:00 AM"}  # known only when the sentence is said
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
        for key in (*SAFETY, *SAFE, *CASES, DISCLOSURE):
            words.say(key, "web", **GIVEN)
            words.say(key, "sms", **GIVEN)
        return words

    def say(self, key: str, channel: str, **given: str) -> Reply:
        """The filled text of `key` for `channel`; `given` fills what only the moment knows. Raises WordsMissing."""
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

    def refusal(self, code: str, channel: str) -> str:
        """What a patient reads when a request could not be taken."""
        return self.say(f"utter_unknown/{code}", channel).text

    def safety(self, level: str, *, suicide: bool, language: str, channel: str) -> Reply:
        """The safety words of a care level, in the patient's language."""
        name = "suicide" if suicide else level
        return self.say(f"utter_report/{name}" + ("_es" if language == "es" else ""), channel)

    def of_case(self, name: str, *, language: str, channel: str, **given: str) -> Reply:
        """A sentence about a case ("saved", "opened", "unseen", …), in the patient's language."""
        return self.say(f"utter_case/{name}" + ("_es" if language == "es" else ""), channel, **given)
