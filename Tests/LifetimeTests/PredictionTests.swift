import Foundation
import Learning
import Lifetime
import Testing

/// Cells that fade as a square, at their own pace.
func madeUpCell(_ index: Int, cycles: Int = 900) -> CellHistory {
    var random = RandomSource(seed: UInt64(index + 5))
    let pace = 0.7 + 0.6 * Double(index % 13) / 12
    let numbers = (1...cycles).map(Double.init)
    return CellHistory(
        name: "cell\(index)", cycles: numbers,
        capacities: numbers.map { cycle in
            let part = pace * cycle / 600
            let fade = 0.1 * part + 0.1 * part * part
            return 2 * (1 - fade) + 0.002 * random.unit()
        })
}

@Suite struct ShippedModelTests {
    /// Models of materials lie in the same folder and are passed over without a word.
    @Test func lifetimeModelsAloneAreLoaded() {
        var told: [String] = []
        let models = LifetimePrediction.shippedModels { told.append($0) }
        #expect(models.count >= 2)
        #expect(told.isEmpty, "\(told)")
    }
}

@Suite struct TrainingTests {
    @Test func fewCellsAreRefusedWithTheReason() {
        let error = #expect(throws: LifetimeError.self) {
            try LifetimeTraining.train((0..<6).map { madeUpCell($0) }, options: .init()) { _ in }
        }
        #expect(error?.description.contains("6 cells") == true)
        #expect(error?.description.contains("10") == true)
    }

    @Test func cellsThatDoNotReachTheirEndAreToldAndDoNotCount() {
        var told: [String] = []
        let cells = (0..<9).map { madeUpCell($0) } + (9..<14).map { madeUpCell($0, cycles: 60) }
        #expect(throws: LifetimeError.self) {
            try LifetimeTraining.train(cells, options: .init()) { told.append($0) }
        }
        #expect(told.count == 5)
    }

    @Test func trainedTwiceTheBytesAreEqualAndNewCellsAreForetold() throws {
        let cells = (0..<13).map { madeUpCell($0) }
        let first = try LifetimeTraining.train(cells, options: .init()) { _ in }
        let bytes = try first.encoded()
        #expect(try LifetimeTraining.train(cells, options: .init()) { _ in }.encoded() == bytes)
        let model = try LifetimeModel(bytes: bytes)
        // A cell between two of those trained on, seen for 120 cycles; its life is where 0.1 (p + p²) = 0.2.
        let whole = madeUpCell(5 + 13)
        let seen = CellHistory(
            name: "new", cycles: Array(whole.cycles.prefix(120)), capacities: Array(whole.capacities.prefix(120)))
        let life = 600 / (0.7 + 0.6 * 5.0 / 12)
        var options = LifetimePrediction.Options()
        options.nominalCapacity = 2
        let prediction = try LifetimePrediction(seen, models: [model], options: options)
        let remaining = try #require(prediction.remaining)
        #expect(prediction.isInDomain)
        #expect(abs(remaining.value + 120 - life) < 0.15 * life)
        #expect(remaining.low <= life - 120 && remaining.high >= life - 120)
    }
}

@Suite struct PredictionTests {
    @Test func oneCycleGivesAStateOfHealthAndNoRemainingLife() throws {
        let cell = CellHistory(name: "one", cycles: [1], capacities: [1.8])
        var options = LifetimePrediction.Options()
        options.nominalCapacity = 2
        let prediction = try LifetimePrediction(cell, models: [], options: options)
        #expect(abs(prediction.soh - 0.9) < 1e-12)
        #expect(prediction.sohLow < 0.9 && prediction.sohHigh > 0.9)
        #expect(prediction.remaining == nil)
        #expect(!prediction.isInDomain)
    }

    @Test func risingCapacityForetellsNoEnd() throws {
        let numbers = (1...60).map(Double.init)
        let cell = CellHistory(name: "rising", cycles: numbers, capacities: numbers.map { 1 + 1e-4 * $0 })
        let prediction = try LifetimePrediction(cell, models: [], options: .init())
        #expect(prediction.remaining == nil)
        #expect(prediction.warnings.contains { $0.contains("does not fall") })
    }

    @Test func aCellPastItsEndHasNoneLeft() throws {
        let cell = madeUpCell(12)
        let prediction = try LifetimePrediction(cell, models: [], options: .init())
        #expect(prediction.remaining?.value == 0)
        // 0.1 (p + p²) = 0.2 at p = 1: cycle 600 / 1.3.
        #expect(abs((prediction.endOfLifeCycle ?? 0) - 600 / 1.3) < 12)
    }

    @Test func withoutAModelTheIntervalIsWideAndItIsSaid() throws {
        let cell = madeUpCell(3, cycles: 200)
        let prediction = try LifetimePrediction(cell, models: [], options: .init())
        let remaining = try #require(prediction.remaining)
        #expect(!prediction.isInDomain)
        #expect(prediction.warnings.contains { $0.contains("not warranted") })
        #expect(remaining.low < remaining.value && remaining.high > remaining.value)
    }
}

@Suite struct ForecastTests {
    /// Two cells alike but for a constant: what donors are for.
    private func life(_ offset: Double) -> Trajectory {
        let cycles = (1...200).map(Double.init)
        return Trajectory(cycles: cycles, capacities: cycles.map { (2 + offset) - 0.002 * $0 - 1e-5 * $0 * $0 })
    }

    @Test func donorsForetellACurveThatALineMisses() {
        let known = life(0).upTo(100)
        let future = (101...200).map(Double.init)
        let truth = Array(life(0).capacities.suffix(100))
        func error(_ model: ForecastModel) -> Double {
            let out = model.forecast(known, donors: [life(0.03), life(-0.02)], at: future).trajectory.capacities
            return Scores.rootMeanSquareError(out, truth)
        }
        #expect(error(.donors) < 0.02)
        #expect(error(.donorShift) < 0.01)
        #expect(error(.linear) > 0.05)
    }

    @Test(arguments: [ForecastModel.gaussianProcess, .autoregression])
    func modelsOfLivesForetellACellThatFadesFasterThanItsDonors(model: ForecastModel) {
        // Fades 15 % faster than every donor.
        let cycles = (1...200).map(Double.init)
        let own = Trajectory(cycles: cycles, capacities: cycles.map { 2 - 1.15 * (0.002 * $0 + 1e-5 * $0 * $0) })
        let future = (101...200).map(Double.init)
        func error(_ model: ForecastModel) -> Double {
            let out = model.forecast(own.upTo(100), donors: [life(0.03), life(-0.02)], at: future)
            return Scores.rootMeanSquareError(out.trajectory.capacities, Array(own.capacities.suffix(100)))
        }
        #expect(error(model) < 0.7 * error(.donorShift), "\(error(model)) Ah, a shift \(error(.donorShift)) Ah")
    }

    @Test func aProcessWithoutDonorsGoesOnWithThePowerLaw() {
        let cycles = (1...400).map(Double.init)
        let own = Trajectory(cycles: cycles, capacities: cycles.map { 1 - 0.004 * $0.squareRoot() })
        let future = (201...400).map(Double.init)
        let out = ForecastModel.gaussianProcess.forecast(own.upTo(200), donors: [], at: future)
        let truth = Array(own.capacities.suffix(200))
        #expect(Scores.rootMeanSquareError(out.trajectory.capacities, truth) < 0.002)
        // Further on it knows less.
        #expect((out.halfWidths.last ?? 0) > 1.2 * (out.halfWidths.first ?? 1))
        let low = zip(out.trajectory.capacities, out.halfWidths).map { $0 - $1 }
        let high = zip(out.trajectory.capacities, out.halfWidths).map { $0 + $1 }
        #expect(Scores.coverage(low: low, high: high, truth: truth) == 1)
    }

    @Test func manyLivesDecideAmongAllModels() {
        let lives = (0..<12).map { life(0.01 * Double($0)) }
        let scores = ForecastSelection.compare(lives: lives) { _ in 100 }
        #expect(
            Set(scores.map(\.model)) == [
                .donors, .donorShift, .donorStretch, .gaussianProcess, .autoregression, .powerLaw,
            ])
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0.error <= $1.error })
        // Alike but for a constant.
        #expect((scores.first?.error ?? 1) < 0.005)
    }

    /// Cells whose knees differ, which nothing seen up to half of life foretells: only the errors on other cells tell how wide.
    private func kneeCell(_ index: Int) -> Trajectory {
        var random = RandomSource(seed: UInt64(index + 900))
        let strength = 0.05 + 0.15 * random.unit()
        let cycles = (1...300).map(Double.init)
        return Trajectory(
            cycles: cycles,
            capacities: cycles.map { cycle in
                let late = max(cycle - 140, 0) / 160
                return 1 - 0.1 * cycle / 300 - strength * late * late + 0.001 * (random.unit() - 0.5)
            })
    }

    @Test func theIntervalOfACourseHoldsOnCellsNotTrainedOn() throws {
        let model = try TrajectoryModel(lives: (0..<24).map(kneeCell), endOfLife: 0.86)
        #expect(model.courseInterval.isWarranted)
        var low: [Double] = []
        var high: [Double] = []
        var truth: [Double] = []
        for index in 24..<64 {
            let life = kneeCell(index)
            let future = stride(from: 160.0, through: 280, by: 10).map { $0 }
            let forecast = model.course(life.upTo(140), at: future)
            for (row, cycle) in future.enumerated() {
                low.append(forecast.trajectory.capacities[row] - forecast.halfWidths[row])
                high.append(forecast.trajectory.capacities[row] + forecast.halfWidths[row])
                truth.append(life.capacities[Int(cycle) - 1])
            }
        }
        let covered = Scores.coverage(low: low, high: high, truth: truth)
        #expect(covered > 0.8 && covered < 1, "\(covered)")
    }

    @Test func theTraceIsTheCourseThatTheModelForetells() throws {
        let model = try LifetimeTraining.train((0..<14).map { madeUpCell($0) }, options: .init()) { _ in }
        // Without the first 100 cycles' model the course among other lives is what there is to go by.
        let cell = madeUpCell(20)
        let seen = CellHistory(
            name: "seen", cycles: Array(cell.cycles.prefix(300)), capacities: Array(cell.capacities.prefix(300)))
        var trajectoryAlone = model
        trajectoryAlone.lifeFromCycles = nil
        let found = try LifetimePrediction(seen, models: [trajectoryAlone], options: .init())
        let ahead = found.trace.filter { !$0.isObserved }
        #expect(ahead.count == 50)
        for point in ahead {
            let truth = cell.capacities[Int(point.cycle) - 1] / found.nominalCapacity
            #expect(point.low < truth && truth < point.high, "cycle \(point.cycle)")
        }
        #expect(abs((ahead.last?.soh ?? 0) - found.endOfLifeSOH) < 0.01)
    }

    @Test func aStraightFadeEndsWithinTheOwnTrendsInterval() throws {
        let cycles = (1...100).map(Double.init)
        let own = Trajectory(cycles: cycles, capacities: cycles.map { 1 - 0.001 * $0 })
        let remaining = try #require(OwnTrend.remaining(own, endOfLife: 0.8))
        #expect(remaining.low < 100 && 100 < remaining.high)
        // Fades quicken: less than the straight line's 100 cycles is expected.
        #expect(remaining.value > 30 && remaining.value < 60)
    }

    @Test func whetherADifferenceStaysIsToldByTheDonors() {
        let lives = [life(0), life(0.1), life(-0.1)]
        #expect(ForecastSelection.choose(lives: lives) { _ in 100 } == .donorShift)
        #expect(ForecastSelection.choose(lives: [life(0)]) { _ in 100 } == .donors)
    }

    @Test func runningMediansTakeSpikesAway() {
        var spiked = life(0)
        spiked.capacities[50] = 31
        let smooth = spiked.smoothed(half: 3)
        #expect(abs(smooth.capacities[50] - life(0).capacities[50]) < 0.01)
    }
}
