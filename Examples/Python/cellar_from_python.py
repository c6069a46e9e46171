#!/usr/bin/env python3
"""Cellar from Python, with the standard library alone: JSON and CSV in and out.

    python3 Examples/Python/cellar_from_python.py

The command is looked for as $CELLAR, on the path, and in the repository's build.
"""

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CELLAR = os.environ.get("CELLAR") or shutil.which("cellar") or str(HERE.parents[1] / ".build/release/cellar")


class CellarError(Exception):
    """One line that says what is wrong, and the exit code."""

    def __init__(self, code, line):
        super().__init__(line)
        self.code = code


def cellar(*arguments):
    """Runs a command with --json; its document, or CellarError with its one line and exit code."""
    done = subprocess.run([CELLAR, *map(str, arguments), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise CellarError(done.returncode, done.stderr.strip())
    return json.loads(done.stdout)


def table(*arguments):
    """Runs a command that writes a table to standard output; a list of rows by their headings."""
    done = subprocess.run([CELLAR, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise CellarError(done.returncode, done.stderr.strip())
    return list(csv.DictReader(io.StringIO(done.stdout)))


def main():
    discharge = ["--protocol", "Discharge at 1C until 2.5 V"]

    print("capacity over temperature")
    for celsius in (0, 10, 25, 40):
        run = cellar("simulate", "lg-m50-chen2020", *discharge, "--temperature", celsius, "--model", "spme")
        print(f"  {celsius:3d} oC  {run['discharge_capacity_Ah']:.3f} A.h  {run['discharge_energy_Wh']:.2f} W.h")

    rows = table("simulate", "lg-m50-chen2020", *discharge, "--out", "-")
    mean = sum(float(row["voltage_volt"]) for row in rows) / len(rows)
    print(f"time series: {len(rows)} rows, mean voltage {mean:.3f} V")

    with tempfile.TemporaryDirectory() as folder:
        # Data of one's own go in as CSV with the Battery Data Format's headings.
        own = pathlib.Path(folder) / "own.csv"
        with own.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["test_time_second", "voltage_volt", "current_ampere"])
            writer.writerows([row["test_time_second"], row["voltage_volt"], row["current_ampere"]] for row in rows)
        summary = cellar("summarize", own)[0]["summary"][0]
        print(f"summarized: {summary['discharge_capacity_Ah']:.3f} A.h")

    cell = cellar("predict", HERE.parent / "Data" / "aged-cell.csv", "--nominal-capacity", 5)[0]
    print(f"SOH {cell['soh']:.3f} ({cell['soh_low']:.3f} to {cell['soh_high']:.3f}), "
          f"{cell['rul_cycles']:.0f} cycles left ({cell['rul_low']:.0f} to {cell['rul_high']:.0f})")

    for material in cellar("score", "LiFePO4", "NMC811"):
        print(f"{material['formula']}: score {material['score']:.0f}, {material['cobalt_mass_fraction']:.3f} cobalt")

    try:
        cellar("simulate", "lg-m50-chen2021", *discharge)
    except CellarError as error:
        print(f"exit code {error.code}: {error}")


if __name__ == "__main__":
    sys.exit(main())
