"""Cellar's predictors of electrodes beside plain XGBoost on matminer's Magpie descriptors, on the same folds.

    python materials_baseline.py [--data DIR] [--only PROTOCOL ...] [--out FILE.md]

The folder defaults to `$CELLAR_DATASETS/materials`. `cellar bench materials --predictions` tells in
which fold each row was scored; the baseline is trained on rows of the other folds that share no
composition and no group with the rows scored, as Cellar's models are, and scored on the same rows.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from matminer.featurizers.composition import ElementProperty
from pymatgen.core import Composition
from xgboost import XGBRegressor

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parent.parent
TARGETS = {
    "voltage": "average_voltage_V",
    "volume_change": "max_delta_volume_frac",
    "density": "density_discharged_g_cm3",
    "hull_charged": "stability_charge_eV_atom",
    "hull_discharged": "stability_discharge_eV_atom",
}


def cellar(*arguments):
    """Runs `cellar` and returns its standard output."""
    program = ROOT / ".build" / "release" / "cellar"
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit((done.stderr.strip().splitlines() or [f"cellar: exit code {done.returncode}"])[-1])
    return done.stdout


def describe(table):
    """Magpie's statistics of the discharged composition, the ion's properties and its fractions."""
    featurizer = ElementProperty.from_preset("magpie", impute_nan=False)
    featurizer.set_n_jobs(1)
    rows = []
    start = time.perf_counter()
    for row in table.itertuples():
        charged, discharged = Composition(row.formula_charge), Composition(row.formula_discharge)
        ion = Composition(row.working_ion)
        rows.append(
            featurizer.featurize(discharged)
            + featurizer.featurize(ion)[3::6]
            + [charged.get_atomic_fraction(row.working_ion), discharged.get_atomic_fraction(row.working_ion)]
        )
    print(f"matminer described {len(rows)} rows in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    return np.array(rows, dtype=float)


def host(row):
    """The framework: the discharged formula without its ion."""
    left = {e: n for e, n in Composition(row.formula_discharge).items() if e.symbol != row.working_ion}
    return Composition(left)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", default=os.path.join(os.environ.get("CELLAR_DATASETS", ""), "materials"))
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--out", type=Path)
    options = options.parse_args()
    table = pd.read_csv(Path(options.data) / "mp_insertion_electrodes_2024.csv")
    table = table[table.outlier_flag == 0].set_index("battery_id", drop=False)
    names = options.only or [
        f"{word}_{group}"
        for word in TARGETS
        for group in (("random", "framework", "chemical_system") if word == "voltage" else ("random", "chemical_system"))
    ]
    x = describe(table)
    frameworks = [host(row) for row in table.itertuples()]
    groups = {
        "framework": np.array([c.reduced_formula for c in frameworks]),
        "chemical_system": np.array([c.chemical_system for c in frameworks]),
    }
    ends = [
        {Composition(row.formula_charge).reduced_formula, Composition(row.formula_discharge).reduced_formula}
        for row in table.itertuples()
    ]
    groups["random"] = np.array([row.working_ion + "|".join(sorted(e)) for row, e in zip(table.itertuples(), ends)])
    place = {name: index for index, name in enumerate(table.index)}
    lines = ["| protocol | plain XGBoost, matminer | Cellar | gain |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        result = json.loads(
            cellar(
                "bench", "materials", "--train", options.data, "--test", options.data, "--json",
                "--predictions", path, "--only", *names,
            )
        )
        with open(path) as file:
            predictions = list(csv.DictReader(file))
    for name in names:
        word = next(word for word in sorted(TARGETS, key=len, reverse=True) if name.startswith(word))
        y = table[TARGETS[word]].to_numpy(float)
        if word == "volume_change":
            y = 100 * np.abs(y)
        own = groups[name[len(word) + 1 :]]
        folds = {}
        for row in predictions:
            if row["protocol"] == name:
                folds.setdefault(row["fold"], []).append(place[row["row"].split("|")[0]])
        errors = []
        for test in folds.values():
            seen = set().union(*(ends[index] for index in test))
            taken = set(own[test])
            train = [i for i in range(len(y)) if own[i] not in taken and not (ends[i] & seen)]
            model = XGBRegressor(
                n_estimators=300, learning_rate=0.05, max_depth=6, subsample=0.7, colsample_bynode=0.5,
                min_child_weight=3, n_jobs=1, tree_method="hist",
            )
            model.fit(x[train], y[train])
            errors += list(np.abs(model.predict(x[test]) - y[test]))
        baseline, value = float(np.mean(errors)), result[name]["value"]
        lines.append(f"| {name} | {baseline:.4g} | {value:.4g} | {100 * (1 - value / baseline):.1f} % |")
        print(lines[-1], flush=True)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
