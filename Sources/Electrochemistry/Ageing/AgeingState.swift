/// What a cell has lost, and to what: at one instant. A model reckons since its start, a run since the cell was fresh.
public struct AgeingState: Sendable, Equatable {
    /// 1 - active volume / initial, over the electrode; a part that has fallen dry is lost.
    public var lossOfActiveMaterialNegative = 0.0
    /// The same of the positive electrode.
    public var lossOfActiveMaterialPositive = 0.0
    /// Mean over the electrode, the initial layer included, m.
    public var seiThickness = 0.0
    /// On cracks, m.
    public var crackSEIThickness = 0.0
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
    /// Electrons that oxidation of the electrolyte has given to the positive electrode; as much lithium has entered it, A·h.
    public var oxidisedCapacity = 0.0
    /// Lithium that its products have cost the negative electrode, A·h.
    public var crosstalkCapacity = 0.0
    /// Mean porosity of the negative electrode.
    public var porosityNegative = 0.0
    /// Of the initial porosity of the negative electrode, what is gone.
    public var porosityLoss = 0.0
    /// Mean, m.
    public var crackLength = 0.0
    /// Part of the area that the electrolyte still fills.
    public var wetFraction = 1.0
    /// In the particles of the part that has fallen dry, A·h.
    public var capacityInDryPart = 0.0
    /// What corrosion has added to the contact resistance, Ω of the whole cell.
    public var contactResistanceGrowth = 0.0
    /// All of it, mol; what oxidation has brought into the positive electrode is subtracted.
    public var lithiumLost = 0.0
    /// The same over the lithium that cycles between the ends of the initial window. BPX's `LLI`, of the whole inventory, is
    /// `CycleSummary.lossOfLithiumInventory`.
    public var lossOfCyclableLithium = 0.0
    /// Lost before the run and to no cause that is known, as a cell file's `State > Degradation` tells it, A·h.
    public var earlierCapacity = 0.0
}
