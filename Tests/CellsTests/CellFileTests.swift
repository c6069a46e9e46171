import Testing

@testable import Cells

@Suite struct CellFileTests {
    static let negative = "Parameterisation > Negative electrode"

    @Test func sampleIsClean() throws {
        let file = try Samples.file([])
        #expect(file.warnings == [])
        let cell = try file.cell()
        #expect(cell.name == "sample" && cell.title == "Sample" && cell.shape == .dfn)
        #expect(cell.negative?.materials.first?.minimumStoichiometry == 0.05)
        #expect(cell.electrolyte?.conductivity(500) == 0.55)
        #expect(cell.thermal?.heatCapacity == 3000 * 800 * 2e-5)
        #expect(cell.thermal?.coolingConductance == 20 * 0.005)
        #expect(cell.ambientTemperature == 298.15 && cell.initialTemperature == 298.15)
    }

    /// One mistake gives one message, with its path.
    /// Poles and signs between the samples, at the points that are used, and at other temperatures.
    @Test(
        arguments: [
            ("Electrolyte > Conductivity [S.m-1]", "1 / (x - 1000)", "not finite at x = 1000"),
            ("Electrolyte > Conductivity [S.m-1]", "1 / (x - 1234.5678)", "not finite at x = 1234.6"),
            ("Electrolyte > Conductivity [S.m-1]", "1 / (x - 777.7) ** 2", "not finite at x = 777.7"),
            ("Electrolyte > Conductivity [S.m-1]", "1 / (x - 2900.123)", "not finite at x = 2900.1"),
            ("Electrolyte > Conductivity [S.m-1]", "1 / (T(x) - 253.15)", "and 253.15 K"),
            ("Electrolyte > Conductivity [S.m-1]", "1 - x / 900", "above 0 from 10 to 1000"),
            ("Electrolyte > Diffusivity [m2.s-1]", "-1e-10 + 0 * x", "above 0 from 10 to 1000"),
            ("User-defined > Cellar > Thermodynamic factor", "1 - x / 500", "above 0 from 10 to 1000"),
            ("Negative electrode > Diffusivity [m2.s-1]", "1e-14 * (0.5 - x)", "above 0 from 0.05 to 0.85"),
            ("Positive electrode > Diffusivity [m2.s-1]", "1e-14 * (x - 0.3)", "is 0 at x = 0.3"),
            ("Positive electrode > OCP [V]", "4 + 1e-3 / (x - 0.54321)", "not finite at x = 0.54321"),
        ] as [(String, String, String)])
    func functionsWhereTheyAreUsed(_ path: String, _ function: String, _ message: String) throws {
        let full = "Parameterisation > " + path
        let value =
            path.hasPrefix("User") ? "{\"Cellar\": {\"Thermodynamic factor\": \"\(function)\"}}" : "\"\(function)\""
        let key = path.hasPrefix("User") ? "Parameterisation > User-defined" : full
        let error = #expect(throws: BPXError.self) { try Samples.file([(key, value)]) }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(text.hasPrefix(full) && text.contains(message), "\(text)")
    }

    @Test func tablesAreCheckedAtTheirKnots() throws {
        let error = #expect(throws: BPXError.self) {
            try Samples.file([
                (
                    "Parameterisation > Negative electrode > Diffusivity [m2.s-1]",
                    "{\"x\": [0, 0.3, 0.30001, 0.30002, 1], \"y\": [1e-14, 1e-14, -1e-14, 1e-14, 1e-14]}"
                )
            ])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("x = 0.30001"))
    }

    @Test(arguments: ["0", "-1", "\"-1\""]) func aThermodynamicFactorIsAboveZero(_ value: String) throws {
        let error = #expect(throws: BPXError.self) {
            try Samples.file([("Parameterisation > User-defined", "{\"Cellar\": {\"Thermodynamic factor\": \(value)}}")]
            )
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("Thermodynamic factor"))
    }

    /// Beyond the initial concentration, and away from the file's own temperatures, a remark is enough.
    @Test(arguments: ["1 - x / 1100", "(T(x) - 260) / 10"]) func remarksBeyondWhatIsUsed(_ function: String) throws {
        let file = try Samples.file([("Parameterisation > Electrolyte > Conductivity [S.m-1]", "\"\(function)\"")])
        #expect(file.warnings.contains { $0.contains("Conductivity [S.m-1] is not positive at x = ") })
    }

    /// Steep, narrow and zero-crossing functions are no poles.
    @Test(arguments: [
        "4.6 - 1.2 * x + 0.5 * exp(-((x - 0.5) / 0.01) ** 2) - 0.5 * exp(-((x - 0.5) / 0.01) ** 2)",
        "4.6 - 1.2 * x - 0.01 * exp(40 * (x - 0.9)) + 1e-9 * tanh(1e4 * (x - 0.6))",
    ]) func steepFunctionsAreNoPoles(_ function: String) throws {
        _ = try Samples.file([
            ("Parameterisation > Positive electrode > Entropic change coefficient [V.K-1]", "\"\(function) - 3.5\"")
        ])
    }

    @Test(
        arguments: [
            (
                "Header > BPX", "\"2.0\"",
                "Header > BPX (line 3): version 2.0 is not known; versions 0.1 to 1.x are read"
            ),
            ("Header > BPX", "\"one\"", "Header > BPX (line 3): no version number; a text such as \"1.1.1\" is needed"),
            ("Header > Model", "\"DFM\"", "Header > Model (line 5): unknown model 'DFM'; did you mean 'DFN'?"),
            (
                "Header > Model", "7",
                "Header > Model (line 5): the number 7 stands here; one of SPM, SPMe, DFN, Partial"
            ),
            ("Header > Model", nil, "Header > Model (line 2): missing; one of SPM, SPMe, DFN, Partial is needed"),
            ("Header > Titel", "\"a\"", "Header > Titel (line 6): unknown key; did you mean 'Title'?"),
            (
                "\(negative) > Thickness [m]", "-8e-5",
                "\(negative) > Thickness [m] (line 38): -8e-05 is negative; a number above 0 is needed"
            ),
            ("\(negative) > Thickness [m]", "0", "0 is out of range; a number above 0 is needed"),
            (
                "\(negative) > Thickness [m]", "\"8e-5\"",
                "the text \"8e-5\" stands here; a number above 0 is needed (without"
            ),
            ("\(negative) > Thickness [m]", "true", "true stands here; a number above 0 is needed"),
            ("\(negative) > Thickness [m]", "null", "null stands here"),
            ("\(negative) > Thickness [m]", "[1]", "a list stands here"),
            (
                "\(negative) > Thickness [m]", nil,
                "\(negative) > Thickness [m] (line 37): missing; a number above 0 is needed"
            ),
            (
                "\(negative) > Thicknes [m]", "1",
                "\(negative) > Thicknes [m] (line 50): unknown key; did you mean 'Thickness"
            ),
            ("\(negative) > Colour", "1", "Colour (line 50): unknown key; known here: 'Thickness [m]', 'Porosity'"),
            (
                "\(negative) > Porosity", "1",
                "Porosity (line 39): 1 is out of range; a fraction between 0 and 1 is needed"
            ),
            ("\(negative) > Porosity", "1.2", "1.2 is out of range"),
            ("\(negative) > Particle radius [m]", "0", "Particle radius [m] (line 45): 0 is out of range"),
            ("Parameterisation > Separator > Porosity", "1.1", "1.1 is out of range; a fraction above 0 and at most 1"),
            ("\(negative) > Transport efficiency", "1.01", "a factor above 0 and at most 1 is needed"),
            ("\(negative) > Minimum stoichiometry", "-0.1", "-0.1 is negative; a number from 0 to 1 is needed"),
            (
                "\(negative) > Minimum stoichiometry", "0.9",
                "Minimum stoichiometry (line 42): 0.9 is not below the maximum stoichiometry of 0.85; 0 <= minimum"
            ),
            ("\(negative) > OCP [V]", "\"tahn(x)\"", "OCP [V] (line 48): unknown name 'tahn'; did you mean 'tanh'?"),
            (
                "\(negative) > OCP [V]", "\"1 / (x - 0.25)\"",
                "the function is not finite at x = 0.25; finite values from 0.05 to"
            ),
            ("\(negative) > OCP [V]", "\"log(x - 0.1)\"", "OCP [V] (line 48): the function is not finite at x = 0.05"),
            ("\(negative) > OCP [V]", "\"1/0\"", "the function string is inf everywhere"),
            ("\(negative) > OCP [V]", "[1, 2]", "a list stands here; a number, a function string or a table"),
            (
                "\(negative) > OCP [V]", "{\"x\": [0, 1]}",
                "OCP [V] > y (line 48): missing; a number, a function string or"
            ),
            (
                "\(negative) > OCP [V]", "{\"x\": [0, 1], \"y\": [1, 2, 3]}",
                "table with 2 values of x and 3 of y; both need"
            ),
            (
                "\(negative) > OCP [V]", "{\"x\": [0, 0.5, 0.4], \"y\": [1, 2, 3]}",
                "table unsorted at x[2]; x has to rise or"
            ),
            (
                "\(negative) > OCP [V]", "{\"x\": [0, \"a\"], \"y\": [1, 2]}",
                "OCP [V] > x (line 49): a list stands here; a list of"
            ),
            (
                "\(negative) > OCP [V]", "{\"x\": [0, 1], \"z\": [1, 2]}",
                "OCP [V] > z (line 50): unknown key; a table has the keys"
            ),
            ("\(negative) > Diffusivity [m2.s-1]", "0", "0 is out of range; a number above 0 is needed"),
            ("\(negative) > Diffusivity [m2.s-1]", "\"-1e-14\"", "-1e-14 is negative"),
            ("\(negative) > Particles", "{}", "Particles (line 50): unknown key; did you mean 'Particle'?"),
            ("\(negative) > Particle", "{}", "Minimum stoichiometry (line 42): misplaced key; in a ble"),
            (negative, nil, "\(negative) (line 16): missing; an object is needed"),
            (negative, "3", "\(negative) (line 37): the number 3 stands here; an object is needed"),
            (
                "Parameterisation > Cell > Lower voltage cut-off [V]", "5",
                "5 V is not below the upper cut-off of 4.125 V; the"
            ),
            (
                "Parameterisation > Cell > Upper voltage cut-off [V]", "4.2",
                "Upper voltage cut-off [V]: the open-circuit voltage at SOC 1 is 4.125 V, 75 mV off the cut-off; stoichiometry"
            ),
            (
                "Parameterisation > Cell > Number of electrode pairs connected in parallel to make a cell", "1.5",
                "1.5 is no count"
            ),
            (
                "Parameterisation > Cell > Ambient temperature [K]", "298",
                "misplaced key; since BPX 1.0 it belongs to State > Th"
            ),
            (
                "Parameterisation > Cell > Thermal conductivity [W.m-1.K-1]", "2",
                "misplaced key; since BPX 1.0 it belongs to Par"
            ),
            (
                "Parameterisation > Electrolyte > Initial concentration [mol.m-3]", "1000",
                "misplaced key; since BPX 1.0 it is State > Initial conditions > Initial electrolyte concentration [mol.m-3]"
            ),
            (
                "Parameterisation > Electrolyte > Cation transference number", "1",
                "1 is out of range; a number from 0 to below 1"
            ),
            (
                "Parameterisation > Electrolyte > Conductivity [S.m-1]", "\"1 / (x - 10)\"",
                "Conductivity [S.m-1] (line 32): the function is not finite at x = 10; finite values from 10 to 3000 are needed"
            ),
            ("Parameterisation > Electrolyte", nil, "Parameterisation > Electrolyte (line 16): missing"),
            (
                "State > Initial conditions > Initial state-of-charge", "100",
                "100 is out of range; a state of charge from 0 to 1 (not"
            ),
            (
                "State > Degradation", "{\"LLI\": 10}",
                "State > Degradation > LAM: Negative electrode (line 15): missing; a fraction"
            ),
            (
                "State > Degradation",
                "{\"LLI\": 10, \"LAM: Negative electrode\": 0, \"LAM: Positive electrode\": 0}",
                "State > Degradation > LLI (line 16): 10 is out of range; a fraction of the fresh cell, from 0 to below 1 (not per"
            ),
            (
                "State > Degradation",
                "{\"LLI\": 0, \"LAM: Negative electrode\": {\"a\": 0}, \"LAM: Positive electrode\": 0}",
                "LAM: Negative electrode (line 17): an object stands here; the electrode is not blended"
            ),
            (
                "State > Thermal", "{}",
                "State > Thermal (line 15): unknown key; known here: 'Initial conditions', 'Thermal env"
            ),
            (
                "Validation", "{\"a\": {\"Time [s]\": [0, 1], \"Current [A]\": [0], \"Voltage [V]\": [4, 4]}}",
                "Validation > a > Curr"
            ),
            ("Validation", "{\"a\": {\"Time [s]\": 0}}", "Validation > a > Current [A] (line "),
            (
                "Parameterisation > User-defined", "{\"a\": true}",
                "User-defined > a (line 71): true stands here; a number, a func"
            ),
            ("Parameterisation > User-defined", "{\"a\": [1]}", "User-defined > a (line 71): a list stands here"),
            (
                "Parameterisation > User-defined", "{\"a\": {\"x\": [1], \"y\": [1, 2]}}",
                "table with 1 values of x and 2 of y"
            ),
            ("Parameterisation > User-defined", "{\"description\": 1}", "the number 1 stands here; a text is needed"),
            (
                "Parameterisation > User-defined", "{\"Cellar\": {\"Contact resistence [ohm]\": 1}}",
                "Cellar > Contact resistence [ohm] (line 72): unknown key; did you mean 'Contact resistance [ohm]'?"
            ),
            (
                "Parameterisation > User-defined",
                "{\"Cellar\": {\"Negative electrode\": {\"Film resistance [ohm.m2]\": -1}}}",
                "User-defined > Cellar > Negative electrode > Film resistance [ohm.m2] (line 73): -1 is negative"
            ),
            (
                "Parameterisation > User-defined", "{\"Cellar\": {\"Notes\": {\"a\": \"b\"}}}",
                "Notes > a (line 73): the text \"b\" stands"
            ),
            (
                "Parameterisation > User-defined", "{\"Cellar\": {\"Thermodynamic factor\": \"1/(x-10)\"}}",
                "is not finite at x = 10"
            ),
            ("Paramterisation", "{}", "Paramterisation (line 71): unknown key; did you mean 'Parameterisation'?"),
        ] as [(String, String?, String)])
    func mistakes(_ path: String, _ value: String?, _ message: String) throws {
        do {
            _ = try Samples.file([(path, value)])
            Issue.record("accepted \(path) = \(value ?? "nothing")")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
            #expect(!"\(error)".contains("\n"))
            #expect((error as? BPXError)?.kind == .badData)
        }
    }

    @Test func separatorOfNothingButElectrolyte() throws {
        let file = try Samples.file([("Parameterisation > Separator > Porosity", "1")])
        #expect(try file.cell().separator?.porosity == 1)
    }

    @Test func misspeltHeaderIsNamed() {
        #expect(throws: BPXError(path: ["Heder"], line: 1, problem: "unknown key", remedy: "did you mean 'Header'?")) {
            try CellFile(text: "{\"Heder\": {}}", format: .json)
        }
    }

    @Test(arguments: [
        ("", "empty file"), (" \n", "empty file"), ("[]", "line 1: the file holds a list"), ("{", "ends in the middle"),
        ("{\"a\": 1,}", "line 1: comma before '}'"), ("[1,]", "comma before ']'"),
        ("{\"a\" 1}", "':' after the key 'a' was"),
        ("{\"a\": NaN}", "line 1: NaN is no number; a finite number is needed"),
        ("{\"a\":\n-Infinity}", "line 2: -Infinity is"),
        ("{\"a\": nan}", "nan is no number"), ("{\"a\": 1e999}", "number 1e999 is too large"),
        ("{\"a\": 01}", "leading zero"),
        ("{\"a\": 1.}", "a digit after the decimal point was expected"), ("{\"a\": +1}", "unexpected '+'"),
        ("{\"a\": tru}", "unknown word 'tru'"), ("{\"a\": 'b'}", "unexpected '''"),
        ("{a: 1}", "a key in double quotes was"),
        ("{\"a\": 1, \"a\": 2}", "key 'a' appears twice in one object; each key may appear once"),
        ("{\"a\": 1} x", "text after the end"), ("{\"a\": \"b\nc\"}", "line break inside a text"),
        ("{\"a\": \"\\q\"}", "unknown escape"), ("{\"a\": \"\\ud800\"}", "half a \\u pair"),
        ("{\"a\": \"\\u12\"}", "\\u without"),
        (String(repeating: "[", count: 100_000), "nested more than 64 levels deep"),
        (String(repeating: "{\"a\":", count: 100_000), "nested more than 64 levels deep"),
    ])
    func brokenJSON(_ text: String, _ message: String) {
        do {
            _ = try CellFile(text: text, format: .json)
            Issue.record("accepted \(text.prefix(40))")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    @Test func jsonTexts() throws {
        let value = try JSONParser.parse(Array("\u{FEFF}{\"a\\u00e9\\n\\\"\\ud83d\\ude00\": \"é\\/\"}".utf8))
        #expect(value["aé\n\"😀"]?.text == "é/")
        #expect(throws: BPXError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        let again = try JSONParser.parse(Array(JSONWriter.write(value).utf8))
        #expect(JSONWriter.write(again) == JSONWriter.write(value) && again["aé\n\"😀"]?.text == "é/")
    }

    @Test func writerIsExact() throws {
        var generator = SplitMix(state: 3)
        let numbers = (0..<500).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        let text = JSONWriter.write(FileValue(.numbers(numbers + [0, 1, -5, 1e15, 0.1, 1e-5])))
        #expect(try JSONParser.parse(Array(text.utf8)).numbers == numbers + [0, 1, -5, 1e15, 0.1, 1e-5])
        for line in text.split(separator: "\n") { #expect(line.utf8.count <= 120) }
        #expect(JSONWriter.write(FileValue(.numbers([1, 2.5]))) == "[1, 2.5]\n")
    }

    @Test func roundTrip() throws {
        let file = try Samples.file([
            (
                "Validation",
                "{\"C/20\": {\"Time [s]\": [0, 1.5], \"Current [A]\": [-1, -1], \"Voltage [V]\": [4.1, 4.05]}}"
            ),
            ("Parameterisation > User-defined", "{\"other\": {\"deep\": {\"f\": \"my_function(x)\", \"n\": 1}}}"),
        ])
        let again = try CellFile(text: file.json(), format: .json)
        #expect(again.json() == file.json())
        #expect(again.value(at: ["Validation", "C/20", "Voltage [V]"])?.numbers == [4.1, 4.05])
        #expect(again.value(at: ["Parameterisation", "User-defined", "other", "deep", "n"])?.number == 1)
    }

    @Test func yaml() throws {
        let text = """
            Header: {BPX: 1.1.1, Title: Sample, Model: SPM}
            # a comment
            Parameterisation:
              Cell:
                Electrode area [m2]: 1e-1
                Number of electrode pairs connected in parallel to make a cell: 1
                Lower voltage cut-off [V]: 3.1142
                Upper voltage cut-off [V]: 4.125
                Nominal cell capacity [A.h]: 5
              Negative electrode: &electrode
                Thickness [m]: 8.5e-05
                Minimum stoichiometry: .05
                Maximum stoichiometry: 0.85
                Maximum concentration [mol.m-3]: 30000
                Particle radius [m]: 5e-06
                Surface area per unit volume [m-1]: 420000
                Diffusivity [m2.s-1]: 4e-15
                OCP [V]: 0.9 * exp(-30 * x) + 0.2 - 0.1 * x
                Reaction rate constant [mol.m-2.s-1]: 2e-05
              Positive electrode:
                Thickness [m]: 7.5e-05
                Minimum stoichiometry: 0.3
                Maximum stoichiometry: 0.9
                Maximum concentration [mol.m-3]: 50000
                Particle radius [m]: 5e-06
                Surface area per unit volume [m-1]: 360000
                Diffusivity [m2.s-1]: {x: [0, 1], y: [4e-15, 5e-15]}
                OCP [V]: "4.6 - 1.2 * x - 0.01 * exp(40 * (x - 0.9))"
                Reaction rate constant [mol.m-2.s-1]: 2e-05
            """
        let cell = try CellFile(text: text, format: .yaml).cell()
        #expect(cell.shape == .spm && cell.electrolyte == nil && cell.negative?.porosity == nil)
        #expect(cell.electrodeArea == 0.1)
        #expect(cell.positive?.materials[0].diffusivity(0.5) == 4.5e-15)
        for (bad, message) in [
            ("a: [", "YAML:"), ("a: 1\na: 2", "appears twice"), ("a: .nan", "no number"), ("", "empty file"),
            (String(repeating: "[", count: 100_000), "nesting level"),
            (Samples.replaced(text, "8.5e-05", "-1"), "Thickness [m] (line 11): -1 is negative"),
        ] {
            do {
                _ = try CellFile(text: bad, format: .yaml)
                Issue.record("accepted \(bad.prefix(30))")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
            }
        }
    }

    @Test func legacyVersions() throws {
        let file = try CellFile(text: Samples.legacy(version: "0.4"), format: .json)
        #expect(file.sourceVersion == "0.4")
        #expect(file.value(at: ["Header", "BPX"])?.text == "1.1.1")
        let cell = try file.cell()
        #expect(cell.ambientTemperature == 300 && cell.initialTemperature == 310 && cell.initialStateOfCharge == 1)
        #expect(cell.electrolyte?.initialConcentration == 1100)
        #expect(cell.thermal?.coolingConductance == 10 * 0.005)
        #expect(cell.assumptions.contains { $0.contains("heat transfer coefficient") })
        #expect(file.warnings.contains { $0.contains("Thermal conductivity") })
        #expect(!file.warnings.contains { $0.contains("Butler-Volmer") })
        let again = try CellFile(text: file.json(), format: .json)
        #expect(again.json() == file.json())
        #expect(
            try CellFile(text: Samples.legacy(version: "0.1"), format: .json).warnings.contains {
                $0.contains("Butler")
            })
        for version in ["0.1", "0.2", "0.3", "\"0.3.1\"", "0.5", "\"0.5.1\"", "\"0.4.2\""] {
            _ = try CellFile(text: Samples.legacy(version: version), format: .json)
        }
        for version in ["\"1.0\"", "1.1", "\"1.1.0\"", "\"1.1.1\""] {
            _ = try Samples.file([("Header > BPX", version)])
        }
        #expect(try Samples.file([("Header > BPX", "1.1")]).warnings.count == 1)
        let state = try? Samples.file([("Header > BPX", "0.4")])
        #expect(state == nil)
    }

    @Test func shapes() throws {
        let transport = ["Porosity", "Transport efficiency", "Conductivity [S.m-1]"]
        var edits: [(String, String?)] = [
            ("Header > Model", "\"SPM\""), ("Parameterisation > Electrolyte", nil),
            ("Parameterisation > Separator", nil),
        ]
        do {
            _ = try Samples.file(edits)
            Issue.record("accepted a porosity in an SPM file")
        } catch {
            #expect("\(error)".contains("Porosity (line 31): misplaced key; an SPM file has no such key"), "\(error)")
        }
        for electrode in ["Negative electrode", "Positive electrode"] {
            edits += transport.map { ("Parameterisation > \(electrode) > \($0)", nil) }
        }
        #expect(try Samples.file(edits).cell().separator == nil)
        #expect(try Samples.file([("Header > Model", "\"SPMe\"")]).cell().shape == .spme)
        #expect(try Samples.file([("Header > Model", "\"SPM\"")]).warnings.count == 1)
        let half = try Samples.file([("Header > Model", "\"Partial\""), ("Parameterisation > Negative electrode", nil)])
        let cell = try half.cell()
        #expect(cell.negative == nil && abs(cell.openCircuitVoltage(stateOfCharge: 1) - 4.24) < 1e-9)
        let lacking = try Samples.file([
            ("Header > Model", "\"Partial\""), ("Parameterisation > Positive electrode > Thickness [m]", nil),
        ])
        #expect(throws: BPXError.self) { try lacking.cell() }
    }

    @Test func cellarExtension() throws {
        let file = try Samples.file([
            (
                "Parameterisation > User-defined",
                """
                {"description": "free", "Cellar": {
                    "description": "sample", "Thermodynamic factor": "1 + x / 1000 * T(x) / 300",
                    "Electrolyte diffusivity [m2.s-1]": "1e-10 * T(x) / 300", "Contact resistance [ohm]": 0.01,
                    "Cell volume [m3]": 1e-5,
                    "Negative electrode": {"Exchange-current factor": "1 + x", "Film resistance [ohm.m2]": 0.02,
                        "Double-layer capacity [F.m-2]": 0.2, "Density [kg.m-3]": 1600,
                        "Specific heat capacity [J.K-1.kg-1]": 700},
                    "Positive electrode": {"Density [kg.m-3]": 3200, "Specific heat capacity [J.K-1.kg-1]": 700},
                    "Separator": {"Density [kg.m-3]": 400, "Specific heat capacity [J.K-1.kg-1]": 700},
                    "Negative current collector": {"Thickness [m]": 1.2e-5, "Density [kg.m-3]": 8960,
                        "Specific heat capacity [J.K-1.kg-1]": 385},
                    "Positive current collector": {"Thickness [m]": 1.6e-5, "Density [kg.m-3]": 2700,
                        "Specific heat capacity [J.K-1.kg-1]": 897},
                    "Sources": {"Someone 2020": {"description": "A paper."}},
                    "Assumed": {"a": {"description": "The film is assumed."}},
                    "Notes": {"a": {"description": "A note."}},
                    "Plain BPX loses": {"a": {"description": "The film resistance."}},
                    "Ageing": {"plated": {"description": "a set", "Lithium plating": {
                        "Lithium plating kinetic rate constant [m.s-1]": 1e-12}}}
                }}
                """
            ), ("Parameterisation > Electrolyte > Diffusivity activation energy [J.mol-1]", "17000"),
        ])
        let cell = try file.cell()
        #expect(cell.contactResistance == 0.01)
        #expect(cell.electrolyte?.thermodynamicFactor(500, temperature: 300) == 1.5)
        #expect(abs(try #require(cell.electrolyte).diffusivity(500, temperature: 330) / 1.1e-10 - 1) < 1e-14)
        #expect(cell.electrolyte?.diffusivityActivationEnergy == 0)
        #expect(cell.negative?.materials[0].exchangeCurrentFactor(0.5) == 1.5)
        #expect(cell.negative?.materials[0].filmResistance == 0.02)
        #expect(cell.negative?.materials[0].doubleLayerCapacity == 0.2)
        #expect(cell.positive?.materials[0].doubleLayerCapacity == nil)
        #expect(cell.references == ["Someone 2020: A paper."])
        #expect(cell.assumptions == ["The film is assumed."] && cell.notes == ["A note."])
        #expect(cell.lossesInPlainBPX == ["The film resistance."])
        #expect(file.ageingSets == ["plated"])
        #expect(try file.ageingSet(named: "plated").plating?.rateConstant == 1e-12)
        let heat =
            8.5e-5 * 1600 * 700 + 7.5e-5 * 3200 * 700 + 1.2e-5 * 400 * 700 + 1.2e-5 * 8960 * 385 + 1.6e-5 * 2700 * 897
        let length = 8.5e-5 + 7.5e-5 + 1.2e-5 + 1.2e-5 + 1.6e-5
        let expected = heat / length * 1e-5
        #expect(abs(try #require(cell.thermal).heatCapacity / expected - 1) < 1e-14)

        let plain = file.plainBPX()
        #expect(plain.value(at: ["Parameterisation", "User-defined"]) == nil)
        #expect(try #require(plain.value(at: ["Header", "Description"])?.text).hasSuffix("The film resistance."))
        #expect(try CellFile(text: plain.json(), format: .json).cell().contactResistance == 0)
    }

    @Test func blended() throws {
        let file = try Samples.blended()
        let cell = try file.cell()
        #expect(cell.negative?.materials.map(\.name) == ["Graphite", "Silicon"])
        for (path, value, message) in [
            ("\(Self.negative) > Minimum stoichiometry", "0.1", "misplaced key; in a blended electrode it belongs to"),
            ("\(Self.negative) > Particle > Silicon > Particle radius [m]", nil, "Silicon > Particle radius [m] (line"),
            (
                "State > Degradation",
                "{\"LLI\": 0, \"LAM: Negative electrode\": 0, \"LAM: Positive electrode\": 0}",
                "the electrode is blended: an object with the keys 'Graphite', 'Silicon' is needed"
            ),
            (
                "State > Degradation",
                "{\"LLI\": 0, \"LAM: Negative electrode\": {\"Graphite\": 0}, \"LAM: Positive electrode\": 0}",
                "LAM: Negative electrode > Silicon (line"
            ),
            (
                "Parameterisation > User-defined",
                "{\"Cellar\": {\"Negative electrode\": {\"Film resistance [ohm.m2]\": 1}}}",
                "misplaced key; in a blended electrode it belongs to Particle > NAME"
            ),
            (
                "Parameterisation > User-defined",
                "{\"Cellar\": {\"Negative electrode\": {\"Particle\": {\"Silicom\": {}}}}}", "did you mean 'Silicon'?"
            ),
        ] as [(String, String?, String)] {
            var root = file.root
            root[path: Samples.keys(path)[...]] = try value.map { try JSONParser.parse(Array($0.utf8)) }
            do {
                _ = try CellFile(text: JSONWriter.write(root), format: .json)
                Issue.record("accepted \(path)")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
            }
        }
    }

    @Test func hysteresisIsKept() throws {
        let file = try Samples.file([
            ("\(Self.negative) > OCP (lithiation) [V]", "\"0.1 - 0.01 * x\""),
            ("\(Self.negative) > OCP (delithiation) [V]", "{\"x\": [1, 0], \"y\": [0.1, 0.2]}"),
            ("\(Self.negative) > OCP hysteresis decay constant", "5"),
            ("State > Initial conditions > Initial hysteresis state: Negative electrode", "1"),
        ])
        let cell = try file.cell()
        #expect(cell.negative?.materials[0].hasHysteresis == true)
        #expect(cell.positive?.materials[0].hasHysteresis == false)
        #expect(file.json().contains("OCP (delithiation) [V]"))
    }

    @Test func extensionNamesInStandardKeysAreNoted() throws {
        let file = try Samples.file([("\(Self.negative) > Diffusivity [m2.s-1]", "\"4e-15 * sqrt(x) * T(x)\"")])
        #expect(
            file.warnings == ["\(Self.negative) > Diffusivity [m2.s-1] uses sqrt, T(x), which plain BPX does not know"])
    }

    @Test func windowWarning() throws {
        let file = try Samples.file([("Parameterisation > Cell > Upper voltage cut-off [V]", "4.12")])
        #expect(file.warnings.count == 1 && file.warnings[0].contains("5 mV off the cut-off"))
    }

    @Test(arguments: [
        ("Negative electrode > Thickness [m]", "8e-5"),
        ("Parameterisation > Negative electrode > Thickness [m]", "8e-5"),
        ("Negative electrode/Thickness [m]", " 8e-5 "), ("negative electrode > thickness", "0.00008"),
        ("Parameterisation/Negative electrode/Thickness", "8e-5"),
    ])
    func set(_ path: String, _ value: String) throws {
        var file = try Samples.file([])
        try file.set(path: path, value: value)
        #expect(file.value(at: ["Parameterisation", "Negative electrode", "Thickness [m]"])?.number == 8e-5)
        let cell = try file.cell()
        #expect(abs(cell.openCircuitVoltage(stateOfCharge: 1) - 4.125) < 1e-9)
        #expect(abs(cell.openCircuitVoltage(stateOfCharge: 0) - 3.1142) < 1e-9)
    }

    @Test func setOthers() throws {
        var file = try Samples.file([])
        try file.set(path: "Electrolyte > Conductivity", value: "0.5 + x / 2000")
        try file.set(path: "Nominal cell capacity", value: "4.5")
        try file.set(path: "Cellar > Contact resistance", value: "0.02")
        try file.set(path: "User-defined > Cellar > Negative electrode > Film resistance [ohm.m2]", value: "0.001")
        try file.set(path: "Positive electrode > Diffusivity", value: "{\"x\": [0, 1], \"y\": [1e-15, 2e-15]}")
        try file.set(path: "Degradation > LLI", value: "0.05")
        try file.set(path: "Title", value: "New")
        let cell = try file.cell()
        #expect(cell.electrolyte?.conductivity(1000) == 1 && cell.nominalCapacity == 4.5)
        #expect(cell.contactResistance == 0.02 && cell.negative?.materials[0].filmResistance == 0.001)
        #expect(cell.positive?.materials[0].diffusivity(1) == 2e-15)
        #expect(cell.lossOfLithiumInventory == 0.05 && cell.title == "New")
    }

    @Test(arguments: [
        ("Negative electrode > Thicknes [m]", "1", "did you mean 'Negative electrode > Thickness [m]'?"),
        ("Negativ electrode > Thickness [m]", "1", "did you mean 'Negative electrode > Thickness [m]'?"),
        ("Thickness [m]", "1", "several keys are meant; one of Negative electrode > Thickness [m], Positive"),
        ("Negative electrode", "1", "an object cannot be set as a whole; name one of its keys"),
        ("Negative electrode > Thickness [m]", "-1", "Negative electrode > Thickness [m]: -1 is negative"),
        ("Negative electrode > Thickness [m]", "thick", "the text \"thick\" stands here"),
        ("Negative electrode > Thickness [m]", "nan", "nan is not finite"),
        ("Negative electrode > OCP [V]", "tahn(x)", "did you mean 'tanh'?"), ("", "1", "no path"),
        (" > ", "1", "no path"),
        ("Foo > Bar", "1", "unknown path"), ("Header > Model", "DFM", "did you mean 'DFN'?"),
    ])
    func setMistakes(_ path: String, _ value: String, _ message: String) throws {
        var file = try Samples.file([])
        do {
            try file.set(path: path, value: value)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }
}
