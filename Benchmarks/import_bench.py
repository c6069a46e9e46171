"""Import: a million rows of CSV to their per-cycle table, beside pandas' read_csv alone, in one run on one machine.

Each line is one measurement of this run: what, seconds (the least of the repeats), resident memory at its peak in MB. A longer
file, of CELLAR_IMPORT_GB gigabytes (default 2; 0 leaves it out), goes through a pipe, so that it takes no room on the disk.
Where CELLAR_DATASETS names the data sets, two files of Neware's are read as well, and beside that by fastnda and cellpy where
the Python that CELLAR_READERS names has them (pip install fastnda cellpy, in an environment of their own: they bring an older
pandas); what is left out is said.
Prints a Markdown table, and returns its rows to whoever imports this file.
"""

import importlib.metadata
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CELLAR = os.environ.get("CELLAR", os.path.join(HERE, "..", ".build", "release", "cellar"))
HEADING = (
    "Test_Time(s),Cycle_Index,Step_Index,Current(A),Voltage(V),Charge_Capacity(Ah),Discharge_Capacity(Ah),Temperature (C)\n"
)
REPEATS = 5


def rows(first, count):
    """Rows of a cell cycled at 1.1 A, a thousand rows a cycle, as text."""
    lines = []
    for number in range(first, first + count):
        cycle, place = divmod(number, 1000)
        charging = place < 500
        part = (place % 500) / 500
        voltage = 3.0 + 1.2 * part if charging else 4.2 - 1.2 * part
        charge = 1.1 * (cycle + min(place, 500) / 500)
        discharge = 1.1 * (cycle + max(place - 500, 0) / 500)
        lines.append(
            "%.1f,%d,%d,%.4f,%.4f,%.4f,%.4f,%.2f\n"
            % (7.2 * number, cycle + 1, 1 if charging else 2, 1.1 if charging else -1.1, voltage, charge, discharge, 25 + part)
        )
    return "".join(lines)


def run(command, **keywords):
    """Seconds, and the child's peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **keywords)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(errors.decode(errors="replace"))
    return seconds, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def pandas_read(path):
    """Seconds of read_csv alone, and the peak memory of a process that does nothing else, in MB."""
    code = "import sys, time, pandas; t = time.perf_counter(); pandas.read_csv(sys.argv[1]); print(time.perf_counter() - t)"
    process = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE)
    seconds = float(process.stdout.read())
    _, _, usage = os.wait4(process.pid, 0)
    return seconds, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def of_turns(measured):
    """The least time of the repeats, and the greatest memory."""
    return min(seconds for seconds, _ in measured), max(memory for _, memory in measured)


def median(measured):
    return statistics.median(seconds for seconds, _ in measured)


def least(command):
    return of_turns([run(command) for _ in range(REPEATS)])


def lines():
    """Name, seconds, MB, note."""
    result = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "million.csv")
        with open(path, "w") as file:
            file.write(HEADING)
            for block in range(10):
                file.write(rows(block * 100_000, 100_000))
        size = os.path.getsize(path) / 1e6
        table = os.path.join(folder, "cycles.csv")
        has_pandas = importlib.util.find_spec("pandas") is not None
        ours, theirs = [], []
        for _ in range(2 * REPEATS):
            # In turns, so that what else the machine does falls on both.
            ours.append(run([CELLAR, "summarize", path, "--out", table]))
            if has_pandas:
                theirs.append(pandas_read(path))
        with open(table) as file:
            cycles = sum(1 for _ in file) - 1
        what = "cellar summarize, 1 million rows (%.0f MB) to their per-cycle table" % size
        result.append((what, *of_turns(ours), "%d cycles; at most 2 threads; median %.2f s" % (cycles, median(ours))))
        if has_pandas:
            note = "%s; 1 thread; median %.2f s" % (pandas_version(), median(theirs))
            result.append(("pandas.read_csv alone, its import not counted", *of_turns(theirs), note))
        else:
            print("pandas is not installed: its line is left out", file=sys.stderr)
        bdf = os.path.join(folder, "million.bdf.csv")
        result.append(("cellar import, the same to BDF CSV with every column", *least([CELLAR, "import", path, "--out", bdf]), ""))
        result += others(table)
        gigabytes = float(os.environ.get("CELLAR_IMPORT_GB", "2"))
        if gigabytes > 0:
            result.append(stream(gigabytes, table))
    return result


def others(table):
    """Real files by other programs that read them, their imports not counted, and by ours, the whole process."""
    folder = os.path.join(os.environ.get("CELLAR_DATASETS", ""), "cycling", "cyclers", "neware")
    if not os.path.isdir(folder):
        print("other readers: left out, CELLAR_DATASETS names no data sets", file=sys.stderr)
        return []
    result = []
    for name, file, what, load in [
        ("fastnda", "fastnda_nw4-120-1-6-53.ndax", ".ndax of 18 700 records", "from fastnda import read"),
        (
            "cellpy", "cellpy_neware_uio.csv", "Neware .csv of 9065 records to its per-cycle table",
            "import cellpy; read = lambda path: cellpy.get(path, instrument='neware_txt', model='UIO', mass=1.0)",
        ),
    ]:
        path = os.path.join(folder, file)
        result.append(("cellar summarize, " + what, *least([CELLAR, "summarize", path, "--out", table]), ""))
        code = load + (
            "\nimport sys, time, importlib.metadata\ntimes = []\nfor _ in range(3):\n"
            "    t = time.perf_counter(); read(sys.argv[1]); times.append(time.perf_counter() - t)\n"
            "print(min(times), importlib.metadata.version(%r))" % name
        )
        process = subprocess.Popen(
            [os.environ.get("CELLAR_READERS", sys.executable), "-W", "ignore", "-c", code, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        output = process.stdout.read().decode().split()
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            print("%s: left out, it is not installed or does not read %s" % (name, file), file=sys.stderr)
            continue
        memory = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
        result.append(("%s %s of the same, its import not counted" % (name, output[-1]), float(output[-2]), memory, "best of 3"))
    return result


def pandas_version():
    # Not imported here: what this process holds, its children are told to have held.
    return "pandas " + importlib.metadata.version("pandas")


def stream(gigabytes, table):
    """A long file through a pipe: memory must not grow with it."""
    block = rows(0, 200_000).encode()
    start = time.perf_counter()
    process = subprocess.Popen(
        [CELLAR, "summarize", "-", "--out", table], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    process.stdin.write(HEADING.encode())
    written = 0
    while written < gigabytes * 1e9:
        # Clock and cycles begin anew with each block, as they do where a tester restarts.
        process.stdin.write(block)
        written += len(block)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("cellar summarize - failed")
    memory = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return ("cellar summarize, %.1f GB through a pipe" % (written / 1e9), seconds, memory, "%.0f MB/s" % (written / 1e6 / seconds))


def main():
    print("| import | s | peak memory, MB | |")
    print("|---|---|---|---|")
    for name, seconds, memory, note in lines():
        print("| %s | %.2f | %.0f | %s |" % (name, seconds, memory, note))


if __name__ == "__main__":
    main()
