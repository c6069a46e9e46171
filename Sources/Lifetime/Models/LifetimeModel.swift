public import Learning

/// What is to be known of a model before it is trusted.
public struct ModelCard: Sendable, Equatable, Codable {
    /// File name without ending.
    public var name: String
    /// What it predicts from what.
    public var purpose: String
    /// Data it was trained on, with source.
    public var data: [String]
    /// Licence of the data, and of the model.
    public var licence: String
    /// Cells trained on.
    public var cells: Int
    /// How it was tested.
    public var split: String
    /// Families compared, best first: name and root mean square error on left-out cells, in `unit`.
    public var comparison: [ModelSelection.Line]
    /// Unit of `comparison`.
    public var unit: String
    /// Figures of tests, in words and numbers.
    public var scores: [String]
    /// What the 90 % interval rests on, and how often it held.
    public var interval: String
    /// Where it must not be used.
    public var mustNotUse: [String]
    /// Seed it was trained with.
    public var seed: UInt64

    /// The card for people.
    public var markdown: String {
        var text = "# \(name)\n\n\(purpose)\n\n"
        text += "| | |\n|---|---|\n| data | \(data.joined(separator: "; ")) |\n| licence | \(licence) |\n"
        text +=
            "| cells trained on | \(cells) |\n| split | \(split) |\n| seed | \(seed) |\n| interval | \(interval) |\n\n"
        if !scores.isEmpty { text += "## Scores\n\n" + scores.map { "- \($0)\n" }.joined() + "\n" }
        if !comparison.isEmpty {
            text += "## Families compared on left-out cells\n\n| family | RMSE, \(unit) |\n|---|---|\n"
            for line in comparison { text += "| \(line.name) | \(Self.short(line.error)) |\n" }
            text += "\n"
        }
        return text + "## Must not be used\n\n" + mustNotUse.map { "- \($0)\n" }.joined()
    }

    /// Four digits.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 1000 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}

/// A lifetime model file: a card, and one or more models of what a cell's data may offer.
public struct LifetimeModel: Sendable, Codable {
    /// As `ModelDocument` names it.
    public static let kind = "lifetime"

    /// What is to be known.
    public var card: ModelCard
    /// Chemistry of the cells trained on, in lower case, e.g. `lfp`; empty where unknown.
    public var chemistry: String
    /// State of health at which a life ends.
    public var endOfLife: Double
    /// Life in cycles from ΔQ(V) and capacities of the first 100 cycles (`SeversonProtocol.names`).
    public var lifeFromCurves: CalibratedModel?
    /// Life in cycles from the first 100 rows of charge statistics and capacities, or capacities alone.
    public var lifeFromCycles: CalibratedModel?
    /// Capacity over nominal capacity from a charge (`ChargeCurveFeatures.names`).
    public var healthFromCharge: CalibratedModel?
    /// Remaining life from capacities.
    public var trajectory: TrajectoryModel?

    /// The bytes of a file. Throws `LearningError`.
    public func encoded() throws -> [UInt8] { try ModelDocument.encode(self, kind: Self.kind) }

    /// Reads a file's bytes. Throws `LearningError` where it is damaged, of another version, or its parts do not fit.
    public init(bytes: [UInt8]) throws {
        self = try ModelDocument.decode(LifetimeModel.self, kind: Self.kind, from: bytes)
        let parts = [lifeFromCurves, lifeFromCycles, healthFromCharge].compactMap { $0 }
        let widths = [
            (lifeFromCurves, SeversonProtocol.names), (healthFromCharge, ChargeCurveFeatures.names),
        ]
        guard parts.allSatisfy(\.isSound), trajectory?.isSound ?? true, !parts.isEmpty || trajectory != nil,
            widths.allSatisfy({ $0.0 == nil || $0.0?.features == $0.1 }),
            lifeFromCycles == nil || EarlyCycleFeatures.kind(of: lifeFromCycles?.features ?? []) != nil
        else {
            throw LearningError(
                kind: .file, problem: "the model file's parts do not fit together", remedy: "train it again")
        }
    }

    /// Memberwise.
    public init(card: ModelCard, chemistry: String, endOfLife: Double) {
        self.card = card
        self.chemistry = chemistry
        self.endOfLife = endOfLife
    }

    /// Reads a file. Throws `LifetimeError` or `LearningError`.
    public static func load(path: String) throws -> LifetimeModel {
        try LifetimeModel(bytes: NumberTable.bytes(path: path))
    }
}
