"""PyBaMM's side of the benchmark: the same cells, starting from the same lithium.

Run as a program, it discharges every shipped cell at 1C on a fine mesh and writes
`<folder>/<cell>_1C_fine.csv`: time, voltage, current (positive on discharge) and capacity
at 201 points of equal capacity steps.

    python pybamm_reference.py [--folder .build/bench] [CELL ...]
    python pybamm_reference.py --once FILE     one default 1C discharge, to time a whole process
"""

import argparse
import csv
import json
import os
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import pybamm

ROOT = Path(__file__).resolve().parent.parent

# Each shipped cell and the parameter set that holds the same values.
PARAMETER_SETS = {
    "lg-m50-chen2020": "Chen2020",
    "lg-m50-okane2022": "OKane2022",
    "lg-m50-composite": "Chen2020_composite",
    "kokam-marquis2019": "Marquis2019",
    "kokam-ecker2015": "Ecker2015",
    "a123-prada2013": "Prada2013",
    "enertech-ai2020": "Ai2020",
    "nmc532-mohtat2020": "Mohtat2020",
    "nca-kim2011": "NCA_Kim2011",
    "naion-chayambuka2022": "Chayambuka2022",
}
# A blend's materials in the order PyBaMM calls primary and secondary.
PHASES = {"Graphite": "Primary: ", "SiOx": "Secondary: "}

# Where 100 shells are not enough: diffusivities that change steeply within a particle.
FINE_SHELLS = {"naion-chayambuka2022": 400}
FINE_MESH = {"x_n": 60, "x_s": 60, "x_p": 60, "r_n": 100, "r_p": 100, "r_n_prim": 100, "r_n_sec": 100}
# Equal shells resolve the surface at 1 Hz only when there are many of them.
FINE_IMPEDANCE_MESH = {"x_n": 120, "x_s": 60, "x_p": 120, "r_n": 400, "r_p": 400}
MODELS = {"dfn": pybamm.lithium_ion.DFN, "spme": pybamm.lithium_ion.SPMe, "spm": pybamm.lithium_ion.SPM}


def cell_file(cell):
    """The shipped BPX file as a dictionary."""
    return json.loads((ROOT / "Cells" / f"{cell}.json").read_text())


def start_full(values, bpx):
    """Sets the initial concentrations to SOC 1 of a BPX file's own window."""
    for domain, end in (("negative", "Maximum"), ("positive", "Minimum")):
        electrode = bpx["Parameterisation"][f"{domain.capitalize()} electrode"]
        if "Particle" in electrode:
            particles = [(PHASES[name], particle) for name, particle in electrode["Particle"].items()]
        else:
            particles = [("", electrode)]
        for prefix, particle in particles:
            filled = particle[f"{end} stoichiometry"] * particle["Maximum concentration [mol.m-3]"]
            values[f"{prefix}Initial concentration in {domain} electrode [mol.m-3]"] = filled
    return values


def parameters(cell):
    """PyBaMM's values for a shipped cell, discharged at 1C from the file's SOC 1."""
    values = start_full(pybamm.ParameterValues(PARAMETER_SETS[cell]), cell_file(cell))
    values["Current function [A]"] = values["Nominal cell capacity [A.h]"]
    return values


def simulation(values, model="dfn", rtol=1e-4, atol=1e-6, mesh=None, **solver_options):
    """A PyBaMM simulation on IDAKLU; the default mesh has 20 points in every direction."""
    options = {}
    if "Secondary: Negative electrode OCP [V]" in values:
        # One potential per material: no hysteresis on either phase.
        options = {"particle phases": ("2", "1"), "open-circuit potential": (("single", "single"), "single")}
    chosen = MODELS[model](options)
    points = {key: n for key, n in (mesh or {}).items() if key in chosen.default_var_pts}
    return pybamm.Simulation(
        chosen,
        parameter_values=values,
        solver=pybamm.IDAKLUSolver(rtol=rtol, atol=atol, options=solver_options),
        var_pts=chosen.default_var_pts | points,
    )


COUPLED = {
    "SEI": "solvent-diffusion limited",
    "SEI porosity change": "true",
    "SEI on cracks": "true",
    "lithium plating": "partially reversible",
    "particle mechanics": ("swelling and cracking", "swelling only"),
    "loss of active material": "stress-driven",
}
CYCLE = ("Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/100")


def ageing(case, cycles):
    """A PyBaMM simulation of cycles that age the cell, on the default mesh and tolerances of `simulation`."""
    cell = "lg-m50-chen2020" if case == "age-sei" else "lg-m50-okane2022"
    values = parameters(cell)
    if case == "age-coupled-formula":
        # Chen's formula for graphite on both sides.
        key = "Negative electrode OCP [V]"
        values[key] = pybamm.ParameterValues("Chen2020")[key]
    options = {"SEI": "solvent-diffusion limited"} if case == "age-sei" else COUPLED
    return pybamm.Simulation(
        pybamm.lithium_ion.DFN(options),
        parameter_values=values,
        experiment=pybamm.Experiment([CYCLE] * cycles),
        solver=pybamm.IDAKLUSolver(rtol=1e-4, atol=1e-6),
    )


def discharge(values, hours=2.0, **keywords):
    """One discharge to the lower cut-off."""
    return simulation(values, **keywords).solve([0, hours * 3600])


def impedance(values, mesh=None):
    """PyBaMM's own spectrum of the P2D model with double layers."""
    model = pybamm.lithium_ion.DFN({"surface form": "differential"})
    return pybamm.EISSimulation(model, parameter_values=values, var_pts=model.default_var_pts | (mesh or {}))


def reference(cell, folder):
    """Writes a cell's fine discharge and returns the file's path."""
    values = parameters(cell)
    shells = FINE_SHELLS.get(cell)
    mesh = FINE_MESH | ({"r_n": shells, "r_p": shells} if shells else {})
    tolerance = 1e-6 if shells else 1e-8
    solution = discharge(values, rtol=tolerance, atol=tolerance, mesh=mesh)
    times = np.linspace(0, solution.t[-1], 201)
    current = float(values["Current function [A]"])
    path = Path(folder) / f"{cell}_1C_fine.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", "voltage_V", "current_A", "capacity_Ah"])
        for t, volt in zip(times, solution["Voltage [V]"](times)):
            writer.writerow([f"{t:.6f}", f"{volt:.8f}", f"{current:.8f}", f"{current * t / 3600:.9f}"])
    return path


def once(path):
    """What a user runs: build, solve, write."""
    solution = discharge(parameters("lg-m50-chen2020"))
    columns = ["Time [s]", "Voltage [V]", "Current [A]"]
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(solution[column].entries for column in columns)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cells", nargs="*", metavar="CELL")
    parser.add_argument("--folder", default=str(ROOT / ".build" / "bench"))
    parser.add_argument("--once", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.once:
        return once(arguments.once)
    for cell in arguments.cells or PARAMETER_SETS:
        begin = time.perf_counter()
        path = reference(cell, arguments.folder)
        print(f"{cell}: {path} ({time.perf_counter() - begin:.1f} s)", file=sys.stderr)


if __name__ == "__main__":
    main()
