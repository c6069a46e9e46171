extension Cell {
    /// Whether an open-circuit potential has branches for lithiation and delithiation.
    public var hasHysteresis: Bool {
        [negative, positive].contains { $0?.materials.contains(where: \.hasHysteresis) == true }
    }

    /// The cell with the single curve `OCP [V]` of each material.
    public var ignoringHysteresis: Cell {
        var cell = self
        for index in negative?.materials.indices ?? 0..<0 { cell.negative?.materials[index].hasHysteresis = false }
        for index in positive?.materials.indices ?? 0..<0 { cell.positive?.materials[index].hasHysteresis = false }
        return cell
    }
}
