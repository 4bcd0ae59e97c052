"""What an AnnData holds, to tell what was changed."""

import anndata as ad
import numpy as np
import scipy.sparse as sp


def content(adata: ad.AnnData) -> dict[str, object]:
    """Return everything that an AnnData holds, by place and name, in values that can be compared."""
    held: dict[str, object] = {"is_view": adata.is_view}
    matrices = {"X": adata.X, **{f"layers {name}": X for name, X in adata.layers.items()}}
    if adata.raw is not None:
        matrices["raw"] = adata.raw.X
    for name, matrix in matrices.items():
        X = matrix[:] if adata.isbacked else matrix
        held[name] = X.toarray().tobytes() if sp.issparse(X) else np.asarray(X).tobytes()
    for place in ("obs", "var"):
        frame = getattr(adata, place)
        held |= {f"{place} {name}": list(frame[name]) for name in frame}
        held[place] = list(frame.index)
    return held | {f"uns {name}": repr(value) for name, value in adata.uns.items()}
