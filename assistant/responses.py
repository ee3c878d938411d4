"""Chooses and fills every sentence that the assistant says: the clinic's numbers, the source line, follow-ups.

Rasa calls it through `nlg` in endpoints.yml, so a changed phone number needs a restart and no training.
Not for: deciding what the patient meant (assistant/understanding.py) or writing sentences (data/).
"""
from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Mapping, Optional

import yaml
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from assistant.memory import last_reply, last_subject, misses_before
from clinic import load

PLACEHOLDER = re.compile(r"\{(\w+)\}")
UNKNOWN, UNKNOWN_AGAIN, UNSURE = "utter_unknown", "utter_unknown/again", "utter_unknown/unsure"
FOLLOWUP, FOLLOWUP_UNKNOWN = "utter_followup/", "utter_followup/unknown"
CASE = "utter_case/"
SPANISH = "es"
OUTSIDE, PERSON = "utter_outside/", "ask_person"
REPEAT, SIMPLER = "utter_smalltalk/repeat", "utter_smalltalk/simpler"

Reply = dict[str, Any]


class ClinicResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's `nlg`: a response key in, the filled reply out; never a reply with an unfilled placeholder."""

    def __init__(self, endpoint_config: Optional[EndpointConfig], domain: Domain) -> None:
        # Rasa sets `responses` anew whenever it loads a model
        self.responses: Mapping[str, list[dict[str, Any]]] = domain.responses
        self._placeholders = load(Path(os.environ.get("NK92_CLINIC", "clinic.yml"))).placeholders()
        register = yaml.safe_load(Path(os.environ.get("NK92_FACTS", "data/facts.yml")).read_text(encoding="utf-8"))
        self._sections: Mapping[str, str] = register["sections"]

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Reply]:
        """The reply for `utter_action`; None for a key that does not exist. Several answers come as `parts`."""
        understanding = _understanding(tracker)
        keys = self._keys(utter_action, tracker, understanding)
        parts = [part for key in keys if (part := self._reply(key, tracker, output_channel, kwargs))]
        if not parts:
            return None
        if keys == [UNSURE] or understanding.get("close"):
            self._offer(parts[0], understanding.get("offered") or [])
        if parts[0]["response"].startswith(OUTSIDE) and misses_before(tracker):
            self._offer(parts[0], [PERSON])
        whole = dict(parts[-1], text="\n\n".join(part["text"] for part in parts), understanding=understanding)
        if len(parts) > 1:
            whole["parts"] = parts
        return whole

    def _keys(self, key: str, tracker: DialogueStateTracker, understanding: Mapping[str, Any]) -> list[str]:
        """The response keys that answer this turn, in order."""
        if key == UNKNOWN:
            if understanding.get("offered") and not misses_before(tracker):
                return [UNSURE]
            return [UNKNOWN_AGAIN if misses_before(tracker) else UNKNOWN]
        if key.startswith(FOLLOWUP):
            return [self._followup(key, tracker)]
        if key.startswith(CASE):
            return [key]  # said by an action, after the answers of this turn
        return [key] + [f"utter_{intent}" for intent in understanding.get("also") or []]

    def _followup(self, key: str, tracker: DialogueStateTracker) -> str:
        """The answer that a follow-up ("how long does that last?") points at, by the last subject's `followups`."""
        subject = last_subject(tracker)
        if subject is None:
            return key
        metadata = self.responses.get(f"utter_{subject}", [{}])[0].get("metadata") or {}
        answer = (metadata.get("followups") or {}).get(key[len(FOLLOWUP) :])
        if answer:
            return f"utter_{answer}"
        return key if metadata.get("followups") is None else FOLLOWUP_UNKNOWN

    def _reply(self, key: str, tracker: DialogueStateTracker, channel: str, given: Mapping[str, Any]) -> Optional[Reply]:
        if _language(tracker) == SPANISH and f"{key}_{SPANISH}" in self.responses:
            key = f"{key}_{SPANISH}"
        if key in (REPEAT, SIMPLER):
            again = self._again(key, tracker, channel, given)
            if again:
                return again
        variant = self._variant(key, channel)
        if variant is None:
            return None
        return self._filled(key, variant, given)

    def _again(self, key: str, tracker: DialogueStateTracker, channel: str, given: Mapping[str, Any]) -> Optional[Reply]:
        """The last reply once more; for "simpler" its short version."""
        last = last_reply(tracker)
        if last is None:
            return None
        if key == SIMPLER and (short := self._variant(last["response"], "sms")):
            return self._filled(last["response"], short, given)
        return {name: last.get(name) for name in ("text", "buttons", "facts", "source", "level", "response", "subject")}

    def _variant(self, key: str, channel: str) -> Optional[dict[str, Any]]:
        """The one text for this channel, else the one for all channels."""
        variants = self.responses.get(key) or []
        for variant in variants:
            if variant.get("channel") == channel:
                return {**variants[0], **variant, "metadata": variants[0].get("metadata") or {}}
        return next((variant for variant in variants if not variant.get("channel")), None)

    def _filled(self, key: str, variant: Mapping[str, Any], given: Mapping[str, Any]) -> Reply:
        metadata = variant.get("metadata") or {}
        values = {**self._placeholders, **{name: str(value) for name, value in given.items() if isinstance(value, str)}}
        text = PLACEHOLDER.sub(lambda found: values[found.group(1)], variant["text"].strip())
        section = metadata.get("source")
        source = self._sections[section] if section else None
        if source:
            text = f"{text}\n\nFrom the NK-92 monograph: {source}"
        return {
            "text": text,
            "buttons": [dict(button) for button in variant.get("buttons") or []],
            "facts": list(metadata.get("facts") or []),
            "source": source,
            "level": metadata.get("level", "none"),
            "response": key,
            "subject": key[len("utter_") :] if key.startswith("utter_education/") else None,
        }

    def _offer(self, reply: Reply, intents: list[str]) -> None:
        """Puts the subjects that may have been meant first among the quick replies; one that is there already keeps its title."""
        own = {button["payload"]: button for button in reply["buttons"]}
        offered = [own.pop(f"/{intent}", {"title": self.title(intent), "payload": f"/{intent}"}) for intent in intents]
        reply["buttons"] = offered + list(own.values())

    def title(self, intent: str) -> str:
        """How a quick reply names the subject of `intent`."""
        variants = self.responses.get(f"utter_{intent}") or [{}]
        title: str = (variants[0].get("metadata") or {}).get("title") or intent.split("/")[-1].replace("_", " ")
        return title


def _language(tracker: DialogueStateTracker) -> Optional[str]:
    """The language of the patient's words, as the service found it."""
    message = tracker.latest_message
    return (message.metadata or {}).get("language") if message else None


def _understanding(tracker: DialogueStateTracker) -> Mapping[str, Any]:
    message = tracker.latest_message
    return (message.parse_data.get("understanding") or {}) if message else {}
