"""Words to a patient that answer no message: a person has opened the case, nobody has, a nurse writes.

They are rows of the conversation like any other; each channel brings them to its patient. Not for replies (intake/).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts import statements
from transcripts.models import Message
from wording import Reply


def say_later(conversation: str, replies: Sequence[Reply], *, now: datetime, author: str = "") -> list[Message]:
    """Appends `replies` to the conversation. Call it inside the transaction of what they report. `author`: of staff's own words."""
    before = statements.make_room(conversation, len(replies))
    rows = [
        Message(
            conversation_id=conversation,
            seq=before + place,
            inbound=False,
            text=reply.text,
            level=reply.level,
            response=reply.response,
            author=author,
            created_at=now,
        )
        for place, reply in enumerate(replies, 1)
    ]
    statements.insert_replies(rows)
    return rows
