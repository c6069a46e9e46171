import Foundation
import Testing

@testable import Materials

@Suite struct DescriptorTests {
    @Test(arguments: magpieReference.map(\.formula)) func equalToMatminers(_ text: String) throws {
        let magpie = try MagpieDescriptors(.shipped())
        let own = magpie.describe(try Formula(text).composition)
        let reference = try #require(magpieReference.first { $0.formula == text }).values
        #expect(own.count == 132 && reference.count == 132)
        for (index, (a, b)) in zip(own, reference).enumerated() {
            #expect(
                a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(1, abs(b)),
                "\(MagpieDescriptors.names[index]): \(a), \(b)")
        }
    }

    @Test func reactionsHaveAsManyDescriptorsAsNames() throws {
        let descriptors = try ReactionDescriptors()
        #expect(Set(ReactionDescriptors.names).count == ReactionDescriptors.names.count)
        for (charged, discharged, ion) in [
            ("FePO4", "LiFePO4", "Li"), ("Cu", "CuAl2", "Al"), ("Si", "Li15Si4", "Li"), ("LiMnO2", "Li2MnO2", "Li"),
            ("C6", "LiC6", "Li"),
            ("NeFe", "LiNeFe", "Li"),
        ] {
            guard let a = try? Formula(charged), let b = try? Formula(discharged) else { continue }
            let reaction = try InsertionReaction(
                charged: a.composition, discharged: b.composition, ion: try #require(Element(symbol: ion)))
            #expect(descriptors.describe(reaction).count == ReactionDescriptors.names.count)
        }
        let names = ReactionDescriptors.plain.map { ReactionDescriptors.names[$0] }
        #expect(names.count == 156 && names.suffix(2) == ["ion fraction charged", "ion fraction discharged"])
    }

    /// What a descriptor says must not depend on how the formula unit is written.
    @Test func multiplesAreDescribedAlike() throws {
        let descriptors = try ReactionDescriptors()
        func describe(_ charged: String, _ discharged: String) throws -> [Double] {
            descriptors.describe(
                try InsertionReaction(
                    charged: Formula(charged).composition, discharged: Formula(discharged).composition, ion: .lithium))
        }
        for (a, b) in zip(try describe("FePO4", "LiFePO4"), try describe("Fe4(PO4)4", "Li3Fe3P3O12")) {
            #expect(a.isNaN && b.isNaN || abs(a - b) < 1e-9)
        }
        let names = ReactionDescriptors.names
        let values = try describe("FePO4", "LiFePO4")
        func value(_ name: String) throws -> Double { values[try #require(names.firstIndex(of: name))] }
        #expect(try value("ladder potential") == 2.9 && value("active number") == 26)
        #expect(try value("state of active element charged") == 3 && value("electrons per active atom") == 1)
    }
}
