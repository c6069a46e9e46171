import Materials

/// What a cell is made of, what it stores and what it delivers over its life.
///
/// ```swift
/// var bill = BillOfMaterials(energy: .exactly(18.2))
/// bill.items.append(.init(.positiveActiveMaterial, "LiFePO4", mass: 0.031))
/// bill.items.append(.init(.negativeCollector, "copper", mass: 0.008))
/// bill.deliveredEnergy = Range(value: 41_000, low: 22_000, high: 66_000)
/// ```
public struct BillOfMaterials: Sendable, Hashable {
    /// A best estimate with the interval it lies in.
    public struct Range: Sendable, Hashable {
        /// Best estimate.
        public var value: Double
        /// Lower end of its interval.
        public var low: Double
        /// Upper end.
        public var high: Double

        /// Memberwise.
        public init(value: Double, low: Double, high: Double) {
            self.value = value
            self.low = low
            self.high = high
        }

        /// A figure without uncertainty.
        public static func exactly(_ value: Double) -> Range { Range(value: value, low: value, high: value) }
    }

    /// What an item does in the cell; decides which of its forms is bought.
    public enum Component: String, CaseIterable, Sendable {
        /// What takes the ion up on discharge.
        case positiveActiveMaterial = "positive active material"
        /// What gives the ion off on discharge.
        case negativeActiveMaterial = "negative active material"
        /// Carbon black and its like.
        case conductiveAdditive = "conductive additive"
        /// What holds the coatings together.
        case binder
        /// Foil of the positive electrode.
        case positiveCollector = "positive current collector"
        /// Foil of the negative electrode.
        case negativeCollector = "negative current collector"
        /// Between the electrodes.
        case separator
        /// Salt in the electrolyte.
        case electrolyteSalt = "electrolyte salt"
        /// Solvents of the electrolyte.
        case electrolyteSolvent = "electrolyte solvent"
        /// In place of separator, salt and solvents.
        case solidElectrolyte = "solid electrolyte"
        /// Pouch, can, lid.
        case casing
        /// Leads to the terminals.
        case tabs
    }

    /// A mass of one material.
    public struct Item: Sendable, Hashable {
        /// What it does.
        public var component: Component
        /// A name or formula of ``CompoundTable`` (`LiFePO4`, `NMC811`, `synthetic graphite`, `copper`, `separator`), or any
        /// formula, which is then reckoned from its elements.
        public var material: String
        /// kg in the cell.
        public var mass: Double

        /// Memberwise; `mass` in kg.
        public init(_ component: Component, _ material: String, mass: Double) {
            self.component = component
            self.material = material
            self.mass = mass
        }
    }

    /// What is in the cell.
    public var items: [Item]
    /// W·h that the fresh cell delivers in a slow discharge.
    public var energy: Range
    /// W·h delivered over its life; nil where nothing is known of that.
    public var deliveredEnergy: Range?

    /// Memberwise; energies in W·h.
    public init(items: [Item] = [], energy: Range, deliveredEnergy: Range? = nil) {
        self.items = items
        self.energy = energy
        self.deliveredEnergy = deliveredEnergy
    }

    /// kg of everything.
    public var mass: Double { items.reduce(0) { $0 + $1.mass } }

    /// Throws `MaterialError` of kind `usage`: no items, masses that are no positive numbers, energies that are no positive
    /// numbers or out of order.
    func check() throws {
        guard !items.isEmpty else {
            throw MaterialError(.usage, place: "bill of materials", problem: "empty", remedy: "give at least one item")
        }
        for item in items where !(item.mass > 0 && item.mass.isFinite) {
            throw MaterialError(
                .usage, place: "bill of materials: \(item.component.rawValue)", problem: "a mass of \(item.mass) kg",
                remedy: "a mass is above 0")
        }
        for (name, range) in [("energy", energy)] + (deliveredEnergy.map { [("delivered energy", $0)] } ?? [])
        where !(range.low > 0 && range.low <= range.value && range.value <= range.high && range.high.isFinite) {
            throw MaterialError(
                .usage, place: "bill of materials: \(name)",
                problem: "\(range.low) to \(range.high) W·h about \(range.value)",
                remedy: "above 0, with the estimate within its interval")
        }
    }
}
