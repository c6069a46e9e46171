import Foundation
import Learning
import Lifetime
import Testing

/// Made-up simulated lives: a root of the cycle and a power of it, each at its own pace and temperature.
func madeUpPopulation(count: Int = 60, power: Double = 3) -> SimulatedPopulation {
    var random = RandomSource(seed: 9)
    let lives = (0..<count).map { _ -> SimulatedPopulation.Life in
        let temperature = 20 + 20 * random.unit()
        let pace = exp(0.6 * (random.unit() - 0.5) + 0.05 * (temperature - 30))
        let share = random.unit()
        let cycles = (1...400).map { Double($0) * 10 / pace }
        let soh = cycles.map { cycle -> Double in
            let part = pace * cycle / 1500
            return max(1 - 0.2 * (share * part.squareRoot() + (1 - share) * pow(part, power)), 0.3)
        }
        return .init(
            parameters: [temperature], trajectory: Trajectory(cycles: cycles, capacities: soh),
            shares: [share, 0, 1 - share, 0])
    }
    return SimulatedPopulation(name: "made-up", parameters: ["temperature_C"], lives: lives)
}

/// A cell whose loss is a line, which no simulated life is.
func straight(_ life: Double, noise: UInt64) -> Trajectory {
    var random = RandomSource(seed: noise)
    let cycles = stride(from: 1.0, through: life, by: 5).map { $0 }
    return Trajectory(
        cycles: cycles, capacities: cycles.map { 1 - 0.2 * $0 / life + 0.001 * (random.unit() - 0.5) })
}

@Suite struct HybridTrajectoryTests {
    @Test func withoutRealCellsThePopulationForecasts() throws {
        let population = madeUpPopulation()
        let model = HybridTrajectory(lives: [], population: population, origin: 100)
        #expect(model.weights == [.simulated: 1])
        // Lives of the population at other paces, known to 0.4 of their life: half the error of a level that is held, and
        // as sure as it may be. How a root of the cycle and its cube share the loss hardly shows by then.
        var (own, held, inside, count) = (0.0, 0.0, 0, 0)
        for (index, pace) in [(7, 1.0), (14, 1.5), (20, 2.0), (31, 0.7), (44, 1.2), (52, 0.8)] {
            let life = population.lives[index].trajectory
            let cell = Trajectory(cycles: life.cycles.map { $0 / pace }, capacities: life.capacities)
            let end = try #require(cell.firstBelow(0.8))
            let known = cell.upTo(0.4 * end)
            let level = try #require(known.capacities.last)
            let ahead = cell.cycles.filter { $0 > 0.4 * end && $0 <= end }
            let truth = zip(cell.cycles, cell.capacities).filter { ahead.contains($0.0) }.map(\.1)
            let course = model.course(known, at: ahead, survives: false)
            own += Scores.rootMeanSquareError(course.soh, truth)
            held += Scores.rootMeanSquareError(truth.map { _ in level }, truth)
            inside += truth.indices.count { abs(course.soh[$0] - truth[$0]) <= 1.645 * course.deviation[$0] }
            count += truth.count
        }
        #expect(own < 0.5 * held)
        #expect(Double(inside) > 0.7 * Double(count))
    }

    @Test func manyRealCellsOverruleAPopulationThatIsWrong() {
        let population = madeUpPopulation()
        let tested = straight(800, noise: 99)
        let known = tested.upTo(160)
        let ahead = tested.cycles.filter { $0 > 160 }
        let truth = Array(tested.capacities.suffix(ahead.count))
        func error(_ count: Int) -> Double {
            let lives = (0..<count).map { straight(700 + 20 * Double($0), noise: UInt64($0)) }
            let model = HybridTrajectory(lives: lives, population: population, origin: 160)
            return Scores.rootMeanSquareError(model.course(known, at: ahead, survives: false).soh, truth)
        }
        let (none, many) = (error(0), error(10))
        #expect(many < 0.006)
        #expect(many < 0.5 * none)
    }

    @Test func laterCyclesChangeNoByte() {
        let population = madeUpPopulation()
        let lives = (0..<3).map { straight(700 + 100 * Double($0), noise: UInt64($0)) }
        let model = HybridTrajectory(lives: lives, population: population, origin: 150)
        let tested = straight(900, noise: 50)
        var spoiled = tested
        for place in spoiled.cycles.indices where spoiled.cycles[place] > 150 { spoiled.capacities[place] = 0.1 }
        let ahead = [200.0, 300, 500]
        #expect(model.course(tested.upTo(150), at: ahead).soh == model.course(spoiled.upTo(150), at: ahead).soh)
        // What is asked further on changes nothing of what is asked before: a cell's length tells nothing.
        let further = model.course(tested.upTo(150), at: ahead + [800, 2000]).soh
        for (near, far) in zip(model.course(tested.upTo(150), at: ahead).soh, further) {
            #expect(abs(near - far) < 1e-12)
        }
    }

    @Test func aCellStillOnTestIsAboveTheEndOfTests() {
        let lives = [straight(600, noise: 1), straight(1200, noise: 2)]
        let model = HybridTrajectory(lives: lives, population: nil, origin: 100)
        let known = straight(900, noise: 3).upTo(100)
        let any = model.course(known, at: [1000], survives: false).soh[0]
        let surviving = model.course(known, at: [1000]).soh[0]
        #expect(surviving > any)
        #expect(surviving >= (model.floor ?? 1) - 1e-9)
    }

    @Test func intervalsAreConformalFromNineCells() {
        let lives = (0..<12).map { straight(500 + 50 * Double($0), noise: UInt64($0)) }
        #expect(HybridTrajectory(lives: lives, population: nil, origin: 100).interval?.isWarranted == true)
        #expect(HybridTrajectory(lives: Array(lives.prefix(5)), population: nil, origin: 100).interval == nil)
    }
}

@Suite struct HybridLifeTests {
    /// A population in which life goes as the variance to the power −1/2.
    private var population: SimulatedPopulation {
        var random = RandomSource(seed: 4)
        let lives = (0..<50).map { _ -> SimulatedPopulation.Life in
            let life = 200 * pow(10, random.unit())
            let variance = -2 * log10(life) + 2 + 0.1 * (random.unit() - 0.5)
            return .init(
                parameters: [],
                trajectory: Trajectory(cycles: [1, 0.5 * life, life, 2 * life], capacities: [1, 0.9, 0.8, 0.6]),
                shares: [1, 0, 0, 0], early: [variance, variance / 2, -log10(life) - 0.7])
        }
        return SimulatedPopulation(name: "lives", parameters: [], lives: lives)
    }

    @Test func withoutCellsItIsThePopulationsLine() throws {
        let line = try SimulatedLifeLine(population, columns: [0], endOfLife: 0.8)
        #expect(abs(line.slopes[0] + 0.5) < 0.03)
        let life = HybridLife(line: line, features: [], lives: [])
        let features = [-2 * log10(700.0) + 2, 0, 0]
        #expect(abs(life.life(features).value / 700 - 1) < 0.05)
    }

    @Test func oneCellMovesTheLevelAndManyTheSlope() throws {
        let line = try SimulatedLifeLine(population, columns: [0], endOfLife: 0.8)
        // Real cells live half as long, with a slope of −0.25.
        func real(_ variance: Double) -> Double { pow(10, 0.5 * (2 - variance) * 0.5 + 1.1) }
        let one = HybridLife(line: line, features: [[-4, 0, 0]], lives: [real(-4)])
        #expect(abs(one.life([-4, 0, 0]).value / real(-4) - 1) < 0.1)
        let variances = (0..<40).map { -3 - 0.05 * Double($0) }
        let many = HybridLife(line: line, features: variances.map { [$0, 0, 0] }, lives: variances.map(real))
        for variance in [-3.2, -4.8] { #expect(abs(many.life([variance, 0, 0]).value / real(variance) - 1) < 0.03) }
        let interval = many.life([-4, 0, 0])
        #expect(interval.low < interval.value && interval.value < interval.high)
        // The more cells, the narrower.
        let wide = one.life([-4, 0, 0])
        #expect(wide.high / wide.low > interval.high / interval.low)
    }
}

@Suite struct HybridModelTests {
    private func cell(_ life: Double, _ noise: UInt64, until: Double = .infinity) -> CellHistory {
        let course = straight(life, noise: noise).upTo(until)
        return CellHistory(name: "cell\(noise)", cycles: course.cycles, capacities: course.capacities.map { 2 * $0 })
    }

    @Test func aModelOfTwoCellsForetellsAndExplains() throws {
        let population = madeUpPopulation()
        let cells = [cell(800, 1), cell(1000, 2)]
        let model = try HybridModel(population: population, cells: cells, options: .init()) { _ in }
        let bytes = try model.encoded()
        #expect(try HybridModel(population: population, cells: cells, options: .init()) { _ in }.encoded() == bytes)
        let predictor = HybridPredictor(try HybridModel(bytes: bytes))
        var options = LifetimePrediction.Options()
        options.nominalCapacity = 2
        // As cycles arrive the forecast comes closer to the truth, and surer.
        var errors: [Double] = []
        var widths: [Double] = []
        for seen in [100.0, 400, 700] {
            let (prediction, explanation) = try predictor.predict(cell(900, 3, until: seen), options: options)
            let remaining = try #require(prediction.remaining)
            #expect(remaining.low <= remaining.value && remaining.value <= remaining.high)
            errors.append(abs(remaining.value - (900 - seen)))
            widths.append(remaining.high - remaining.low)
            #expect(abs(explanation.shares.reduce(0) { $0 + $1.share } - 1) < 1e-6)
            // Life falls by 5 % a degree in this population.
            let cooler = try #require(explanation.sensitivities.first { $0.change == "10 °C cooler" })
            #expect(cooler.cycles > 0 && cooler.low <= cooler.cycles && cooler.cycles <= cooler.high)
            for own in explanation.shares { #expect(own.low <= own.high && (0...1).contains(own.low)) }
            #expect(prediction.warnings.contains { $0.contains("simulated population") })
        }
        #expect(errors[2] < 60)
        #expect(widths[2] < widths[0])
        // mA·h taken for A·h are no state of health of a tenth of a percent.
        options.nominalCapacity = 2000
        #expect(throws: LifetimeError.self) { try predictor.predict(cell(900, 3, until: 400), options: options) }
    }

    @Test func damagedAndForeignFilesAreRefused() throws {
        let model = try HybridModel(population: madeUpPopulation(), cells: [], options: .init()) { _ in }
        var bytes = try model.encoded()
        #expect(throws: LearningError.self) { try SimulatedPopulation(bytes: bytes) }
        bytes[bytes.count / 2] ^= 1
        #expect(throws: LearningError.self) { try HybridModel(bytes: bytes) }
    }

    @Test func aFolderThatIsNoSweepsIsRefused() {
        let error = #expect(throws: LifetimeError.self) {
            try SimulatedPopulation(sweep: NSTemporaryDirectory() + "no-such-sweep")
        }
        #expect(error?.description.contains("runs.csv") == true)
    }

    @Test func theGapIsNoneWithinAndWholeBetween() throws {
        var random = RandomSource(seed: 2)
        let near = (0..<30).map { _ in [random.unit(), random.unit()] }
        let like = (0..<20).map { _ in [random.unit(), random.unit()] }
        let far = (0..<20).map { _ in [random.unit() + 3, random.unit()] }
        let same = try #require(DomainGap(simulated: near, real: like))
        let other = try #require(DomainGap(simulated: near, real: far))
        #expect(same.area < 0.75 && same.energy < 0.15)
        #expect(other.area > 0.98 && other.energy > 0.5)
    }
}

@Suite struct ShippedPopulationTests {
    @Test func populationsComeAlongAndHoldKneesAndSlowFades() throws {
        for name in ["nmc", "nca", "lfp"] {
            let population = try #require(try SimulatedPopulation.shipped(name))
            #expect(population.lives.count >= 80)
            let ends = population.lives.compactMap { $0.trajectory.firstBelow(0.8) }
            #expect((ends.min() ?? 0) < 200)
            #expect((ends.max() ?? 0) > 1000)
        }
        #expect(try SimulatedPopulation.shipped("no-such-population") == nil)
    }
}
