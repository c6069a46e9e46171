import ArgumentParser
import CyclingData
import Materials

/// `cellar conductivity`.
struct ConductivityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductivity",
        abstract: "Conductivity of a liquid, polymer or solid lithium electrolyte.",
        usage: """
            cellar conductivity --solvents NAMES=PARTS [--salt NAME] [--concentration MOL/L,...] [--temperature C,...]
            cellar conductivity --polymer UNIT [--salt NAME] [--ether-oxygens N,...] [--temperature C,...]
            cellar conductivity --solid FORMULA...
            """,
        discussion: """
            Each answer has a 90 % range, and says when the model knows nothing like what is asked ("new to the model"); \
            electrolytes of Data/electrolytes.csv answer with their measured value, and say so. Several concentrations and \
            temperatures give one row each. Models: XGBoost on the solvents' permittivity and viscosity, on the structure of \
            the polymer's chain and the salt, or on the solid's composition; --card tells what they were trained on and how \
            far they are off.

            Examples
              cellar conductivity --solvents EC:EMC=3:7 --concentration 0.5,1,1.5
              cellar conductivity --polymer '*OCC*' --salt LiTFSI --temperature 40,60,80
              cellar conductivity --solid Li6PS5Cl Li6.4La3Zr1.4Ta0.6O12
            """)

    @Option(
        help: ArgumentHelp(
            "A liquid: solvents and their parts by mass, such as EC:EMC=3:7; equal parts by default.",
            valueName: "names=parts"))
    var solvents: String?
    @Option(
        help: ArgumentHelp(
            "A polymer: SMILES of its repeat unit with two ends *, such as '*OCC*', or a name: PEO, PPO, PEC, PPC, PTMC, "
                + "PCL, PAN, PMMA, PVDF.", valueName: "unit"))
    var polymer: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Solids: formulas or names, at 25 °C.", valueName: "formula"))
    var solid: [String] = []
    @Option(help: ArgumentHelp("The salt; LiPF6 by default, in polymers LiTFSI and SMILES too.", valueName: "name"))
    var salt: String?
    // Lists of numbers take what follows whatever it is: a temperature may begin with a minus.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Salt in mol per litre of solution; 1 by default.", valueName: "mol/L,..."))
    var concentration: NumberList?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Instead: salt in mol per kg of solvent or polymer.", valueName: "mol/kg,..."))
    var molality: NumberList?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of polymers: ether oxygens of the chain for each lithium ion; 20 by default.", valueName: "n,..."))
    var etherOxygens: NumberList?
    @Option(help: ArgumentHelp("Parts of solvents are by mass, volume or moles.", valueName: "basis"))
    var by = "mass"
    @Option(help: ArgumentHelp("Of the polymer's chain, where known.", valueName: "g/mol"))
    var molarMass: Double?
    @Option(parsing: .unconditional, help: ArgumentHelp("25 by default, polymers 60.", valueName: "C,..."))
    var temperature: NumberList?
    @Flag(help: "Pass measured values over.") var predictOnly = false
    @Flag(help: "Print what the model was trained on, and how far it is off.") var card = false
    @Option(help: ArgumentHelp("Write a table of comma-separated values.", valueName: "file")) var out: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        let kind = try kind()
        let rows = try rows(kind)
        _ = try OutputPlaces([("--out", out), ("--report", page.report)], json: json)
        try page.check()
        let predictor = try ConductivityPredictor(kind)
        let answers = try predictor.conductivities(of: rows.map(\.electrolyte), predictOnly: predictOnly)
        let report = ConductivityReport(
            kind: kind, rows: zip(rows, answers).map { ($0.columns, $1) }, model: predictor.model, hasCard: card)
        if let out { try report.write(to: out) }
        try Terminal.print(json ? report.json.document : report.text)
        try page.write("conductivities", report.json)
    }

    private func kind() throws -> Electrolyte.Kind {
        let told: [(Electrolyte.Kind, Bool)] = [
            (.liquid, solvents != nil), (.polymer, polymer != nil), (.solid, !solid.isEmpty),
        ]
        let kinds = told.filter(\.1).map(\.0)
        guard kinds.count == 1, let kind = kinds.first else {
            throw CommandError.usage(
                "\(kinds.isEmpty ? "no electrolyte" : "more than one kind"); one of --solvents, --polymer, --solid")
        }
        let refused: [(String, Bool, [Electrolyte.Kind])] = [
            ("--salt", salt != nil, [.liquid, .polymer]), ("--concentration", concentration != nil, [.liquid]),
            ("--molality", molality != nil, [.liquid, .polymer]),
            ("--ether-oxygens", etherOxygens != nil, [.polymer]),
            ("--by", by != "mass", [.liquid]), ("--molar-mass", molarMass != nil, [.polymer]),
            ("--temperature", temperature != nil, [.liquid, .polymer]),
        ]
        for (option, isTold, kinds) in refused where isTold && !kinds.contains(kind) {
            throw CommandError.usage(
                "\(option): not of a \(kind.rawValue) electrolyte; it goes with "
                    + kinds.map { $0 == .liquid ? "--solvents" : "--polymer" }.joined(separator: " and "))
        }
        let contents = [
            ("--concentration", concentration), ("--molality", molality), ("--ether-oxygens", etherOxygens),
        ].filter { $0.1 != nil }.map(\.0)
        guard contents.count <= 1 else {
            throw CommandError.usage(
                "\(contents.joined(separator: " and ")): each says how much salt; tell one of them")
        }
        return kind
    }

    private typealias Row = (electrolyte: Electrolyte, columns: [ConductivityReport.Column])

    private func rows(_ kind: Electrolyte.Kind) throws -> [Row] {
        switch kind {
        case .solid:
            return try solid.map { text in
                let electrolyte = try Electrolyte.solid(text, option: "--solid")
                return (electrolyte, [.text("electrolyte", text), .number("temperature_C", 25)])
            }
        case .liquid: return try liquids()
        case .polymer: return try polymers()
        }
    }

    private func liquids() throws -> [Row] {
        guard let solvents else { return [] }
        guard let basis = LiquidElectrolyte.Basis(rawValue: by) else {
            throw CommandError.usage("--by \(by): no basis; mass, volume or moles")
        }
        let salt = salt ?? "LiPF6"
        let contents: [(name: String, content: LiquidElectrolyte.Content)] =
            molality.map { $0.values.map { ("molality_mol_kg", .molal($0)) } }
            ?? (concentration?.values ?? [1]).map { ("concentration_mol_L", .molar($0)) }
        return try contents.flatMap { name, content in
            try (temperature?.values ?? [25]).map { celsius in
                let own = try LiquidElectrolyte(
                    solvents: solvents, basis: basis, salt: salt, content: content, temperature: celsius)
                return (
                    .liquid(own),
                    [
                        .text("electrolyte", solvents), .text("salt", own.salt), .number(name, content.value),
                        .number("temperature_C", celsius),
                    ]
                )
            }
        }
    }

    private func polymers() throws -> [Row] {
        guard let polymer else { return [] }
        let salt = salt ?? "LiTFSI"
        let contents: [PolymerElectrolyte.Content] =
            molality.map { $0.values.map { .molal($0) } }
            ?? (etherOxygens?.values ?? [20]).map { .etherOxygensPerLithium($0) }
        return try contents.flatMap { content in
            try (temperature?.values ?? [60]).map { celsius in
                let own = try PolymerElectrolyte(
                    polymer: polymer, salt: salt, content: content, molarMass: molarMass, temperature: celsius)
                return (
                    .polymer(own),
                    [
                        .text("electrolyte", polymer), .text("salt", salt), .number("molality_mol_kg", own.molality),
                        .number("temperature_C", celsius),
                    ]
                )
            }
        }
    }
}

/// Numbers with commas between them.
struct NumberList: ExpressibleByArgument {
    /// At least one.
    var values: [Double]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmingBlanks) }
        values = parts.compactMap { $0 }
        guard values.count == parts.count, values.allSatisfy(\.isFinite) else { return nil }
    }
}
