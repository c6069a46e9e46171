import Testing

@testable import Cells

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Inputs nobody means well with: no crash, no hang, one line of refusal.
@Suite(.serialized) struct HostileInputTests {
    /// Seeds that have been run; a seed that ever finds a fault stays here.
    static let seeds: [UInt64] = [1, 2, 3, 5, 8, 13, 21, 34]

    private static let fragments: [String] = [
        "(", ")", "**", "*", "/", "+", "-", "x", "T(x)", "T(", "exp(", "tanh(", "max(x,", "1e308", "1e-308", "1e", ".",
        "..",
        "0", "9999999999999999999999", ",", " ", "\t", "\u{0}", "é", "x**x**x", "log(-1)", "sqrt(", "nan", "inf", "0/0",
        "_", "x.x", "**-", "--", "E+5", "\u{FEFF}", "\"", "\\",
    ]

    private static let jsonFragments: [String] = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "null", "true", "NaN", "-", "1e999", "1e-400", "0", "-0",
        "[[[[",
        "{\"x\":[0,1],\"y\":[1,2]}", "{\"x\":[],\"y\":[]}", "\"x\"", "\"1/0\"", "\"exp(x\"", "\u{0}", "\u{FF}", "\n",
        "\"Particle\":{}", "\"Particle\":{\"a\":{}}", "\"Model\":\"Partial\"", "\"Model\":\"SPM\"", "\"BPX\":\"0.1\"",
        "1e300",
        "-1e300", "5e-324", "\"User-defined\":{\"Cellar\":{}}", "\"State\":{}", "\"Degradation\":{\"LLI\":0.99}",
    ]

    @Test(arguments: seeds)
    func functionStrings(_ seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let start = "9.47e-01 * exp(-1.59e+02 * x) - 3.5e+04 + 1.6e-01 * tanh(-4.55e+01 * (x - 3.2e-02)) ** 2 / T(x)"
        let points = [0, 1e-300, 0.5, 1, -1, 1e300, .infinity, .nan, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        var value = [Double](repeating: 0, count: points.count)
        var dx = value
        var dT = value
        for _ in 0..<12_500 {
            var bytes = Array(start.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                Self.mutate(&bytes, with: Self.fragments, &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let function = try? StateFunction(expression: text) else { continue }
            function.evaluate(points, count: points.count, temperature: 300, value: &value, dx: &dx, dT: &dT)
        }
    }

    @Test(arguments: seeds)
    func files(_ seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let starts = try [
            Samples.text([]), Samples.legacy(version: "0.2"), Samples.blended().json(),
            Samples.text([
                (
                    "State > Degradation",
                    "{\"LLI\": 0.1, \"LAM: Negative electrode\": 0, \"LAM: Positive electrode\": 0}"
                ),
                ("Parameterisation > User-defined", "{\"Cellar\": {\"Thermodynamic factor\": \"1 + x / T(x)\"}}"),
            ]),
        ].map { Array($0.utf8) }
        var accepted = 0
        for round in 0..<12_500 {
            var bytes = starts[round % starts.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                Self.mutate(&bytes, with: Self.jsonFragments, &generator)
            }
            do {
                let file = try CellFile(text: String(decoding: bytes, as: UTF8.self), format: .json)
                accepted += 1
                _ = try file.cell()
                if round % 16 == 0 { _ = try CellFile(text: file.json(), format: .json) }
            } catch {
                #expect(error is BPXError && !"\(error)".contains("\n"), "\(error)")
            }
        }
        #expect(accepted > 0)
    }

    @Test func yaml() throws {
        var generator = SplitMix(state: 99)
        let start = Array(try Samples.text([]).utf8)
        for _ in 0..<1_000 {
            var bytes = start
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                Self.mutate(&bytes, with: Self.jsonFragments + ["&a ", "*a", "- ", "? ", "!!", "|", "%"], &generator)
            }
            do {
                _ = try CellFile(text: String(decoding: bytes, as: UTF8.self), format: .yaml).cell()
            } catch {
                #expect(error is BPXError && !"\(error)".contains("\n"), "\(error)")
            }
        }
    }

    /// Aliases of aliases, and nesting by indentation.
    @Test func yamlBombs() {
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            laughs += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let stairs = (0..<3_900).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        for (text, message) in [(laughs, "more than 1000000 values"), (stairs, "nesting level")] {
            do {
                _ = try CellFile(text: text, format: .yaml)
                Issue.record("accepted")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
            }
        }
    }

    @Test func everyTruncation() throws {
        let bytes = Array(try Samples.text([]).utf8)
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(throws: BPXError.self) {
                try CellFile(text: String(decoding: bytes[..<length], as: UTF8.self), format: .json)
            }
        }
    }

    @Test func filesOnDisk() throws {
        let folder = temporaryFolder()
        defer { _ = system("rm -rf '\(folder)'") }
        func write(_ name: String, _ bytes: [UInt8]) -> String {
            let path = "\(folder)/\(name)"
            let file = fopen(path, "wb")!
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            return path
        }
        let large = write("large.json", [])
        truncate(large, 100 << 20)
        var generator = SplitMix(state: 5)
        let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let sample = Array(try Samples.text([]).utf8)
        for (path, message) in [
            (large, "the file is larger than 64 MB; a cell file is a few kilobytes"),
            (write("noise.json", noise), "line 1"),
            (write("noise.yaml", noise), "UTF-8"), (write("zero.json", [UInt8](repeating: 0, count: 1000)), "byte 0x0"),
            (write("empty.json", []), "empty file"),
            (write("cut.json", Array(sample.prefix(900))), "ends in the middle"),
            (write("elf.json", [0x7F, 0x45, 0x4C, 0x46]), "unexpected byte 0x7f: not a JSON file"),
            (folder, "a folder"),
            (write("deep.json", [UInt8](repeating: 0x5B, count: 5 << 20)), "nested more than 64 levels"),
            (write("big.yaml", [UInt8](repeating: 0x20, count: 9 << 20)), "larger than 8 MB"),
        ] {
            let clock = ContinuousClock()
            let time = clock.measure {
                do {
                    _ = try CellFile.load(path: path)
                    Issue.record("accepted \(path)")
                } catch {
                    #expect("\(error)".contains(message), "\(error)")
                    #expect((error as? BPXError)?.kind == .badData)
                }
            }
            #expect(time < .seconds(2))
        }
        do {
            _ = try CellFile.load(path: folder + "/none.json")
        } catch let error as BPXError {
            #expect(error.kind == .notFound)
        }
        let good = try CellFile.load(path: write("my.cell.json", sample))
        #expect(good.name == "my.cell")
        #expect(try CellFile.load(path: write("bom.json", [0xEF, 0xBB, 0xBF] + sample)).warnings == [])
    }

    /// Wide rather than deep: many keys, long lists, long names.
    @Test func wideFiles() throws {
        let keys = "{" + (0..<200_000).map { "\"k\($0)\": 1" }.joined(separator: ",") + "}"
        let list = "[" + (0..<1_000_000).map { "\($0).5" }.joined(separator: ",") + "]"
        let long = String(repeating: "a", count: 5_000_000)
        for (mark, replacement) in [
            ("\"Title\": \"Sample\"", "\"Title\": \(keys)"), ("\"Title\": \"Sample\"", "\"Title\": \(list)"),
            ("\"Title\"", "\"\(long)\""), ("\"Sample\"", "\"\(long)\""),
            ("\"Porosity\": 0.25,", "\"Particle\": \(keys),"),
            ("\"Separator\": ", "\"User-defined\": \(keys), \"Separator\": "),
            ("\"Separator\": ", "\"User-defined\": {\"Cellar\": \(keys)}, \"Separator\": "),
            ("\"x\": [0, 1000, 3000], \"y\": [0.1, 1.0, 0.5]", "\"x\": \(list), \"y\": \(list)"),
        ] {
            let text = Samples.replaced(Samples.dfn, mark, replacement)
            let time = ContinuousClock().measure { _ = try? CellFile(text: text, format: .json).cell() }
            #expect(time < .seconds(2), "\(replacement.prefix(40)): \(time)")
        }
    }

    private static func mutate(_ bytes: inout [UInt8], with fragments: [String], _ generator: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let length = min(Int.random(in: 0...12, using: &generator), bytes.count - place)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 3: bytes.insert(contentsOf: Array(fragments.randomElement(using: &generator)!.utf8), at: place)
        case 4:
            let fragment = Array(fragments.randomElement(using: &generator)!.utf8)
            bytes.replaceSubrange(place..<place + length, with: fragment)
        default:
            // A digit for another: numbers of all sizes and signs, in files that stay well-formed.
            let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
            guard let digit = digits.randomElement(using: &generator) else { return }
            bytes[digit] = Array("0123456789-.e".utf8).randomElement(using: &generator)!
        }
    }
}

func temporaryFolder() -> String {
    var template = Array("/tmp/cellar-tests-XXXXXX".utf8CString)
    return String(cString: mkdtemp(&template)!)
}
