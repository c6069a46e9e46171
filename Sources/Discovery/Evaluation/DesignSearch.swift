public import Materials
import Electrochemistry

/// Finds the electrode that makes most of a candidate.
public struct DesignSearch: Sendable {
    /// What is made as large as possible.
    public enum Objective: String, CaseIterable, Sendable {
        /// W·h per kg of cell.
        case specificEnergy = "specific-energy"
        /// W·h per litre of cell.
        case energyDensity = "energy-density"
    }

    /// What is made as large as possible.
    public var objective: Objective
    /// Capacity at 1C over that at rest must not be less.
    public var rateFraction: Double
    /// Coatings of usual cells, m: assumed.
    static let thicknesses = 2e-5...1.0e-4
    /// Of usual electrodes: below 0.25 calendering breaks particles; assumed.
    static let porosities = 0.25...0.45

    /// 80 % at 1C.
    public init(objective: Objective = .specificEnergy, rateFraction: Double = 0.8) {
        self.objective = objective
        self.rateFraction = rateFraction
    }

    /// The best design at a candidate's best estimates: for each porosity the thickest coating that still delivers the
    /// fraction at 1C (by bisection, as the fraction falls with thickness), the porosity by golden section.
    ///
    /// - Parameters:
    ///   - thickness: nil: it is chosen.
    ///   - porosity: nil: it is chosen.
    /// - Returns: the design, and whether it delivers the fraction; where nothing does, the thinnest coating.
    public func best(
        _ designer: CellDesigner, from start: CellDesign, thickness: Double?, porosity: Double?
    ) throws -> (design: CellDesign, meetsRate: Bool) {
        func value(_ design: CellDesign) throws -> Double {
            let cell = try designer.cell(designer.candidate.central, design: design)
            return cell.restEnergy / (objective == .specificEnergy ? cell.mass : cell.volume)
        }
        func meets(_ design: CellDesign) throws -> Bool {
            try Self.rateFraction(designer, design) >= rateFraction
        }
        func thickest(_ pores: Double) throws -> (design: CellDesign, meetsRate: Bool) {
            var design = start
            design.porosity = pores
            if let thickness {
                design.thickness = thickness
                return (design, try meets(design))
            }
            design.thickness = Self.thicknesses.upperBound
            if try meets(design) { return (design, true) }
            design.thickness = Self.thicknesses.lowerBound
            guard try meets(design) else { return (design, false) }
            var (low, high) = (Self.thicknesses.lowerBound, Self.thicknesses.upperBound)
            while high - low > 1e-6 {
                design.thickness = 0.5 * (low + high)
                if try meets(design) { low = design.thickness } else { high = design.thickness }
            }
            design.thickness = low
            return (design, true)
        }
        if let porosity { return try thickest(porosity) }
        // Designs that miss the rate are worth less than any that do not.
        func merit(_ pores: Double) throws -> (found: (design: CellDesign, meetsRate: Bool), value: Double) {
            let found = try thickest(pores)
            return (found, try value(found.design) - (found.meetsRate ? 0 : 1e6))
        }
        let golden = (5.0.squareRoot() - 1) / 2
        var (low, high) = (Self.porosities.lowerBound, Self.porosities.upperBound)
        var inner = (low: high - golden * (high - low), high: low + golden * (high - low))
        var merits = (low: try merit(inner.low), high: try merit(inner.high))
        let ends = [try merit(low), try merit(high)]
        while high - low > 0.01 {
            if merits.low.value >= merits.high.value {
                high = inner.high
                inner = (high - golden * (high - low), inner.low)
                merits = (try merit(inner.low), merits.low)
            } else {
                low = inner.low
                inner = (inner.high, low + golden * (high - low))
                merits = (merits.high, try merit(inner.high))
            }
        }
        let all = ends + [merits.low, merits.high]
        return all.max { $0.value < $1.value }?.found ?? merits.low.found
    }

    /// Capacity at 1C over the designed one; 0 where the model finds no solution.
    private static func rateFraction(_ designer: CellDesigner, _ design: CellDesign) throws -> Double {
        let values = designer.candidate.central
        let designed = try designer.cell(values, design: design)
        let cell = try designer.resolved(designed, values: values, name: designer.candidate.formula.text)
        do {
            let simulation = try Simulation(cell: cell, options: CellFigures.options)
            return try CellFigures.discharge(simulation, rate: 1).capacity / designed.capacity
        } catch let error as SimulationError where error.kind == .computation {
            return 0
        }
    }
}
