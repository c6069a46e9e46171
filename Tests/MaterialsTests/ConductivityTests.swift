import Testing

@testable import Materials

@Suite struct ConductivityTests {
    private func liquid(
        _ solvents: String, salt: String = "LiPF6", _ concentration: Double = 1, at celsius: Double = 25
    ) throws -> Electrolyte {
        .liquid(
            try LiquidElectrolyte(solvents: solvents, salt: salt, content: .molar(concentration), temperature: celsius))
    }

    private func polymer(
        _ unit: String, salt: String = "LiTFSI", oxygens: Double = 20, at celsius: Double
    ) throws -> Electrolyte {
        .polymer(
            try PolymerElectrolyte(
                polymer: unit, salt: salt, content: .etherOxygensPerLithium(oxygens), temperature: celsius))
    }

    /// Models answer near what was measured, with the measurement inside their range; warmth helps, the first salt helps, much
    /// salt hinders.
    @Test func liquidsAnswerAsTheyAreKnown() throws {
        let predictor = try ConductivityPredictor(.liquid)
        let carbonate = try liquid("EC:EMC=3:7")
        let own = try #require(try predictor.conductivities(of: [carbonate]).first)
        #expect(own.origin == .known && own.value == 9.51 && own.low < 9.51 && own.high > 9.51)
        let asked =
            [carbonate] + (try [-20, 60].map { try liquid("EC:EMC=3:7", at: $0) })
            + (try [0.1, 2.5].map { try liquid("EC:EMC=3:7", $0) })
        let answers = try predictor.conductivities(of: asked, predictOnly: true)
        #expect(answers.allSatisfy { $0.origin == .predicted && $0.low < $0.value && $0.value < $0.high })
        #expect(answers[0].low < 9.51 && answers[0].high > 9.51)
        #expect(answers[1].value < answers[0].value && answers[0].value < answers[2].value)
        #expect(answers[3].value < answers[0].value && answers[4].value < answers[0].value)
    }

    @Test func polymersAnswerAsTheyAreKnown() throws {
        let predictor = try ConductivityPredictor(.polymer)
        let same = try ["PEO", "*OCC*", "[Cu]COC[Au]", "[*]CCO[*]"].map { try polymer($0, oxygens: 12.5, at: 90) }
        for answer in try predictor.conductivities(of: same) { #expect(answer.origin == .known, "\(answer)") }
        let answers = try predictor.conductivities(of: [polymer("PEO", at: 30), polymer("PEO", at: 80)])
        #expect(answers[0].value < answers[1].value)
        #expect(answers[1].low < 1 && answers[1].high > 1)
    }

    /// What differs from all that was trained on is told.
    @Test func noveltyIsTold() throws {
        let odd = try PolymerElectrolyte(
            polymer: "*[Si](I)(I)B(Br)*", salt: "[Cl-].[Li+]", content: .molal(15), temperature: 25)
        let usual = try polymer("PEO", at: 60)
        let answers = try ConductivityPredictor(.polymer).conductivities(of: [.polymer(odd), usual])
        #expect(answers.map(\.isInDomain) == [false, true])
        // Known substances far from where they were measured, too.
        let far = try [liquid("EC:DMC", 8), liquid("EC:DMC", at: 250), liquid("EC:DMC", 1.2, at: 40)]
        #expect(try ConductivityPredictor(.liquid).conductivities(of: far).map(\.isInDomain) == [false, false, true])
    }

    @Test func namesOfSolventsAndSaltsMayVary() throws {
        let first = try LiquidElectrolyte(
            solvents: "tetraglyme:dol 1:3", salt: "LiN(CF3SO2)2", content: .molal(1), temperature: 25)
        let second = try LiquidElectrolyte(
            solvents: "DOL:4-Glyme=0.75:0.25", salt: "litfsi", content: .molal(1), temperature: 25)
        #expect(first == second)
        #expect(abs(first.fractions.reduce(0, +) - 1) < 1e-12)
    }

    @Test func saltByEtherOxygens() throws {
        let own = try PolymerElectrolyte(
            polymer: "*OCC*", salt: "LiTFSI", content: .etherOxygensPerLithium(20), temperature: 60)
        // One unit of ethylene oxide has 44.053 g/mol and one oxygen.
        #expect(abs(own.molality - 1000 / 44.053 / 20) < 1e-3)
    }

    @Test func mistakesAreNamed() throws {
        for (solvents, salt, part) in [
            ("EC:EMD", "LiPF6", "EMD"), ("FEC", "LiPF6", "no solvent that was measured"),
            ("EC:EMC=3", "LiPF6", "as many parts"), ("EC:EC", "LiPF6", "twice"),
            ("EC:EMC=-1:2", "LiPF6", "above 0"), ("", "LiPF6", "no mixture"), ("EC", "NaPF6", "NaPF6"),
        ] {
            let error = #expect(throws: MaterialError.self) { try liquid(solvents, salt: salt) }
            #expect(error?.kind == .usage && error?.description.contains(part) == true, "\(solvents): \(error as Any)")
        }
        for (unit, salt) in [
            ("OCC", "LiTFSI"), ("*O(C*", "LiTFSI"), ("*CC*", "LiTFSI"), ("PEO", "NaCl"), ("P", "LiCl"),
        ] {
            #expect(throws: MaterialError.self, "\(unit) \(salt)") { try polymer(unit, salt: salt, at: 60) }
        }
        #expect(throws: MaterialError.self) { try liquid("EC", at: 1e6) }
        #expect(throws: MaterialError.self) { try liquid("EC", .nan) }
        #expect(throws: MaterialError.self) { try Electrolyte.solid("Na3PS4", option: "--solid") }
        #expect(throws: MaterialError.self) {
            try ConductivityPredictor(.polymer).conductivities(of: [liquid("EC")])
        }
    }
}
