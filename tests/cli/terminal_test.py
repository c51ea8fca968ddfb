"""Progress: a bar on a terminal, plain lines elsewhere. Argument: the program."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

from program import PROGRAM, ProgramTest

ERASE = "\x1b[K"


class Terminal(ProgramTest):

    def on_terminal(self, columns, *arguments):
        """What a fit shows on a terminal so wide."""
        keyboard, screen = pty.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([PROGRAM, "fit", "recipe.yaml", "-o", "result", "--no-plots", "--overwrite", *arguments],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=screen)
        os.close(screen)
        shown = b""
        try:
            while piece := os.read(keyboard, 4096):
                shown += piece
        except OSError:  # how Linux says that the other side has been closed
            pass
        os.close(keyboard)
        self.assertEqual(process.wait(timeout=60), 0, shown)
        return shown.decode()

    def test_a_bar_that_fits_the_terminal(self):
        for columns in (60, 80, 200):
            shown = self.on_terminal(columns)
            drawn = re.findall(r"\r([^\r\n]*)" + re.escape(ERASE), shown)
            bars = [line for line in drawn if re.search(r"\[#*\.*\]", line)]
            self.assertGreaterEqual(len(bars), 4, "three steps and the evaluation")
            self.assertEqual(bars, drawn)
            for line in drawn:
                self.assertLess(len(line), columns)
            for title in ("design rows C ", "design rows N ", "design rows C-N ", "evaluation "):
                self.assertTrue(any(line.startswith(title) and "100 %" in line for line in bars), title)
            self.assertNotIn(" of 4 (", shown, "plain lines are for other places")

    def test_a_narrow_terminal_gets_no_bar_but_its_share(self):
        for line in re.findall(r"\r([^\r\n]*)" + re.escape(ERASE), self.on_terminal(30)):
            self.assertLess(len(line), 30)

    def test_messages_do_not_run_into_a_bar(self):
        """Every line that is not a bar starts at the left edge: what stands before it on its line is nothing."""
        for line in self.on_terminal(80).replace("\r\n", "\n").split("\n"):
            if "\r" in line:
                self.assertEqual(line.split(ERASE)[-1], "", line)

    def test_a_quiet_terminal_stays_empty(self):
        self.assertEqual(self.on_terminal(80, "--log-level", "warning"), "")

    def test_plain_lines_elsewhere(self):
        shown = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots").stderr
        self.assertIn("design rows C-N: 4 of 4 (100 %)", shown)
        self.assertIn("evaluation: 12 of 12 (100 %)", shown)
        self.assertNotIn("\r", shown)
        self.assertNotIn("\x1b", shown)
        self.assertIn("design rows C-N: 4 of 4 (100 %)", self.read("result/carillon.log"))


if __name__ == "__main__":
    unittest.main()
