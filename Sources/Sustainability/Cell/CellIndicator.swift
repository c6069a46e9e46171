/// A figure of a whole cell, per kWh that it stores or per kWh that it delivers over its life.
public struct CellIndicator: Sendable, Hashable {
    /// What is measured, such as `cobalt` or `carbon_footprint`.
    public var name: String
    /// Best estimate; nil where nothing is known.
    public var value: Double?
    /// Lowest value that data and gaps allow.
    public var low: Double
    /// Highest value that data and gaps allow.
    public var high: Double
    /// Such as `g/kWh`.
    public var unit: String
    /// Share of the cell's mass for which there are data, 0…1.
    public var coverage: Double
    /// Where it comes from.
    public var source: String
    /// Year of the oldest datum it was computed from; 0 where there is none.
    public var year: Int

    /// Memberwise.
    public init(
        name: String, value: Double?, low: Double, high: Double, unit: String, coverage: Double, source: String,
        year: Int
    ) {
        self.name = name
        self.value = value
        self.low = low
        self.high = high
        self.unit = unit
        self.coverage = coverage
        self.source = source
        self.year = year
    }
}
