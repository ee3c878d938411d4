"""The widget's modules as they are sent."""

from __future__ import annotations

import pytest

from channels.web.assets import lean


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("// why\n  let a = 1;\n\n\n  let b;\n", "let a = 1;\nlet b;\n"),
        ("let a = 1; // one\n", "let a = 1;\n"),
        ('let a = "x; // no comment";\n', 'let a = "x; // no comment";\n'),
        ("let a = `x; // no comment`;\n", "let a = `x; // no comment`;\n"),
        ('get("https://a.example");\n', 'get("https://a.example");\n'),
    ],
)
def test_only_comments_indentation_and_empty_lines_go(written: str, sent: str) -> None:
    assert lean(written) == sent
