public import Materials

/// What battery materials cost the climate as they are bought, from `Data/compounds.csv`: one source and year per row, several
/// rows where sources disagree.
public struct CompoundTable: Sendable {
    /// One published figure, or bounds.
    public struct Row: Sendable, Hashable {
        /// Of the material, or of a step.
        public var name: String
        /// `compound`, `precursor of Ni`, `synthesis`, `manufacturing`, `recycling`.
        public var kind: String
        /// Its formula; empty for a step.
        public var formula: String
        /// Of the figures.
        public var unit: String
        /// Lowest figure; nil where the source gives one figure alone.
        public var low: Double?
        /// The source's own estimate; nil where it gives bounds alone.
        public var value: Double?
        /// Highest figure.
        public var high: Double?
        /// Work, authors, edition; begins with `assumed` where there is none.
        public var source: String
        /// Year of publication or of the data.
        public var year: Int
        /// What else is to be known.
        public var note: String

        /// Whether it stands for a published figure.
        public var isKnown: Bool { !note.hasPrefix("counts as unknown") }
        /// All its figures, rising.
        var figures: [Double] { [low, value, high].compactMap { $0 }.sorted() }
    }

    /// Rows of one name taken together.
    public struct Figure: Sendable, Hashable {
        /// Geometric mean of the rows' estimates; of a row without one, of its bounds.
        public var value: Double
        /// Lowest of all rows.
        public var low: Double
        /// Highest of all rows.
        public var high: Double
        /// Whether any row has a source.
        public var isKnown: Bool
        /// All sources, each once.
        public var source: String
        /// Of the oldest.
        public var year: Int
    }

    /// All rows, in the file's order.
    public let rows: [Row]

    /// The shipped table. Throws `MaterialError` where it is missing or damaged.
    public static func shipped() throws -> CompoundTable { try loaded.get() }

    private static let loaded = Result<CompoundTable, any Error> {
        try CompoundTable(CommaTable.shipped("compounds.csv"))
    }

    /// From a table with the columns of the shipped one. Throws `MaterialError`: a column is missing, a row has no figure,
    /// source or year, or its figures are not in order and above 0.
    public init(_ table: CommaTable) throws {
        let names = ["name", "kind", "formula", "unit", "low", "value", "high", "source", "year", "note"]
        let columns = try names.map { try table.place(required: $0) }
        rows = try table.rows.map { row in
            func text(_ index: Int) -> String { columns[index] < row.fields.count ? row.fields[columns[index]] : "" }
            func mistake(_ problem: String, _ remedy: String) -> MaterialError {
                MaterialError(.table, place: "\(table.path): line \(row.line)", problem: problem, remedy: remedy)
            }
            guard !text(7).isEmpty, let year = Int(text(8)) else {
                throw mistake("no source and year", "one of each per row")
            }
            let own = Row(
                name: text(0), kind: text(1), formula: text(2), unit: text(3), low: try table.number(row, columns[4]),
                value: try table.number(row, columns[5]), high: try table.number(row, columns[6]), source: text(7),
                year: year, note: text(9))
            let figures = [own.low, own.value, own.high].compactMap { $0 }
            guard let least = figures.first, least > 0, figures == figures.sorted() else {
                throw mistake("no figures above 0 in order", "low, value and high rise")
            }
            return own
        }
    }

    /// Rows of that name, or of that kind; nil where there are none.
    public func figure(name: String) -> Figure? { Self.combined(rows.filter { $0.name == name }) }
    /// Rows of that kind.
    public func figure(kind: String) -> Figure? { Self.combined(rows.filter { $0.kind == kind }) }

    static func combined(_ rows: [Row], scaled: (Row) -> Double = { _ in 1 }) -> Figure? {
        // Published figures push assumed bounds aside.
        let known = rows.filter(\.isKnown)
        let used = known.isEmpty ? rows : known
        var (logarithms, low, high) = (0.0, Double.infinity, 0.0)
        var sources: [String] = []
        for row in used {
            let figures = row.figures
            guard let least = figures.first, let most = figures.last else { continue }
            let factor = scaled(row)
            logarithms += ((row.value ?? (least * most).squareRoot()) * factor).logarithm
            low = min(low, least * factor)
            high = max(high, most * factor)
            if !sources.contains(row.source) { sources.append(row.source) }
        }
        guard !used.isEmpty, high > 0 else { return nil }
        return Figure(
            value: (logarithms / Double(used.count)).exponential, low: low, high: high, isKnown: !known.isEmpty,
            source: sources.joined(separator: "; "), year: used.map(\.year).min() ?? 0)
    }

    /// Carbon that is made, not mined: no natural graphite, which alone is a critical raw material.
    static let madeCarbon = ["synthetic graphite", "carbon black", "hard carbon"]

    /// Greenhouse gases of a material from cradle to gate, kg CO2e/kg; nil where neither the table nor the elements tell.
    ///
    /// A material of the table by its name or formula; else, for a compound, what its elements cost as battery-grade precursors
    /// (exact by stoichiometry) and the synthesis. An element without a precursor is taken from the table of elements.
    public func carbon(of material: String, scorer: Scorer) throws -> CarbonFigure {
        let key = material.lowercased()
        let listed = rows.filter { $0.kind == "compound" && $0.name.lowercased() == key }
        if let own = Self.combined(listed) { return CarbonFigure(own, coverage: own.isKnown ? 1 : 0) }
        let formula = try Formula(material)
        // Graphite is bought mined or made; metals go by their own rows.
        let byFormula =
            formula.resolved == "C6" || formula.resolved == "C"
            ? rows.filter { $0.name.hasSuffix("graphite") }
            : rows.filter { $0.kind == "compound" && $0.formula == formula.resolved }
        if let own = Self.combined(byFormula) { return CarbonFigure(own, coverage: own.isKnown ? 1 : 0) }
        return fromPrecursors(formula, scorer)
    }

    private func fromPrecursors(_ formula: Formula, _ scorer: Scorer) -> CarbonFigure {
        let composition = formula.composition
        let masses = scorer.table.massFractions(composition)
        let nickel = Element(symbol: "Ni").map { composition[$0] } ?? 0
        let metals = composition.atoms - composition[.oxygen] - composition[.lithium]
        // Above half nickel lithium hydroxide replaces the carbonate, which would need a hotter furnace than the oxide bears.
        let isNickelRich = metals > 0 && nickel / metals > 0.5
        var parts: [(figure: Figure, weight: Double)] = []
        var (known, counted) = (0.0, 0.0)
        for (element, mass) in zip(composition.elements, masses) {
            if scorer.table.value("process_input", element) == 1 { continue }
            counted += mass
            let rich = rows.filter { $0.kind == "precursor of \(element) in nickel-rich oxides" }
            let rows = isNickelRich && !rich.isEmpty ? rich : self.rows.filter { $0.kind == "precursor of \(element)" }
            let figure =
                Self.combined(rows) { Self.perElement($0, element, scorer.table) }
                ?? scorer.carbon(of: element)
            parts.append((figure, mass))
            if figure.isKnown { known += mass }
        }
        let isOxide = composition[.oxygen] > 0 && (Element(symbol: "P").map { composition[$0] } ?? 0) == 0
        if let step = figure(name: isOxide ? "oxide synthesis" : "other synthesis") { parts.append((step, 1)) }
        return CarbonFigure(parts, coverage: counted > 0 ? known / counted : 0)
    }

    /// kg of a precursor per kg of the element that it brings.
    private static func perElement(_ row: Row, _ element: Element, _ table: ElementTable) -> Double {
        guard let composition = try? Formula(row.formula).composition, composition[element] > 0 else { return 1 }
        return table.molarMass(composition) / (composition[element] * table.atomicWeight(element))
    }
}

/// Greenhouse gases of one material, kg CO2e/kg.
public struct CarbonFigure: Sendable, Hashable {
    /// Best estimate.
    public var value: Double
    /// Low end; parts err independently of each other.
    public var low: Double
    /// High end.
    public var high: Double
    /// Share of the mass, without air and water, for which there are published figures.
    public var coverage: Double
    /// Where it comes from.
    public var source: String
    /// Of the oldest datum.
    public var year: Int

    init(_ figure: CompoundTable.Figure, coverage: Double) { self.init([(figure, 1)], coverage: coverage) }

    init(_ parts: [(figure: CompoundTable.Figure, weight: Double)], coverage: Double) {
        var (value, down, up) = (0.0, 0.0, 0.0)
        var sources: [String] = []
        for (figure, weight) in parts {
            value += weight * figure.value
            down += (weight * (figure.value - figure.low)).squared
            up += (weight * (figure.high - figure.value)).squared
            for source in figure.source.components(separator: "; ") where !sources.contains(source) {
                sources.append(source)
            }
        }
        self.value = value
        low = max(value - down.squareRoot(), 0)
        high = value + up.squareRoot()
        self.coverage = coverage
        source = sources.joined(separator: "; ")
        year = parts.map(\.figure.year).filter { $0 > 0 }.min() ?? 0
    }
}

extension Double { fileprivate var squared: Double { self * self } }

extension String {
    /// Its parts between separators, without Foundation.
    fileprivate func components(separator: String) -> [String] {
        var (parts, rest) = ([String](), self[...])
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
