import Testing

@testable import Cells

/// Aged states as they stand in cell files.
@Suite struct AgedStateTests {
    static let degradation = (
        "State > Degradation", "{\"LLI\": 0.1, \"LAM: Negative electrode\": 0.2, \"LAM: Positive electrode\": 0.05}"
    )
    static let path = "Parameterisation > User-defined > Cellar > Ageing state"

    // MARK: - Profiles

    @Test func profilesKeepTheirMean() throws {
        let values = [1.0, 4, 2, 8, 5]
        let profile = AgedProfile(cells: values)
        #expect(profile.cells(5) == values)
        #expect(abs(profile.mean - 4) < 1e-14)
        for count in [1, 2, 3, 7, 40] {
            let cells = profile.cells(count)
            #expect(abs(cells.reduce(0, +) / Double(count) - 4) < 1e-13)
            #expect(cells.allSatisfy { $0 > 1 - 1e-12 && $0 < 8 + 1e-12 })
        }
        #expect(AgedProfile(3).cells(4) == [3, 3, 3, 3])
        #expect(AgedProfile(cells: [2, 2, 2]) == AgedProfile(2))
        let table = try #require(AgedProfile(positions: [0, 1], values: [0, 2]))
        #expect(abs(table.mean - 1) < 1e-15 && abs(table.cells(2)[0] - 0.5) < 1e-15)
        #expect(abs(table.mean(times: AgedProfile(3)) - 3) < 1e-14)
        for (x, y) in [([0.5, 0.2], [1.0, 2]), ([0, 2], [1, 2]), ([0], [1, 2]), ([], []), ([0, 1], [1, .nan])] {
            #expect(AgedProfile(positions: x, values: y) == nil)
        }
    }

    // MARK: - Out and in

    @Test func statesGoOutAndComeBack() throws {
        let file = try Samples.file([])
        let cell = try file.cell()
        var state = AgedState()
        state.time = 1e6
        state.cycles = 12
        state.freshLithium = 0.3
        state.firstDischarge = 5
        state.lastDischarge = 4.5
        state.seiCapacity = 0.1
        state.wetFraction = 0.9
        state.dryPart.particles = 0.2
        state.contactResistanceGrowth = 0.01
        state.electrolyteConcentration = 1100
        state.porosity = AgedProfile(cells: [0.2, 0.1])
        state.transportEfficiency = 0.1
        var negative = AgedState.MaterialState()
        negative.stoichiometry = AgedProfile(cells: [0.7, 0.6])
        negative.activeMaterialLeft = AgedProfile(cells: [0.9, 0.8])
        negative.seiThickness = AgedProfile(cells: [1e-8, 2e-8])
        negative.platedLithium = AgedProfile(cells: [1, -1e-9])
        negative.deadLithium = AgedProfile(2)
        negative.filmResistance = 1e-3
        negative.lithiumInLostMaterial = 50
        var positive = AgedState.MaterialState()
        positive.stoichiometry = AgedProfile(0.35)
        positive.crackLength = AgedProfile(3e-8)
        state.negative = [negative]
        state.positive = [positive]
        let aged = try file.aged(state, by: nil)
        let back = try aged.cell()
        #expect(back.agedState == state)
        #expect(abs(back.negative!.materials[0].lossOfActiveMaterial - (1 - 0.9 * 0.85)) < 1e-12)
        #expect(abs(back.positive!.materials[0].lossOfActiveMaterial - 0.1) < 1e-12)
        let left = 0.9 * (0.5 * (0.7 * 0.9 + 0.6 * 0.8)) * cell.capacity(of: cell.negative!)
        let other = 0.9 * 0.35 * cell.capacity(of: cell.positive!)
        #expect(abs(back.lossOfLithiumInventory - (1 - (left + other) / cell.lithiumInventory)) < 1e-12)
        // What was the fresh cell stays in the file, and comes back.
        let fresh = back.refreshed
        #expect(fresh.negative!.materials[0].surfaceAreaPerVolume == 420000 && !fresh.isDegraded)
        #expect(fresh.negative!.materials[0].maximumStoichiometry == 0.85)
        // Held at its age: the dry part is lost with its area, films and contacts resist, pores are narrow.
        let held = back.heldAtItsAge
        #expect(abs(held.electrodeArea - 0.09) < 1e-12 && held.contactResistance == 0.01)
        #expect(abs(held.windowCapacity / back.windowCapacity - 1) < 1e-12)
        #expect(held.negative!.porosity == 0.15000000000000002 || abs(held.negative!.porosity! - 0.15) < 1e-12)
        #expect(held.negative!.materials[0].filmResistance == 1e-3)
        #expect(held.electrolyte!.initialConcentration == 1100)
    }

    /// A cell changed by `set` goes out with the windows that were solved for it.
    @Test func changedCellsGoOutAsTheyWere() throws {
        var file = try Samples.file([])
        try file.set(path: "Negative electrode > Thickness [m]", value: "9e-5")
        let cell = try file.cell()
        var state = AgedState()
        let full = cell.stoichiometries(stateOfCharge: 1)
        for (list, own) in [(full.negative, \AgedState.negative), (full.positive, \AgedState.positive)] {
            state[keyPath: own] = list.map {
                var material = AgedState.MaterialState()
                material.stoichiometry = AgedProfile($0)
                return material
            }
        }
        let back = try file.aged(state, by: nil).cell()
        #expect(abs(back.windowCapacity / cell.windowCapacity - 1) < 1e-9)
        #expect(abs(back.initialStateOfCharge - 1) < 1e-9 && back.lossOfLithiumInventory < 1e-12)
    }

    // MARK: - Mistakes

    static let mistakes: [(key: String, value: String, message: String)] = [
        ("Negative electrode", "{\"SEI thicknes [m]\": 1e-8}", "did you mean 'SEI thickness [m]'?"),
        ("Negative electrode", "{\"SEI thickness [m]\": -1e-8}", "is negative"),
        ("Negative electrode", "{\"SEI thickness [m]\": {\"x\": [0, 1], \"y\": [1e-8, -1e-8]}}", "out of range"),
        ("Negative electrode", "{\"SEI thickness [m]\": {\"x\": [0, 2], \"y\": [1e-8, 1e-8]}}", "no profile"),
        ("Negative electrode", "{\"SEI thickness [m]\": \"x\"}", "no profile"),
        ("Negative electrode", "{\"Active material left\": 0.9}", "the mean is 0.9, State > Degradation leaves 0.8"),
        ("Negative electrode", "{\"Stoichiometry\": 1.5}", "out of range"),
        ("Positive electrode", "{\"SEI thickness [m]\": 1e-8}", "it belongs to the negative electrode"),
        ("Positive electrode", "{\"Particle\": {}}", "unknown key"),
        ("Cycles", "2.5", "a whole number of cycles"),
        ("Wet fraction", "0", "a factor above 0 and at most 1"),
        ("Dry part", "{\"In particle [A.h]\": 1}", "did you mean 'In particles [A.h]'?"),
    ]

    @Test(arguments: mistakes) func mistakesAreTold(_ m: (key: String, value: String, message: String)) throws {
        do {
            _ = try Samples.file([Self.degradation, ("\(Self.path) > \(m.key)", m.value)]).cell()
            Issue.record("accepted")
        } catch let error as BPXError {
            #expect("\(error)".contains(m.message), "\(error)")
        }
    }

    @Test func lithiumMustAgree() throws {
        let stoichiometries = [
            ("\(Self.path) > Negative electrode", "{\"Stoichiometry\": 0.5}"),
            ("\(Self.path) > Positive electrode", "{\"Stoichiometry\": 0.4}"),
        ]
        do {
            _ = try Samples.file([Self.degradation] + stoichiometries).cell()
            Issue.record("accepted")
        } catch let error as BPXError {
            #expect("\(error)".contains("State > Degradation > LLI says 0.1;"), "\(error)")
        }
    }
}
