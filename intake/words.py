"""The sentences that the service says without Rasa, from data/: safety words, safe replies, disclosure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic import Clinic
from intake.inbound import Recorded, Reply

FILES = ("triage/safety_words.yml", "unknown/safe.yml", "smalltalk/disclosure.yml")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ALARMS = ("ask", "urgent", "emergency")
RANK = {"none": 0, "routine": 1, "ask": 2, "urgent": 3, "emergency": 4}
SAFETY = [f"utter_report/{level}{language}" for level in (*ALARMS, "suicide") for language in ("", "_es")]
SAFE = [
    f"utter_unknown/{code}"
    for code in (
        "no_answer", "if_urgent", "not_saved", "failed", "too_long", "too_slow", "too_many", "session_over",
        "empty", "unreadable", "not_here", "deleted", "deleted_kept",
    )
]  # fmt: skip
REFUSALS_ES = [f"{key}_es" for key in SAFE]
DISCLOSURE = "utter_smalltalk/disclosure"


class WordsMissing(Exception):
    """A sentence that must always be there is not in data/; the start stops. Permanent."""

    permanent = True


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
        for key in (*SAFETY, *SAFE, *REFUSALS_ES, DISCLOSURE):
            words.say(key, "web")
            words.say(key, "sms")
        return words

    def say(self, key: str, channel: str) -> Reply:
        """The filled text of `key` for `channel`; raises WordsMissing."""
        variants = self.responses.get(key, ())
        chosen = next((one for one in variants if one.get("channel") == channel), None)
        chosen = chosen or next((one for one in variants if not one.get("channel")), None)
        if chosen is None:
            raise WordsMissing(f"data/ has no response {key}: add it to {' or '.join(FILES)}.")
        metadata = variants[0].get("metadata") or {}
        try:
            text = PLACEHOLDER.sub(
                lambda found: self.placeholders[found.group(1)], str(chosen["text"]).strip()
            )
        except KeyError as problem:
            raise WordsMissing(
                f"{key} has a placeholder {problem} that clinic.yml does not fill."
            ) from problem
        return Reply(text, str(metadata.get("level", "none")), key, facts=tuple(metadata.get("facts", ())))

    def refusal(self, code: str, channel: str, language: str = "en") -> str:
        """What a patient reads when a request could not be taken."""
        return self.say(f"utter_unknown/{code}" + ("_es" if language == "es" else ""), channel).text

    def safety(self, level: str, *, suicide: bool, language: str, channel: str) -> Reply:
        """The safety words of a care level, in the patient's language."""
        name = "suicide" if suicide else level
        return self.say(f"utter_report/{name}" + ("_es" if language == "es" else ""), channel)


def with_care(message: Recorded, replies: Sequence[Reply], words: Words) -> list[Reply]:
    """All that a patient must read: safety words, disclosure, the assistant's replies or the safe reply.

    What speaks at the level that triage found comes first; else our own safety words do. Never empty.
    """
    level = RANK[message.level]
    alarm = message.level in ALARMS
    said = sorted(replies, key=lambda reply: RANK[reply.level] < level) if alarm else list(replies)
    if alarm and (not said or RANK[said[0].level] < level):
        safety = words.safety(
            message.level, suicide=message.suicide, language=message.language, channel=message.channel
        )
        said.insert(0, safety)
    if not said:
        said.append(words.say("utter_unknown/no_answer", message.channel))
    if not message.screened:
        said.append(words.say("utter_unknown/if_urgent", message.channel))
    if message.opens_session:
        urgent = RANK[said[0].level] >= RANK["ask"]
        said.insert(1 if urgent else 0, words.say(DISCLOSURE, message.channel))
    return said
