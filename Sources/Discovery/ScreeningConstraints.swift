internal import Materials
internal import Sustainability

/// What a candidate must keep to; nil asks for nothing.
public struct ScreeningConstraints: Sendable, Hashable {
    /// kg of cobalt per kg.
    public var maxCobalt: Double?
    /// V.
    public var minVoltage: Double?
    /// V.
    public var maxVoltage: Double?
    /// mAh/g.
    public var minCapacity: Double?
    /// A fraction.
    public var maxVolumeChange: Double?
    /// 0 to 100.
    public var minScore: Double?

    /// Asks for nothing.
    public init() {}

    /// Whether best estimates keep to all of them.
    public func meets(_ result: Screened) -> Bool {
        if let maxCobalt, result.score.cobaltMassFraction > maxCobalt { return false }
        if let minVoltage, result.voltage.value < minVoltage { return false }
        if let maxVoltage, result.voltage.value > maxVoltage { return false }
        if let minCapacity, result.capacity < minCapacity { return false }
        if let maxVolumeChange, result.volumeChange.value > maxVolumeChange { return false }
        if let minScore, result.score.score < minScore { return false }
        return true
    }
}
