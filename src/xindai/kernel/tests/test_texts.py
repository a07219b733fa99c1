"""What no database holds is told before it gets there."""

import pytest

from xindai.kernel.texts import is_line, is_prose


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31m", "a\x7f", "half \ud83d"])
def test_control_characters_and_half_characters_are_no_text(text: str) -> None:
    assert not is_line(text)
    assert not is_prose(text)


def test_a_line_break_is_prose_and_no_line() -> None:
    assert is_prose("one\r\n\ttwo")
    assert not is_line("one\ntwo")


@pytest.mark.parametrize("text", ["", "王建国", "Müller & Söhne", "家电 🏠"])
def test_what_people_write_is_a_line(text: str) -> None:
    assert is_line(text)
