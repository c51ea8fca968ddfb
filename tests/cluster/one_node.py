"""A Slurm of one controller and one node on this machine, for one test: its own key, ports and folder; no systemd, no accounting."""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "squeue", "scontrol", "sinfo")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"

# Jobs that take more memory than they asked for are ended: what the commands ask for has to be enough.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobs.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
KillWait=10
MinJobAge=3600
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={memory} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class CannotStart(Exception):
    """Why there is no Slurm here: for the message that a test is skipped with."""


class Slurm:
    """Use as a context; `environment` is for sbatch, squeue and others."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if len(self.daemons) == 3:  # jobs outlive slurmd
            self.ask("scancel", f"--user={pwd.getpwuid(os.getuid()).pw_name}")
            end = time.monotonic() + 30
            while self.ask("squeue", "--noheader").strip() and time.monotonic() < end:
                time.sleep(0.2)
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(15)
            except subprocess.TimeoutExpired:
                daemon.kill()

    def start(self):
        for program in PROGRAMS:
            if not shutil.which(program, path=PATH):
                raise CannotStart(f"no {program}: scripts/setup --cluster installs Slurm")
        self.folder.chmod(0o755)  # munge trusts no folder that others may change
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "munge/key").write_bytes(os.urandom(128))
        (self.folder / "munge/key").chmod(0o600)
        self.begin("munged", "--foreground", "--force", f"--key-file={self.folder}/munge/key", f"--socket={self.folder}/munge/socket",
                   f"--pid-file={self.folder}/munge/pid", f"--seed-file={self.folder}/munge/seed", f"--log-file={self.folder}/munge/log")
        self.wait(lambda: (self.folder / "munge/socket").exists(), "munged")
        host = socket.gethostname().split(".")[0]
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 * 9 // 10
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(host=host, user=pwd.getpwuid(os.getuid()).pw_name, folder=self.folder, memory=memory,
                                                                     ports=free_ports(2)), encoding="utf-8")
        self.begin("slurmctld", "-D")
        self.wait(lambda: "UP" in self.ask("scontrol", "ping"), "slurmctld")
        self.begin("slurmd", "-D", "-N", host)
        self.wait(lambda: self.ask("sinfo", "--noheader", "--format=%T").strip() in ("idle", "mixed", "allocated"), "slurmd")

    def begin(self, *command):
        with open(self.folder / f"{command[0]}.out", "wb") as out:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))

    def wait(self, ready, what):
        end = time.monotonic() + 30
        while not ready():
            if time.monotonic() > end or self.daemons[-1].poll() is not None:
                said = (self.folder / f"{what}.out").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
                raise CannotStart(f"{what} does not start here: {' / '.join(said)}")
            time.sleep(0.2)

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def states(self, job):
        """The state of a job, or of each task of an array."""
        return self.ask("squeue", "--noheader", "--states=all", "--array", f"--jobs={job}", "--format=%T").split()

    def wait_for_end(self, job, seconds=600):
        """The states in which a job ended."""
        end = time.monotonic() + seconds
        while any(state in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING") for state in self.states(job)) or not self.states(job):
            if time.monotonic() > end:
                raise AssertionError(f"job {job} does not end: {self.states(job)}\n{self.ask('scontrol', 'show', 'job', job)}")
            time.sleep(0.3)
        return sorted(set(self.states(job)))


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
