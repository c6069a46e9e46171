"""The simulated populations behind Cellar's hybrid lifetime models, made again.

    python populations.py [--cellar PROGRAM] [--out DIR] [--work DIR] [--first N] [NAME...]

Each population is the table Data/populations/NAME.csv: a Latin hypercube over rates of ageing, temperature and protocol,
one row a cell, simulated with `cellar simulate` and thinned out by `cellar train lifetime --population`. Nothing in it was
fitted to a real cell: rates span orders of magnitude about the literature's (O'Kane 2022; Laresgoiti 2015; Single 2018), so
that lives from a hundred to several thousand cycles occur, with and without knees. Runs that are there already are kept; a
run that fails or takes more than 200 s of processor time is told and left out. `--first N` simulates N rows of each table.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# cell, model, lower and upper cut-off (V), cycles at most
POPULATIONS = {
    "nmc": ("nmc532-mohtat2020", "spme", 2.8, 4.2, 4000),
    "nca": ("nca-kim2011", "spme", 2.7, 4.2, 4000),
    "lfp": ("a123-prada2013", "spm", 2.0, 3.6, 5000),
}


def ageing(row, has_positive):
    _, diffusivity, plating, dead, negative, positive, exponent, _, _, _, resistivity = row
    mechanics = {
        "Poisson's ratio": 0.3, "Young's modulus [Pa]": 1.5e10, "Partial molar volume [m3.mol-1]": 3.1e-6,
        "LAM constant proportional term [s-1]": negative, "LAM constant exponential term": exponent,
        "Critical stress [Pa]": 6e7,
    }
    out = {
        "description": "A member of a population: rates drawn at random within the literature's orders of magnitude.",
        "SEI": {
            "SEI solvent diffusivity [m2.s-1]": diffusivity, "Bulk solvent concentration [mol.m-3]": 2636,
            "Ratio of lithium moles to SEI moles": 1, "SEI partial molar volume [m3.mol-1]": 9.585e-5,
            "SEI resistivity [ohm.m]": resistivity, "Initial SEI thickness [m]": 5e-9,
            "SEI growth activation energy [J.mol-1]": 38000, "Porosity change": 1,
        },
        "Lithium plating": {
            "Lithium plating kinetic rate constant [m.s-1]": plating, "Lithium plating transfer coefficient": 0.65,
            "Lithium metal partial molar volume [m3.mol-1]": 1.3e-5, "Initial plated lithium concentration [mol.m-3]": 0,
            "Dead lithium decay constant [s-1]": dead,
        },
        "Negative electrode": mechanics,
    }
    if has_positive:
        out["Positive electrode"] = {
            "Poisson's ratio": 0.2, "Young's modulus [Pa]": 3.75e11, "Partial molar volume [m3.mol-1]": 1.25e-5,
            "LAM constant proportional term [s-1]": positive, "LAM constant exponential term": exponent,
            "Critical stress [Pa]": 3.75e8,
        }
    return out


def run(command, what):
    """Runs a command; processor time is limited, so that a busy machine leaves out no more than an idle one."""
    limited = ["sh", "-c", 'ulimit -t 200; exec "$@"', "sh", *command]
    done = subprocess.run(limited, capture_output=True, text=True)
    if done.returncode < 0:
        print(f"{what}: left out after 200 s of processor time")
    elif done.returncode:
        print(f"{what}: left out: {(done.stderr.strip().splitlines() or ['no reason told'])[-1]}")


def simulate_one(cellar, name, folder, row):
    cell, model, lower, upper, cycles = POPULATIONS[name]
    number = int(row[0])
    stem = folder / "runs" / f"{number:06d}"
    if stem.with_suffix(".csv").exists():
        return
    set_file = folder / "ageing" / f"{number:06d}.json"
    set_file.write_text(json.dumps(ageing(row, name != "lfp")))
    common = [
        cellar, "simulate", cell, "--ageing", str(set_file), "--model", model, "--mesh", "fast", "--rtol", "1e-3",
        "--temperature", f"{row[7]:.2f}", "--protocol", f"Discharge at {row[9]:.3f}C until {lower} V",
        f"Charge at {row[8]:.3f}C until {upper} V", f"Hold at {upper} V until C/20",
    ]
    if name == "lfp":  # discharge curves of cycles 10 and 100
        first = ["--cycles", "100", "--out", f"{stem}.bdf.csv", "--out-every", "10", "--summary", f"{stem}.first.csv"]
        run(common + first, f"{name} {number}, first cycles")
    whole = ["--cycles", str(cycles), "--until-capacity", "60", "--jump", "--summary", f"{stem}.csv"]
    run(common + whole, f"{name} {number}")


def simulate(cellar, name, work, first):
    folder = work / name
    (folder / "ageing").mkdir(parents=True, exist_ok=True)
    (folder / "runs").mkdir(exist_ok=True)
    lines = (ROOT / "Data/populations" / f"{name}.csv").read_text().splitlines()[: first + 1 if first else None]
    rows = [[float(value) for value in line] for line in csv.reader(lines[1:])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda row: simulate_one(cellar, name, folder, row), rows))
    (folder / "runs.csv").write_text("\n".join(lines) + "\n")
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(POPULATIONS), metavar="NAME")
    parser.add_argument("--cellar", default=str(ROOT / ".build/release/cellar"))
    parser.add_argument("--out", type=Path, default=ROOT / "Data/populations")
    parser.add_argument("--work", type=Path, default=ROOT / ".build/populations")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="rows of each table; all by default")
    options = parser.parse_args()
    for name in options.names:
        if name not in POPULATIONS:
            parser.error(f"{name}: no such population; {', '.join(POPULATIONS)} are right")
    if options.first < 0:
        parser.error(f"--first {options.first}: not positive")
    if options.first and options.out.resolve() == (ROOT / "Data/populations").resolve():
        parser.error("--first: a part would stand for the whole population; name another folder with --out")
    if shutil.which(options.cellar) is None:
        parser.error(f"--cellar {options.cellar}: no such program; 'make build' makes it")
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        folder = simulate(options.cellar, name, options.work, options.first)
        target = options.out / f"{name}.json"
        train = [options.cellar, "train", "lifetime", "--population", str(folder), "--out", str(target)]
        if subprocess.run(train).returncode:
            raise SystemExit(1)
        print(f"{name}: {target}, {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
