"""What the browser's red flags leave out, and how they are written."""

from __future__ import annotations

from channels.web.pruning import Pruning, Sign
from channels.web.red_flags import listed
from triage.patterns import Joint

CONCEPTS = {"pain": frozenset([("pain",), ("hurt",)]), "chest": frozenset([("chest",)])}
DENIAL = {("no",)}


def pruned(*signs: Sign, phrases: dict[tuple[str, ...], set[str]] | None = None) -> list[tuple[str, list[list[str]]]]:
    pruning = Pruning(CONCEPTS, DENIAL, lambda kind, other: kind == other or (kind, other) == ("e", "u"))
    return sorted((sign.kind, sign.labels) for sign in pruning.pruned(list(signs), phrases or {}))


def near(kind: str, *labels: list[str], gap: int = 4, ordered: bool = False) -> Sign:
    return Sign(kind, list(labels), [Joint(ordered, gap)] * (len(labels) - 1))


def test_pattern_that_a_wider_one_finds_goes() -> None:
    assert pruned(near("e", ["w:chest"], ["w:pain"]), near("u", ["l:chest"], ["l:hurt"])) == [("e", [["w:chest"], ["w:pain"]])]


def test_graver_pattern_stays_beside_a_wider_one() -> None:
    assert len(pruned(near("u", ["w:chest"], ["w:pain"]), near("e", ["l:chest"], ["l:hurt"]))) == 2


def test_only_the_label_that_another_pattern_finds_goes() -> None:
    found = pruned(near("e", ["w:chest"], ["w:pain"]), near("e", ["w:chest"], ["l:hurt", "l:heavy"]))
    assert ("e", [["w:chest"], ["l:heavy"]]) in found and len(found) == 2


def test_label_that_is_an_alarm_alone_goes() -> None:
    found = pruned(near("u", ["w:chest"], ["l:crush", "l:heavy"]), phrases={("crush",): {"e"}})
    assert found == [("u", [["w:chest"], ["l:heavy"]])]


def test_what_stands_farther_apart_than_the_other_reaches_stays() -> None:
    assert len(pruned(near("e", ["w:chest"], ["w:pain"]), near("e", ["l:chest"], ["l:hurt"], gap=20))) == 2


def test_sign_that_begins_with_a_denial_stays() -> None:
    assert len(pruned(near("e", ["l:air"], ["w:chest"]), near("e", ["l:no"], ["l:air"], ["w:chest"], ordered=True))) == 2


def test_list_is_written_as_what_differs_from_the_entry_before() -> None:
    assert listed([("chest", "pain"), ("chest",), ("chil",)]) == "AchestF painCil"
