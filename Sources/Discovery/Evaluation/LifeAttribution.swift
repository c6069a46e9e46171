/// To what a cell has lost its capacity, and which electrode brought it about.
public struct LifeAttribution: Sendable, Hashable {
    /// A way of losing capacity.
    public enum Mechanism: String, CaseIterable, Sendable {
        case interphase = "SEI growth"
        case crackInterphase = "SEI on cracks"
        case plating = "lithium plating"
        case oxidation = "electrolyte oxidation"
        case negativeStress = "loss of negative active material by stress"
        case positiveStress = "loss of positive active material by stress"
        case dissolution = "dissolution of the positive active material"
        case resistance = "resistance"
    }

    /// Shares of the lost capacity, 0…1, adding up to 1 where anything was lost; in the order of `Mechanism.allCases`.
    public var shares: [Double]
    /// The largest of them; nil where nothing was lost.
    public var limiting: Mechanism?
    /// Share of the loss that the candidate's electrode brought about, 0…1; what resistance has cost counts where its films
    /// grow: at the negative electrode.
    public var candidateShare: Double
    /// One sentence for people.
    public var statement: String
}
