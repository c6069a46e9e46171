import Testing

@testable import Materials

@Suite struct FormulaTests {
    /// Text and its amounts, as `Element amount` pairs.
    @Test(arguments: [
        ("LiFePO4", "Li 1 O 4 P 1 Fe 1"), ("Li[Ni0.8Co0.1Mn0.1]O2", "Li 1 O 2 Mn 0.1 Co 0.1 Ni 0.8"),
        ("Na3V2(PO4)2F3", "O 8 F 3 Na 3 P 2 V 2"), ("{[(Li)2]3}O", "Li 6 O 1"), ("CuSO4·5H2O", "H 10 O 9 S 1 Cu 1"),
        ("CuSO4.5H2O", "H 10 O 9 S 1 Cu 1"), ("LiNi1/3Mn1/3Co1/3O2", "Li 1 O 2 Mn 0.333333 Co 0.333333 Ni 0.333333"),
        ("Li2-xMnO3 x=0.5", "Li 1.5 O 3 Mn 1"), ("LiNi1-x-yCoxMnyO2, x = 0.2, y=1/5", "Li 1 O 2 Mn 0.2 Co 0.2 Ni 0.6"),
        ("Li1-xCoO2 with x=1", "O 2 Co 1"), ("0.3Li2MnO3·0.7LiMnO2", "Li 1.3 O 2.3 Mn 1"),
        ("(1-x)LiMnO2*xLi2MnO3 x=0.3", "Li 1.3 O 2.3 Mn 1"), ("LiCoO2:0.02Al", "Li 1 O 2 Al 0.02 Co 1"),
        ("Li0.9□0.1CoO2", "Li 0.9 O 2 Co 1"), ("Li0.9Va0.1CoO2", "Li 0.9 O 2 Co 1"),
        ("LiMn2O4-δ δ=0.1", "Li 1 O 3.9 Mn 2"),
        ("Li₂MnO₃", "Li 2 O 3 Mn 1"), ("Li_{10}GeP_2S_{12}", "Li 10 P 2 S 12 Ge 1"),
        ("Li12.0Er4.0I24.0", "Li 12 I 24 Er 4"), ("Na3 V2 (PO4)3", "O 12 Na 3 P 3 V 2"),
        ("NMC811", "Li 1 O 2 Mn 0.1 Co 0.1 Ni 0.8"), ("ncm523", "Li 1 O 2 Mn 0.3 Co 0.2 Ni 0.5"),
        ("NMC111", "Li 1 O 2 Mn 0.333333 Co 0.333333 Ni 0.333333"), ("Graphite", "C 6"), ("lfp", "Li 1 O 4 P 1 Fe 1"),
        ("CH3COONa", "H 3 C 2 O 2 Na 1"), ("Li2CO3", "Li 2 C 1 O 3"), ("NaxCoO2 x=2/3", "O 2 Na 0.666667 Co 1"),
    ]) func reads(_ text: String, _ expected: String) throws {
        let composition = try Formula(text).composition
        let words = expected.split(separator: " ")
        #expect(composition.elements.map(\.symbol) == stride(from: 0, to: words.count, by: 2).map { String(words[$0]) })
        for (amount, index) in zip(composition.amounts, stride(from: 1, to: words.count, by: 2)) {
            #expect(abs(amount - (Double(words[index]) ?? .nan)) < 1e-6)
        }
    }

    @Test(arguments: [
        ("PO4^3-", -3), ("PO43-", -3), ("NO3-", -1), ("PF6-", -1), ("Fe2+", 2), ("Li+", 1), ("[Fe(CN)6]4-", -4),
        ("[Fe(CN)6]^4-", -4), ("PO4 3-", -3), ("Mn²⁺", 2), ("PO₄³⁻", -3), ("LiFePO4", 0), ("Fe³⁺PO4", 0),
    ]) func chargesAreRead(_ text: String, _ charge: Int) throws {
        let formula = try Formula(text)
        #expect(formula.charge == charge)
        if text.hasPrefix("PO") { #expect(formula.composition.amounts == [4, 1]) }
    }

    /// Text that is refused, and what its error line must say.
    @Test(arguments: [
        ("", "no formula"), ("LiLx2", "nearest: Li"), ("Lithuim", "nearest: Li"), ("lifepo4", "nearest: LiFePO"),
        ("Li(CoO2", "not closed"), ("LiCoO2)", "closes no bracket"), ("Li(CoO2]", "must close"),
        ("Li0CoO2", "amount of zero"),
        ("Li-1CoO2", "negative"), ("Li1-xCoO2 x=2", "negative"), ("Li1-xCoO2", "no value"), ("LiCoO2 x=1", "not used"),
        ("Li1-xCoO2 x=0.1 x=0.2", "twice"), ("LiHe", "noble gas"), ("Am2O3", "beyond plutonium"),
        ("LiCOO2", "Co for cobalt"),
        ("LiNi0.8CO0.1Mn0.1O2", "Co for cobalt"), ("Li(Ni,Mn)O2", "shares"), ("LiFePO4/C", "composite"),
        ("Li99999999CoO2", "1e6"), ("Li1.23456789012345678901", "digits"), ("Li1/0CoO2", "0 below"),
        ("LiCoO2·", "no element"),
        ("Li!", "no meaning"), ("LiCoO2\u{0}", "no meaning"), ("锂", "no meaning"), ("Li1e5", "element 'e'"),
        ("5", "no element"),
        ("NMC", "proportions"), ("NMC999", "add up"), ("=", "without a variable"),
        ("Li1000000(Li1000000)1000000", "atoms"),
    ]) func refuses(_ text: String, _ words: String) {
        #expect {
            try Formula(text)
        } throws: { error in
            let line = "\(error)"
            return line.contains(words) && !line.contains(where: \.isNewline) && line.count < 300
                && error is MaterialError
        }
    }

    @Test func hostileTextIsRefusedQuickly() {
        let long = String(repeating: "(", count: 900) + "Li" + String(repeating: ")", count: 90)
        let wide = String(repeating: "Li", count: 1_000_000)
        let clock = ContinuousClock()
        let time = clock.measure {
            for text in [long, wide, String(repeating: "x", count: 999), String(repeating: "x=1 ", count: 240)] {
                #expect(throws: MaterialError.self) { try Formula(text) }
            }
        }
        #expect(time < .milliseconds(500))
    }

    /// Any bytes give a formula or an error, never a trap.
    @Test func randomTextNeverTraps() {
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let pieces = [
            "Li", "O", "Co", "C", "(", ")", "[", "]", "{", "}", "0", "1", "2", ".", "/", "+", "-", "^", "x", "=", "y",
            ",", ":", "·",
            "*", " ", "H2O", "Va", "e", "₂", "³", "⁺", "N", "MC811", "δ", "_", "with", "\u{7F}",
        ]
        for _ in 0..<20_000 {
            let text = (0..<(1 + next(12))).map { _ in pieces[next(pieces.count)] }.joined()
            guard let formula = try? Formula(text) else { continue }
            #expect(formula.composition.amounts.allSatisfy { $0 > 0 && $0.isFinite })
            #expect(!formula.composition.elements.isEmpty)
        }
    }

    @Test(arguments: [("Li2Mn2O4", "LiMnO2"), ("Li0.5CoO2", "CoLi0.5O2"), ("LiNi0.8Mn0.1Co0.1O2", "Li10Ni8MnCoO20")])
    func equalCompositionsReduceToTheSameText(_ a: String, _ b: String) throws {
        #expect(try Formula(a).composition.reduced == Formula(b).composition.reduced)
    }
}
