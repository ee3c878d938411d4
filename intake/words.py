"""The sentences that the service says without Rasa, read from data/: safety words, safe replies, the disclosure."""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from clinic import Clinic
from intake.inbound import Recorded, Reply

FILES = ("triage/safety_words.yml", "unknown/safe.yml", "smalltalk/disclosure.yml")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ALARMS = ("ask", "urgent", "emergency")
RANK = {"none": 0, "routine": 1, "ask": 2, "urgent": 3, "emergency": 4}


class WordsMissing(Exception):
    """A sentence that must always be there is not in data/; the start stops. Permanent."""

    permanent = True


@dataclass(frozen=True)
class Words:
    """Response key → its variants, as in data/; `placeholders` fill them."""

    responses: Mapping[str, Sequence[Mapping[str, Any]]]
    placeholders: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path, clinic: Clinic) -> "Words":
        responses: dict[str, Any] = {}
        for name in FILES:
            responses.update(yaml.safe_load((folder / name).read_text(encoding="utf-8"))["responses"])
        words = cls(responses, clinic.placeholders())
        for key in ("no_answer", "if_urgent"):
            words.say(f"utter_unknown/{key}", "web")
        for level in (*ALARMS, "suicide"):
            words.say(f"utter_report/{level}", "web")
            words.say(f"utter_report/{level}_es", "web")
        return words

    def say(self, key: str, channel: str) -> Reply:
        """The filled text of `key` for `channel`; raises WordsMissing."""
        variants = self.responses.get(key, ())
        chosen = next((one for one in variants if one.get("channel") == channel), None)
        chosen = chosen or next((one for one in variants if not one.get("channel")), None)
        if chosen is None:
            raise WordsMissing(f"data/ has no response {key}.")
        metadata = variants[0].get("metadata") or {}
        text = PLACEHOLDER.sub(lambda found: self.placeholders[found.group(1)], str(chosen["text"]).strip())
        return Reply(text, str(metadata.get("level", "none")), key, facts=tuple(metadata.get("facts", ())))

    def safety(self, message: Recorded) -> Reply:
        """The safety words of the message's level, in its language."""
        name = "suicide" if message.suicide else message.level
        return self.say(f"utter_report/{name}" + ("_es" if message.language == "es" else ""), message.channel)


def with_care(message: Recorded, replies: Sequence[Reply], words: Words) -> list[Reply]:
    """All that a patient must read, in order: safety words, disclosure, the assistant's replies or the safe reply.

    Safety words come first whenever no reply speaks at the level that triage found. Never empty.
    """
    said = list(replies)
    level = max((RANK[reply.level] for reply in said), default=0)
    alarm = message.level in ALARMS and level < RANK[message.level]
    if not said and not alarm:
        said = [words.say("utter_unknown/no_answer", message.channel)]
    if not message.screened:
        said.append(words.say("utter_unknown/if_urgent", message.channel))
    first = [words.safety(message)] if alarm else []
    if not message.opens_session:
        return first + said
    disclosure = [words.say("utter_smalltalk/disclosure", message.channel)]
    urgent = alarm or level >= RANK["ask"]
    return first + said + disclosure if urgent else disclosure + said
