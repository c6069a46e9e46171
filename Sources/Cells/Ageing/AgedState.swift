/// What ageing has left in a cell: amounts, films and profiles, all of them since the cell was fresh.
///
/// Kept in a cell file beside BPX's own `State > Degradation`, which holds the losses of lithium and active material:
/// see `AgedStateSchema`.
public struct AgedState: Sendable, Equatable {
    /// Simulated since the cell was fresh, s.
    public var time = 0.0
    /// Cycles since the cell was fresh.
    public var cycles = 0
    /// Lithium in the particles of the fresh cell, mol.
    public var freshLithium: Double?
    /// Capacity of the first full discharge, A·h.
    public var firstDischarge: Double?
    /// Capacity of the last full discharge, A·h.
    public var lastDischarge: Double?
    /// Taken up by the SEI on the particles, A·h.
    public var seiCapacity = 0.0
    /// Taken up by the SEI on cracks, A·h.
    public var crackSEICapacity = 0.0
    /// Plated, dead lithium included, A·h.
    public var platedCapacity = 0.0
    /// Of that: dead, A·h.
    public var deadCapacity = 0.0
    /// In active material that was lost, A·h.
    public var capacityInLostMaterial = 0.0
    /// One for each material, in the order of the file; empty without such an electrode.
    public var negative: [MaterialState] = []
    /// The same of the positive electrode.
    public var positive: [MaterialState] = []
    /// Electrons that oxidation of the electrolyte has given to the positive electrode, which took lithium up with them, A·h.
    public var oxidisedCapacity = 0.0
    /// Lithium that its products have cost the negative electrode, A·h.
    public var crosstalkCapacity = 0.0
    /// Of the negative electrode, over its thickness; nil where its pores stay as they are.
    public var porosity: AgedProfile?
    /// Factor on the electrolyte's transport in the negative electrode, at its mean porosity; nil where it stays as it is.
    public var transportEfficiency: Double?

    /// Part of the area that the electrolyte still fills; amounts and profiles of the materials are those of this part.
    public var wetFraction = 1.0
    /// What lies in the part that has fallen dry; included in the capacities by cause.
    public var dryPart = DryPart()
    /// Of the salt when it is spread evenly, mol/m³; nil: as when fresh.
    public var electrolyteConcentration: Double?
    /// What corrosion has added to the contact resistance, Ω of the whole cell.
    public var contactResistanceGrowth = 0.0

    /// Lithium in the part of the cell that has fallen dry, A·h.
    public struct DryPart: Sendable, Equatable {
        /// In its particles.
        public var particles = 0.0
        /// In SEI on particles.
        public var sei = 0.0
        /// In SEI on cracks.
        public var crackSEI = 0.0
        /// Plated, dead lithium not included.
        public var plated = 0.0
        /// Dead lithium.
        public var dead = 0.0
        /// In active material that was lost before.
        public var lostMaterial = 0.0

        /// Nothing.
        public init() {}
    }

    /// One active material.
    public struct MaterialState: Sendable, Equatable {
        /// Of what is left, means over the particles.
        public var stoichiometry: AgedProfile?
        /// Fraction of the fresh amount, in the wet part.
        public var activeMaterialLeft = AgedProfile(1)
        /// mol/m³ of electrode.
        public var lithiumInLostMaterial = 0.0
        /// m.
        public var seiThickness: AgedProfile?
        /// m.
        public var crackSEIThickness: AgedProfile?
        /// m.
        public var crackLength: AgedProfile?
        /// mol/m³ of electrode, dead lithium not included.
        public var platedLithium: AgedProfile?
        /// mol/m³ of electrode.
        public var deadLithium: AgedProfile?
        /// Of the films on the particles beside the cell file's own, Ω m² of the surface that is left; mean over the
        /// electrode.
        public var filmResistance = 0.0

        /// A material that has not aged.
        public init() {}

        /// Lithium over what the fresh material can hold, mean over the electrode; nil without a stoichiometry.
        public var lithium: Double? { stoichiometry.map { $0.mean(times: activeMaterialLeft) } }

        /// Mean stoichiometry of what is left.
        public var meanStoichiometry: Double? { lithium.map { $0 / activeMaterialLeft.mean } }
    }

    /// A cell that has not aged.
    public init() {}
}

/// A value over the thickness of an electrode, at points between 0 (its side towards the negative current collector) and 1:
/// linear between them, constant beyond.
public struct AgedProfile: Sendable, Equatable {
    /// Ascending, within 0…1.
    public private(set) var positions: [Double]
    /// One for each position.
    public private(set) var values: [Double]

    /// The same everywhere.
    public init(_ value: Double) {
        positions = [0.5]
        values = [value]
    }

    /// Values in the middle of as many equal parts of the electrode.
    public init(cells: [Double]) {
        let isUniform = cells.allSatisfy { $0 == cells.first }
        positions = isUniform ? [0.5] : Self.centres(cells.count)
        values = isUniform ? [cells.first ?? 0] : cells
    }

    /// Nil unless the positions ascend within 0…1 and each has a finite value.
    public init?(positions: [Double], values: [Double]) {
        guard !positions.isEmpty, positions.count == values.count, values.allSatisfy(\.isFinite),
            positions.allSatisfy({ $0 >= 0 && $0 <= 1 }), zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.positions = positions
        self.values = values
    }

    private static func centres(_ count: Int) -> [Double] { (0..<count).map { (Double($0) + 0.5) / Double(count) } }

    /// Mean over the thickness.
    public var mean: Double { integral(to: 1) }

    /// Mean of the product of two profiles, over the parts of the finer one.
    public func mean(times other: AgedProfile) -> Double {
        let count = max(values.count, other.values.count)
        return zip(cells(count), other.cells(count)).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    }

    /// Means over `count` equal parts; the values themselves where these lie in the middle of such parts. The mean over the
    /// electrode stays the same.
    public func cells(_ count: Int) -> [Double] {
        if values.count == 1, let value = values.first { return [Double](repeating: value, count: count) }
        if positions == Self.centres(count) { return values }
        let edges = (0...count).map { integral(to: Double($0) / Double(count)) }
        return zip(edges.dropFirst(), edges).map { ($0 - $1) * Double(count) }
    }

    /// ∫ from 0.
    private func integral(to end: Double) -> Double {
        guard let firstPosition = positions.first, let firstValue = values.first, let lastPosition = positions.last,
            let lastValue = values.last
        else { return 0 }
        var sum = firstValue * min(end, firstPosition)
        for k in positions.indices.dropFirst() where positions[k - 1] < end {
            let (a, b) = (positions[k - 1], positions[k])
            let c = min(b, end)
            let value = values[k - 1] + (values[k] - values[k - 1]) * (c - a) / (b - a)
            sum += 0.5 * (values[k - 1] + value) * (c - a)
        }
        return sum + lastValue * max(end - lastPosition, 0)
    }
}
