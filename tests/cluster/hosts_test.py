"""A fit whose ranks are on two hosts, joined by TCP alone, has the bytes of one on a single process.

    hosts_test.py PROGRAM [unittest arguments]

Status 77: network namespaces cannot be made here (they need root). Kind of evidence: invariance.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import results  # noqa: E402
import two_hosts  # noqa: E402

PROGRAM = ""
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


class Hosts(unittest.TestCase):

    def run_here(self, *command):
        result = subprocess.run([str(word) for word in command], env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=600)
        self.assertEqual(result.returncode, 0, f"{command}: {result.stdout}{result.stderr}")
        return result.stdout

    def test_four_ranks_on_two_hosts_give_the_bytes_of_one_process(self):
        with tempfile.TemporaryDirectory(prefix="carillon-hosts-") as name:
            folder = pathlib.Path(name)
            try:
                hosts = two_hosts.TwoHosts(folder).__enter__()
            except two_hosts.CannotMake as problem:
                print(f"skipped: {problem}", flush=True)
                shutil.rmtree(folder)
                os._exit(77)
            self.addCleanup(hosts.__exit__)
            names = self.run_here(*hosts.command(2, "hostname")).split()
            self.assertEqual(sorted(names), ["carillon-host0"] * 2 + ["carillon-host1"] * 2)
            fit = (PROGRAM, "fit", results.write_recipe(folder), "--threads", "1", "--no-plots")
            self.run_here(*fit, "-o", folder / "local")
            self.run_here(*hosts.command(2, *fit, "-o", folder / "hosts"))
            self.assertIn("4 process(es) of 1 thread(s)", (folder / "hosts/carillon.log").read_text())
            self.assertEqual(sorted((folder / "started").read_text().split()), ["1", "1"], "the second host was reached once for each command")
            results.assert_equal(self, folder / "hosts", folder / "local")


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
