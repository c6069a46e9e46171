"""Cellar's lifetime protocols beside plain scikit-learn and XGBoost on the same folds, in one run.

    python lifetime_baseline.py [--train DIR] [--test DIR] [--out FILE.md]

Both folders default to `$CELLAR_DATASETS/cycling`. `cellar bench lifetime --splits` tells which cells
are tested together; the baselines here are fitted on the same training cells and scored on the same
test cells, with default preparation: no feature engineering beyond what the protocol gives.
"""

import argparse
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "2"

import numpy as np
import pandas as pd
import xgboost
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import ElasticNetCV, LinearRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parent.parent
STATISTICS = (
    "voltage_mean voltage_std voltage_kurtosis voltage_skewness CC_Q CC_charge_time voltage_slope "
    "voltage_entropy current_mean current_std current_kurtosis current_skewness CV_Q CV_charge_time "
    "current_slope current_entropy"
).split()
SETS = {
    "xjtu": "xjtu_ncm_features",
    "mit": "mit_lfp_features",
    "hust": "hust_lfp_features",
    "tju": "tju_features",
}
KNOWN = 10  # cycles known at the start of a cell
MOST_ROWS = 20000  # rows a tree model is trained on


def rmse(predicted, truth):
    return float(np.sqrt(np.mean((np.asarray(predicted) - truth) ** 2)))


def ridge():
    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(-3, 4, 15)))


def elastic_net():
    return make_pipeline(StandardScaler(), ElasticNetCV(l1_ratio=[0.1, 0.5, 0.9, 1], cv=5))


def gaussian_process():
    kernel = ConstantKernel(1.0) * RBF(3.0) + WhiteKernel(0.05)
    return make_pipeline(StandardScaler(), GaussianProcessRegressor(kernel, normalize_y=True))


def extra_trees():
    return ExtraTreesRegressor(100, min_samples_leaf=2, n_jobs=2, random_state=0)


def boosted():
    return xgboost.XGBRegressor(
        n_estimators=300, learning_rate=0.05, max_depth=6, subsample=0.7, colsample_bynode=0.5, n_jobs=2, random_state=0
    )


# ------------------------------------------------------------------ data


def severson(folder, name):
    root = f"{folder}/severson_lfp_qv/{name}"
    lives = pd.read_csv(f"{root}_cycle_lives.csv", index_col=0).iloc[:, 0]
    differences = pd.read_csv(f"{root}_deltaQ_100_minus_10_full1000.csv", index_col=0).loc[lives.index].values
    capacities = pd.read_csv(f"{root}_discharge_capacity_Ah_cycles2_100.csv", index_col=0).loc[lives.index].values
    capacities = np.where(capacities > 1.3, np.median(capacities, axis=1, keepdims=True), capacities)
    centred = differences - differences.mean(axis=1, keepdims=True)
    second = (centred**2).mean(axis=1)
    features = np.column_stack(
        [
            np.log10(second),
            np.log10(np.abs(differences.min(axis=1))),
            np.log10(np.abs(differences.mean(axis=1))),
            np.log10(np.abs((centred**3).mean(axis=1) / second**1.5)),
            np.log10((centred**4).mean(axis=1) / second**2),
            capacities[:, 0],
            capacities.max(axis=1) - capacities[:, 0],
            capacities[:, -1],
        ]
    )
    return np.array([f"{name}/{cell}" for cell in lives.index]), features, lives.values.astype(float)


def charge_cells(folder, name):
    root = Path(folder) / SETS[name]
    cells = {}
    for path in sorted(glob.glob(f"{root}/**/*.csv*", recursive=True)):
        table = pd.read_csv(path)
        values = table[STATISTICS].values.astype(float)
        values[~np.isfinite(values)] = np.nan
        key = str(Path(path).relative_to(root)).removesuffix(".gz").removesuffix(".csv")
        cells[key] = (values, table.capacity.values.astype(float))
    return cells


# ------------------------------------------------------------------ protocols


def run_severson(train, test):
    names, x, lives = severson(train, "train")
    out = {}
    for path in sorted(glob.glob(f"{test}/severson_lfp_qv/*_cycle_lives.csv")):
        name = Path(path).name.removesuffix("_cycle_lives.csv")
        tested, features, truth = severson(test, name)
        keep = ~np.isin(tested, names) if name == "train" else np.ones(len(tested), bool)
        if not keep.any():
            continue
        models = {
            "variance model": (LinearRegression(), [0]),
            "elastic net": (elastic_net(), list(range(8))),
            "Gaussian process": (gaussian_process(), [0, 1, 2, 3]),
            "XGBoost": (boosted(), list(range(8))),
        }
        for label, (model, columns) in models.items():
            predicted = np.exp(model.fit(x[:, columns], np.log(lives)).predict(features[:, columns]))
            usual = keep & (tested != "test1/cell22")
            if name == "test1":
                out.setdefault("severson_test1_without_outlier", {})[label] = rmse(predicted[usual], truth[usual])
                out.setdefault("severson_test1_all", {})[label] = rmse(predicted[keep], truth[keep])
            else:
                out.setdefault(f"severson_{name}", {})[label] = rmse(predicted[keep], truth[keep])
    return out


def early_row(cell):
    values, capacity = cell
    rows = np.column_stack([values, capacity])[:100]
    first, last = np.nanmean(rows[5:15], axis=0), np.nanmean(rows[-10:], axis=0)
    return np.concatenate([first, last - first])


def folds(splits, name, train, test):
    for number in sorted({row["split"] for row in splits if row["protocol"] == name}, key=int):
        tested = [r["cell"] for r in splits if r["protocol"] == name and r["split"] == number]
        yield [c for c in train if c not in set(tested)], tested


def run_early(train, test, splits):
    known, tested = charge_cells(train, "hust"), charge_cells(test, "hust")
    errors = {}
    for inside, left in folds(splits, "hust_life", known, tested):
        x = np.array([early_row(known[c]) for c in inside])
        y = np.array([len(known[c][1]) for c in inside], float)
        features = np.array([early_row(tested[c]) for c in left])
        truth = np.array([len(tested[c][1]) for c in left], float)
        for label, model in {"ridge": ridge(), "elastic net": elastic_net(), "extra trees": extra_trees()}.items():
            errors.setdefault(label, []).append((model.fit(x, y).predict(features) - truth) ** 2)
    return {"hust_life": {k: float(np.sqrt(np.mean(np.concatenate(v)))) for k, v in errors.items()}}


def health_rows(cells, names, with_start):
    xs, ys, scales = [], [], []
    for name in names:
        values, capacity = cells[name]
        if not with_start:
            xs.append(values), ys.append(capacity), scales.append(np.ones(len(capacity)))
            continue
        start, level = np.nanmedian(values[:KNOWN], axis=0), np.median(capacity[:KNOWN])
        values, capacity = values[KNOWN:], capacity[KNOWN:]
        xs.append(np.column_stack([values, values - start])), ys.append(capacity)
        scales.append(np.full(len(capacity), level))
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(scales)


def run_health(train, test, splits, with_start):
    out = {}
    for name in SETS:
        key = ("soh_known_start_" if with_start else "soh_") + name
        if not any(row["protocol"] == key for row in splits):
            continue
        known, tested = charge_cells(train, name), charge_cells(test, name)
        errors = {}
        for inside, left in folds(splits, key, known, tested):
            x, y, scale = health_rows(known, inside, with_start)
            features, truth, level = health_rows(tested, left, with_start)
            medians = np.nanmedian(x, axis=0)
            x, features = np.where(np.isnan(x), medians, x), np.where(np.isnan(features), medians, features)
            chosen = np.random.RandomState(0).permutation(len(x))[:MOST_ROWS]
            for label, model in {"ridge": ridge(), "extra trees": extra_trees(), "XGBoost": boosted()}.items():
                predicted = model.fit(x[chosen], (y / scale)[chosen]).predict(features) * level
                errors.setdefault(label, []).append(np.abs(predicted / truth - 1))
        out[key] = {k: float(100 * np.mean(np.concatenate(v))) for k, v in errors.items()}
    return out


# ------------------------------------------------------------------ report


def short(value):
    return f"{value:.0f}" if abs(value) >= 20 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.4f}"


def main():
    data = os.environ.get("CELLAR_DATASETS")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", default=data and f"{data}/cycling")
    parser.add_argument("--test", default=data and f"{data}/cycling")
    parser.add_argument("--out", default=str(ROOT / "Benchmarks" / "lifetime-results.md"))
    options = parser.parse_args()
    if not options.train or not options.test:
        sys.exit("set CELLAR_DATASETS to the folder of data sets, or give --train and --test")
    began = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        command = [ROOT / ".build/release/cellar", "bench", "lifetime", "--json", "--train", options.train]
        command += ["--test", options.test, "--splits", f"{scratch}/splits.csv"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
        ours = json.loads(done.stdout)
        ours_seconds = time.time() - began
        with open(f"{scratch}/splits.csv", newline="") as file:
            splits = list(csv.DictReader(file))
    began = time.time()
    python = {}
    if any(name.startswith("severson") for name in ours):
        python |= run_severson(options.train, options.test)
    if "hust_life" in ours:
        python |= run_early(options.train, options.test, splits)
    python |= run_health(options.train, options.test, splits, False)
    python |= run_health(options.train, options.test, splits, True)
    lines = [
        "| protocol | metric | scikit-learn, XGBoost, same folds | simple models in Cellar | published | to reach | Cellar |"
        " 90 % interval: coverage, width |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, line in ours.items():
        plain = ", ".join(f"{k} {short(v)}" for k, v in python.get(name, {}).items())
        simple = ", ".join(f"{k} {short(v)}" for k, v in line["baselines"].items())
        target = "" if line["target"] is None else short(line["target"])
        interval = "" if line["coverage"] is None else f"{100 * line['coverage']:.1f} %, {short(line['width'])}"
        lines.append(
            f"| {name} | {line['metric']} | {plain} | {simple} | {line['published']} | {target} | "
            f"**{short(line['value'])}** | {interval} |"
        )
    lines.append("")
    lines.append(f"Cellar took {ours_seconds:.0f} s, the Python baselines {time.time() - began:.0f} s.")
    text = "\n".join(lines) + "\n"
    print(text)
    Path(options.out).write_text(text)


if __name__ == "__main__":
    main()
