"""The simulated populations behind Cellar's hybrid lifetime models, made again.

    python populations.py [--cellar PROGRAM] [--out DIR] [--work DIR] [NAME...]

Each population is the table Data/populations/NAME.csv: a Latin hypercube over rates of ageing, temperature and protocol,
one row a cell, simulated with `cellar simulate` and thinned out by `cellar train lifetime --population`. Nothing in it was
fitted to a real cell: rates span orders of magnitude about the literature's (O'Kane 2022; Laresgoiti 2015; Single 2018), so
that lives from a hundred to several thousand cycles occur, with and without knees. Runs that are there already are kept.
"""

import argparse
import csv
import json
import subprocess
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


def simulate(cellar, name, work):
    cell, model, lower, upper, cycles = POPULATIONS[name]
    folder = work / name
    (folder / "ageing").mkdir(parents=True, exist_ok=True)
    (folder / "runs").mkdir(exist_ok=True)
    table = (ROOT / "Data/populations" / f"{name}.csv").read_text()
    for line in csv.reader(table.splitlines()[1:]):
        row = [float(value) for value in line]
        run = int(row[0])
        stem = folder / "runs" / f"{run:06d}"
        if stem.with_suffix(".csv").exists():
            continue
        set_file = folder / "ageing" / f"{run:06d}.json"
        set_file.write_text(json.dumps(ageing(row, name != "lfp")))
        common = [
            cellar, "simulate", cell, "--ageing", str(set_file), "--model", model, "--mesh", "fast", "--rtol", "1e-3",
            "--temperature", f"{row[7]:.2f}", "--protocol", f"Discharge at {row[9]:.3f}C until {lower} V",
            f"Charge at {row[8]:.3f}C until {upper} V", f"Hold at {upper} V until C/20",
        ]
        if name == "lfp":  # discharge curves of cycles 10 and 100
            first = ["--cycles", "100", "--out", f"{stem}.bdf.csv", "--out-every", "10", "--summary", f"{stem}.first.csv"]
            subprocess.run(common + first, capture_output=True, timeout=600)
        whole = ["--cycles", str(cycles), "--until-capacity", "60", "--jump", "--summary", f"{stem}.csv"]
        try:
            subprocess.run(common + whole, capture_output=True, timeout=200)
        except subprocess.TimeoutExpired:
            print(f"{name} {run}: left out after 200 s")
    (folder / "runs.csv").write_text(table)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(POPULATIONS), metavar="NAME")
    parser.add_argument("--cellar", default=str(ROOT / ".build/release/cellar"))
    parser.add_argument("--out", type=Path, default=ROOT / "Data/populations")
    parser.add_argument("--work", type=Path, default=ROOT / ".build/populations")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        folder = simulate(options.cellar, name, options.work)
        target = options.out / f"{name}.json"
        subprocess.run([options.cellar, "train", "lifetime", "--population", str(folder), "--out", str(target)], check=True)
        print(f"{name}: {target}, {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
