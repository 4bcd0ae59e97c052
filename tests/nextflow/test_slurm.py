"""`-profile slurm` on a real three-node cluster: where stages run, and what a cancelled task does."""

import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nextflow_engine import Pipeline
from slurm_cluster import SlurmCluster, slurm_cluster, slurm_missing

WATCH = """
process {
    beforeScript = 'echo $SLURMD_NODENAME $SLURM_JOB_PARTITION $SLURM_JOB_ACCOUNT ${CUDA_VISIBLE_DEVICES:-none} > where.txt'
    resourceLimits = [cpus: 4, memory: 16.GB]
}
executor {
    pollInterval = '500 ms'
    queueStatInterval = '1 sec'
    exitReadTimeout = '10 sec'
}
"""


@pytest.fixture
def cluster() -> Iterator[SlurmCluster]:
    if missing := slurm_missing():
        pytest.skip(missing)
    with tempfile.TemporaryDirectory() as folder, slurm_cluster(Path(folder)) as running:
        yield running


def cancel_once(cluster: SlurmCluster, name: str, stopped: threading.Event) -> None:
    """Cancel the first job whose name has `name` in it, once its command has started."""
    listing = ["squeue", "--noheader", "--states=RUNNING", "--format=%i %Z %j"]
    while not stopped.wait(0.1):
        shown = subprocess.run(listing, env=cluster.environment, capture_output=True, text=True, check=True)
        for line in shown.stdout.splitlines():
            job, folder, job_name = line.split(maxsplit=2)
            if name in job_name and (Path(folder) / "errors.log").exists():
                subprocess.run(["scancel", job], env=cluster.environment, check=True)
                return


def test_gpu_stages_run_on_the_gpu_node_and_a_cancelled_task_is_retried(
    cluster: SlurmCluster,
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    reference_words: list[str],
    tmp_path: Path,
) -> None:
    watch = tmp_path / "watch.config"
    watch.write_text(WATCH)
    stopped = threading.Event()
    canceller = threading.Thread(target=cancel_once, args=(cluster, "FINETUNE", stopped))
    canceller.start()
    words = ["-profile", "slurm", "--cluster_container", "none", "--account", "lab", "-c", watch]
    try:
        ended = pipeline(
            tmp_path,
            *words,
            *reference_words,
            "--skip_attribution",
            "--input",
            sheet({}),
            env={"SLURM_CONF": cluster.environment["SLURM_CONF"]},
        )
    finally:
        stopped.set()
        canceller.join()
    assert ended.code == 0, ended.text

    for task in ended.trace.itertuples():
        node, partition, account, gpu = (Path(task.workdir) / "where.txt").read_text().split()
        assert account == "lab"
        if task.process in {"PRETRAIN", "FINETUNE", "CONTROLS"}:
            assert (node, partition) == ("gpu1", "gpu")
            assert gpu in {"0", "1"}
            assert (task.cpus, task.memory) == (2, f"{8 * task.attempt} GB")
        else:
            assert node in {"cpu1", "cpu2"}
            assert gpu == "none"

    tries = ended.trace[ended.trace["process"] == "FINETUNE"].sort_values("attempt")
    assert tries["exit"].astype(int).tolist() == [143, 0]
    assert (tmp_path / "results" / "report" / "report.html").is_file()
