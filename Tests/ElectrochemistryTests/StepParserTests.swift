import Electrochemistry
import Testing

@Suite struct StepParserTests {
    @Test(arguments: [
        ("Discharge at 1C", Step.Control.cRate(-1)),
        ("discharge AT 1 c", .cRate(-1)),
        ("Discharge at C/2", .cRate(-0.5)),
        ("Discharge at C / 20", .cRate(-0.05)),
        ("Discharge at 0.5C", .cRate(-0.5)),
        ("Discharge at 3C/4", .cRate(-0.75)),
        ("Charge at 5 A", .current(5)),
        ("Charge at 5A", .current(5)),
        ("Charge at 500 mA", .current(0.5)),
        ("  Discharge   at 2 W ", .power(-2)),
        ("Charge at 2e3 mW", .power(2)),
        ("Discharge at 10 Ohm", .resistance(10)),
        ("Discharge at 250 mΩ", .resistance(0.25)),
        ("Hold at 4.2 V until C/50", .voltage(4.2)),
        ("Hold at 4200 mV for 1 h", .voltage(4.2)),
        ("Charge at 4.2 V until 50 mA", .voltage(4.2)),
        ("Rest for 1 hour", .rest),
    ])
    func control(_ text: String, _ expected: Step.Control) throws {
        let step = try StepParser.parse(text)
        switch (step.control, expected) {
        case (.cRate(let a), .cRate(let b)), (.current(let a), .current(let b)), (.power(let a), .power(let b)),
            (.resistance(let a), .resistance(let b)), (.voltage(let a), .voltage(let b)):
            #expect(abs(a - b) <= 1e-12 * abs(b))
        default: #expect(step.control == expected)
        }
    }

    @Test(arguments: [
        ("Rest for 10 s", 10), ("Rest for 10 sec", 10), ("Rest for 10 seconds", 10), ("Rest for 1 second", 1),
        ("Rest for 10 min", 600), ("Rest for 1 minute", 60), ("Rest for 10 minutes", 600), ("Rest for 2 h", 7200),
        ("Rest for 0.5 hours", 1800), ("Rest for 1hour", 3600), ("Rest for 2 days", 172_800),
        ("Rest for 1 day", 86_400),
        ("Rest for 1 hour 30 minutes", 5400), ("Rest for 1e3 s", 1000),
    ])
    func duration(_ text: String, _ seconds: Double) throws {
        #expect(try StepParser.parse(text).duration == seconds)
    }

    @Test(arguments: [
        ("Discharge at 1C until 2.5 V", [Step.Termination.voltage(2.5)]),
        ("Discharge at 1C for 10 minutes or until 2.5 V", [.voltage(2.5)]),
        ("Discharge at 1C for 10 minutes until 2.5V", [.voltage(2.5)]),
        ("Hold at 4.2 V until C/50", [.cRate(0.02)]),
        ("Hold at 4.2V until 50mA or C/100 or 1 W", [.current(0.05), .cRate(0.01), .power(1)]),
        ("Hold at 4.2 V until 50 mA or until C/100", [.current(0.05), .cRate(0.01)]),
        ("Discharge at 1C for 2 A.h", [.capacity(2)]),
        ("Discharge at 1C for 500 mAh", [.capacity(0.5)]),
        ("Discharge at 1C for 2 A h or until 3 V", [.capacity(2), .voltage(3)]),
        ("Discharge at 1C", []),
        ("Rest for 1 hour or until 3.5 V", [.voltage(3.5)]),
    ])
    func terminations(_ text: String, _ expected: [Step.Termination]) throws {
        #expect(try StepParser.parse(text).terminations == expected)
    }

    @Test func options() throws {
        let step = try StepParser.parse("Discharge at 1C for 10 minutes or until 2.5 V at 45 oC (1 minute period)")
        #expect(step.control == .cRate(-1))
        #expect(step.duration == 600)
        #expect(step.terminations == [.voltage(2.5)])
        #expect(step.period == 60)
        #expect(step.temperature == 318.15)
        #expect(step.text == "Discharge at 1C for 10 minutes or until 2.5 V at 45 oC (1 minute period)")
        #expect(try StepParser.parse("Discharge at 1C (10 s period) at 25°C").temperature == 298.15)
        #expect(try StepParser.parse("Rest at 25 C for 1 hour").temperature == 298.15)
        #expect(try StepParser.parse("Rest for 1 hour at 298.15 K").temperature == 298.15)
        #expect(try StepParser.parse("Rest for 1 hour at -10 oC").temperature == 263.15)
    }

    /// The step, and what the error must name.
    @Test(arguments: [
        ("Discharge at 1X", "'1X'"), ("", "empty"), ("   ", "empty"), ("Discharge", "at which current"),
        ("Discharge at", "at which current"), ("Discharge at -1C", "'-1C' is negative"),
        ("Discharge at 0C", "'0C' is zero"),
        ("Discharge at NaN C", "'NaN' is no number"), ("Charge at inf A", "'inf' is no number"),
        ("Discharge at 1e400 A", "not finite"), ("Discharge at 5000C", "absurd"), ("Discharge at C/0", "'C/0'"),
        ("Discharge at C/-2", "'C/-2'"), ("Discharge at 1", "no unit"), ("Charge at 10 Ohm", "resistor"),
        ("Hold at 1C until 50 mA", "no voltage"), ("Hold at 4.2 V", "never ends"), ("Rest", "never ends"),
        ("Charge at 4.2 V", "never ends"), ("Rest for -5 minutes", "negative"), ("Rest for 0 s", "zero"),
        ("Rest for 1e9 years", "absurd"), ("Rest for 5 bananas", "'5 bananas'"), ("Rest for", "how long"),
        ("Rest until 50 mA", "never reached"), ("Hold at 4.2 V until 4.1 V", "never reached"),
        ("Discharge at 1C until 50 mA", "never reached"), ("Discharge at 1C until", "until what"),
        ("Discharge at 1C until banana", "'banana'"), ("Discharge at 1C or until 3 V", "'or until 3 V'"),
        ("Discharge at 1C until 10 minutes", "'for 10 minutes' is right"), ("Discharge at 1C for 3 V", "'3 V'"),
        ("Discharge at 1C at 45", "unit of temperature"), ("Discharge at 1C at 999 oC", "out of range"),
        ("Discharge at 1C (5 minutes)", "'(1 minute period)' is right"), ("Discharge at 1C (", "not closed"),
        ("Discharge at 1C for 1 h for 2 h", "second duration"), ("Drive", "which file"), ("Drive \"a b", "not closed"),
        ("Fly at 1C", "'Fly'"), ("1C", "no kind of step"), ("Discharge at 1C ; Rest", "'; Rest'"),
    ])
    func refusal(_ text: String, _ names: String) throws {
        let error = try #require(throws: ProtocolError.self) { try StepParser.parse(text) }
        let line = "\(error)"
        #expect(error.kind == .step)
        #expect(line.contains(names), "\(line)")
        #expect(
            line.contains("'\(text.split(separator: " ").joined(separator: " "))'") || text.isEmpty || text == "   ")
        #expect(!line.contains("\n"))
        #expect(line.contains("; "), "says what would be right: \(line)")
    }

    @Test func longStepIsRefusedQuickly() {
        let text = "Discharge at 1C until " + String(repeating: "9", count: 1_000_000)
        #expect(throws: ProtocolError.self) { try StepParser.parse(text) }
    }

    @Test func lineBreaksStayOutOfErrors() throws {
        let error = try #require(throws: ProtocolError.self) { try StepParser.parse("Fly\nat\u{1B}[31m 1C") }
        #expect(!"\(error)".unicodeScalars.contains { $0.value < 0x20 })
    }

    /// What is accepted has finite, positive values within the parser's bounds; nothing crashes or hangs.
    @Test func mutatedStepsNeitherCrashNorYieldNonsense() {
        var random = SplitMix64(state: 20_261_123)
        let seeds = [
            "Discharge at 1C for 10 minutes or until 2.5 V at 45 oC (1 minute period)", "Charge at C/2 until 4.2 V",
            "Hold at 4.2 V until 50 mA or C/50 or 1 W", "Rest for 1 hour", "Discharge at 10 Ohm for 500 mA.h",
            "Drive \"no such file.csv\" in W at 25°C", "Charge at 2e3 mW until 4.2V",
        ].map { Array($0.unicodeScalars) }
        let spice = Array("0123456789.-+eE/()CcVvAaWwhmoK°Ω \t\"'·\u{0}\n\u{301}€ finuntilforat".unicodeScalars)
        var accepted = 0
        for _ in 0..<120_000 {
            var scalars = seeds[Int(random.next() % UInt64(seeds.count))]
            for _ in 0..<(1 + random.next() % 4) {
                let place = Int(random.next() % UInt64(scalars.count + 1))
                switch random.next() % 5 {
                case 0: scalars.insert(spice[Int(random.next() % UInt64(spice.count))], at: place)
                case 1: if place < scalars.count { scalars.remove(at: place) }
                case 2: if place < scalars.count { scalars[place] = spice[Int(random.next() % UInt64(spice.count))] }
                case 3: scalars.removeSubrange(place..<min(scalars.count, place + Int(random.next() % 12)))
                default:
                    let other = seeds[Int(random.next() % UInt64(seeds.count))]
                    scalars.insert(contentsOf: other.suffix(Int(random.next() % UInt64(other.count))), at: place)
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            do {
                let step = try StepParser.parse(String(text))
                accepted += 1
                #expect(step.duration.map { $0 > 0 && $0.isFinite } ?? true)
                #expect(step.period.map { $0 > 0 && $0.isFinite } ?? true)
                #expect(isSound(step.control), "\(step)")
            } catch let error as ProtocolError {
                #expect(!error.description.contains("\n"))
            } catch {
                Issue.record("unexpected \(error)")
            }
        }
        #expect(accepted > 1000)
    }

    private func isSound(_ control: Step.Control) -> Bool {
        switch control {
        case .current(let value), .cRate(let value), .power(let value): value != 0 && value.isFinite
        case .voltage(let value): value >= 0 && value <= 100
        case .resistance(let value): value > 0 && value.isFinite
        case .rest, .drive: true
        }
    }
}

/// Sebastiano Vigna's generator: the same sequence on every machine.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
