"""Takes names, numbers and dates out of a patient's words before they leave the record as training data. Body temperatures stay."""

from __future__ import annotations

import re

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
DATE = re.compile(
    rf"\b\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}\b|\b(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of| de)? (?:{MONTHS})\b(?:,? (?:de )?\d{{4}})?",
    re.IGNORECASE,
)
MAIL = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+")
LONG = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d|\b\w*\d{4,}\w*\b")
TITLED = re.compile(
    r"\b(?P<title>(?i:dr|mr|mrs|ms|miss|nurse|doctor|sr|sra|don|doña|enfermera)\.?)\s+(?P<name>[^\W\d_][\w'-]+)(?:\s+[A-Z][\w'-]+)?"
)
# What follows a name and is none, so that "my name is maria lopez and" loses both names and keeps the "and".
NEXT = r"and|i|i'm|im|my|the|from|but|with|here|calling|is|was|y|e|soy|tengo|estoy|de|con|que|pero"
TOLD = re.compile(rf"(?P<before>\b(?i:my name is|name's|i am called|me llamo|mi nombre es)\s+)[^\W\d_][\w'-]*(?:\s+(?!(?i:{NEXT})\b)[^\W\d_][\w'-]*)?")
SAID = re.compile(r"(?P<before>\b(?i:this is|call me|soy)\s+)[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(?![\w.]*\d)")
CAPITAL = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*")
KEPT = {"I", "NK", "Tylenol", "Advil", "Benadryl", "English", "Spanish", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
BODY = ((33.0, 43.9), (92.0, 112.0))


def scrub(text: str) -> str:
    """`text` with NAME, DATE, NUMBER and CONTACT in place of what could tell who wrote it."""
    text = " ".join(text.split())
    text = MAIL.sub("CONTACT", text)
    text = DATE.sub("DATE", text)
    text = LONG.sub("NUMBER", text)
    text = TITLED.sub(lambda found: f"{found['title']} NAME", text)
    for introduced in (TOLD, SAID):
        text = introduced.sub(lambda found: f"{found['before']}NAME", text)
    text = NUMBER.sub(_number, text)
    return CAPITAL.sub(_capital, text)


def _number(found: re.Match[str]) -> str:
    """Keeps what may be a body temperature."""
    value = float(found.group(0).replace(",", "."))
    return found.group(0) if any(low <= value <= high for low, high in BODY) else "NUMBER"


def _capital(found: re.Match[str]) -> str:
    words = [word if word in KEPT else "NAME" for word in found.group(0).split()]
    return " ".join(word for place, word in enumerate(words) if word != "NAME" or place == 0 or words[place - 1] != "NAME")
