from __future__ import annotations

import pytest

from channels.sms.keywords import keyword, number_of


def kind(text: str) -> str | None:
    found = keyword(text)
    return found.kind if found else None


@pytest.mark.parametrize(
    "text",
    """STOP|stop|Stop.|  stop!! |STOPALL|stop all|UNSUBSCRIBE|Cancel|END|quit|REVOKE|OPTOUT|opt out|opt-out|STOP please|please stop|🛑 STOP
    |ＳＴＯＰ|"stop"|Please stop texting me|stop sending me messages|don't text me again|Don’t text me anymore|do not contact me|no more texts please
    |take me off your list|remove my number|i want to opt out|I would like to unsubscribe|can you stop messaging me|stop all messages
    |I don't want these texts anymore|leave me alone|unsubscribe me
    |ALTO|alto.|PARAR|Cancelar|BAJA|NO MAS|no más|detener|dejen de escribirme|por favor dejen de mandarme mensajes|ya no quiero recibir mensajes
    |no me manden mas mensajes|no quiero más textos|quiero darme de baja|quítenme de la lista|no más mensajes""".replace("\n", "").split("|"),
)
def test_wish_to_stop_is_understood(text: str) -> None:
    assert kind(text.strip()) == "stop"


@pytest.mark.parametrize(
    "text",
    """please stop the bleeding|it won't stop|stop the infusion|can I stop treatment|i want to stop taking it|should I stop my meds|quit smoking
    |when does it end|the end|cancel my appointment|no mas dolor|ya no quiero vivir|i don't want to live anymore|take me|remove the bandage
    |stop it hurts|nonstop vomiting|no más fiebre|para mi|dont stop|I can't stop shaking|I stopped texting|how do i stop fever|leave|no more pain
    |help me I cannot breathe|help me|need help|can you help|yes I have a fever|si tengo fiebre|info about side effects|start date?
    |more about side effects|1 more|10|101|1 day|one more question""".replace("\n", "").split("|"),
)
def test_more_than_a_keyword_is_no_keyword(text: str) -> None:
    assert keyword(text.strip()) is None and number_of(text.strip()) is None


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("HELP", "help", ""), ("Help!", "help", ""), ("info", "help", ""), ("AYUDA", "help", "es"), ("Información", "help", "es"),
        ("START", "start", ""), ("unstop", "start", ""), ("YES", "start_again", ""), ("Sí", "start_again", "es"), ("si", "start_again", "es"),
        ("MORE", "more", ""), ("Más", "more", "es"), ("mas", "more", "es"), ("ALTO", "stop", "es"),
    ],
)  # fmt: skip
def test_other_keywords_have_a_kind_and_a_language(text: str, expected: str, language: str) -> None:
    found = keyword(text)
    assert found and (found.kind, found.language) == (expected, language)


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("1.", 1), ("#1", 1), (" 1) ", 1), ("one", 1), ("Uno", 1), ("option 2", 2), ("dos", 2), ("THREE", 3), ("6", None)]
)
def test_quick_reply_is_named_by_its_number(text: str, number: int | None) -> None:
    assert number_of(text) == number


def test_endless_text_is_looked_at_briefly() -> None:
    assert keyword("stop " * 5000) is None
