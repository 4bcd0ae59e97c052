"""A Slurm cluster of three nodes on one host, below one folder and gone at the end.

All daemons live in one PID namespace whose first process waits for the end of its standard input: when that closes,
even because the tests were killed, the kernel ends every daemon and every job.
"""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo", "unshare")
NAMESPACE = ("unshare", "--pid", "--fork", "--mount-proc")
GPUS = 2
START_SECONDS = 60

SLURM_CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
MailProg=/bin/true

SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/logs/slurmctld.log
StateSaveLocation={folder}/state
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/logs/%n.log
SlurmdSpoolDir={folder}/spool/%n
SlurmdParameters=config_overrides

ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=1024
GresTypes=gpu
JobRequeue=1
SchedulerParameters=batch_sched_delay=0

NodeName=DEFAULT CPUs=4 RealMemory=16384
NodeName=cpu1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]}
NodeName=cpu2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]}
NodeName=gpu1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[3]} Gres=gpu:{gpus}
PartitionName=cpu Nodes=cpu1,cpu2 Default=YES
PartitionName=gpu Nodes=gpu1
"""

DAEMONS = """\
set -e
munged --force --key-file=$FOLDER/munge.key --socket=$FOLDER/munge.socket --pid-file=$FOLDER/munged.pid \
  --seed-file=$FOLDER/munge.seed --log-file=$FOLDER/logs/munged.log
slurmctld -D &
for node in cpu1 cpu2 gpu1; do slurmd -D -N $node & done
read -r <&0 &
wait -n
"""


@dataclass(frozen=True)
class SlurmCluster:
    """How to reach a running cluster."""

    environment: dict[str, str]
    logs: Path


def slurm_missing() -> str:
    """Why a cluster cannot start here; empty if it can."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"no {', '.join(missing)} (Debian: slurm-wlm and munge)"
    if os.geteuid() != 0:
        return "a Slurm cluster for tests needs root"
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode != 0:
        return "unshare of a PID namespace is not permitted"
    with tempfile.TemporaryDirectory() as folder:
        try:
            _make_device(Path(folder) / "gpu0")
        except PermissionError:
            return "mknod is not permitted"
    return ""


@contextmanager
def slurm_cluster(folder: Path) -> Iterator[SlurmCluster]:
    """Run nodes cpu1 and cpu2 (partition cpu, the default) and gpu1 (partition gpu, two fake GPUs)."""
    for name in ("logs", "state", "spool"):
        (folder / name).mkdir(parents=True)
    for gpu in range(GPUS):
        _make_device(folder / f"gpu{gpu}")
    subprocess.run(["mungekey", "--create", f"--keyfile={folder}/munge.key"], check=True)
    host = socket.gethostname().split(".")[0]
    conf = folder / "slurm.conf"
    conf.write_text(SLURM_CONF.format(host=host, folder=folder, ports=_free_ports(4), gpus=GPUS))
    (folder / "gres.conf").write_text(f"NodeName=gpu1 Name=gpu File={folder}/gpu[0-{GPUS - 1}]\n")

    cluster = SlurmCluster({**os.environ, "SLURM_CONF": str(conf)}, folder / "logs")
    with (
        (cluster.logs / "daemons.log").open("w") as output,
        subprocess.Popen(
            [*NAMESPACE, "bash", "-c", DAEMONS],
            env={**cluster.environment, "FOLDER": str(folder)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        ) as daemons,
    ):
        _wait_until_idle(cluster, daemons)
        yield cluster


def _wait_until_idle(cluster: SlurmCluster, daemons: subprocess.Popen[bytes]) -> None:
    command = ["sinfo", "--noheader", "--Node", "--format=%N %T"]
    end = time.monotonic() + START_SECONDS
    while daemons.poll() is None and time.monotonic() < end:
        shown = subprocess.run(command, env=cluster.environment, capture_output=True, text=True, check=False)
        if shown.stdout.splitlines() == ["cpu1 idle", "cpu2 idle", "gpu1 idle"]:
            return
        time.sleep(0.1)
    raise RuntimeError(f"the Slurm cluster did not start; see {cluster.logs}")


def _make_device(path: Path) -> None:
    null = os.stat(os.devnull).st_rdev
    os.mknod(path, stat.S_IFCHR | 0o666, null)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
