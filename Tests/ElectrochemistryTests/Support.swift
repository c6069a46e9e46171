import Cells
import Foundation

@testable import Electrochemistry

/// A sink that keeps everything.
final class Recorder: ResultSink {
    var columns: [String] = []
    var samples: [Sample] = []
    var steps: [StepSummary] = []
    var cycles: [CycleSummary] = []
    var summary: RunSummary?

    func begin(variableColumns: [String]) throws { columns = variableColumns }
    func sample(_ sample: Sample) throws { samples.append(sample) }
    func endStep(_ summary: StepSummary) throws { steps.append(summary) }
    func endCycle(_ summary: CycleSummary) throws { cycles.append(summary) }
    func end(_ summary: RunSummary) throws { self.summary = summary }

    /// A scalar variable over the rows.
    func scalar(_ name: String) -> [Double] {
        let k = columns.firstIndex(of: name)!
        return samples.map { $0.variables[k] }
    }

    /// The values over x of a variable in one row.
    func profile(_ name: String, row: Int) -> [Double] {
        columns.indices.filter { columns[$0].hasPrefix(name + "@") }.map { samples[row].variables[$0] }
    }
}

func shipped(_ name: String) throws -> Cell { try ShippedCells.load(name).cell() }

func options(
    _ model: ModelKind = .dfn, mesh: Mesh = .standard, rtol: Double = 1e-4, atol: Double = 1e-6,
    thermal: ThermalModel = .isothermal, period: Double? = nil, variables: [String] = []
) -> SimulationOptions {
    var o = SimulationOptions()
    o.model = model
    o.mesh = mesh
    o.relativeTolerance = rtol
    o.absoluteTolerance = atol
    o.thermal = thermal
    o.period = period
    o.variables = variables
    return o
}

/// Runs the steps as one cycle, `cycles` times.
@discardableResult
func simulate(_ cell: Cell, _ steps: [Step], _ options: SimulationOptions, cycles: Int = 1) throws -> Recorder {
    let recorder = Recorder()
    let cycle = CyclingProtocol.Cycle(steps: steps)
    _ = try Simulation(cell: cell, options: options).run(
        CyclingProtocol(cycles: Array(repeating: cycle, count: cycles)), into: [recorder])
    return recorder
}

@discardableResult
func simulate(_ cell: Cell, _ steps: String..., options: SimulationOptions, cycles: Int = 1) throws -> Recorder {
    try simulate(cell, steps.map { try StepParser.parse($0) }, options, cycles: cycles)
}

/// RMS and largest difference of voltage, V, over the rows at common times; the last rows, at the cut-off, are left out.
func difference(_ a: Recorder, _ b: Recorder, after: Double = 0) -> (rms: Double, worst: Double, when: Double) {
    var sum = 0.0, worst = 0.0, when = 0.0, count = 0
    for (p, q) in zip(a.samples.dropLast(), b.samples.dropLast()) where p.time > after {
        precondition(abs(p.time - q.time) < 1e-6 * (1 + q.time))
        let d = abs(p.voltage - q.voltage)
        sum += d * d
        if d > worst { (worst, when) = (d, p.time) }
        count += 1
    }
    return ((sum / Double(count)).squareRoot(), worst, when)
}

func milli(_ x: Double) -> String { String(format: "%.3f", x * 1000) }
func scientific(_ x: Double) -> String { String(format: "%.2e", x) }

/// Model, integrator and outputs at a cell's initial state, without a protocol.
func engine(_ cell: Cell, _ options: SimulationOptions, halfCell: Bool = false) throws -> Simulation.Engine {
    var cell = cell
    var start = cell.stoichiometries(stateOfCharge: cell.initialStateOfCharge)
    if halfCell {
        cell.negative = nil
        start.negative = []
    }
    return try Simulation.Engine(
        parameters: ModelParameters(cell: cell, options: options, initialStoichiometries: start))
}

extension Simulation.Engine {
    /// Rests, then takes `steps` internal steps under `control`.
    func advance(_ control: Control, steps: Int) throws {
        model.setRest(session.y, temperature: model.ambient)
        model.control = control
        try session.restart(at: 0, initialStep: 1e-3)
        for _ in 0..<steps { precondition(session.step(stop: nil).rawValue >= 0) }
    }
}

/// Solves a dense system by elimination with partial pivoting.
func denseSolve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var a = matrix, x = right
    let n = x.count
    for k in 0..<n {
        let p = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) }!
        a.swapAt(k, p)
        x.swapAt(k, p)
        for i in (k + 1)..<max(n, k + 1) where a[i][k] != 0 {
            let f = a[i][k] / a[k][k]
            for j in k..<n { a[i][j] -= f * a[k][j] }
            x[i] -= f * x[k]
        }
    }
    for k in stride(from: n - 1, through: 0, by: -1) {
        for j in (k + 1)..<max(n, k + 1) { x[k] -= a[k][j] * x[j] }
        x[k] /= a[k][k]
    }
    return x
}

/// Numbers between -1 and 1, the same in every run.
struct Reproducible {
    var state: UInt64 = 88_172_645_463_325_252
    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / Double(1 << 52) - 1
    }
}

/// The folders of reference results and measured cells beside `CELLAR_DATASETS`.
enum Datasets {
    static let root = ProcessInfo.processInfo.environment["CELLAR_DATASETS"].map { $0 + "/.." }
    static var available: Bool { root != nil }
    static func path(_ relative: String) -> String {
        URL(fileURLWithPath: root! + "/" + relative).standardizedFileURL.path
    }
    static func files(_ folder: String, suffix: String) -> [String] {
        guard available, let names = try? FileManager.default.contentsOfDirectory(atPath: path(folder)) else {
            return []
        }
        return names.filter { $0.hasSuffix(suffix) }.sorted()
    }
}

/// A table with a header line.
struct CSVTable {
    var columns: [String: [Double]] = [:]

    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 })
        let header = lines[0].split(separator: 44).map { String($0)! }
        var values = header.map { _ in [Double]() }
        for line in lines.dropFirst() {
            for (k, field) in line.split(separator: 44).enumerated() { values[k].append(Double(String(field)!)!) }
        }
        for (k, name) in header.enumerated() { columns[name] = values[k] }
    }
    subscript(_ name: String) -> [Double] { columns[name]! }
}
