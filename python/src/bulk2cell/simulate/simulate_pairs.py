"""The method's five pairs by drug and cell numbers, with simulated cells."""

from pathlib import Path

from bulk2cell.artefacts.files import make_files
from bulk2cell.parameters import DEMO_SCALE, SimulateParameters
from bulk2cell.progress import say
from bulk2cell.published.read_pairs import pair_catalogue
from bulk2cell.simulate.simulate import simulate, write_simulated_sheet


def simulate_pairs(bulk: Path, response: Path, out: Path) -> Path:
    """Simulate the cells of five pairs, each with its own seed, in the numbers of the article divided by four.

    Parameters
    ----------
    bulk
        Expression table, lines x genes, log2.
    response
        Response table with the five drugs.
    out
        Folder for the cells, <pair>.h5ad, and their sample sheet, pairs.csv.

    Returns
    -------
    Path
        The sample sheet.

    Raises
    ------
    InputError
        If a file of one of these names, with other content, is in the folder.
    """
    sheet = []
    published = [(pair, pair.article) for pair in pair_catalogue().values() if pair.article]
    with make_files(out) as made:
        for number, (pair, cells_of) in enumerate(published):
            sizes = SimulateParameters(
                sensitive_cells=cells_of.sensitive // DEMO_SCALE,
                resistant_cells=cells_of.resistant // DEMO_SCALE,
                simulation_seed=number,
            )
            name = f"simulated_{pair.name}"
            cells = simulate(bulk, response, pair.drug, sizes, made / f"{name}.h5ad")
            say(
                f"{name}: {sizes.sensitive_cells} sensitive, {sizes.resistant_cells} resistant cells, simulated"
            )
            sheet.append((name, pair.drug, cells.name))
        write_simulated_sheet(made / "pairs.csv", sheet)
    return out / "pairs.csv"
