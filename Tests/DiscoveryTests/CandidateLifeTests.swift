import Cells
import Electrochemistry
import Foundation
import Materials
import Sustainability
import Testing

@testable import Discovery

/// Life depends on the candidate: monotone in its volume change and its potential, and told apart from the other electrode's.
@Suite struct CandidateLifeTests {
    private static func cell(_ name: String = "nmc532-mohtat2020") throws -> Cell { try ShippedCells.load(name).cell() }

    private static func ageing(
        _ change: Double, _ kind: ElectrodeClass = .layeredOxide, counter: ElectrodeClass = .graphite
    ) -> CandidateAgeing {
        CandidateAgeing(
            candidate: .init(kind, potential: 3.8, volumeChange: .exactly(change), swing: 25_000), role: .positive,
            counter: .init(
                counter, potential: counter == .titanate ? 1.55 : 0.12, volumeChange: .exactly(0.1), swing: 25_000))
    }

    /// Without jumps, whose errors a fade that is carried on would multiply.
    private static func simulation(_ cycles: Int = 60, jumps: Bool = false) -> LifeSimulation {
        var life = LifeSimulation()
        life.cycles = cycles
        if !jumps { life.jumpTolerance = nil }
        return life
    }

    /// The same numbers on every machine: a linear congruential generator (Knuth's MMIX).
    private static func points(_ seed: UInt64, _ count: Int) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
    }

    /// A larger volume change never lengthens life, whatever else is drawn.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func largerVolumeChangesNeverLengthenLife(_ seed: UInt64) throws {
        let cell = try Self.cell()
        var lives: [Double] = []
        for change in [0.0, 0.02, 0.05, 0.1, 0.2] {
            let ageing = Self.ageing(change)
            var point = Self.points(seed, ageing.dimension)
            point[0] = 0.5
            lives.append(try Self.simulation().run(cell, ageing: ageing.set(at: point), candidate: .positive).cycles)
        }
        for (a, b) in zip(lives, lives.dropFirst()) { #expect(b <= a * (1 + 2e-3), "\(lives)") }
        #expect(try #require(lives.last) < lives[0], "\(lives)")
    }

    /// A higher potential of the candidate, with cut-offs that follow it, never lengthens life.
    @Test(arguments: [5, 6, 7] as [UInt64]) func higherPotentialsNeverLengthenLife(_ seed: UInt64) throws {
        let ageing = Self.ageing(0.03)
        let set = ageing.set(at: Self.points(seed, ageing.dimension))
        let lives = try [-0.4, -0.2, 0.0, 0.2, 0.4].map { shift in
            var cell = try Self.cell()
            let own = try #require(cell.positive).materials[0].openCircuitPotential
            let table = stride(from: 0.001, through: 0.999, by: 0.002).map { ($0, own($0) + shift) }
            cell.positive?.materials[0].openCircuitPotential = try StateFunction(x: table.map(\.0), y: table.map(\.1))
            cell.upperCutOff += shift
            cell.lowerCutOff += shift
            return try Self.simulation().run(cell, ageing: set, candidate: .positive).cycles
        }
        for (a, b) in zip(lives, lives.dropFirst()) { #expect(b <= a * (1 + 2e-3), "\(lives)") }
        #expect(try #require(lives.last) < lives[0], "\(lives)")
    }

    /// Where nothing acts on the candidate the loss is all the counter electrode's, and it says so; and the other way round.
    @Test func lossesAreAttributed() throws {
        let cell = try Self.cell()
        var set = Self.ageing(0.03).middle
        set.positive = ElectrodeAgeing()
        set.oxidation = nil
        let counter = try #require(try Self.simulation().run(cell, ageing: set, candidate: .positive).attribution)
        #expect(counter.candidateShare == 0 && counter.statement.contains("all of the loss is the counter electrode's"))
        #expect([.interphase, .crackInterphase, .resistance, .negativeStress].contains(try #require(counter.limiting)))

        var own = AgeingSet(name: "own", summary: "")
        own.positive = Self.ageing(0.15).middle.positive
        own.positive.dissolution = nil
        own.positive.stressLoss?.criticalStress = 5e7
        let candidate = try #require(try Self.simulation().run(cell, ageing: own, candidate: .positive).attribution)
        #expect(candidate.candidateShare > 0.99 && candidate.statement.contains("all of the loss is the candidate's"))
        #expect(candidate.limiting == .positiveStress)
        for attribution in [counter, candidate] { #expect(abs(attribution.shares.reduce(0, +) - 1) < 1e-9) }
    }

    /// A titanate does not reduce the electrolyte: no SEI, no cracks that it grows on.
    @Test func mechanismsFollowTheElectrodes() {
        #expect(Self.ageing(0.03, counter: .titanate).middle.sei == nil)
        let set = Self.ageing(0.03).middle
        #expect(set.sei != nil && set.negative.cracks != nil && set.oxidation != nil && set.positive.dissolution != nil)
        let sodium = CandidateAgeing(
            candidate: .init(.layeredOxide, potential: 3.4, volumeChange: .exactly(0.02), swing: 2e4, ion: .sodium),
            role: .positive,
            counter: .init(.hardCarbon, potential: 0.6, volumeChange: .exactly(0.02), swing: 2e4, ion: .sodium))
        #expect(abs((sodium.middle.oxidation?.potential ?? 0) - 3.87) < 1e-12)
        for prior in Self.ageing(0.03).priors { #expect(!prior.source.isEmpty && prior.low <= prior.high) }
    }

    @Test(arguments: [
        ("LiCoO2", ElectrodeClass.layeredOxide), ("LiMn2O4", .spinel), ("LiFePO4", .polyanion),
        ("Li4Ti5O12", .titanate),
        ("C6", .graphite), ("Si", .alloy), ("Na2Fe2(CN)6", .prussianBlue), ("SiO", .alloy), ("LiTiS2", .other),
    ]) func classesAreTold(_ formula: String, _ kind: ElectrodeClass) throws {
        #expect(ElectrodeClass(host: try Formula(formula).composition, ion: .lithium) == kind)
    }

    /// A life that ends within the run, one that is extrapolated, and one without any fade.
    @Test func livesAreReadOff() {
        let life = LifeSimulation()
        let within = life.life([(1, 1), (100, 0.9), (200, 0.7)])
        #expect(abs(within.cycles - 150) < 1e-9 && !within.isExtrapolated)
        let beyond = life.life([(1, 1), (100, 0.95), (200, 0.9)])
        #expect(abs(beyond.cycles - 400) < 1e-9 && beyond.isExtrapolated)
        let endless = life.life([(1, 1), (200, 1)])
        #expect(endless.cycles == LifeSimulation.longest && endless.isExtrapolated)
    }

    /// Jumps change the life by less than they say, and by little.
    @Test func jumpsSaveWithoutChangingTheLife() throws {
        let cell = try Self.cell(), set = Self.ageing(0.05).middle
        let all = try Self.simulation(120).run(cell, ageing: set, candidate: .positive)
        let jumped = try Self.simulation(120, jumps: true).run(cell, ageing: set, candidate: .positive)
        #expect(jumped.cyclesSkipped > 30)
        #expect(abs(all.stateOfHealth - jumped.stateOfHealth) < max(jumped.jumpError, 5e-4))
    }
}
