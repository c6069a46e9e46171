"""What `cellar fit` gains on the measured curves of an NMC pouch cell: fitted to C/20, C/2 and 1C, tested on 2C and a drive cycle.

    python pouch_fit.py [FOLDER] [-- OPTIONS OF cellar fit]

FOLDER holds About:Energy's file nmc_pouch_cell_BPX.json and its curves NMC_25degC_*.csv; by default cells/nmc_pouch beside the
folder that CELLAR_DATASETS names. Options default to `--thermal lumped --correct-potentials 8`. Errors are root mean squares over
all rows, on the mesh `fine`, of the published file (isothermal) and of the fitted one. Prints a Markdown table; takes some minutes.
"""

import csv
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CELLAR = os.environ.get("CELLAR", str(Path(__file__).resolve().parent.parent / ".build" / "release" / "cellar"))
FITTED = ["C/20", "C/2", "1C"]
TESTED = ["2C", "drive cycle"]
NAMES = {"C/20": "Co20", "C/2": "Co2", "1C": "1C", "2C": "2C", "drive cycle": "DriveCycle"}


def run(*arguments):
    done = subprocess.run([CELLAR, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit((done.stderr.strip().splitlines() or ["cellar failed"])[-1])
    return done.stdout


def main():
    arguments = sys.argv[1:]
    options = ["--thermal", "lumped", "--correct-potentials", "8"]
    if "--" in arguments:
        place = arguments.index("--")
        arguments, options = arguments[:place], arguments[place + 1 :]
    datasets = os.environ.get("CELLAR_DATASETS")
    if not arguments and not datasets:
        sys.exit("name the folder of the measured curves, or set CELLAR_DATASETS")
    folder = Path(arguments[0] if arguments else Path(datasets).resolve().parent / "cells" / "nmc_pouch")
    cell = folder / "nmc_pouch_cell_BPX.json"
    if not cell.exists():
        sys.exit(f"{cell}: no such file; name the folder that holds it")
    thermal = options[options.index("--thermal") + 1] if "--thermal" in options else "isothermal"
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        curves = {}
        for label, name in NAMES.items():
            with open(folder / f"NMC_25degC_{name}.csv", newline="") as file:
                rows = [[float(value) for value in row] for row in list(csv.reader(file))[1:]]
            kept = [row for index, row in enumerate(rows) if index == 0 or row[0] > rows[index - 1][0]]
            curves[label] = kept
            with open(scratch / f"{name}.bdf.csv", "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["test_time_second", "current_ampere", "voltage_volt"])
                writer.writerows(kept)
        fitted = scratch / "fitted.json"
        told = json.loads(
            run("fit", cell, *[scratch / f"{NAMES[label]}.bdf.csv" for label in FITTED], *options, "--out", fitted, "--json"))

        def error(file, label, *start):
            """Millivolts beside every measured row, driven by the measured current."""
            out = scratch / "out.csv"
            run("simulate", file, "--protocol", f"Drive {scratch / (NAMES[label] + '.bdf.csv')} in A", "--mesh", "fine",
                "--rtol", "1e-6", *start, "--out", out)
            with open(out, newline="") as handle:
                table = [(float(row["test_time_second"]), float(row["voltage_volt"])) for row in csv.DictReader(handle)]
            sum_of_squares, place = 0.0, 0
            for time, _, voltage in curves[label]:
                while place + 2 < len(table) and table[place + 1][0] < time:
                    place += 1
                (t0, v0), (t1, v1) = table[place], table[min(place + 1, len(table) - 1)]
                share = 0 if t1 <= t0 else min(max((time - t0) / (t1 - t0), 0), 1)
                sum_of_squares += (1e3 * (v0 + share * (v1 - v0) - voltage)) ** 2
            return math.sqrt(sum_of_squares / len(curves[label]))

        print("| curve | | published file, mV | fitted file, mV | less by |")
        print("|---|---|---|---|---|")
        for label in FITTED + TESTED:
            # The published file as published, full; the fitted one from the voltage at rest, as it was fitted.
            before = error(cell, label)
            after = error(fitted, label, "--thermal", thermal, "--rest-voltage", curves[label][0][2])
            role = "fitted" if label in FITTED else "not fitted"
            print(f"| {label} | {role} | {before:.1f} | {after:.1f} | {100 * (1 - after / before):.0f} % |")
        bounds = [p["name"] for p in told["parameters"] if p["at_bound"]]
        print(f"\n{len(told['parameters'])} parameters; at their bounds: {', '.join(bounds) or 'none'}")


if __name__ == "__main__":
    main()
