public import Cells
internal import Electrochemistry
internal import Learning
public import Materials
internal import Sustainability

/// What is asked of an evaluation.
public struct EvaluationOptions: Sendable {
    /// The ion; nil: the one in the formula.
    public var ion: Element?
    /// Which side of the cell; nil: by use or by voltage.
    public var role: ElectrodeRole?
    /// The counter electrode's name or formula; nil: graphite, hard carbon, or a usual positive electrode.
    public var counter: String?
    /// Ion contents per formula unit between which the candidate is used; nil: as electrodes of its class are.
    public var range: ClosedRange<Double>?
    /// Sampled cells.
    public var samples = 50
    /// Of the samples.
    public var seed: UInt64 = 1
    /// Coating in m, porosity, each nil: chosen.
    public var thickness: Double?
    /// Nil: chosen.
    public var porosity: Double?
    /// Usable areal capacity of the negative over that of the positive electrode.
    public var negativeToPositive = 1.1
    /// What the design makes as large as possible.
    public var search = DesignSearch()
    /// S/m of a solid electrolyte in place of the liquid; nil: the liquid.
    public var solidConductivity: Double?
    /// Formula of a solid electrolyte whose conductivity, known or predicted, takes the liquid's place; nil: none.
    public var solidElectrolyte: String?
    /// Passes measured values over.
    public var predictOnly = false

    /// Defaults.
    public init() {}
}

/// A figure with its 90 % range over the sampled cells.
public struct EvaluatedFigure: Sendable, Hashable {
    /// Such as `specific_energy_Wh_kg`.
    public var name: String
    /// Of the cell with the best estimates.
    public var value: Double
    /// 5 % quantile of the samples.
    public var low: Double
    /// 95 % quantile.
    public var high: Double
    /// Its unit; empty for a fraction.
    public var unit: String

    /// From the cell with the best estimates and the samples; the range is widened to hold the estimate.
    init(_ name: String, _ value: Double, _ samples: [Double], _ unit: String) {
        self.name = name
        self.value = value
        low = samples.isEmpty ? value : min(Statistics.quantile(samples, 0.05), value)
        high = samples.isEmpty ? value : max(Statistics.quantile(samples, 0.95), value)
        self.unit = unit
    }
}

/// A sampled cell.
public struct SampledCell: Sendable {
    /// The candidate's values.
    public var values: ElectrodeValues
    /// What varies of the counter electrode: names that end in units, and values.
    public var counter: [(name: String, value: Double)]
    /// The cell made with them.
    public var designed: DesignedCell
    /// As its file resolves.
    public var cell: Cell
    /// What it does.
    public var figures: CellFigures
}

/// A candidate's cell and what it does.
public struct CandidateEvaluation: Sendable {
    /// Properties with their ranges and sources.
    public var candidate: CandidateElectrode
    /// Predictions and score of the material.
    public var screened: Screened
    /// Makes its cells.
    public var designer: CellDesigner
    /// The solid electrolyte that was named.
    public var electrolyte: SolidElectrolyte?
    /// The design.
    public var design: CellDesign
    /// The rate in 1/h at which the design delivers the fraction that was asked for; nil: at none down to C/10.
    public var designRate: Double?
    /// The cell with the best estimates.
    public var central: SampledCell
    /// Its file.
    public var file: CellFile
    /// Sampled cells that ran.
    public var samples: [SampledCell]
    /// Samples whose cell could not be made or run, by reason.
    public var failures: [String]

    /// Every figure with its range.
    public var figures: [EvaluatedFigure] {
        let all = samples.map { $0.figures.columns.map(\.value) }
        return central.figures.columns.enumerated().map { index, figure in
            EvaluatedFigure(figure.name, figure.value, all.map { $0[index] }, figure.unit)
        }
    }

    /// A figure by its name.
    public subscript(name: String) -> EvaluatedFigure? { figures.first { $0.name == name } }
}

/// Takes a formula to a cell and its figures.
public struct CandidateEvaluator: Sendable {
    private let screening: Screening
    private let tables: ElectrodeTables
    private let profiles: VoltageProfilePredictor

    /// With the shipped models and tables. Throws `MaterialError`.
    public init(_ screening: Screening? = nil) throws {
        let screening = try screening ?? Screening()
        self.screening = screening
        tables = try .shipped()
        profiles = try VoltageProfilePredictor(voltage: screening.voltage)
    }

    /// The candidate of a formula, with everything known, predicted or assumed of it. Throws `MaterialError`.
    public func candidate(
        _ text: String, ion: Element?, role: ElectrodeRole?, range: ClosedRange<Double>? = nil,
        predictOnly: Bool = false
    ) throws -> (candidate: CandidateElectrode, screened: Screened) {
        let formula = try Formula(text)
        let reaction = try CandidateElectrode.reaction(
            of: formula, ion: ion, known: screening.known, tables: tables)
        let screened = screening.screen(
            [Candidate(formula: formula, reaction: reaction)], predictOnly: predictOnly)
        guard let own = screened.first else {
            throw MaterialError(.computation, place: text, problem: "not screened", remedy: "")
        }
        let span = profiles.predict([reaction], averages: [own.voltage]).first?.span
        let candidate = try CandidateElectrode(
            formula, reaction: reaction,
            predictions: ElectrodePredictions(
                voltage: own.voltage, span: span, volumeChange: own.volumeChange, density: own.density),
            role: role, range: range, known: screening.known, tables: tables, elements: screening.scorer.table,
            predictOnly: predictOnly)
        return (candidate, own)
    }

    /// The counter electrode of a name, or the usual one. Throws `MaterialError`.
    public func counter(_ name: String?, for candidate: CandidateElectrode) throws -> CounterElectrode {
        let ion = candidate.reaction.ion
        let isSodium = ion == .sodium
        let usual =
            candidate.role == .positive ? (isSodium ? "hard carbon" : "graphite") : (isSodium ? "NVP" : "NMC811")
        let name = name ?? usual
        if let shipped = CounterElectrode.Shipped(name: name) { return .shipped(shipped) }
        let place = "--counter \(name)"
        do {
            let formula = try Formula(name)
            guard formula.composition.elements != [ion] else {
                throw MaterialError(
                    .usage, place: place, problem: "a metal that is plated is no porous electrode of a cell file",
                    remedy: "name graphite or another host; 'cellar simulate FILE --half-cell' is for metal")
            }
            let role = candidate.role.opposite
            return .material(try self.candidate(name, ion: ion, role: role).candidate)
        } catch var error as MaterialError {
            if error.kind == .formula {
                error.kind = .usage
                error.place = place
                let shipped = CounterElectrode.Shipped.allCases.map(\.rawValue)
                if let near = Spelling.nearest(to: name, among: shipped) { error.remedy = "nearest: \(near)" }
            }
            throw error
        }
    }

    /// What makes cells of a candidate and a counter electrode by its name, or the usual one. Throws `MaterialError`.
    func designer(of candidate: CandidateElectrode, counter name: String?) throws -> CellDesigner {
        try CellDesigner(candidate, counter: counter(name, for: candidate), tables: tables)
    }

    /// Evaluates a formula: design, cell file, rate test, and the same for sampled cells on all cores.
    ///
    /// Samples vary the candidate's properties within their ranges, the counter electrode's within its own (of a measured
    /// one little is uncertain), and a predicted conductivity of the electrolyte.
    ///
    /// - Parameter text: the formula or name.
    /// - Parameter options: what it is set against, and how much is sampled.
    /// - Parameter progress: told how many of how many cells are done; called from one thread.
    ///
    /// Throws `MaterialError`, and `SimulationError` where the cell with the best estimates does not run.
    public func evaluate(
        _ text: String, _ options: EvaluationOptions, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> CandidateEvaluation {
        let (candidate, screened) = try candidate(
            text, ion: options.ion, role: options.role, range: options.range, predictOnly: options.predictOnly)
        let designer = try designer(of: candidate, counter: options.counter)
        let electrolyte = try options.solidElectrolyte.map {
            try SolidElectrolyte($0, ion: candidate.reaction.ion, predictOnly: options.predictOnly)
        }
        let start = CellDesign(
            negativeToPositive: options.negativeToPositive,
            solidConductivity: electrolyte?.conductivity.value ?? options.solidConductivity,
            solidElectrolyte: electrolyte?.formula.resolved,
            solidSource: electrolyte.map { "\($0.conductivity.origin.rawValue) (\($0.conductivity.source))" })
        let found = try options.search.best(
            designer, from: start, thickness: options.thickness, porosity: options.porosity)
        let design = found.design
        let name = "\(candidate.formula.text)-\(designer.counter.name)"
        let designed = try designer.cell(candidate.central, design: design)
        let file = try designer.file(designed, values: candidate.central, name: name)
        let cell = try designer.resolved(designed, values: candidate.central, name: name)
        let central = SampledCell(
            values: candidate.central, counter: try designer.counter.varied(tables, deviates: []), designed: designed,
            cell: cell, figures: try CellFigures(designed, cell: cell))

        let points = LatinHypercube.deviates(
            count: options.samples,
            dimensions: ElectrodeProperty.allCases.count + CounterElectrode.deviateCount + (electrolyte == nil ? 0 : 1),
            seed: options.seed)
        var samples: [SampledCell] = []
        var failures: [String] = []
        let batch = 16
        for first in stride(from: 0, to: points.count, by: batch) {
            let part = Array(points[first..<min(first + batch, points.count)])
            let results = try Parallel.map(part.count) { index in
                Result { try Self.sample(designer, design, electrolyte, part[index], name) }
            }
            for result in results {
                switch result {
                case .success(let sample): samples.append(sample)
                case .failure(let error): failures.append("\(error)")
                }
            }
            progress(first + part.count, points.count)
        }
        return CandidateEvaluation(
            candidate: candidate, screened: screened, designer: designer, electrolyte: electrolyte, design: design,
            designRate: found.rate,
            central: central, file: file, samples: samples, failures: failures)
    }

    /// The cell of a point of the hypercube.
    private static func sample(
        _ designer: CellDesigner, _ design: CellDesign, _ electrolyte: SolidElectrolyte?, _ deviates: [Double],
        _ name: String
    ) throws -> SampledCell {
        let values = designer.candidate.values(atDeviates: deviates)
        let counter = Array(deviates.dropFirst(ElectrodeProperty.allCases.count).prefix(CounterElectrode.deviateCount))
        var own = design
        if let electrolyte, let deviate = deviates.last {
            own.solidConductivity = electrolyte.conductivity.value(atDeviate: deviate)
        }
        let designed = try designer.cell(values, design: own, counterDeviates: counter)
        let cell = try designer.resolved(designed, values: values, name: name)
        return SampledCell(
            values: values, counter: try designer.counter.varied(designer.tables, deviates: counter),
            designed: designed, cell: cell, figures: try CellFigures(designed, cell: cell))
    }
}
