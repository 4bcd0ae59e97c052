import pytest

from bulk2cell.errors import ParameterError
from bulk2cell.methods import CONTROLS
from bulk2cell.strategies import NETWORKS, STRATEGIES, choose_strategies

PUBLISHED = {name: strategy for name, strategy in STRATEGIES.items() if strategy.family == NETWORKS}


def test_the_five_networks_are_the_published_ones() -> None:
    assert {name: (s.shared, s.adversarial, s.masked) for name, s in PUBLISHED.items()} == {
        "base_ae": (False, False, False),
        "adv_ae": (False, True, False),
        "base_share_ae": (True, False, False),
        "adv_share_ae": (True, True, False),
        "share_ae_pathways": (True, False, True),
    }


@pytest.mark.parametrize("name", STRATEGIES)
def test_gene_sets_are_spoilt_where_the_model_depends_on_them_and_an_encoder_where_one_is_trained(
    name: str,
) -> None:
    strategy = STRATEGIES[name]
    assert (
        ("random gene sets" in strategy.controls) == ("dense decoder" in strategy.controls) == strategy.masked
    )
    assert ("untrained encoder" in strategy.controls) == (name in PUBLISHED)
    assert set(strategy.controls) <= set(CONTROLS)
    assert "permuted labels" in strategy.controls


def test_strategies_are_chosen_by_name_in_their_own_order() -> None:
    assert choose_strategies("all") == list(STRATEGIES)
    assert choose_strategies(" share_ae_pathways, base_ae") == ["base_ae", "share_ae_pathways"]
    with pytest.raises(ParameterError, match=r"'base' is unknown; choose among ridge_pathways.*or all"):
        choose_strategies("base")
