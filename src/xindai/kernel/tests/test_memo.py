"""What stands still is read once, and only while it is said to stand still."""

from xindai.kernel import memo


def test_a_question_is_asked_once_while_things_stand_still() -> None:
    asked = []

    @memo.read_once
    def question(number: int) -> int:
        asked.append(number)
        return number * 2

    with memo.standing_still():
        assert [question(1), question(1), question(2)] == [2, 2, 4]
        with memo.standing_still():
            assert question(1) == 2
    assert asked == [1, 2]


def test_it_is_asked_again_when_its_answer_has_changed() -> None:
    asked = []

    @memo.read_once
    def question(number: int) -> None:
        asked.append(number)

    with memo.standing_still():
        question(1)
        question(2)
        memo.forget(question)
        question(1)
    assert asked == [1, 2, 1]


def test_it_is_asked_again_afterwards() -> None:
    asked = []

    @memo.read_once
    def question() -> None:
        asked.append(1)

    with memo.standing_still():
        question()
    question()
    question()
    assert len(asked) == 3
