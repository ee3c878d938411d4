"""Takes one text from a patient: into the record, understood as a keyword or left to the assistant. One transaction.

Runs in the desk's database thread. Every text is screened by triage, whatever else it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from django.db import transaction
from django.utils import timezone

from channels.sms import consent
from channels.sms.configuration import LONGEST_TEXT, Texting
from channels.sms.keywords import Keyword, keyword, number_of
from channels.sms.models import Delivery
from channels.sms.number import conversation_id
from channels.sms.providers.interface import Incoming
from escalation.cases import RAISES_A_CASE
from intake.care import with_care
from intake.inbound import Inbound, Recorded, storable
from intake.record import open_conversation, record
from intake.settle import settle
from transcripts import statements
from transcripts.later import say_later
from transcripts.models import CannotText, Message
from transcripts.statements import Locked
from wording import ALARMS, Reply, Words

logger = structlog.stdlib.get_logger(__name__)

CHANNEL = "sms"
LONGEST_STORED = 20_000  # characters; no provider brings more than LONGEST_TEXT
SENTENCE_ENDS = (".", "?", "!")
HASTE = 4  # a whole sentence is waited for so much less: mostly nothing follows
OPTED_OUT = (CannotText.stopped, CannotText.blocked)
PROVIDER_KEYWORDS: dict[str, Keyword] = {
    "stop": Keyword("stop", ""), "start": Keyword("start", ""), "help": Keyword("help", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Last:
    """What the newest answered text was answered with, as far as it can be answered by MORE or by a number."""

    rest: str = ""
    choices: Sequence[str] = ()
    response: str = ""
    source: str = ""


class Reception:
    """Knows the settings and the sentences."""

    def __init__(self, texting: Texting, words: Words) -> None:
        self._texting = texting
        self._words = words

    def take(self, incoming: Incoming) -> Recorded:
        """The stored message: answered already when it was a keyword; the same id again changes nothing."""
        name = conversation_id(incoming.number, key=self._texting.number_key)
        inbound = Inbound(name, CHANNEL, incoming.id, storable(incoming.text)[:LONGEST_STORED])
        with transaction.atomic():
            conversation = statements.lock_conversation(name)
            if conversation is None:
                open_conversation(CHANNEL, number=name, callback=incoming.number)
                conversation = statements.lock_conversation(name)
                assert conversation is not None
            message = self._understood(incoming, inbound, conversation)
            if conversation.cannot_text == CannotText.unreachable:
                consent.reachable(name)
        return message

    def _understood(self, incoming: Incoming, inbound: Inbound, conversation: Locked) -> Recorded:
        opted_out = conversation.cannot_text in OPTED_OUT
        said = PROVIDER_KEYWORDS.get(incoming.keyword) or keyword(inbound.text)
        language = (said.language if said else "") or conversation.language
        if said and said.kind == "stop":
            return self._stop(inbound, conversation, language, told=bool(incoming.keyword))
        if said and (said.kind == "start" or (said.kind == "start_again" and opted_out)):
            return self._start(inbound, language, told=bool(incoming.keyword))
        if said and said.kind == "help":
            return self._help(inbound, language, opted_out=opted_out, told=bool(incoming.keyword))
        if opted_out:
            return settle(inbound, self._after_stop)
        if not inbound.text.strip() or len(inbound.text) > LONGEST_TEXT:
            name = "too_long" if inbound.text.strip() else "picture" if incoming.pictures else "empty"
            return self._careful(inbound, self._words.of_texts(name, language=language))
        number = number_of(inbound.text)
        if number or (said and said.kind == "more"):
            last = _last(inbound.conversation)
            if not number and last.rest:
                return self._careful(inbound, Reply(last.rest, response=last.response, source=last.source))
            if number and number <= len(last.choices):
                return record(replace(inbound, text="", choice=last.choices[number - 1]))
        return self._for_the_assistant(incoming, inbound)

    def _for_the_assistant(self, incoming: Incoming, inbound: Inbound) -> Recorded:
        seconds = self._texting.join_seconds
        hold = seconds / HASTE if inbound.text.rstrip().endswith(SENTENCE_ENDS) else seconds
        message = record(replace(inbound, hold=hold, within=seconds))
        if incoming.pictures and message.fresh and message.level not in ALARMS:
            said = self._words.of_texts("picture", language=message.language)
            say_later(inbound.conversation, [said], now=timezone.now())
        return message

    def _stop(self, inbound: Inbound, conversation: Locked, language: str, *, told: bool) -> Recorded:
        """One confirmation, unless the provider gave it or the patient has had it."""
        silent = told or conversation.cannot_text == CannotText.stopped
        said = [] if silent else [self._words.of_texts("stopped", language=language)]
        message = settle(inbound, lambda _: said)
        if message.fresh:  # the same text again must not undo a START that came after it
            consent.stop(inbound.conversation, message=message.id)
        return message

    def _start(self, inbound: Inbound, language: str, *, told: bool) -> Recorded:
        first = [] if told else [self._words.of_texts("started", language=language)]
        message = settle(inbound, lambda _: [*first, self._words.disclosure(language=language, channel=CHANNEL)])
        if message.fresh:
            consent.start(inbound.conversation, message=message.id)
        return message

    def _help(self, inbound: Inbound, language: str, *, opted_out: bool, told: bool) -> Recorded:
        first = [] if told else [self._words.of_texts("help", language=language)]
        disclosure = self._words.disclosure(language=language, channel=CHANNEL)
        return settle(inbound, lambda message: [*first, disclosure] if message.opens_session and not opted_out else first)

    def _careful(self, inbound: Inbound, reply: Reply) -> Recorded:
        """`reply`, after the safety words when there is need of them."""
        return settle(inbound, lambda message: with_care(message, [reply], self._words, now=timezone.now()))

    def _after_stop(self, message: Recorded) -> list[Reply]:
        """Nothing, or by the settings the safety words alone. The case is made either way, and staff see that they must phone."""
        if message.level not in RAISES_A_CASE:
            return []
        logger.warning("sms.alarm_after_stop", message=message.id, care=message.level, replied=self._texting.safety_after_stop)
        if not self._texting.safety_after_stop:
            return []
        return [self._words.safety(message.level, suicide=message.suicide, language=message.language, channel=CHANNEL)]


def _last(conversation: str) -> Last:
    """Looks at the texts of the newest answer alone: what was offered before it is over."""
    answered = Message.objects.filter(conversation_id=conversation, reply_to__isnull=False).order_by("-seq")
    newest = answered.values_list("reply_to_id", flat=True).first()
    offers = Delivery.objects.filter(message__reply_to_id=newest).select_related("message").order_by("place") if newest else []
    last = Last()
    for one in offers:
        if one.rest:
            rest = f"{last.rest}\n{one.rest}" if last.rest else one.rest
            last = replace(last, rest=rest, response=one.message.response, source=one.message.source)
        if one.choices:
            last = replace(last, choices=one.choices)
    return last


