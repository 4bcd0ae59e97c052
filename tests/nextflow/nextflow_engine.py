"""How the tests start the pipeline, and what a run of it leaves."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).parents[2]
TINY = {
    "hvg": 100,
    "hidden": 32,
    "pretrain_epochs": 3,
    "finetune_epochs": 4,
    "seeds": 1,
    "device": "cpu",
}


@dataclass(frozen=True)
class Ended:
    """How a run of the pipeline ended: exit status, what it printed, one row of the trace per task; its process is named
    without the subworkflows that it stands in."""

    code: int
    text: str
    trace: pd.DataFrame

    def tasks(self, status: str) -> list[str]:
        """Return the processes of the tasks that ended so, sorted."""
        return sorted(self.trace.loc[self.trace["status"] == status, "process"])


Pipeline = Callable[..., Ended]


def environment() -> dict[str, str]:
    """Return what Nextflow is started with: this Python's bulk2cell first, no colours, no network."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NXF_ANSI_LOG": "false",
        "NXF_OFFLINE": "true",
        "NXF_OPTS": "-XX:TieredStopAtLevel=1 -Xmx1g",
    }
