"""A grade in words: wherever a result stands, what to make of it stands beside it."""

from bulk2cell.trust.expect import Trust

ADVICE = {
    "strong": "worth a test at the bench",
    "fair": "worth a test beside strong ones",
    "weak": "a hint at most",
    "do not use": "little better than chance",
}


def describe_trust(trust: Trust) -> str:
    """Return how far a drug's scores can be trusted on given cells, in one sentence."""
    advice = ADVICE.get(trust.grade, "")
    return (
        f"Trust: {trust.grade}{f', {advice}' if advice else ''}. Expected AUROC {trust.expected_auroc:.2f}; in four of five "
        f"such cases it lies between {trust.low:.2f} and {trust.high:.2f}, and 0.5 is chance."
    )
