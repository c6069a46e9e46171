import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Against PyBaMM on fine meshes, and against the measured NMC pouch cell. Data outside the repository: see `Datasets`.
@Suite(.enabled(if: Datasets.available, "CELLAR_DATASETS is not set"))
struct ReferenceTests {
    private func cell(_ set: String) throws -> Cell {
        switch set {
        case "Chen2020": try shipped("lg-m50-chen2020")
        case "OKane2022": try shipped("lg-m50-okane2022")
        case "Marquis2019": try shipped("kokam-marquis2019")
        case "Prada2013": try shipped("a123-prada2013")
        default: try CellFile.load(path: Datasets.path("cells/nmc_pouch/nmc_pouch_cell_BPX.json")).cell()
        }
    }

    /// Rows of the table stand at equal steps of time: ours are made to fall on them, and only the last, at the cut-off,
    /// differs.
    private func compare(
        _ cell: Cell, _ table: CSVTable, _ options: SimulationOptions
    ) throws -> (rms: Double, capacity: Double, temperature: Double, recorder: Recorder) {
        let times = table["time_s"], voltage = table["voltage_V"], n = times.count
        var o = options
        o.period = times[n - 2] / Double(n - 2)
        let step = Step(control: .current(-table["current_A"][0]), text: "Discharge")
        let recorder = try simulate(cell, [step], o)
        let rows = recorder.samples
        var sum = 0.0, warmest = 0.0, count = 0
        for k in 0..<min(n - 1, rows.count - 1) {
            #expect(abs(rows[k].time - times[k]) < 1e-3)
            let d = rows[k].voltage - voltage[k]
            sum += d * d
            count += 1
            if let t = table.columns["temperature_K"] { warmest = max(warmest, abs(rows[k].temperature - t[k])) }
        }
        #expect(count >= n - 2)
        return (
            (sum / Double(count)).squareRoot(), recorder.summary!.dischargeCapacity / table["capacity_Ah"][n - 1] - 1,
            warmest, recorder
        )
    }

    /// Named one by one: a folder without them fails, it does not pass with nothing compared.
    static let discharges = ["Chen2020", "OKane2022", "Marquis2019", "Prada2013", "BPX-nmc_pouch_cell_BPX"].flatMap {
        set in ["0.05C", "0.5C", "1C", "2C"].map { "\(set)_\($0)_fine.csv" }
    }
    static let thermals = [
        "Chen2020_DFN_iso_1C_fine.csv", "Chen2020_DFN_iso_2C_fine.csv", "Chen2020_DFN_lumped_1C_fine.csv",
        "Chen2020_DFN_lumped_2C_fine.csv", "Chen2020_SPM_iso_1C_fine.csv", "Chen2020_SPM_iso_2C_fine.csv",
        "Chen2020_SPMe_iso_1C_fine.csv", "Chen2020_SPMe_iso_2C_fine.csv", "Chen2020_SPMe_lumped_1C_fine.csv",
        "Chen2020_SPMe_lumped_2C_fine.csv", "Marquis2019_DFN_lumped_1C_fine.csv", "Marquis2019_DFN_lumped_2C_fine.csv",
        "Marquis2019_DFN_lumped_3C_fine.csv",
    ]

    /// And every file that is there is compared.
    @Test func nothingIsLeftOut() {
        #expect(Datasets.files("reference/discharge", suffix: "_fine.csv") == Self.discharges.sorted())
        #expect(Datasets.files("reference/thermal", suffix: ".csv") == Self.thermals.sorted())
    }

    @Test(arguments: discharges)
    func discharge(_ file: String) throws {
        let set = String(file.prefix(upTo: file.firstIndex(of: "_")!))
        let table = try CSVTable(path: Datasets.path("reference/discharge/" + file))
        let r = try compare(cell(set), table, options(mesh: .fine, rtol: 1e-6, atol: 1e-8))
        print("reference \(file): RMS \(milli(r.rms)) mV, capacity \(String(format: "%+.4f", r.capacity * 100)) %")
        #expect(r.rms <= (file.contains("_2C_") ? 0.5e-3 : 0.3e-3))
        #expect(abs(r.capacity) <= 2e-4)
    }

    @Test(arguments: thermals)
    func thermal(_ file: String) throws {
        let parts = file.split(separator: "_").map(String.init)
        var cell = try cell(parts[0])
        if let c = cell.thermal {
            // The reference's cooling: 10 W/m²K.
            print("thermal \(file): heat capacity \(c.heatCapacity) J/K, cooling \(c.coolingConductance) W/K")
        }
        cell.ambientTemperature = 298.15
        let model = ModelKind(rawValue: parts[1].lowercased())!
        let lumped = parts[2] == "lumped"
        let table = try CSVTable(path: Datasets.path("reference/thermal/" + file))
        var o = options(
            model, mesh: .fine, rtol: 1e-6, atol: 1e-8, thermal: lumped ? .lumped : .isothermal)
        if model == .dfn { o.variables = ["total_heat_W", "reversible_heat_W"] }
        let r = try compare(cell, table, o)
        print(
            "thermal \(file): RMS \(milli(r.rms)) mV, capacity \(String(format: "%+.4f", r.capacity * 100)) %, "
                + "temperature \(String(format: "%.4f", r.temperature)) K")
        // Composite SPMe: the mean overpotential's weights differ from the reference's by a second-order term.
        let bound = lumped || model == .spme ? 1e-3 : parts[3] == "2C" ? 0.5e-3 : 0.3e-3
        #expect(r.rms <= bound)
        #expect(abs(r.capacity) <= (lumped ? 1e-3 : 2e-4))
        if lumped { #expect(r.temperature <= 0.1) }
        guard let volume = cell.thermal?.volume, model == .dfn, lumped else { return }
        for (column, ours) in [
            ("total_heating_W_m3", "total_heat_W"), ("reversible_heating_W_m3", "reversible_heat_W"),
        ] {
            guard let reference = table.columns[column] else { continue }
            let mine = r.recorder.scalar(ours)
            let size = table["total_heating_W_m3"].map { abs($0) }.max()!
            let worst = (0..<min(mine.count, reference.count) - 1).map { abs(mine[$0] / volume - reference[$0]) }.max()!
            print(
                "thermal \(file): \(column): worst \(String(format: "%.3f", worst / size * 100)) % of the largest heat")
            #expect(worst < 0.01 * size)
        }
    }

    /// The logged current replayed on the published BPX file. `theirs`: PyBaMM's RMS error on the same file, mV, on a mesh
    /// of 60/60/60/60; ours is taken on the fine mesh, 60/30/60/60. On fine meshes both solve the same equations, and what
    /// is left is the model's error: ours may not be more than 0.05 mV larger, nor the two differ by more than 0.2 mV (at C/20 ours is 0.15 mV smaller).
    @Test(arguments: [("Co20", 16.04), ("Co2", 12.33), ("1C", 13.36), ("2C", 24.49), ("DriveCycle", 18.86)])
    func measuredPouchCell(_ file: String, _ theirs: Double) throws {
        let table = try CSVTable(path: Datasets.path("cells/nmc_pouch/NMC_25degC_\(file).csv"))
        let times = table["Time [s]"], current = table["I[A]"], voltage = table["U[V]"]
        let drive = DriveCycle(quantity: .current, times: times, values: current)
        let step = Step(control: .drive(drive), period: 1e9, text: "replay \(file)")
        let recorder = try simulate(cell("BPX-nmc"), [step], options(mesh: .fine, rtol: 1e-6, atol: 1e-8))
        let rows = recorder.samples
        try #require(rows.count > 1, "\(recorder.steps[0].endReason)")
        var sum = 0.0
        for (k, row) in rows.enumerated().dropLast() {
            #expect(abs(row.time - times[k]) < 1e-6)
            let d = row.voltage - voltage[k]
            sum += d * d
        }
        let rms = (sum / Double(rows.count - 1)).squareRoot()
        print("measured \(file): RMS \(milli(rms)) mV over \(rows.count) of \(times.count) rows")
        #expect(rms * 1000 <= theirs + 0.05)
        #expect(abs(rms * 1000 - theirs) <= 0.2)
        // The log's own charge up to the last row, by the trapezoidal rule.
        var charge = 0.0
        for k in 1..<min(rows.count, times.count) where times[k] <= rows.last!.time + 1e-9 {
            charge += 0.5 * (current[k] + current[k - 1]) * (times[k] - times[k - 1]) / 3600
        }
        if rows.count >= times.count {
            print("measured \(file): charge \(scientific(rows.last!.netCapacity / charge - 1)) off the log's")
            #expect(abs(rows.last!.netCapacity / charge - 1) < 1e-4)
        }
        #expect(rows.count > times.count * 9 / 10)
    }
}
