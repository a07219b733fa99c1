"""The design tokens keep the contrast that readers need, in light and in dark."""

import pytest

from xindai.console import colours
from xindai.console.colours import Pairing


@pytest.mark.parametrize("pairing", colours.pairings(), ids=lambda one: f"{one.front}-{one.ground}-{one.scheme}")
def test_text_can_be_read_on_its_ground_and_controls_stand_out(pairing: Pairing) -> None:
    assert pairing.is_enough, pairing


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast("#000000", "#ffffff") == 21
    assert colours.contrast("#777777", "#777777") == 1
    assert round(colours.contrast("#767676", "#ffffff"), 2) == pytest.approx(4.54)


@pytest.mark.parametrize("scheme", colours.SCHEMES)
def test_severity_is_distance_from_the_paper(scheme: str) -> None:
    known = colours.colours(scheme)
    paper = colours.luminance(known["surface"])
    distances = [abs(colours.luminance(known[f"class-{number}"]) - paper) for number in range(1, 6)]
    assert distances == sorted(distances)
