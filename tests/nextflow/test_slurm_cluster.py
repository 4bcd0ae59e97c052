import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slurm_cluster import SlurmCluster, slurm_cluster, slurm_missing

MISSING = slurm_missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no Slurm cluster: {MISSING}")

GPU = ("--partition=gpu", "--gres=gpu:1")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmCluster]:
    with slurm_cluster(tmp_path_factory.mktemp("slurm")) as running:
        yield running


def slurm(cluster: SlurmCluster, *command: str | Path) -> str:
    shown = subprocess.run(
        command, env=cluster.environment, capture_output=True, text=True, check=True, timeout=30
    )
    return shown.stdout.strip()


def submit(cluster: SlurmCluster, output: Path, script: str, *options: str) -> str:
    return slurm(cluster, "sbatch", "--parsable", f"--output={output}", *options, f"--wrap={script}")


def jobs(cluster: SlurmCluster, *ids: str) -> list[list[str]]:
    """State and reason of jobs."""
    shown = slurm(
        cluster, "squeue", "--noheader", "--states=all", f"--jobs={','.join(ids)}", "--format=%T %r"
    )
    return sorted(line.split() for line in shown.splitlines())


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)


def wait_for_state(cluster: SlurmCluster, job: str, state: str) -> None:
    wait_for(lambda: [shown[0] for shown in jobs(cluster, job)] == [state])


def wait_for_text(path: Path, end: str) -> None:
    wait_for(lambda: path.exists() and path.read_text().endswith(end))


def test_a_job_runs_on_a_cpu_node_by_default(cluster: SlurmCluster, tmp_path: Path) -> None:
    output = tmp_path / "output"
    job = submit(cluster, output, "echo $SLURMD_NODENAME", "--account=lab")
    wait_for_state(cluster, job, "COMPLETED")
    assert output.read_text() in {"cpu1\n", "cpu2\n"}


def test_a_gpu_job_sees_its_gpu(cluster: SlurmCluster, tmp_path: Path) -> None:
    output = tmp_path / "output"
    job = submit(cluster, output, "echo $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES", *GPU)
    wait_for_state(cluster, job, "COMPLETED")
    assert output.read_text() == "gpu1 0\n"


def test_a_third_gpu_job_waits_for_a_gpu(cluster: SlurmCluster, tmp_path: Path) -> None:
    release = tmp_path / "release"
    hold = f"echo $CUDA_VISIBLE_DEVICES; until [ -e {release} ]; do sleep 0.1; done"
    outputs = [tmp_path / str(number) for number in range(3)]
    submitted = [submit(cluster, output, hold, *GPU) for output in outputs]
    two_run = [["PENDING", "Resources"], ["RUNNING", "None"], ["RUNNING", "None"]]
    wait_for(lambda: jobs(cluster, *submitted) == two_run)
    release.touch()
    for job in submitted:
        wait_for_state(cluster, job, "COMPLETED")
    assert {output.read_text() for output in outputs[:2]} == {"0\n", "1\n"}


def test_a_cancelled_job_gets_a_signal_and_ends(cluster: SlurmCluster, tmp_path: Path) -> None:
    output = tmp_path / "output"
    job = submit(cluster, output, "trap 'echo $?' EXIT; trap exit TERM; echo started; sleep 600")
    wait_for_text(output, "started\n")
    slurm(cluster, "scancel", job)
    wait_for_state(cluster, job, "CANCELLED")
    wait_for_text(output, "143\n")


def fail_beside_a_stubborn_job(folder: Path) -> None:
    with slurm_cluster(folder / "slurm") as cluster:
        submit(cluster, folder / "output", "trap '' TERM; setsid sleep 600 & echo started; wait")
        wait_for_text(folder / "output", "started\n")
        raise AssertionError("the test fails")


def test_nothing_runs_on_after_a_failed_test(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the test fails"):
        fail_beside_a_stubborn_job(tmp_path)
    processes = subprocess.run(
        ["ps", "axeww", "-o", "args"], capture_output=True, text=True, check=True
    ).stdout
    assert str(tmp_path) not in processes
