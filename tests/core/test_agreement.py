"""Agreement of labelings against scikit-learn and plain sets."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from core.agreement import adjusted_rand, jaccard_of_best, match


def test_adjusted_rand_equals_scikit_learn() -> None:
    rng = np.random.default_rng(7)
    for k in (2, 5):
        one, other = rng.integers(0, k, 400), rng.integers(0, 4, 400)
        other = np.where(rng.random(400) < 0.5, one % 4, other)
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
    assert adjusted_rand(one, one) == 1.0


def test_jaccard_equals_a_count_by_sets() -> None:
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 3, 60)
    resampled = [rng.integers(0, 4, 60), np.where(rng.random(60) < 0.8, labels, 0)]
    expected = []
    for cluster in range(3):
        own = set(np.flatnonzero(labels == cluster))
        best = []
        for again in resampled:
            others = [set(np.flatnonzero(again == other)) for other in range(again.max() + 1)]
            best.append(max(len(own & other) / len(own | other) for other in others))
        expected.append(np.mean(best))
    np.testing.assert_allclose(jaccard_of_best(labels, resampled, 3), expected)


def test_labels_are_matched_so_that_the_overlaps_add_up_to_the_most() -> None:
    # The first new label overlaps the old one most, but giving it up there is worth more elsewhere.
    earlier = np.repeat([0, 1, 2], [40, 30, 30])
    labels = np.repeat([1, 0, 0, 2], [38, 2, 30, 30])
    assert match(labels, earlier, 3, 3, 0.3) == [1, 0, 2]
    assert match(labels, earlier, 3, 3, 1.0) == [None, None, 2]
    split = np.repeat([0, 1, 2, 3], [20, 20, 30, 30])
    assert sorted(map(str, match(split, earlier, 4, 3, 0.3))) == ["0", "1", "2", "None"]
