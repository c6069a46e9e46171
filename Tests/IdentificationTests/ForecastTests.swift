import Cells
import Electrochemistry
import Foundation
import Testing

@testable import Identification

/// An identified cell's future beside the same cell simulated to its end.
struct ForecastTests {
    private static let rate = "sei-solvent-diffusion > SEI > SEI solvent diffusivity [m2.s-1]"
    private static let steps = ["Discharge at 1C until 2.5 V", "Charge at C/2 until 4.2 V"]

    /// A cell that loses a fifth in some hundred cycles; its file remembers a fit of its rate.
    private static func file(spread: Double = 0.02) throws -> CellFile {
        var file = try ShippedCells.load("lg-m50-chen2020")
        try file.set(path: rate, value: "3e-19")
        file.put(
            FitRecord(
                parameters: [.init(name: rate, low: 3e-20, high: 3e-18, isLogarithmic: true, place: 0.5)],
                covariance: [spread * spread]))
        return try CellFile(text: file.json(), format: .json, name: "fitted")
    }

    private static func forecast(_ file: CellFile) throws -> CellForecast {
        var options = SimulationOptions()
        options.model = .spm
        options.mesh = .fast
        options.relativeTolerance = 1e-3
        return CellForecast(cell: try FitCell(file: file), ageing: "sei-solvent-diffusion", options: options)
    }

    /// Capacity of every cycle down to a share of the first, by a plain run.
    private static func lived(_ file: CellFile, until share: Double, temperature: Double? = nil) throws -> [Double] {
        final class Capacities: ResultSink {
            var values: [Double] = []
            var wantsSamples: Bool { false }
            func begin(variableColumns: [String]) throws {}
            func sample(_ sample: Sample) throws {}
            func endStep(_ summary: StepSummary) throws {}
            func endCycle(_ summary: CycleSummary) throws { values.append(summary.dischargeCapacity) }
            func end(_ summary: RunSummary) throws {}
        }
        var options = try forecast(file).options
        options.ageing = try file.ageingSet(named: "sei-solvent-diffusion")
        options.initialState = .stateOfCharge(1)
        options.untilCapacity = share
        let sink = Capacities()
        let cycle = CyclingProtocol.Cycle(steps: try steps.map { try StepParser.parse($0) })
        _ = try Simulation(cell: file.cell(), options: options).run(
            CyclingProtocol(cycles: Array(repeating: cycle, count: 2000)), into: [sink])
        return sink.values
    }

    @Test func theFitIsRemembered() throws {
        let file = try Self.file()
        let record = try #require(file.fitRecord)
        #expect(record.parameters.first?.name == Self.rate && record.covariance == [4e-4])
        let rates = try #require(FittedRates(FitCell(file: file)))
        #expect(abs(rates.values[0] / 3e-19 - 1) < 1e-9)
        #expect(try ShippedCells.load("lg-m50-chen2020").fitRecord == nil)
    }

    /// Draws have the covariance of the fit.
    @Test func drawsScatterAsTheFitDoes() throws {
        var file = try Self.file()
        let other = "Contact resistance [ohm]"
        let covariance = [4e-4, -3e-4, -3e-4, 9e-4]
        file.put(
            FitRecord(
                parameters: [
                    .init(name: Self.rate, low: 3e-20, high: 3e-18, isLogarithmic: true, place: 0.5),
                    .init(name: other, low: 0, high: 0.1, isLogarithmic: false, place: 0.4),
                ], covariance: covariance))
        let rates = try #require(FittedRates(FitCell(file: file)))
        let draws = rates.draws(4000, seed: 3).map { values in
            zip(rates.parameters, values).map { $0.place(of: $1) }
        }
        let means = (0..<2).map { k in draws.reduce(0) { $0 + $1[k] } / 4000 }
        #expect(abs(means[0] - 0.5) < 2e-3 && abs(means[1] - 0.4) < 2e-3)
        for a in 0..<2 {
            for b in 0..<2 {
                let found = draws.reduce(0) { $0 + ($1[a] - means[a]) * ($1[b] - means[b]) } / 4000
                #expect(abs(found - covariance[a * 2 + b]) < 0.1 * 9e-4, "\(a) \(b): \(found)")
            }
        }
        #expect(rates.draws(5, seed: 3) == rates.draws(5, seed: 3))
    }

    /// The forecast from a tenth of a life ends where the life does; cooler cells last longer; the range of the rate is the range of the life.
    @Test func theFutureIsThatOfTheCell() throws {
        let file = try Self.file()
        let life = try Self.lived(file, until: 0.8)
        #expect(life.count > 40 && life.count < 1500)
        let seen = life.count / 5
        let history = CellForecast.History(
            cycles: (1...seen).map(Double.init), capacities: life.prefix(seen).map { 1.02 * $0 },
            nominal: 1.02 * life[0])
        let steps = try Self.steps.map { try StepParser.parse($0) }
        var forecast = try Self.forecast(file)
        forecast.draws = 4
        let result = try forecast.run(
            history,
            [
                .init(name: "as so far", steps: steps),
                .init(name: "cooler", steps: steps, temperature: 288.15),
                .init(name: "gentler", steps: [steps[0], try StepParser.parse("Charge at C/2 until 4.0 V")]),
            ])
        #expect(result.error < 2e-3 && result.draws == 4 && result.failed == 0)
        #expect(abs(result.stateOfHealth - life[seen - 1] / life[0]) < 2e-3)
        let left = result.outcomes[0].remaining
        #expect(
            abs(left.value - Double(life.count - seen)) < 0.04 * Double(life.count), "\(left) of \(life.count - seen)")
        #expect(left.low < left.value && left.value < left.high && result.outcomes[0].difference.value == 0)
        // Thickness goes as the root of rate and time: a twentieth of a decade in the rate is 12 % in the life.
        #expect((left.high - left.low) / left.value < 0.6)
        #expect(result.outcomes[1].difference.low > 0, "\(result.outcomes[1])")
        #expect(result.outcomes[2].remaining.value >= left.value)
    }

    @Test func whatCannotBeForecastIsRefused() throws {
        let forecast = try Self.forecast(Self.file())
        let steps = try Self.steps.map { try StepParser.parse($0) }
        #expect(throws: FitError.self) {
            try forecast.run(
                CellForecast.History(cycles: [], capacities: [], nominal: 5), [.init(name: "", steps: steps)])
        }
    }
}
