"""How well a score tells good from bad."""

from collections.abc import Sequence


def auc(scores: Sequence[int], are_bad: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a good case scores above a bad one, ties counted half.

    Raises ValueError unless there are both good and bad cases.
    """
    bad_count = sum(are_bad)
    good_count = len(are_bad) - bad_count
    if not bad_count or not good_count:
        raise ValueError("auc needs good and bad cases")
    ordered = sorted(zip(scores, are_bad, strict=True))
    goods_below, wins = 0, 0.0
    position = 0
    while position < len(ordered):
        tied = [is_bad for score, is_bad in ordered[position:] if score == ordered[position][0]]
        goods_tied = len(tied) - sum(tied)
        wins += sum(tied) * (goods_below + goods_tied / 2)
        goods_below += goods_tied
        position += len(tied)
    return 1 - wins / (bad_count * good_count)


def bad_rates(groups: Sequence[str], are_bad: Sequence[bool]) -> dict[str, tuple[int, int]]:
    """Bad cases and all cases by group."""
    counts: dict[str, tuple[int, int]] = {}
    for group, is_bad in zip(groups, are_bad, strict=True):
        bad, every = counts.get(group, (0, 0))
        counts[group] = (bad + is_bad, every + 1)
    return counts
