import Cells
import CyclingData
import Electrochemistry
import Foundation
import Lifetime

/// A fleet: raw files of several cells, of several cyclers, to one table of their state of health and remaining life.
///
/// `fleet [FOLDER]`; by default a folder among the temporary ones. The files are written here first: LG M50 cells that age at
/// different rates, each tested up to a day of its own. Their simulations go on to the end of life, so that the truth stands
/// beside the prediction. `cellar predict FOLDER/*` reads the same files to the same table.
@main
struct Fleet {
    static let cells = [
        FleetCell(name: "bus-1", brand: .arbin, seiGrowth: 5, today: 120),
        FleetCell(name: "bus-2", brand: .neware, seiGrowth: 5, today: 180),
        FleetCell(name: "van-1", brand: .maccor, seiGrowth: 6, today: 100),
        FleetCell(name: "van-2", brand: .bdf, seiGrowth: 7, today: 150),
        FleetCell(name: "van-3", brand: .arbin, seiGrowth: 8, today: 90),
    ]

    static func main() async throws {
        let folder =
            CommandLine.arguments.dropFirst().first
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("cellar-fleet").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lives = try await age(in: folder)

        // From here on nothing is known of the cells but their files.
        let models = LifetimePrediction.shippedModels { print($0) }
        var options = LifetimePrediction.Options()
        options.nominalCapacity = 5
        print("raw files in \(folder)")
        print("cell   format     cycles  SOH, %               RUL, cycles          in truth  in domain, model")
        let rows = try cells.map { cell in
            let path = folder + "/" + cell.file
            let reader = try CyclingReader(paths: [path])
            let history = try CellHistory(name: cell.name, paths: [path])
            let prediction = try LifetimePrediction(history, models: models, options: options)
            return (cell, reader.format, prediction)
        }
        func soonest(_ prediction: LifetimePrediction) -> Double { prediction.remaining?.value ?? .infinity }
        for (cell, format, found) in rows.sorted(by: { soonest($0.2) < soonest($1.2) }) {
            func percent(_ value: Double) -> String { String(format: "%.1f", 100 * value) }
            let health = "\(percent(found.soh)) (\(percent(found.sohLow)) to \(percent(found.sohHigh)))"
            let life = found.remaining.map { "\(Int($0.value)) (\(Int($0.low)) to \(Int($0.high)))" } ?? "-"
            let truth = lives[cell.name].map { "\($0 - cell.today)" } ?? "-"
            let columns = [
                (cell.name, 7), (format, 11), ("\(Int(found.cyclesSeen))", 8), (health, 21), (life, 21), (truth, 10),
                (found.isInDomain ? "yes, " : "no, ", 0), (found.model, 0),
            ]
            print(columns.map { $0.padding(toLength: max($0.count, $1), withPad: " ", startingAt: 0) }.joined())
        }
    }

    /// Ages the cells on two threads and writes their files; the cycle at which each reached 80 % of 5 A·h.
    static func age(in folder: String) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: [(String, Int)].self) { group in
            for thread in 0..<2 {
                group.addTask {
                    try stride(from: thread, to: cells.count, by: 2).map { index in
                        (cells[index].name, try cells[index].age(in: folder))
                    }
                }
            }
            return try await group.reduce(into: [:]) { lives, part in
                for (name, life) in part { lives[name] = life }
            }
        }
    }
}

/// One cell and how it was tested.
struct FleetCell {
    var name: String
    var brand: RawFile.Brand
    /// Diffusivity of the SEI's solvent over that of the set `okane2022-knee`.
    var seiGrowth: Double
    /// Its last cycle in the file.
    var today: Int

    var file: String { name + (brand == .bdf ? ".bdf.csv" : ".csv") }

    /// Cycles it at 1C to the end of its life; the file ends today. Returns the first cycle below 80 % of 5 A·h.
    func age(in folder: String) throws -> Int {
        let file = try ShippedCells.load("lg-m50-okane2022")
        var set = try file.ageingSet(named: "okane2022-knee")
        if case .solventDiffusion(let diffusivity, let concentration) = set.sei?.law {
            set.sei?.law = .solventDiffusion(diffusivity: seiGrowth * diffusivity, concentration: concentration)
        }
        var options = SimulationOptions()
        options.mesh = .fast
        options.relativeTolerance = 1e-3
        options.ageing = set
        options.untilCapacity = 0.8
        options.period = 300
        let steps = try ["Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V", "Hold at 4.2 V until C/100"].map {
            try StepParser.parse($0)
        }
        let raw = try RawFile(path: folder + "/" + self.file, brand: brand, cycles: today)
        _ = try Simulation(cell: file.cell(), options: options).run(
            CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 2000)), into: [raw])
        return raw.life
    }
}
