internal import Learning

/// A predicted number and how far to trust it.
public struct Prediction: Sendable, Hashable {
    /// Expected value.
    public var value: Double
    /// Lower end of the 90 % interval.
    public var low: Double
    /// Upper end.
    public var high: Double
    /// Whether the question lies within what the model was trained on.
    public var isInDomain: Bool

    /// Memberwise.
    public init(value: Double, low: Double, high: Double, isInDomain: Bool) {
        self.value = value
        self.low = low
        self.high = high
        self.isInDomain = isInDomain
    }
}

/// What a model was trained on, how it was chosen, and how well it does.
public struct ModelCard: Sendable, Hashable, Codable {
    /// Files it was trained on, as named then.
    public var data: [String]
    /// Rows trained on.
    public var rows: Int
    /// Rows that were left out, and why.
    public var notes: [String]
    /// Families compared: mean absolute error with groups of `grouping` left out; the chosen one first.
    public var families: [Score]
    /// The chosen family on fewer rows: fraction of the groups trained on and error.
    public var learningCurve: [Score]
    /// Errors of the chosen family with rows and with groups left out, and of the median.
    public var errors: [Score]
    /// What was kept together when rows were left out.
    public var grouping: String
    /// Share of left-out truths in their 90 % intervals; of rows, with intervals calibrated on all of them.
    public var coverage: Double

    /// A name and a figure.
    public struct Score: Sendable, Hashable, Codable {
        /// What was measured.
        public var name: String
        /// The figure.
        public var value: Double
    }
}

/// A trained property of insertion reactions or of compositions: descriptors in, a number with its interval out.
public struct PropertyModel: Sendable {
    /// What rows are described by.
    public enum Subject: String, Codable, Sendable {
        /// A charged and a discharged formula, and the ion.
        case reaction
        /// A formula.
        case composition
        /// Solvents, a salt and how much of it, and temperature.
        case liquidElectrolyte
        /// A polymer, a salt and how much of it, and temperature.
        case polymerElectrolyte

        /// Names of the descriptors.
        var names: [String] {
            switch self {
            case .reaction: ReactionDescriptors.names
            case .composition: SolidElectrolyteData.names
            case .liquidElectrolyte: LiquidElectrolyteData.names
            case .polymerElectrolyte: PolymerElectrolyteData.names
            }
        }
    }

    /// Column that was predicted, with its unit.
    public var target: String { content.target }
    /// What rows are described by.
    public var subject: Subject { content.subject }
    /// Its card.
    public var card: ModelCard { content.card }
    private let content: Content
    private let models: [FittedModel]

    struct Content: Codable, Sendable {
        var target: String
        var subject: Subject
        var isPositive: Bool
        var descriptors: Int
        var noveltyColumns: [Int]
        var novelty: Novelty
        var interval: ConformalInterval
        var card: ModelCard
        /// Parts that follow in files of their own.
        var parts: Int
        var model: FittedModel
    }

    init(_ content: Content, _ models: [FittedModel]) {
        self.content = content
        self.models = models
    }

    /// The model of a file that `cellar train property` wrote, with its parts. Throws ``MaterialError``.
    public init(path: String) throws {
        let content: Content = try Self.read(path, kind: "property")
        var models = [content.model]
        guard (1...16).contains(content.parts) else {
            throw MaterialError(.table, place: path, problem: "a damaged model file", remedy: "train it again")
        }
        for part in 1..<max(content.parts, 1) {
            models.append(try Self.read(Self.partPath(path, part), kind: "property part"))
        }
        let count = content.subject.names.count
        guard content.descriptors == count, models.allSatisfy({ $0.isSound(columns: count) }), content.interval.isSound,
            content.noveltyColumns.allSatisfy({ (0..<count).contains($0) }),
            content.novelty.isSound(columns: content.noveltyColumns.count)
        else {
            throw MaterialError(
                .table, place: path, problem: "the model was trained with other descriptors", remedy: "train it again")
        }
        self.init(content, models)
    }

    /// A shipped model, such as `voltage`. Throws ``MaterialError``.
    public static func shipped(_ name: String) throws -> PropertyModel {
        try PropertyModel(path: DataFolder.path() + "/models/\(name).json")
    }

    /// The files that hold it: names to be put behind a path's stem, and bytes.
    public func files(path: String) throws -> [(path: String, bytes: [UInt8])] {
        do {
            var files = [(path, try ModelDocument.encode(content, kind: "property"))]
            for (part, model) in models.enumerated().dropFirst() {
                files.append((Self.partPath(path, part), try ModelDocument.encode(model, kind: "property part")))
            }
            return files
        } catch let error as LearningError {
            throw MaterialError(.computation, place: path, problem: error.problem, remedy: error.remedy)
        }
    }

    private static func partPath(_ path: String, _ part: Int) -> String {
        let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        return "\(stem).\(part + 1).json"
    }

    private static func read<T: Codable>(_ path: String, kind: String) throws -> T {
        do {
            return try ModelDocument.decode(T.self, kind: kind, from: TextFile.bytes(path))
        } catch let error as LearningError {
            throw MaterialError(.table, place: path, problem: error.problem, remedy: error.remedy)
        }
    }

    /// Predictions for rows of descriptors, as ``ReactionDescriptors`` or ``CompositionDescriptors`` give them.
    public func predict(_ rows: [[Double]]) -> [Prediction] {
        guard !rows.isEmpty else { return [] }
        let x = Matrix(rows, columns: content.descriptors)
        let novelties = content.novelty.measure(x.selecting(columns: content.noveltyColumns))
        let all = models.map { $0.predict(x) }
        return rows.indices.map { index in
            let estimates = all.map { $0[index] }
            let mean = estimates.reduce(0) { $0 + $1.mean } / Double(estimates.count)
            let spread = estimates.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) + $1.deviation * $1.deviation }
            let deviation = (spread / Double(estimates.count)).squareRoot()
            let half = content.interval.halfWidth(deviation: deviation, novelty: novelties[index])
            func bounded(_ value: Double) -> Double { content.isPositive ? max(value, 0) : value }
            return Prediction(
                value: bounded(mean), low: bounded(mean - half), high: bounded(mean + half),
                isInDomain: novelties[index] <= Novelty.limit)
        }
    }
}

/// Descriptors of a composition: Magpie's statistics, element fractions, and what oxidation states say of it.
public struct CompositionDescriptors: Sendable {
    private let magpie: MagpieDescriptors

    /// With the shipped table. Throws ``MaterialError`` where it is not found.
    public init() throws { magpie = try MagpieDescriptors(.shipped()) }

    /// Names of all descriptors.
    public static var names: [String] { SolidElectrolyteData.names }

    /// The descriptors of a composition at 25 °C.
    public func describe(_ composition: Composition) -> [Double] {
        SolidElectrolyteData.describe(composition, 25, magpie)
    }
}
