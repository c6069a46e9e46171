import Testing

@testable import Cells

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct AgeingSetTests {
    static let film =
        "\"SEI partial molar volume [m3.mol-1]\": 9.585e-5, \"Initial SEI thickness [m]\": 5e-9"
    static let reaction =
        "\"SEI reaction exchange current density [A.m-2]\": 1.5e-7, \"SEI open-circuit potential [V]\": 0.4"
    static let mechanics =
        "\"Poisson's ratio\": 0.3, \"Young's modulus [Pa]\": 1.5e10, \"Partial molar volume [m3.mol-1]\": 3.1e-6"
    static let cracks = """
        "Initial crack length [m]": 2e-8, "Initial crack width [m]": 1.5e-8, "Number of cracks per unit area [m-2]": 3e15,
        "Paris' law constant m": 2.2, "Cracking rate": 3.9e-20
        """
    static let plating = "\"Lithium plating kinetic rate constant [m.s-1]\": 1e-9"

    /// The set of a text without braces and description.
    static func set(_ text: String) throws -> AgeingSet {
        let root = try JSONParser.parse(Array("{\"description\": \"A set.\", \(text)}".utf8))
        return try AgeingSet(name: "test", object: try #require(root.object))
    }

    static func sei(_ text: String) throws -> SEIParameters {
        try #require(try set("\"SEI\": {\(text), \(film)}").sei)
    }

    /// The set written as JSON and read back.
    static func again(_ set: AgeingSet) throws -> AgeingSet {
        let text = JSONWriter.write(FileValue(.object(set.fileObject)))
        return try AgeingSet(name: set.name, object: try #require(JSONParser.parse(Array(text.utf8)).object))
    }

    @Test(arguments: ShippedCells.names) func shippedSets(_ name: String) throws {
        let file = try CellFile.resolve(name)
        for name in file.ageingSets {
            let set = try file.ageingSet(named: name)
            #expect(set.name == name && !set.mechanisms.isEmpty && set.origin == .example)
            #expect(set.summary.filter { $0 == "." }.count >= 1 && set.summary.hasSuffix("."))
            #expect(try Self.again(set) == set)
        }
        // What plain readers are promised: numbers, and texts under `description`.
        func check(_ object: FileObject) {
            for entry in object.entries {
                if let child = entry.value.object {
                    check(child)
                } else if entry.key == "description" {
                    #expect(entry.value.text != nil)
                } else {
                    #expect(entry.value.number != nil, "\(entry.key)")
                }
            }
        }
        check(file.ageing ?? FileObject())
    }

    @Test func okane2022() throws {
        let file = try CellFile.resolve("lg-m50-okane2022")
        let set = try file.ageingSet(named: "okane2022")
        var expected = AgeingSet(name: "okane2022", summary: set.summary)
        var sei = SEIParameters(
            law: .solventDiffusion(diffusivity: 2.5e-22, concentration: 2636), molarVolume: 9.585e-5,
            initialThickness: 5e-9)
        sei.lithiumPerMole = 1
        sei.resistivity = 2e5
        sei.initialCrackThickness = 5e-13
        sei.activationEnergy = 38000
        expected.sei = sei
        var plating = PlatingParameters(kind: .partiallyReversible, rateConstant: 1e-9)
        plating.decayConstant = 1e-6
        expected.plating = plating
        expected.narrowsPores = true
        var mechanics = ParticleMechanics(poissonRatio: 0.3, youngModulus: 15e9, molarVolume: 3.1e-6)
        mechanics.drivesDiffusion = true
        expected.negative.mechanics = mechanics
        expected.negative.cracks = CrackParameters(
            initialLength: 2e-8, width: 1.5e-8, density: 3.18e15, exponent: 2.2, rate: 3.9e-20)
        expected.negative.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 60e6)
        mechanics.poissonRatio = 0.2
        mechanics.youngModulus = 375e9
        mechanics.molarVolume = 1.25e-5
        expected.positive.mechanics = mechanics
        expected.positive.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 375e6)
        #expect(set == expected)
        #expect(
            file.ageingSets.starts(with: ["okane2022", "sei-solvent-diffusion"])
                && Set(file.ageingSets).isSuperset(of: [
                    "sei-tunnelling", "sei-transition", "plating-irreversible", "plating-reversible", "cracking",
                    "lam-stress", "dissolution",
                ]))
    }

    @Test(arguments: [
        (
            "\"SEI solvent diffusivity [m2.s-1]\": 2, \"Bulk solvent concentration [mol.m-3]\": 3",
            SEILaw.solventDiffusion(diffusivity: 2, concentration: 3)
        ),
        (
            "\"SEI reaction exchange current density [A.m-2]\": 2, \"SEI open-circuit potential [V]\": -3",
            .reaction(exchangeCurrent: 2, potential: -3)
        ),
        (
            "\"SEI electron conductivity [S.m-1]\": 2, \"SEI open-circuit potential [V]\": 3",
            .electronMigration(conductivity: 2, potential: 3)
        ),
        (
            "\"Lithium interstitial reference concentration [mol.m-3]\": 3, \"SEI lithium interstitial diffusivity [m2.s-1]\": 2",
            .interstitialDiffusion(diffusivity: 2, concentration: 3)
        ),
        (
            "\"SEI kinetic rate constant [m.s-1]\": 2, \"EC diffusivity [m2.s-1]\": 3, \"EC initial concentration in electrolyte [mol.m-3]\": 4, \"SEI open-circuit potential [V]\": 5",
            .ecReaction(rateConstant: 2, diffusivity: 3, concentration: 4, potential: 5)
        ),
        (
            "\"SEI reaction exchange current density [A.m-2]\": 2, \"SEI tunnelling coefficient [m-1]\": 3",
            .tunnelling(exchangeCurrent: 2, decay: 3)
        ),
        (
            "\"SEI reaction exchange current density [A.m-2]\": 2, \"SEI lithium interstitial diffusivity [m2.s-1]\": 3, \"Lithium interstitial reference concentration [mol.m-3]\": 4, \"SEI tunnelling distance [m]\": 0, \"SEI lithium-ion conductivity [S.m-1]\": 6",
            .transition(exchangeCurrent: 2, diffusivity: 3, concentration: 4, tunnelling: 0, conductivity: 6)
        ),
    ]) func laws(_ text: String, _ law: SEILaw) throws { #expect(try Self.sei(text).law == law) }

    @Test func whatTheKeysTell() throws {
        let plain = try Self.sei(Self.reaction)
        #expect(plain.film == .none && plain.lithiumPerMole == 2 && plain.transferCoefficient == 0.5)
        let resistive = "\(Self.reaction), \"SEI resistivity [ohm.m]\": 2e5"
        #expect(try Self.sei(resistive).film == .distributed)
        #expect(try Self.sei("\(resistive), \"Film resistance averaged\": 1").film == .average)
        let silent = try Self.sei("\(resistive), \"Film resistance\": 0")
        #expect(silent.film == .none && silent.resistivity == 2e5)

        func plating(_ text: String) throws -> AgeingSet {
            try Self.set("\"Lithium plating\": {\(Self.plating)\(text)}")
        }
        #expect(try plating("").plating == PlatingParameters(kind: .reversible, rateConstant: 1e-9))
        #expect(try plating(", \"Stripping\": 0").plating?.kind == .irreversible)
        #expect(try plating(", \"Dead lithium decay constant [s-1]\": 0").plating?.kind == .partiallyReversible)
        #expect(try plating(", \"Porosity change\": 1").narrowsPores)
        #expect(try !plating("").narrowsPores)

        let dissolution = try Self.set("\"Positive electrode\": {\"Dissolution rate [s-1]\": 1e-9}")
        #expect(dissolution.positive.dissolution?.rate == 1e-9 && dissolution.negative.isEmpty)
        let dry = try Self.set("\"SEI\": {\(Self.reaction), \(Self.film)}, \"Cell\": {\"Electrolyte reserve\": 0.05}")
        #expect(dry.dryOut?.reserve == 0.05 && dry.dryOut?.solventPerMole == 2 && dry.corrosion == nil)
        let stress = try Self.set("\"Negative electrode\": {\(Self.mechanics), \"Stress-induced diffusion\": 1}")
        #expect(stress.negative.mechanics?.drivesDiffusion == true && stress.negative.cracks == nil)
        #expect(stress.mechanisms == ["stress-induced diffusion (negative)"])
    }

    static let mistakes: [(text: String, message: String)] = [
        ("\"SIE\": {}", "SIE (line 1): unknown key; did you mean 'SEI'?"),
        ("\(film)", "misplaced key; it belongs to 'SEI'"),
        ("\"Poisson's ratio\": 0.3", "misplaced key; it belongs to 'Negative electrode' or 'Positive electrode'"),
        ("\"SEI\": 3", "SEI (line 1): the number 3 stands here; an object is needed"),
        (
            "\"SEI\": {\(reaction), \(film), \"Dead lithium decay constant [s-1]\": 1}",
            "SEI > Dead lithium decay constant [s-1] (line 1): misplaced key; it belongs to 'Lithium plating'"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"SEI resistivity [Ohm.m]\": 2e5}",
            "unknown key; did you mean 'SEI resistivity [ohm.m]'?"
        ),
        ("\"SEI\": {\(reaction)}", "SEI > SEI partial molar volume [m3.mol-1] (line 1): missing; a number above 0"),
        (
            "\"SEI\": {\(reaction), \"SEI partial molar volume [m3.mol-1]\": 1e-5, \"Initial SEI thickness [m]\": 5}",
            "5 is out of range; a length in metres"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"SEI resistivity [ohm.m]\": -1}",
            "-1 is negative; a number of at least 0 is needed"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"SEI growth transfer coefficient\": 1.5}",
            "1.5 is out of range; a number between 0 and 1 is needed"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"Porosity change\": 0.5}",
            "SEI > Porosity change (line 1): 0.5 is neither 1 nor 0; 1 (yes) or 0 (no) is needed"
        ),
        ("\"SEI\": {\(reaction), \(film), \"Porosity change\": true}", "true stands here; 1 (yes) or 0 (no) is needed"),
        (
            "\"SEI\": {\(reaction), \(film), \"SEI resistivity [ohm.m]\": \"2e5\"}",
            "the text \"2e5\" stands here; a number of at least 0 is needed (without quotes)"
        ),
        (
            "\"SEI\": {\(film)}",
            "SEI (line 1): no law of growth; one law's parameters are needed: solvent diffusion ('SEI solvent"
        ),
        (
            "\"SEI\": {\"EC diffusivity [m2.s-1]\": 2e-18, \(film)}",
            "an incomplete law of growth; needed beside 'EC diffusivity [m2.s-1]': 'SEI kinetic rate constant [m.s-1]', "
                + "'EC initial concentration in electrolyte [mol.m-3]', 'SEI open-circuit potential [V]' (EC reaction)"
        ),
        (
            "\"SEI\": {\"SEI reaction exchange current density [A.m-2]\": 1, \(film)}",
            "'SEI open-circuit potential [V]' (reaction), or 'SEI tunnelling coefficient [m-1]' (tunnelling), or"
        ),
        (
            "\"SEI\": {\(reaction), \"SEI solvent diffusivity [m2.s-1]\": 1, \"Bulk solvent concentration [mol.m-3]\": 1, \(film)}",
            "parameters of 2 laws of growth (solvent diffusion, reaction); give those of one:"
        ),
        (
            "\"SEI\": {\(reaction), \"EC diffusivity [m2.s-1]\": 1, \(film)}",
            "SEI > EC diffusivity [m2.s-1] (line 1): parameters of two laws of growth; 'EC diffusivity [m2.s-1]' is no "
                + "part of reaction"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"Initial SEI on cracks thickness [m]\": 5e-13}",
            "SEI on cracks without cracks; crack growth is needed in 'Negative electrode'"
        ),
        (
            "\"SEI\": {\(reaction), \(film), \"Film resistance averaged\": 1}",
            "a film resistance without resistivity; 'SEI resistivity [ohm.m]' is needed"
        ),
        (
            "\"Lithium plating\": {\(plating), \"Stripping\": 0, \"Dead lithium decay constant [s-1]\": 1}",
            "without stripping it is dead at once"
        ),
        (
            "\"Lithium plating\": {\"Stripping\": 0}",
            "Lithium plating > Lithium plating kinetic rate constant [m.s-1] (line 1): missing"
        ),
        ("\"Lithium plating\": {\"Lithium plating kinetic rate constant [m.s-1]\": -1}", "-1 is negative"),
        (
            "\"SEI\": {\(reaction), \(film), \"Porosity change\": 1}, \"Lithium plating\": {\(plating), \"Porosity change\": 0}",
            "Lithium plating > Porosity change (line 1): another value than in 'SEI'"
        ),
        (
            "\"Negative electrode\": {\(cracks)}",
            "crack growth without the mechanics of the particles; 'Poisson's ratio', 'Young's modulus [Pa]' and"
        ),
        (
            "\"Negative electrode\": {\(mechanics), \"Cracking rate\": 1}",
            "Negative electrode > Initial crack length [m] (line 1): missing; crack growth needs it"
        ),
        (
            "\"Positive electrode\": {\"LAM constant proportional term [s-1]\": 1}",
            "loss of active material by stress without the mechanics"
        ),
        (
            "\"Positive electrode\": {\(mechanics), \"Critical stress [Pa]\": 1}",
            "LAM constant proportional term [s-1] (line 1): missing; loss of active material by stress needs it"
        ),
        (
            "\"Positive electrode\": {\"Young's modulus [Pa]\": 1}",
            "Poisson's ratio (line 1): missing; the mechanics of the particles needs it"
        ),
        (
            "\"Positive electrode\": {\"Poisson's ratio\": 0.7}",
            "0.7 is out of range; a ratio between -1 and 0.5 is needed"
        ),
        (
            "\"Positive electrode\": {\"Reaction-driven LAM factor [m3.mol-1]\": 1}",
            "misplaced key; SEI grows on the negative electrode"
        ),
        ("\"Positive electrode\": {\"Volume change\": 0.1}", "misplaced key; no mechanism uses it; remove it"),
        (
            "\"Negative electrode\": {\"Reaction-driven LAM factor [m3.mol-1]\": 1}",
            "without SEI; 'SEI' is needed with it"
        ),
        (
            "\"Positive electrode\": {\"Dissolution potential [V]\": 4}",
            "dissolution without a rate; 'Dissolution rate [s-1]' or"
        ),
        ("\"Cell\": {\"Electrolyte reserve\": 0.1}", "Cell > Electrolyte reserve (line 1): dry-out without SEI"),
        (
            "\"Cell\": {\"Contact resistance growth activation energy [J.mol-1]\": 1}",
            "Cell > Contact resistance growth [ohm.s-0.5] (line 1): missing"
        ),
        ("\"Negative electrode\": {\(mechanics)}", "no mechanism acts; the parameters of one are needed"),
        ("\"Cell\": {}", "no mechanism acts"),
    ]

    @Test(arguments: mistakes.indices) func mistake(_ index: Int) throws {
        let (text, message) = Self.mistakes[index]
        do {
            _ = try Self.set(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect("\(error)".contains(message) && !"\(error)".contains("\n"), "\(error)")
        }
        // The same mistake in a cell file stops it, with the whole path in front.
        do {
            _ = try Samples.file([
                (
                    "Parameterisation > User-defined",
                    "{\"Cellar\": {\"Ageing\": {\"mine\": {\"description\": \"A set.\", \(text)}}}}"
                )
            ])
            Issue.record("accepted \(text)")
        } catch {
            #expect("\(error)".hasPrefix("Parameterisation > User-defined > Cellar > Ageing > mine"), "\(error)")
        }
    }

    @Test func numbersThatAreNone() throws {
        for number in [Double.nan, .infinity, -.infinity] {
            for key in AgeingSchema.set.keys {
                guard case .section(let section)? = AgeingSchema.set[key]?.kind else { continue }
                for field in section.fields where field.key != "description" {
                    var part = FileObject()
                    part[field.key] = FileValue(.number(number))
                    let kind = FieldKind.section(section.partial)
                    #expect(throws: BPXError.self, "\(field.key)") {
                        try Validator.check(FileValue(.object(part)), kind, [])
                    }
                }
            }
        }
        #expect(throws: BPXError.self) { try Self.set("\"SEI\": {\"SEI resistivity [ohm.m]\": NaN}") }
    }

    @Test func missingDescription() throws {
        do {
            _ = try AgeingSet(name: "a", object: FileObject(), path: ["here"])
            Issue.record("accepted")
        } catch {
            #expect("\(error)" == "here > description: missing; a text is needed")
        }
    }

    @Test func names() throws {
        let file = try CellFile.resolve("lg-m50-okane2022")
        for (name, message) in [
            ("okane2021", "no set 'okane2021'; did you mean 'okane2022'?"),
            ("nothing of the kind at all", "known here: okane2022, sei-solvent-diffusion"),
            ("description", "no set 'description'"),
        ] {
            do {
                _ = try file.ageingSet(named: name)
                Issue.record("found \(name)")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
                #expect((error as? BPXError)?.kind == .notFound)
            }
        }
        let none = try Samples.file([])
        #expect(none.ageingSets == [])
        #expect(throws: BPXError.self) { try none.ageingSet(named: "okane2022") }
    }

    @Test func reservedNames() throws {
        let plated = "{\"description\": \"A set.\", \"Lithium plating\": {\(Self.plating)}}"
        for name in ["", "none"] {
            #expect(throws: BPXError.self) {
                try Samples.file([
                    ("Parameterisation > User-defined", "{\"Cellar\": {\"Ageing\": {\"\(name)\": \(plated)}}}")
                ])
            }
        }
        var file = try Samples.file([])
        for name in ["", "none", "description"] {
            var set = try Self.set("\"Lithium plating\": {\(Self.plating)}")
            set.name = name
            #expect(throws: BPXError.self) { try file.put(set) }
        }
        #expect(file.ageing == nil)
    }

    @Test func setReachesThem() throws {
        var file = try CellFile.resolve("lg-m50-okane2022")
        try file.set(path: "okane2022 > SEI > Initial SEI thickness", value: "1e-8")
        try file.set(path: "Ageing > okane2022 > Lithium plating > Lithium plating activation energy", value: "35000")
        try file.set(
            path: "User-defined > Cellar > Ageing > plating-reversible > Lithium plating > Stripping", value: "0")
        let set = try file.ageingSet(named: "okane2022")
        #expect(set.sei?.initialThickness == 1e-8 && set.plating?.activationEnergy == 35000)
        #expect(try file.ageingSet(named: "plating-reversible").plating?.kind == .irreversible)
        _ = try file.cell()
        for (path, value, message) in [
            ("okane2022 > SEI > Initial SEI thicknes", "1", "did you mean"),
            ("okane2022 > SEI > Porosity change", "2", "2 is neither 1 nor 0"),
            ("okane2022 > SEI", "2", "an object cannot be set as a whole"),
            ("Ageing", "2", "not a single value"),
        ] {
            do {
                try file.set(path: path, value: value)
                Issue.record("accepted \(path)")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
            }
        }
        // A change that leaves a set in contradiction is found where the set or the cell is used.
        try file.set(path: "okane2022 > Lithium plating > Stripping", value: "0")
        #expect(throws: BPXError.self) { try file.ageingSet(named: "okane2022") }
        #expect(throws: BPXError.self) { try file.cell() }
    }

    @Test func writing() throws {
        var set = try CellFile.resolve("lg-m50-okane2022").ageingSet(named: "okane2022")
        set.name = "aged"
        set.summary = "After 300 cycles, fitted to \"cell 7\"."
        set.sei?.initialThickness = 1.234567890123456e-8
        set.sei?.film = .average
        set.negative.reactionLoss = 1e-5
        set.negative.cracks?.initialLength = 3.3e-8
        set.negative.dissolution = DissolutionParameters()
        set.positive.dissolution = DissolutionParameters()
        set.positive.dissolution?.exchangeCurrent = 1e-7
        set.corrosion = CorrosionParameters(rate: 1e-7)
        set.dryOut = DryOutParameters()
        set.bruggemanExponent = 2
        #expect(set.origin == .fitted)
        #expect(try Self.again(set) == set)

        var file = try Samples.file([])
        try file.put(set)
        let read = try CellFile(text: file.json(), format: .json)
        #expect(try read.ageingSet(named: "aged") == set)
        set.summary = "New."
        try file.put(set)
        #expect(file.ageingSets == ["aged"])
        #expect(try file.ageingSet(named: "aged").origin == .untold)
        set.sei?.molarVolume = .nan
        #expect(throws: BPXError.self) { try file.put(set) }
        #expect(try file.ageingSet(named: "aged").summary == "New.")
    }

    /// Every film and kind of plating, written and read.
    @Test func writingKinds() throws {
        for film in SEIParameters.Film.allCases {
            for kind in PlatingParameters.Kind.allCases {
                var set = AgeingSet(name: "a", summary: "")
                set.sei = SEIParameters(
                    law: .reaction(exchangeCurrent: 1, potential: 0), molarVolume: 1, initialThickness: 1e-9)
                set.sei?.film = film
                set.sei?.resistivity = 1e5
                set.plating = PlatingParameters(kind: kind, rateConstant: 1e-10)
                #expect(try Self.again(set) == set)
            }
        }
    }

    @Test func sidecars() throws {
        let folder = temporaryFolder()
        defer { _ = system("rm -rf '\(folder)'") }
        func write(_ name: String, _ text: String) throws -> String {
            let path = "\(folder)/\(name)"
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
            return path
        }
        let set = "{\"description\": \"A set.\", \"SEI\": {\(Self.reaction), \(Self.film)}}"
        let bare = try AgeingSet.load(path: write("calendar.json", set))
        #expect(bare.name == "calendar" && bare.sei?.law == .reaction(exchangeCurrent: 1.5e-7, potential: 0.4))
        let named = try AgeingSet.load(path: write("b.json", "{\"mine\": \(set)}"))
        #expect(named.name == "mine" && named.sei == bare.sei)
        let yaml = """
            # fitted in May
            mine:
              description: Fitted to calendar tests.
              Lithium plating:
                Lithium plating kinetic rate constant [m.s-1]: 1e-10
                Stripping: 0
            """
        let plated = try AgeingSet.load(path: write("c.yaml", yaml))
        #expect(plated.name == "mine" && plated.plating?.kind == .irreversible && plated.origin == .fitted)

        let cell = try CellFile.resolve("lg-m50-okane2022")
        #expect(try AgeingSet.resolve("okane2022", in: cell) == cell.ageingSet(named: "okane2022"))
        #expect(try AgeingSet.resolve("\(folder)/c.yaml", in: cell) == plated)
        for (name, text, message) in [
            ("d.json", "", "empty file; an ageing set is an object"), ("e.yml", "\n", "empty file"),
            ("f.json", "[1]", "a list stands here"), ("g.json", "{", "line 1"), ("h.json", "{}", "description"),
            ("i.json", "{\"a\": \(set), \"b\": \(set)}", "2 objects stand here; a file of its own holds one"),
            (
                "j.yaml", "mine:\n  description: a\n  SEI:\n    SEI resistivity [ohm.m]: -1",
                "mine > SEI > SEI partial molar volume [m3.mol-1] (line 4): missing"
            ), ("k.json", "{\"mine\": {\"description\": \"a\", \"SEI\": {}, \"Sell\": {}}}", "did you mean 'Cell'?"),
        ] {
            do {
                _ = try AgeingSet.load(path: write(name, text))
                Issue.record("accepted \(name)")
            } catch {
                #expect("\(error)".contains(message), "\(name): \(error)")
            }
        }
        do {
            _ = try AgeingSet.resolve("\(folder)/none.json", in: cell)
            Issue.record("found")
        } catch {
            #expect((error as? BPXError)?.kind == .notFound)
        }
    }

    /// Sets bent out of shape: refused with one line, or read and then written and read back the same.
    @Test(arguments: [UInt64(1), 2, 3, 5]) func hostile(_ seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let cell = try CellFile.resolve("lg-m50-okane2022")
        let starts = try cell.ageingSets.map { try #require(cell.ageing?[$0]?.object) }
        let keys = AgeingSchema.set.keys.flatMap { key -> [String] in
            guard case .section(let section)? = AgeingSchema.set[key]?.kind else { return [key] }
            return section.keys
        }
        var accepted = 0
        for round in 0..<5000 {
            var object = starts[round % starts.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                Self.mutate(&object, keys, depth: 0, &generator)
            }
            do {
                let set = try AgeingSet(name: "a", object: object)
                accepted += 1
                #expect(try Self.again(set) == set)
                _ = set.mechanisms
            } catch {
                #expect(error is BPXError && !"\(error)".contains("\n"), "\(error)")
            }
        }
        #expect(accepted > 100)
    }

    private static func mutate(
        _ object: inout FileObject, _ keys: [String], depth: Int, _ generator: inout SplitMix
    ) {
        let numbers = [0, 1, -1, 0.5, 2, 1e-9, 1e300, .leastNonzeroMagnitude, -1e300, .nan, .infinity, 1e-5, 0.49]
        let values: [FileValue.Content] = [
            .null, .boolean(true), .text("1"), .text("\n"), .numbers([1]), .list([]), .object(FileObject()),
        ]
        let entry = object.entries.randomElement(using: &generator)
        if depth == 0, let entry, var child = entry.value.object, Int.random(in: 0..<8, using: &generator) > 0 {
            mutate(&child, keys, depth: 1, &generator)
            object[entry.key] = FileValue(.object(child))
            return
        }
        let key = Bool.random(using: &generator) ? keys.randomElement(using: &generator)! : entry?.key ?? "SEI"
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: object[key] = nil
        case 1: object[key] = FileValue(values.randomElement(using: &generator)!)
        default: object[key] = FileValue(.number(numbers.randomElement(using: &generator)!))
        }
    }
}
