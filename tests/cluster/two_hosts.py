"""Two hosts on this machine, for Open MPI: network namespaces joined by a cable, each with an address and a name of its own. Needs root."""
import os
import subprocess

ADDRESSES = ("10.77.0.1", "10.77.0.2")
NETWORK = "10.77.0.0/24"

# How Open MPI starts its helper on a host: agent HOST COMMAND...
AGENT = """\
#!/bin/sh
case $1 in
  {addresses[0]}) number=0 ;;
  {addresses[1]}) number=1 ;;
  *) echo "no host $1" >&2; exit 1 ;;
esac
shift
echo "$number" >> {folder}/started
exec {enter} {name}$number unshare --uts sh -c "hostname carillon-host$number; $*"
"""


class CannotMake(Exception):
    """Why there are no such hosts here: for the message that a test is skipped with."""


class TwoHosts:
    """Use as a context. `launcher` starts ranks on both; it and its helpers' namespaces have no other network."""

    def __init__(self, folder):
        self.folder, self.name = folder, f"carillon{os.getpid()}h"

    def __enter__(self):
        try:
            for number in (0, 1):
                ip("netns", "add", f"{self.name}{number}")
            ip("link", "add", "cable", "netns", f"{self.name}0", "type", "veth", "peer", "name", "cable", "netns", f"{self.name}1")
            for number, address in enumerate(ADDRESSES):
                inside = ("-n", f"{self.name}{number}")
                ip(*inside, "addr", "add", f"{address}/24", "dev", "cable")
                ip(*inside, "link", "set", "cable", "up")
                ip(*inside, "link", "set", "lo", "up")
        except BaseException:
            self.__exit__()
            raise
        agent = self.folder / "agent"
        agent.write_text(AGENT.format(addresses=ADDRESSES, folder=self.folder, enter="ip netns exec", name=self.name), encoding="utf-8")
        agent.chmod(0o755)
        return self

    def __exit__(self, *_):
        for number in (0, 1):  # the cable goes with them
            subprocess.run(["ip", "netns", "del", f"{self.name}{number}"], capture_output=True, check=False)

    def command(self, ranks_of_each, *words):
        """Runs on both hosts, started from the first. Without a host name of its own, Open MPI takes the second for the first."""
        hosts = ",".join(f"{address}:{ranks_of_each}" for address in ADDRESSES)
        launcher = ["mpirun", "--host", hosts, "--bind-to", "none", "--mca", "plm", "rsh", "--mca", "plm_rsh_agent", str(self.folder / "agent"),
                    "--mca", "btl", "self,tcp", "--mca", "pml", "ob1"]
        for kind in ("btl_tcp_if_include", "oob_tcp_if_include"):
            launcher += ["--mca", kind, NETWORK]
        return ["ip", "netns", "exec", f"{self.name}0", "unshare", "--uts", "sh", "-c", 'hostname carillon-host0; exec "$@"', "sh", *launcher, *map(str, words)]


def ip(*words):
    try:
        result = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotMake("no program ip: install iproute2") from None
    if result.returncode != 0:
        raise CannotMake(f"ip {' '.join(words)}: {result.stderr.strip()}")
