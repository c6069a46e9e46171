"""Cellar beside PyBaMM, in one run on one machine; prints a table and writes it to `results.md`.

Both sides are warm, on one thread (two where a line says so) and take turns, so that a busy
machine slows both. Times are medians. Run by `make bench`; by hand:

    python bench.py [--quick] [--only speed impedance accuracy process sweep cells pouch ageing circuit screening]

`CELLAR_DATASETS` may name a folder of data sets; beside it, `../reference` and `../cells/nmc_pouch`
hold the reference discharges and measured curves. What is not there is computed here, or left out
with a word.
"""

import argparse
import contextlib
import csv
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
for variable in THREAD_VARIABLES:
    os.environ[variable] = "1"

import numpy as np
import pybamm

import pybamm_reference as reference

ROOT = reference.ROOT
BUILD = ROOT / ".build" / "release"
SCRATCH = ROOT / ".build" / "bench"
CELL = "lg-m50-chen2020"
# The sweep: negative particle diffusivity from half to twice its value, in m2/s.
SWEEP = np.geomspace(1.65e-14, 6.6e-14, 100)


class Missing(Exception):
    """One side cannot be measured; the message says why."""


# ---------------------------------------------------------------- the two sides


def cellar(*arguments):
    """Runs `cellar` and returns its standard output."""
    program = BUILD / "cellar"
    if not program.exists():
        raise Missing("cellar is not built")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise Missing((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    return done.stdout


def cellar_discharge(cell, *options, steps=None, period=1):
    """Voltage over time of one simulation: times in s, volts, and the JSON that was printed."""
    cut_off = reference.cell_file(cell)["Parameterisation"]["Cell"]["Lower voltage cut-off [V]"] if not steps else None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        steps = steps or [f"Discharge at 1C until {cut_off} V"]
        protocol = [part for step in steps for part in ("--protocol", step)]
        timing = ["--period", period] if period else []
        printed = cellar("simulate", cell, *protocol, "--out", out, "--json", *timing, *options)
        with open(out, newline="") as file:
            rows = [(float(r["test_time_second"]), float(r["voltage_volt"])) for r in csv.DictReader(file)]
    times, volts = np.array(rows).T
    keep = np.append(np.diff(times) > 0, True)
    return times[keep], volts[keep], json.loads(printed)


def cellar_solves(case, repeats):
    """`repeats` warm solve times of one case, in s, from one process."""
    program = BUILD / "cellar-bench"
    if not program.exists():
        raise Missing("cellar-bench is not built")
    command = [program, "--case", case, "--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise Missing((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    return json.loads(done.stdout)["solve_seconds"]


def pybamm_solves(simulation, repeats):
    """`repeats` warm solve times, in s; setting up and processing excluded."""
    return [float(simulation.solve([0, 7200]).solve_time.value) for _ in range(repeats)]


def turns(rounds, *sides):
    """Calls the sides in turn; returns the collected times of each."""
    collected = [[] for _ in sides]
    for _ in range(rounds):
        for side, times in zip(sides, collected):
            times.extend(side())
    return collected


# A child's peak memory starts from that of the process that forks it, so a small one does the forking.
LAUNCHER = """
import json, os, sys, time
begin = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(json.dumps([time.perf_counter() - begin, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


def process(command):
    """Wall time in s and peak memory in MB of one fresh process."""
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *map(str, command)]
    done = subprocess.run(launcher, capture_output=True, text=True, cwd=ROOT, check=True)
    wall, peak, code = json.loads(done.stdout.splitlines()[-1])
    if code:
        raise Missing((done.stderr.strip().splitlines() or [f"exit code {code}"])[-1])
    return wall, peak / (2**20 if sys.platform == "darwin" else 2**10)


# ---------------------------------------------------------------- comparing


def root_mean_square(differences):
    return float(np.sqrt(np.mean(np.square(differences))))


def datasets():
    """The folder beside which references and measured cells lie, or None."""
    folder = os.environ.get("CELLAR_DATASETS")
    return Path(folder).resolve().parent if folder and Path(folder).exists() else None


def fine_discharge(cell):
    """Reference voltage of a cell's 1C discharge on PyBaMM's fine mesh: times in s, volts."""
    path = None
    if cell == CELL and datasets():
        path = datasets() / "reference" / "discharge" / "Chen2020_1C_fine.csv"
    if not path or not path.exists():
        path = SCRATCH / f"{cell}_1C_fine.csv"
        made_from = (ROOT / "Cells" / f"{cell}.json", Path(reference.__file__))
        if not path.exists() or path.stat().st_mtime < max(source.stat().st_mtime for source in made_from):
            print(f"PyBaMM, fine mesh: {cell}", file=sys.stderr)
            reference.reference(cell, SCRATCH)
    table = np.genfromtxt(path, delimiter=",", skip_header=1)
    return table[:, 0], table[:, 1]


def errors(times, volts, expected_times, expected_volts):
    """RMS over the common time and largest error after the first second, both in mV; difference of the ends in s."""
    common = expected_times <= times[-1]
    differences = 1e3 * (np.interp(expected_times[common], times, volts) - expected_volts[common])
    late = expected_times[common] > 1
    return root_mean_square(differences), float(np.max(np.abs(differences[late]))), times[-1] - expected_times[-1]


# ---------------------------------------------------------------- the table


class Table:
    """Lines of results: what, PyBaMM, Cellar, their ratio, the target and whether it is met."""

    def __init__(self, title, columns):
        self.title, self.columns, self.lines = title, columns, []

    def add(self, *cells):
        self.lines.append([str(cell) for cell in cells])
        print("  ".join(cell for cell in self.lines[-1]), file=sys.stderr)

    def markdown(self):
        head = f"### {self.title}\n\n| " + " | ".join(self.columns) + " |\n|" + "---|" * len(self.columns) + "\n"
        return head + "".join("| " + " | ".join(line) + " |\n" for line in self.lines)


def verdict(value, target):
    """Met, missed by at most a fifth, or missed."""
    if value <= target:
        return "yes"
    return "within 20 %" if value <= 1.2 * target else "**no**"


def shown(seconds):
    milliseconds = seconds * 1e3
    return f"{milliseconds:.3g} ms" if milliseconds < 1000 else f"{seconds:.3g} s"


def speed(rounds, repeats):
    """Solve only: P2D at two tolerances, the fast mesh, SPMe and SPM."""
    table = Table("Solve only (1C, LG M50, warm, one thread)", ["", "PyBaMM", "Cellar", "ratio", "to reach", "reached"])
    values = reference.parameters(CELL)

    def line(label, case, ratio=None, seconds=None, **settings):
        simulation = reference.simulation(values, **settings)
        simulation.solve([0, 7200])
        try:
            cellar_solves(case, 1)
            theirs, ours = turns(
                rounds, lambda: pybamm_solves(simulation, repeats), lambda: cellar_solves(case, repeats))
        except Missing as why:
            table.add(label, shown(statistics.median(pybamm_solves(simulation, repeats))), str(why), "", "", "")
            return
        a, b = statistics.median(theirs), statistics.median(ours)
        target = a / ratio if ratio else seconds
        aim = f"≤ 1/{ratio}" if ratio else f"≤ {shown(seconds)}"
        table.add(label, shown(a), shown(b), f"{a / b:.1f}", aim, verdict(b, target))

    line("P2D 20/20/20/20, rtol 1e-4", "dfn-1e-4", ratio=12)
    line("P2D 20/20/20/20, rtol 1e-6", "dfn-1e-6", ratio=8, rtol=1e-6)
    line("P2D `fast` mesh, rtol 1e-3 (PyBaMM: 20/20/20/20)", "fast", seconds=0.5e-3, rtol=1e-3)
    line("SPMe", "spme", seconds=0.25e-3, model="spme")
    line("SPM", "spm", seconds=0.1e-3, model="spm")
    try:
        compiled = reference.simulation(values, compile=True)
        compiled.solve([0, 7200])
        median = statistics.median(pybamm_solves(compiled, rounds * repeats))
        table.add("P2D 20/20/20/20, rtol 1e-4, PyBaMM compiled ahead of time", shown(median), "", "", "", "")
    except Exception as why:  # it needs a C compiler that PyBaMM finds
        print(f"PyBaMM's compiled solver: {why}", file=sys.stderr)
    return table


def impedance(rounds, repeats):
    """60 frequencies of the P2D's spectrum at SOC 0.5: time, and error to a fine mesh."""
    table = Table(
        "Impedance: 60 frequencies, 1e-4 to 1e4 Hz (P2D 20/20/20/20, LG M50, SOC 0.5, warm, one thread)",
        ["", "PyBaMM", "Cellar", "ratio", "to reach", "reached"])
    frequencies = np.geomspace(1e-4, 1e4, 60)
    simulation = reference.impedance(reference.parameters(CELL))
    spectrum = np.array(simulation.solve(frequencies, initial_soc=0.5).impedance)

    def theirs():
        times = []
        for _ in range(repeats):
            simulation.solve(frequencies)
            times.append(float(simulation.solve_time.value))
        return times

    try:
        cellar_solves("impedance", 1)
        first, second = turns(rounds, theirs, lambda: cellar_solves("impedance", repeats))
        printed = json.loads(cellar("impedance", CELL, "--soc", 0.5, "--frequencies", "1e-4:1e4:60", "--json"))
    except Missing as why:
        table.add("solve", shown(statistics.median(theirs())), str(why), "", "", "")
        return table
    a, b = statistics.median(first), statistics.median(second)
    table.add("solve", shown(a), shown(b), f"{a / b:.0f}", f"≤ {shown(4e-3)}", verdict(b, 4e-3))
    ours = [complex(p["real_impedance_ohm"], p["imaginary_impedance_ohm"]) for p in printed["spectrum"]]
    fine = reference.impedance(reference.parameters(CELL), reference.FINE_IMPEDANCE_MESH)
    exact = np.array(fine.solve(frequencies, initial_soc=0.5).impedance)
    worst = [float(np.max(np.abs(z - exact) / np.abs(exact))) for z in (spectrum, np.array(ours))]
    table.add(
        "largest error to PyBaMM on a fine mesh", f"{100 * worst[0]:.2f} %", f"{100 * worst[1]:.2f} %", "",
        f"≤ {100 * worst[0]:.2f} % (PyBaMM's)", verdict(worst[1], worst[0]))
    return table


def accuracy():
    """Both sides' errors to the fine reference."""
    table = Table(
        "Error of that solve to PyBaMM on a fine mesh (RMS, largest after 1 s; mV)",
        ["", "PyBaMM", "Cellar", "to reach", "reached"])
    times, volts = fine_discharge(CELL)
    inner = times[1:-1]

    def theirs(**settings):
        solution = reference.discharge(reference.parameters(CELL), **settings)
        dense = np.unique(np.concatenate([inner[inner < solution.t[-1]], [0, solution.t[-1]]]))
        return errors(dense, solution["Voltage [V]"](dense), times, volts)

    def line(label, settings, options, limits=None):
        a = theirs(**settings)
        try:
            b = errors(*cellar_discharge(CELL, *options)[:2], times, volts)
        except Missing as why:
            table.add(label, f"{a[0]:.2f}, {a[1]:.2f}", str(why), "", "")
            return
        rms, largest = limits or (a[0], None)
        aim = f"≤ {rms:.2f}" + (f", {largest:.2f}" if largest else "") + ("" if limits else " (PyBaMM's)")
        met = verdict(max(b[0] / rms, b[1] / largest if largest else 0), 1)
        table.add(label, f"{a[0]:.2f}, {a[1]:.2f}", f"{b[0]:.2f}, {b[1]:.2f}", aim, met)

    mesh = ["--mesh", "20/20/20/20"]
    line("P2D 20/20/20/20, rtol 1e-4", {}, [*mesh, "--rtol", "1e-4", "--atol", "1e-6"])
    line("P2D 20/20/20/20, rtol 1e-6", {"rtol": 1e-6}, [*mesh, "--rtol", "1e-6", "--atol", "1e-6"])
    line("P2D `fast` mesh, rtol 1e-3", {"rtol": 1e-3}, ["--mesh", "fast", "--rtol", "1e-3"], (2, 5))
    line("P2D `standard` mesh", {"rtol": 1e-6}, ["--mesh", "standard"], (0.7, 2))
    line("P2D `fine` mesh", {"rtol": 1e-8, "atol": 1e-8, "mesh": reference.FINE_MESH}, ["--mesh", "fine"], (0.3, 2))
    return table


def whole_process(runs):
    """A fresh process: start, solve, write."""
    table = Table("A whole process: P2D 1C to a CSV file", ["", "PyBaMM", "Cellar", "ratio", "to reach", "reached"])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        theirs = [sys.executable, reference.__file__, "--once", out]
        ours = [BUILD / "cellar", "simulate", CELL, "--protocol", "Discharge at 1C until 2.5 V", "--out", out]
        process(theirs)
        try:
            if not ours[0].exists():
                raise Missing("cellar is not built")
            process(ours)
            first, second = turns(runs, lambda: [process(theirs)], lambda: [process(ours)])
        except Missing as why:
            wall, memory = process(theirs)
            table.add("wall time", shown(wall), str(why), "", "", "")
            table.add("peak memory", f"{memory:.0f} MB", "", "", "", "")
            return table
    for index, label, unit, limit in ((0, "wall time", "s", 0.04), (1, "peak memory", "MB", 40)):
        a, b = (statistics.median(pair[index] for pair in side) for side in (first, second))
        text = shown if unit == "s" else (lambda v: f"{v:.0f} MB")
        table.add(label, text(a), text(b), f"{a / b:.1f}", f"≤ {text(limit)}", verdict(b, limit))
    return table


def sweep(rounds):
    """100 runs over a diffusivity on two threads."""
    table = Table(
        "100 runs of P2D 1C over a diffusivity (two threads)",
        ["", "PyBaMM", "Cellar", "ratio", "to reach", "reached"])
    key = "Negative particle diffusivity [m2.s-1]"
    values = reference.parameters(CELL)
    values[key] = "[input]"
    simulation = reference.simulation(values, num_threads=2)
    inputs = [{key: float(value)} for value in SWEEP]
    simulation.solve([0, 7200], inputs=inputs[:2])

    def theirs():
        begin = time.perf_counter()
        simulation.solve([0, 7200], inputs=inputs)
        return [time.perf_counter() - begin]

    theirs()
    try:
        cellar_solves("sweep100", 1)
        first, second = turns(rounds, theirs, lambda: cellar_solves("sweep100", 1))
    except Missing as why:
        table.add("P2D, rtol 1e-4", shown(statistics.median(turns(rounds, theirs)[0])), str(why), "", "", "")
        return table
    a, b = statistics.median(first), statistics.median(second)
    table.add("P2D, rtol 1e-4", shown(a), shown(b), f"{a / b:.1f}", f"≤ {shown(0.1)}", verdict(b, 0.1))
    return table


def cells():
    """Every shipped cell on fine meshes."""
    table = Table(
        "Every shipped cell at 1C, both on fine meshes",
        ["", "RMS difference", "largest after 1 s", "end of discharge", "to reach", "reached"])
    for cell in reference.PARAMETER_SETS:
        expected = fine_discharge(cell)
        try:
            times, volts, _ = cellar_discharge(
                cell, "--mesh", "fine", "--rtol", "1e-7", "--atol", "1e-8", period=expected[0][-1] / 4000)
        except Missing as why:
            table.add(f"`{cell}`", str(why), "", "", "", "")
            continue
        rms, largest, end = errors(times, volts, *expected)
        table.add(
            f"`{cell}`", f"{rms:.3f} mV", f"{largest:.2f} mV", f"{end:+.1f} s of {expected[0][-1]:.0f} s",
            "≤ 1 mV RMS", verdict(rms, 1))
    return table


AGEING = [
    # case, words, absolute limit in s, the ratio's inverse
    ("age-sei", "SEI, solvent-diffusion limited, LG M50 (Chen 2020)", 5e-3, 10),
    ("age-coupled-formula", "O'Kane 2022 coupled, Chen's graphite formula on both sides", 10e-3, 10),
    ("age-coupled", "O'Kane 2022 coupled, each with its own tabulated potential", 15e-3, 35),
]


def ageing(rounds=3, cycles=5):
    """Seconds a cycle with ageing."""
    table = Table(
        "Ageing: P2D 20/20/20/20, rtol 1e-4, a cycle of 1C to 2.5 V, 0.3C to 4.2 V, hold to C/100",
        ["", "PyBaMM", "Cellar", "ratio", "to reach", "reached"])
    for case, words, limit, inverse in AGEING:
        simulation = reference.ageing(case, cycles)

        def theirs():
            solution = simulation.solve()
            return [float(solution.solve_time.value) / cycles]

        theirs()
        try:
            first, second = turns(rounds, theirs, lambda: cellar_solves(case, 3))
        except Missing as why:
            table.add(words, "", str(why), "", "", "")
            continue
        a, b = statistics.median(first), statistics.median(second)
        table.add(
            words, shown(a), shown(b), f"{a / b:.1f}", f"≤ {shown(limit)}, ≤ 1/{inverse}",
            verdict(b, min(limit, a / inverse)))
    with contextlib.suppress(Missing, subprocess.CalledProcessError):
        _, peak = process([
            BUILD / "cellar", "simulate", "lg-m50-okane2022", "--ageing", "okane2022", "--cycles", "1000", "--mesh", "fast",
            *[part for step in reference.CYCLE for part in ("--protocol", step)], "--summary", "/dev/null"])
        table.add("peak memory after 1000 coupled cycles", "63 MB a cycle", f"{peak:.0f} MB", "", "≤ 60 MB", verdict(peak, 60))
    return table


def pouch():
    """The NMC pouch cell: one BPX file, measured curves, both simulators."""
    table = Table(
        "NMC pouch cell (About:Energy's BPX file) against its measured curves (RMS, mV)",
        ["", "PyBaMM", "Cellar", "to reach", "reached"])
    folder = datasets() / "cells" / "nmc_pouch" if datasets() else None
    if not folder or not folder.exists():
        print("measured curves are not here (CELLAR_DATASETS): left out", file=sys.stderr)
        return None
    file = folder / "nmc_pouch_cell_BPX.json"
    SCRATCH.mkdir(parents=True, exist_ok=True)
    for curve in sorted(folder.glob("*.csv")):
        label = curve.stem.replace("NMC_25degC_", "").replace("Co", "C/").replace("DriveCycle", "drive cycle")
        measured = np.genfromtxt(curve, delimiter=",", skip_header=1)
        measured = measured[np.append(True, np.diff(measured[:, 0]) > 0)]
        times, amperes, volts = measured.T

        values = reference.start_full(pybamm.ParameterValues.create_from_bpx(str(file)), json.loads(file.read_text()))
        values["Current function [A]"] = pybamm.Interpolant(times, -amperes, pybamm.t)
        # Full is 4.2 V within a fraction of a millivolt here, which PyBaMM takes for a cut-off already passed.
        values["Upper voltage cut-off [V]"] = 4.25
        jumps = np.abs(np.diff(amperes)) > 0.01 * np.max(np.abs(amperes))
        stops = times[np.append(True, jumps) | np.append(jumps, True)]
        simulation = reference.simulation(values, rtol=1e-6, atol=1e-6)
        solution = simulation.solve(np.union1d(stops, times[-1:]), t_interp=times)
        theirs = (solution.t, solution["Voltage [V]"](solution.t))

        drive = SCRATCH / f"{curve.stem}.bdf.csv"
        with open(drive, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["test_time_second", "voltage_volt", "current_ampere"])
            writer.writerows(zip(times, volts, amperes))
        try:
            ours = cellar_discharge(str(file), steps=[f"Drive {drive} in A"], period=None)[:2]
        except Missing as why:
            ours = None
            reason = str(why)
        end = min(side[0][-1] for side in (theirs, ours or theirs))
        common = times <= end
        rms = [
            root_mean_square(1e3 * (np.interp(times[common], *side) - volts[common])) if side else None
            for side in (theirs, ours)
        ]
        if ours is None:
            table.add(label, f"{rms[0]:.2f}", reason, "", "")
            continue
        # Two converged solutions differ by their meshes: half a per cent decides nothing.
        met = "yes" if rms[1] <= 1.005 * rms[0] else verdict(rms[1], rms[0])
        table.add(label, f"{rms[0]:.2f}", f"{rms[1]:.2f}", "no worse", met)
    return table


def circuit():
    """The equivalent circuit of a cell beside its pseudo-2D model: an hour of driving with pulses of 2C, and discharges."""
    table = Table(
        "Equivalent circuit beside P2D 20/20/20/20 (Cellar alone)",
        ["", "pairs", "RMS, mV", "largest, mV", "discharged, %", "P2D", "circuit"])
    SCRATCH.mkdir(parents=True, exist_ok=True)
    drive = SCRATCH / "drive.csv"
    seconds = np.arange(3601)
    amperes = -2.5 - 3 * np.sin(seconds / 37) - 2 * np.sin(seconds / 5) + np.where(seconds % 120 < 8, 6, 0)
    drive.write_text(
        "test_time_second,current_ampere\n" + "".join(f"{t},{i:.4f}\n" for t, i in zip(seconds, amperes)))
    for label, soc, step in [
        ("drive, 25 oC", 0.8, f"Drive {drive} in A"), ("drive, 0 oC", 0.8, f"Drive {drive} in A at 0 oC"),
        ("C/5", 1, "Discharge at C/5 until 2.5 V"), ("1C", 1, "Discharge at 1C until 2.5 V"),
    ]:
        for pairs in (1, 2):
            try:
                told = json.loads(cellar(
                    "simulate", CELL, "--model", "ecm", "--pairs", pairs, "--compare", "--soc", soc, "--protocol", step,
                    "--json"))["comparison"]
            except Missing as why:
                table.add(label, pairs, str(why), "", "", "", "")
                continue
            table.add(
                label, pairs, f"{1e3 * told['rms_V']:.1f}", f"{1e3 * told['largest_V']:.1f}",
                f"{100 * told['discharge_ratio']:.2f}", shown(told["solve_seconds"]),
                shown(told["circuit_solve_seconds"]))
    return table


def screening():
    """A hundred thousand formulas scored; described, predicted and scored: from their text, on all cores."""
    table = Table("A hundred thousand formulas (Cellar alone)", ["", "Cellar", "to reach", "reached"])
    for label, case, most in [
        ("scored", "score100k", 1), ("described, predicted by five models with intervals, and scored", "screen100k", 5)
    ]:
        seconds = min(cellar_solves(case, 3))
        table.add(label, shown(seconds), f"{most} s", verdict(seconds, most))
    return table


# ---------------------------------------------------------------- the report


def machine():
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def revision():
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    return "unknown revision"


def main():
    groups = ["speed", "impedance", "accuracy", "process", "sweep", "cells", "pouch", "ageing", "circuit", "screening"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=groups, default=groups, help="measure these groups")
    parser.add_argument("--quick", action="store_true", help="few repeats; writes no results.md")
    arguments = parser.parse_args()
    pybamm.set_logging_level("ERROR")
    rounds, repeats = (2, 3) if arguments.quick else (6, 4)
    run = {
        "speed": lambda: speed(rounds, repeats),
        "impedance": lambda: impedance(rounds, repeats),
        "accuracy": accuracy,
        "process": lambda: whole_process(3 if arguments.quick else 15),
        "sweep": lambda: sweep(3 if arguments.quick else 15),
        "cells": cells,
        "pouch": pouch,
        "ageing": ageing,
        "circuit": circuit,
        "screening": screening,
    }
    tables = [table for group in groups if group in arguments.only for table in [run[group]()] if table]
    text = (
        "# Benchmark\n\nWritten by `make bench`.\n"
        f"{machine()}; {datetime.date.today()}; PyBaMM {pybamm.__version__} with IDAKLU, "
        f"Python {platform.python_version()}; Cellar {revision()}.\n"
        "Times are medians; both sides are warm and take turns. "
        "PyBaMM's solve excludes set-up and output, as Cellar's does.\n\n"
        + "\n".join(table.markdown() for table in tables)
    )
    print(text)
    if not arguments.quick and arguments.only == groups:
        (ROOT / "Benchmarks" / "results.md").write_text(text)


if __name__ == "__main__":
    main()
