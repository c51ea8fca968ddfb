"""What the commands of this folder share: the text of a job, and handing it to Slurm."""
import math
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class BadInput(Exception):
    """Something a user can mend."""


def add_options(parser):
    parser.add_argument("--before", action="append", default=[], metavar="COMMAND",
                        help="a line of shell for the job's beginning, as `module load openmpi`; may be repeated")
    parser.add_argument("--print", action="store_true", help="only show the job script")


def split_arguments():
    """The command's own arguments, and those after `--`, which are sbatch's."""
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    return given[:end], given[end + 1:]


def clock(minutes):
    """Slurm's days-hours:minutes:seconds, rounded up to a minute."""
    whole = max(1, math.ceil(minutes))
    return f"{whole // 1440}-{whole // 60 % 24:02d}:{whole % 60:02d}:00"


def megabytes(size):
    """Slurm's notation, which counts in 1024 x 1024 bytes."""
    return f"{max(1, math.ceil(size / 2**20))}M"


def script(directives, before, command):
    """A job script. The command takes the shell's place, so that it is the one whom Slurm asks to end."""
    lines = ["#!/bin/bash"]
    lines += [f"#SBATCH --{name}" if value is None else f"#SBATCH --{name}={value}" for name, value in directives.items()]
    lines += before
    lines.append("exec " + " ".join(shlex.quote(str(word)) for word in command))
    return "\n".join(lines) + "\n"


def hand_in(text, options, more):
    """Gives a job to Slurm and prints its number, or prints the script."""
    if options.print:
        first, rest = text.split("\n", 1)
        directives, commands = [], rest.split("\n")
        while commands[0].startswith("#SBATCH"):
            directives.append(commands.pop(0))
        print("\n".join([first, *directives, *(f"#SBATCH {option}" for option in more), *commands]), end="")  # the last one wins
        return
    try:
        result = subprocess.run(["sbatch", "--parsable", *more], input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BadInput("sbatch: not found; --print shows the job script") from None
    if result.returncode != 0:
        raise BadInput(f"sbatch: {result.stderr.strip()}")
    print(result.stdout.strip().split(";")[0])
