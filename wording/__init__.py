"""The sentences that the service says without Rasa: read from data/, filled with the clinic's numbers. Writes none itself."""

from wording.levels import ALARMS, RANK
from wording.words import Reply, Words, WordsMissing

__all__ = ["ALARMS", "RANK", "Reply", "Words", "WordsMissing"]
