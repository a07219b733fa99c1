"""Identifiers of version 7 sort by their time of birth."""

import time
from concurrent.futures import ThreadPoolExecutor

from xindai.kernel.ids import uuid7


def test_they_are_of_version_7_and_of_the_usual_variant() -> None:
    made = uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_each_is_greater_than_the_one_before_also_within_a_millisecond() -> None:
    made = [uuid7() for _number in range(5000)]
    assert made == sorted(set(made))
    assert [str(one) for one in made] == sorted(map(str, made))


def test_they_tell_the_millisecond_of_their_birth() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000 + 1


def test_threads_never_make_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [one for many in pool.map(lambda _number: [uuid7() for _n in range(500)], range(4)) for one in many]
    assert len(set(made)) == 2000
