import Cells
import CyclingData
import Electrochemistry
import Testing

@testable import Identification

struct ExperimentTests {
    private func rows(_ count: Int, every: Double, _ current: (Double) -> Double, voltage: Double = 3.7) -> CycleRows {
        var rows = CycleRows()
        for k in 0..<count {
            rows.time.append(Double(k) * every)
            rows.current.append(current(Double(k) * every))
            rows.voltage.append(voltage)
        }
        return rows
    }

    /// The steps pass the log's charge, whatever the current did; weights are shares of time.
    @Test func chargeIsTheLogs() throws {
        let log = rows(2000, every: 2) { t in
            t < 500 ? 0 : t < 2000 ? -5 : t < 2600 ? -3 - (t / 7).truncatingRemainder(dividingBy: 2) : 4
        }
        let experiment = try Experiment(log, name: "log", nominalCapacity: 5)
        var logged = 0.0
        for k in 1..<log.time.count { logged += 0.5 * (log.current[k] + log.current[k - 1]) * 2 }
        var passed = 0.0
        for step in experiment.steps {
            switch step.control {
            case .current(let amperes): passed += amperes * (step.duration ?? 0)
            case .drive(let drive):
                for k in 1..<drive.times.count {
                    passed += 0.5 * (drive.values[k] + drive.values[k - 1]) * (drive.times[k] - drive.times[k - 1])
                }
            default: break
            }
        }
        #expect((passed - logged).magnitude < 1e-9 * logged.magnitude)
        #expect((experiment.weights.reduce(0, +) - 1).magnitude < 1e-12)
        #expect(experiment.restVoltage == 3.7)
        #expect(experiment.steps.first?.control == .rest)
    }

    /// How densely a test was logged does not move the error.
    @Test func samplingDoesNotMatter() throws {
        let cell = try chen()
        let made = cell.cell
        let errors = try [2.0, 20].map { period in
            let log = try measured(
                made, ["Discharge at 1C for 40 minutes (\(Int(period)) second period)"], charge: 0.9,
                options: fast(.spme))
            let experiment = try Experiment(log, name: "1C", nominalCapacity: made.nominalCapacity)
            let shifted = FitParameter(
                name: "start", target: .startingCharge(0), low: 0, high: 1, isLogarithmic: false, start: 0.88)
            let fit = CellFit(cell: cell, parameters: [shifted], experiments: [experiment], options: fast(.spme))
            return fit.errors(of: try #require(try fit.predicted([0.88])))[0]
        }
        #expect(errors[0] > 5e-3)
        #expect((errors[0] / errors[1] - 1).magnitude < 0.01)
    }

    /// A model that is empty too early, is told how much too early.
    @Test func anEarlyEndCostsByItsLateness() throws {
        let cell = try chen()
        let log = try measured(cell.cell, ["Discharge at 1C until 2.5 V"], charge: 1, options: fast(.spme))
        let experiment = try Experiment(log, name: "1C", nominalCapacity: 5)
        let start = FitParameter(
            name: "start", target: .startingCharge(0), low: 0, high: 1, isLogarithmic: false, start: 1)
        let fit = CellFit(cell: cell, parameters: [start], experiments: [experiment], options: fast(.spme))
        let errors = try [0.99, 0.9, 0.8, 0.6].map { fit.errors(of: try #require(try fit.predicted([$0])))[0] }
        #expect(errors == errors.sorted())
        #expect(errors[3] > 3 * errors[1])
    }

    @Test func dataThatDoNotServe() throws {
        let cell = try chen().cell
        #expect(throws: FitError.self) { try Experiment(CycleRows(), name: "empty", nominalCapacity: 5) }
        #expect(throws: FitError.self) {
            try Experiment(rows(100, every: 10) { _ in 0 }, name: "rest", nominalCapacity: 5)
        }
        let leadAcid = try Experiment(
            rows(100, every: 10, { _ in -1 }, voltage: 12.4), name: "other", nominalCapacity: 5)
        #expect(throws: FitError.self) { try leadAcid.check(against: cell) }
        let larger = try Experiment(rows(100, every: 3600) { _ in -1 }, name: "larger", nominalCapacity: 5)
        #expect(throws: FitError.self) { try larger.check(against: cell) }
    }
}
