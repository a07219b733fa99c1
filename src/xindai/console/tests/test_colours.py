"""The design tokens keep the contrast that readers need, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[1] / "static" / "xd" / "tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--xd-([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
SINGLE = re.compile(r"--xd-([a-z0-9-]+): (#[0-9a-f]{6});")
TEXT_ON = [
    ("ink", "surface"), ("ink", "bg"), ("muted", "surface"), ("muted", "bg"), ("primary", "surface"), ("ink", "hover"),
    ("ink", "selected"), ("on-solid", "solid"), ("good", "good-tint"), ("watch", "watch-tint"), ("bad", "bad-tint"),
    ("danger", "danger-tint"), ("loss", "loss-tint"), ("info", "info-tint"), ("neutral", "neutral-tint"),
    ("danger", "surface"), ("nav-text", "nav-bg"), ("nav-group", "nav-bg"), ("on-class-2", "class-2"),
    ("on-class-3", "class-3"), ("surface", "series-1"), ("surface", "series-2"), ("surface", "series-3"),
]  # fmt: skip
MARK_ON = [("field-line", "surface"), ("focus", "surface"), ("focus", "bg")]
SCHEMES = {"light": 0, "dark": 1}


def _colours(scheme: int) -> dict[str, str]:
    both = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}
    both |= {name: (colour, colour) for name, colour in SINGLE.findall(TOKENS)}
    return {name: pair[scheme] for name, pair in both.items()}


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(text: str, ground: str, scheme: str) -> None:
    colours = _colours(SCHEMES[scheme])
    assert _contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("mark", "ground"), MARK_ON)
def test_controls_and_focus_stand_out(mark: str, ground: str, scheme: str) -> None:
    colours = _colours(SCHEMES[scheme])
    assert _contrast(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_severity_is_distance_from_the_paper(scheme: str) -> None:
    colours = _colours(SCHEMES[scheme])
    paper = _luminance(colours["surface"])
    distances = [abs(_luminance(colours[f"class-{number}"]) - paper) for number in range(1, 6)]
    assert distances == sorted(distances)
