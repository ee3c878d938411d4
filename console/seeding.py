"""Made-up conversations in any number, for a demonstration and for measuring. The words are phrasings of data/; nobody said them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import yaml
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max

from escalation.models import Alarm, Case, Outcome, State, Step
from transcripts.models import Conversation, Message, Reason, new_conversation_id
from triage import assess

UNKNOWN = "nlu_fallback"
ALARMS = (
    "I have chest pain since this morning",
    "my temp is 102.3 and I am shaking",
    "I can't catch my breath",
    "tengo fiebre de 39 grados",
    "blurry vision in one eye since yesterday",
    "there is a rash all over my arms",
    "I threw up blood twice",
)
STRANGE = ("wat abt the thingy they told me", "asdf", "can u do the other one pls", "is it ok w/ my thing on tuesday", "hm what about it then")
ONE_IN_ALARMS, ONE_IN_STRANGE = 40, 25
BATCH = 2_000  # conversations


@dataclass(frozen=True)
class Turn:
    text: str
    intent: str
    confidence: float
    level: str
    verdict: dict[str, object]


@lru_cache(maxsize=1)
def phrasings() -> Sequence[tuple[str, str]]:
    """(intent, phrasing) of everything that data/ teaches the assistant."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = []
    for file in sorted(settings.WORDS.rglob("*.yml")):
        for entry in (yaml.load(file.read_text(encoding="utf-8"), Loader=loader) or {}).get("nlu") or ():
            if str(entry.get("intent", "")).startswith(("education/", "outside/", "smalltalk/")):
                found += [(entry["intent"], line[2:].strip()) for line in entry["examples"].splitlines() if line.startswith("- ")]
    return found


def seed(*, conversations: int, messages: int, days: int, now: datetime, chance: random.Random, batch: int = BATCH) -> int:
    """Adds conversations with `messages` messages each, spread over the last `days` days; gives how many messages."""
    started = sorted(now - timedelta(days=days * chance.random(), minutes=30) for _ in range(conversations))
    number = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    for begin in range(0, conversations, batch):
        with transaction.atomic():
            number = _batch(started[begin : begin + batch], messages, number, chance)
    with connection.cursor() as cursor:  # the ids were given: PostgreSQL has to be told where to go on
        for statement in connection.ops.sequence_reset_sql(no_style(), [Message]):
            cursor.execute(statement)
    return conversations * messages


def _batch(started: Sequence[datetime], size: int, number: int, chance: random.Random) -> int:
    conversations: list[Conversation] = []
    rows: list[Message] = []
    reasons: list[Reason] = []
    alarms: list[Message] = []
    for at in started:
        turns = [_turn(chance) for _ in range(max(1, size // 2))]
        conversation = _conversation(at, turns, size, chance)
        conversations.append(conversation)
        for place, turn in enumerate(turns):
            asked, answered = _pair(conversation, turn, number, place, at + timedelta(minutes=3 * place))
            number += 2
            rows += [asked, answered]
            reasons.append(_reason(asked, turn))
            alarms += [asked] if turn.level in ("urgent", "emergency") else []
    Conversation.objects.bulk_create(conversations)
    Message.objects.bulk_create(rows, batch_size=5_000)
    Reason.objects.bulk_create(reasons, batch_size=5_000)
    _cases(alarms, {one.message_id: one for one in reasons}, {one.pk: one for one in conversations}, chance)
    return number


def _turn(chance: random.Random) -> Turn:
    if chance.randrange(ONE_IN_ALARMS) == 0:
        return _screened(chance.choice(ALARMS))
    if chance.randrange(ONE_IN_STRANGE) == 0:
        return Turn(chance.choice(STRANGE), UNKNOWN, round(chance.uniform(0.1, 0.5), 2), "none", {"level": "none"})
    intent, text = chance.choice(phrasings())
    return Turn(text, intent, round(chance.uniform(0.55, 1.0), 2), "none", {"level": "none"})


@lru_cache(maxsize=64)
def _screened(text: str) -> Turn:
    found = assess(text)
    verdict: dict[str, object] = {
        "level": found.level.word,
        "language": found.language,
        "signs": [[sign.id, sign.level.word, sign.start, sign.end] for sign in found.signs],
        "discounted": [[one.sign.id, one.reason, one.sign.start, one.sign.end] for one in found.discounted],
        "celsius": found.temperature.celsius if found.temperature else None,
        "fahrenheit": found.temperature.fahrenheit if found.temperature else None,
    }
    return Turn(text, "report/fever" if found.temperature else "report/chest_pain", 0.96, found.level.word, verdict)


def _conversation(at: datetime, turns: Sequence[Turn], size: int, chance: random.Random) -> Conversation:
    sms = chance.random() < 0.4
    return Conversation(
        id=new_conversation_id(),
        channel="sms" if sms else "web",
        created_at=at,
        last_heard_at=at + timedelta(minutes=3 * (len(turns) - 1)),
        last_level=turns[-1].level,
        language="es" if any("fiebre" in turn.text for turn in turns) else "en",
        callback=f"+1303555{chance.randrange(100, 200):04d}" if sms else "",
        last_seq=2 * len(turns),
    )


def _pair(conversation: Conversation, turn: Turn, number: int, place: int, at: datetime) -> tuple[Message, Message]:
    asked = Message(
        id=number + 1, conversation=conversation, seq=2 * place + 1, inbound=True, external_id=f"s{number}", text=turn.text, level=turn.level, created_at=at
    )  # fmt: skip
    answered = Message(
        id=number + 2,
        conversation=conversation,
        seq=2 * place + 2,
        inbound=False,
        text=f"(made up) An answer about {turn.intent.partition('/')[2] or 'this'}.",
        level=turn.level,
        response=f"utter_{turn.intent}",
        reply_to_id=number + 1,
        created_at=at + timedelta(seconds=1),
    )
    return asked, answered


def _reason(message: Message, turn: Turn) -> Reason:
    return Reason(
        message=message, verdict=turn.verdict, intent=turn.intent, confidence=turn.confidence, runner_up="education/side_effects",
        understanding={"runner_up_confidence": 0.03}, model="made up", outcome="ok", took_ms=41,
    )  # fmt: skip


def _cases(alarms: Sequence[Message], reasons: dict[int, Reason], conversations: dict[str, Conversation], chance: random.Random) -> None:
    """One closed case for each conversation that had an alarm."""
    first = {message.conversation_id: message for message in reversed(alarms)}
    for message in first.values():
        verdict, conversation = reasons[message.pk].verdict, conversations[message.conversation_id]
        seen = message.created_at + timedelta(minutes=chance.expovariate(1 / 2.5))
        case = Case.objects.create(
            conversation=conversation, channel=conversation.channel, callback=conversation.callback, level=message.level, state=State.closed,
            signs=[[*sign, message.pk] for sign in verdict["signs"]], celsius=verdict["celsius"], opened_at=message.created_at,
            told_at=message.created_at, acknowledged_at=seen, acknowledged_by="ann", closed_at=seen + timedelta(minutes=9), closed_by="ann",
            outcome=chance.choice([Outcome.called, Outcome.advised, Outcome.sent_to_emergency, Outcome.not_urgent]), note="Made up.",
        )  # fmt: skip
        Alarm.objects.create(message=message, case=case, level=message.level, source="triage", at=message.created_at)
        Step.objects.bulk_create(_steps(case, seen))


def _steps(case: Case, seen: datetime) -> Iterator[Step]:
    yield Step(case=case, what="opened", level=case.level, who="triage", at=case.opened_at)
    yield Step(case=case, what="acknowledged", level=case.level, who="ann", at=seen)
    yield Step(case=case, what="closed", level=case.level, who="ann", at=case.closed_at or seen)
