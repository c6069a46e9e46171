internal import Cells
internal import Electrochemistry
public import Learning

/// A model of simulated lives: what `LifeSimulation` would say of a cell and its ageing, in microseconds.
///
/// Trained on lives of cells of known electrode materials over the class priors; its errors are those on materials that were
/// left out, and they widen what it says of a cell unlike those it was trained on.
public struct LifeSurrogate: Sendable, Codable, Equatable {
    /// As `Learning/ModelDocument` names it.
    public static let kind = "candidate life"
    /// Share of sampled cells outside what the surrogate knows above which it gives no answer.
    public static let mostOutside = 0.5

    /// How well it does on materials that were left out.
    public struct Card: Sendable, Codable, Equatable {
        /// Pairs of electrodes trained on.
        public var materials: [String]
        /// Simulated lives trained on.
        public var lives: Int
        /// Lives left out of training, because the cell could not be cycled.
        public var failed: Int
        /// Families compared: root mean square error of the natural logarithm of life, materials left out.
        public var families: [ModelSelection.Line]
        /// Root mean square error of the natural logarithm of life on materials left out.
        public var error: Double
        /// The same where the mean of all lives is said.
        public var meanError: Double
        /// Share of left-out lives within their 90 % intervals, calibrated on the other materials.
        public var coverage: Double
        /// Root mean square error of the natural logarithm of the median life of a material left out: of its sampled cells.
        public var medianError: Double
    }

    /// What the lives were simulated by.
    public struct Test: Sendable, Codable, Equatable {
        /// As of `LifeSimulation`.
        public var model, words: String
        /// Cycles simulated at most.
        public var cycles: Int
        /// Rates in 1/h, and the capacity at which life ends.
        public var dischargeRate, chargeRate, holdRate, endOfLife: Double
    }

    /// Its card.
    public let card: Card
    /// What the lives were simulated by.
    public let test: Test
    /// Natural logarithm of life, cycles, from features.
    let life: CalibratedModel
    /// Natural logarithm of the energy delivered over a life, by cycles and the energy at rest of a fresh cell.
    let energy: FittedModel

    /// What is said of one cell.
    public struct Answer: Sendable, Hashable {
        /// Cycles to the end of life.
        public var cycles: Double
        /// Ends of its 90 % interval.
        public var low, high: Double
        /// Whether the cell is like those it was trained on.
        public var isInDomain: Bool
        /// Energy delivered until then over cycles times the fresh cell's energy at rest.
        public var energyShare: Double
    }

    /// Whether lives of this simulation are what it was trained on.
    public func serves(_ simulation: LifeSimulation) -> Bool {
        Test(simulation) == test && simulation.temperature == nil
    }

    /// The answers for rows of ``SurrogateFeatures``.
    func answers(_ rows: [[Double]]) -> [Answer] {
        guard !rows.isEmpty else { return [] }
        let x = Matrix(rows, columns: SurrogateFeatures.names.count)
        func cycles(_ logarithm: Double) -> Double {
            min(max(exponential(min(logarithm, 20)), 1), LifeSimulation.longest)
        }
        return zip(life.predict(x), energy.predict(x)).map { life, energy in
            Answer(
                cycles: cycles(life.value), low: cycles(life.low), high: cycles(life.high),
                isInDomain: life.isInDomain, energyShare: exponential(min(max(energy.mean, -3), 0.5)))
        }
    }

    /// The bytes of a file. Throws `LearningError`.
    public func encoded() throws -> [UInt8] { try ModelDocument.encode(self, kind: Self.kind) }

    /// Reads a file's bytes. Throws `LearningError` where it is damaged, of another version, or its parts do not fit.
    public init(bytes: [UInt8]) throws {
        self = try ModelDocument.decode(LifeSurrogate.self, kind: Self.kind, from: bytes)
        let count = SurrogateFeatures.names.count
        guard life.features == SurrogateFeatures.names, life.isSound, energy.isSound(columns: count) else {
            throw LearningError(
                kind: .file, problem: "the model was trained with other features", remedy: "train it again")
        }
    }

    /// Reads a file. Throws `LearningError`; `BPXError` where there is none.
    public static func load(path: String) throws -> LifeSurrogate {
        try LifeSurrogate(bytes: PackageFile.bytes(path: path))
    }

    /// The one that comes along; nil where it is not there.
    public static func shipped() throws -> LifeSurrogate? {
        guard let cells = ShippedCells.folder, let slash = cells.lastIndex(of: "/") else { return nil }
        do { return try load(path: cells[..<slash] + "/Data/models/candidate-life.json") } catch let error as BPXError
            where error.kind == .notFound
        { return nil }
    }

    init(card: Card, test: Test, life: CalibratedModel, energy: FittedModel) {
        self.card = card
        self.test = test
        self.life = life
        self.energy = energy
    }
}

extension LifeSurrogate.Test {
    init(_ simulation: LifeSimulation) {
        self.init(
            model: simulation.model.rawValue, words: simulation.test, cycles: simulation.cycles,
            dischargeRate: simulation.dischargeRate, chargeRate: simulation.chargeRate, holdRate: simulation.holdRate,
            endOfLife: simulation.endOfLife)
    }
}
