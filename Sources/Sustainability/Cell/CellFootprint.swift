/// Sustainability of a cell: what its materials and its making cost per kWh that it stores, and per kWh that it delivers
/// over its life. `CellFootprintModel` computes it from a ``BillOfMaterials``.
public struct CellFootprint: Sendable {
    /// One part of a sum.
    public struct Contribution: Sendable, Hashable {
        /// The component, or `cell manufacturing`.
        public var part: String
        /// Its material; empty for manufacturing.
        public var material: String
        /// kg CO2e per kWh of cell.
        public var carbon: CellIndicator
    }

    /// Per kWh that the fresh cell stores: `cobalt`, `carbon_footprint`, `carbon_footprint_materials`,
    /// `carbon_footprint_manufacturing`, `energy_demand`, `critical_materials`, `conflict_minerals`, `supply_risk`,
    /// `scarcest_element_abundance`, `toxicity`, `element_price`.
    public var perKWhOfCell: [CellIndicator]
    /// The same per kWh delivered over the cell's life; empty where the bill does not tell the delivered energy.
    public var perKWhDelivered: [CellIndicator]
    /// What recycling by today's processes may save per kWh of cell, kg CO2e; apart from, and not subtracted in, the others.
    public var recyclingCredit: CellIndicator
    /// Carbon by component, the largest first.
    public var contributions: [Contribution]
    /// The electricity that the cell was made with, g CO2e/kWh.
    public var grid: Double

    /// The indicator of that name per kWh of cell.
    public func ofCell(_ name: String) -> CellIndicator? { perKWhOfCell.first { $0.name == name } }
    /// The indicator of that name per kWh delivered.
    public func delivered(_ name: String) -> CellIndicator? { perKWhDelivered.first { $0.name == name } }
}
