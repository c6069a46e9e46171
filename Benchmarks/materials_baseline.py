"""Cellar's predictors of materials beside plain XGBoost in Python, on the same folds.

    python materials_baseline.py [--data DIR] [--only PROTOCOL ...] [--cellar PROGRAM] [--out FILE.md]

The folder defaults to `$CELLAR_DATASETS/materials`. `cellar bench materials --predictions` tells in
which fold each row was scored; the baseline is trained on rows of the other folds that share no
composition and no group with the rows scored, as Cellar's models are, and scored on the same rows.
It describes electrodes by matminer's Magpie statistics of the discharged electrode (of the host alone
where its capacity is asked for), solid electrolytes by the same of their composition, and the other
materials by the columns of their tables, polymers and their salts by how often which letter occurs.
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
TOKENS = "CcONFS=#(12-+BP"
CHARGES = {"Mg": 2, "Ca": 2, "Zn": 2, "Y": 3, "Al": 3}


def cellar(program, *arguments):
    """Runs `cellar` and returns its standard output."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit((done.stderr.strip().splitlines() or [f"cellar: exit code {done.returncode}"])[-1])
    return done.stdout


class Magpie:
    """matminer's statistics, each composition once."""

    def __init__(self):
        self.featurizer = ElementProperty.from_preset("magpie", impute_nan=False)
        self.featurizer.set_n_jobs(1)
        self.known = {}
        self.seconds = 0.0

    def __call__(self, composition):
        key = composition.formula
        if key not in self.known:
            start = time.perf_counter()
            self.known[key] = self.featurizer.featurize(composition)
            self.seconds += time.perf_counter() - start
        return self.known[key]


class Rows:
    """What a protocol's rows are described by, and what they share with others."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.magpie = Magpie()
        self.tables = {}

    def table(self, name):
        if name not in self.tables:
            self.tables[name] = pd.read_csv(self.folder / name, skip_blank_lines=False)
        return self.tables[name]

    def describe(self, protocol, rows):
        """Features, groups and compositions of rows by their names in Cellar's file of predictions."""
        for word in ("solid_electrolyte", "liquid_electrolyte", "polymer_electrolyte", "doped_nmc"):
            if protocol.startswith(word):
                return getattr(self, word)(protocol, rows)
        return self.electrodes(protocol, rows)

    def electrodes(self, protocol, rows):
        # "battery|ion|charged|discharged|voltage"; whole profiles of the older table are told the same way.
        features, groups, compositions = [], [], []
        grouping = next(g for g in ("chemical_system", "framework", "random") if protocol.endswith(g))
        for row in rows:
            ion, charged, discharged, _ = row.split("|")[-4:]
            charged, discharged, metal = Composition(charged), Composition(discharged), Composition(ion)
            host = Composition({e: n for e, n in discharged.items() if e.symbol != ion})
            own = self.magpie(metal)[3::6]
            if protocol.startswith("capacity"):
                features.append(self.magpie(host) + own + [CHARGES.get(ion, 1)])
            else:
                fractions = [c.get_atomic_fraction(ion) for c in (charged, discharged)]
                features.append(self.magpie(discharged) + own + fractions)
            ends = [charged.reduced_formula, discharged.reduced_formula]
            compositions.append(set(ends))
            groups.append(
                {
                    "random": ion + "|" + "|".join(ends),
                    "framework": host.reduced_formula,
                    "chemical_system": host.chemical_system,
                }[grouping]
            )
        return features, groups, compositions

    def solid_electrolyte(self, protocol, rows):
        table = self.table("obelix_train.csv").drop_duplicates("ID").set_index("ID")
        features, groups, compositions = [], [], []
        for row in rows:
            entry = table.loc[row]
            composition = Composition(entry["True Composition"])
            features.append(self.magpie(composition))
            family = "".join(c for c in str(entry["Family"]).lower() if c.isalpha())
            groups.append(
                {
                    "random": composition.reduced_formula,
                    "source": str(entry["DOI"]).lower(),
                    "chemical_system": composition.chemical_system,
                    "family": family[:-1] if family.endswith("s") else family,
                }[protocol[len("solid_electrolyte_") :]]
            )
            compositions.append({composition.reduced_formula})
        return features, groups, compositions

    def numbered(self, name, rows):
        """Entries by the line that a row's name begins with."""
        return self.table(name).loc[[int(row.split(" ")[0]) - 2 for row in rows]]

    def liquid_electrolyte(self, protocol, rows):
        table = self.numbered("calisol23_liquid_electrolyte_conductivity.csv", rows)
        solvents = list(table.columns[7:])
        x = table[["T", "c"] + solvents].astype(float)
        x["molal"] = table["c units"].astype(str).str.contains("kg").astype(float)
        for basis in ("w", "v"):
            x[f"by {basis}"] = (table["solvent ratio type"] == basis).astype(float)
        for salt in sorted(table["salt"].astype(str).unique()):
            x[salt] = (table["salt"] == salt).astype(float)
        mixtures = (100 * table[solvents + ["c"]].astype(float)).round().astype(str).agg(" ".join, axis=1)
        mixtures = table["salt"].astype(str) + " " + table["solvent ratio type"].astype(str) + " " + mixtures
        return x.to_numpy(), list(table["doi"].str.lower()), [{m} for m in mixtures]

    def polymer_electrolyte(self, protocol, rows):
        table = self.numbered("polymer_electrolyte_conductivity.csv", rows)
        x = [
            [text.count(token) for text in (unit, salt) for token in TOKENS] + [celsius, molality, mass]
            for unit, salt, celsius, molality, mass in zip(
                table["smiles"], table["salt smiles"].fillna(""), table["temperature"], table["molality"], table["mw"]
            )
        ]
        return x, list(table["smiles"]), [{s} for s in table["smiles"]]

    def doped_nmc(self, protocol, rows):
        # A row is named by its numbers.
        names = [c for c in self.table("doped_nmc_capacity.csv").columns if c not in ("IC", "EC")]
        x = np.array([[float(number) for number in row.split(" ")] for row in rows])
        places = [names.index(c) for c in ("Li", "Ni", "Co", "Mn", "M", "Mr_dopant")]
        oxides = [" ".join(str(v) for v in row[places]) for row in x]
        return x, oxides, [{o} for o in oxides]


def baseline(x, y, folds, groups, compositions):
    """Predictions of plain XGBoost for every row, trained on the other folds' rows that share nothing with its fold."""
    out = np.full(len(y), np.nan)
    for fold in sorted(set(folds)):
        test = [i for i, f in enumerate(folds) if f == fold]
        taken = {groups[i] for i in test}
        seen = set().union(*(compositions[i] for i in test))
        train = [
            i for i, f in enumerate(folds) if f != fold and groups[i] not in taken and not (compositions[i] & seen)
        ]
        model = XGBRegressor(
            n_estimators=300, learning_rate=0.05, max_depth=6, subsample=0.7, colsample_bynode=0.5,
            min_child_weight=3, n_jobs=1, tree_method="hist",
        )
        out[test] = model.fit(x[train], y[train]).predict(x[test])
    return out


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", default=os.path.join(os.environ.get("CELLAR_DATASETS", ""), "materials"))
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--cellar", default=str(ROOT / ".build" / "release" / "cellar"))
    options.add_argument("--out", type=Path)
    options = options.parse_args()
    described = Rows(options.data)
    lines = ["| protocol | metric | plain XGBoost, Python | Cellar | gain |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        only = ["--only", *options.only] if options.only else []
        result = json.loads(
            cellar(
                options.cellar, "bench", "materials", "--train", options.data, "--test", options.data, "--json",
                "--predictions", path, *only,
            )
        )
        with open(path, newline="") as file:
            predictions = list(csv.DictReader(file))
    print("\n".join(lines), flush=True)
    for name, line in result.items():
        rows = [row for row in predictions if row["protocol"] == name]
        truth = np.array([float(row["truth"]) for row in rows])
        x, groups, compositions = described.describe(name, [row["row"] for row in rows])
        guess = baseline(np.array(x, dtype=float), truth, [row["fold"] for row in rows], groups, compositions)
        errors = np.abs(guess - truth)
        is_square = line["metric"].startswith(("RMSE", "root"))
        figure = float(np.sqrt(np.mean(errors**2)) if is_square else np.mean(errors))
        value = line["value"]
        gain = 100 * (1 - value / figure)
        lines.append(f"| {name} | {line['metric']} | {figure:.4g} | {value:.4g} | {gain:.1f} % |")
        print(lines[-1], flush=True)
    print(f"matminer described {len(described.magpie.known)} compositions in {described.magpie.seconds:.1f} s", file=sys.stderr)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
