public import Materials
internal import Electrochemistry

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
    /// Coatings in m: the positive electrodes of the commercial cells among the shipped ones have 50 to 80 µm (Kim 2011;
    /// Ecker 2015; Chen 2020; Prada 2013); thinner ones are for power.
    static let thicknesses = 2e-5...7e-5
    /// The thickest negative electrode, m: up to 85 µm in these cells.
    static let thickestNegative = 9e-5
    /// Half of the shipped positive electrodes have no more than 0.32 (Chen 2020: 0.335; Ai 2020: 0.32), none has more
    /// than 0.43.
    static let porosities = 0.32...0.43
    /// Rates in 1/h that are tried in turn: some candidates deliver the fraction at none of the faster ones.
    static let rates = [1, 0.5, 0.2, 0.1]

    /// A design, and what it delivers.
    public struct Found: Sendable, Hashable {
        /// The design.
        public var design: CellDesign
        /// The rate in 1/h at which it delivers the fraction; nil where it does at none of 1C, C/2, C/5 and C/10.
        public var rate: Double?
    }

    /// 80 % at 1C.
    public init(objective: Objective = .specificEnergy, rateFraction: Double = 0.8) {
        self.objective = objective
        self.rateFraction = rateFraction
    }

    /// The best design at a candidate's best estimates: for each porosity the thickest coating that still delivers the
    /// fraction at 1C (by bisection, as the fraction falls with thickness), the porosity by golden section. Where no
    /// coating does, the fraction is asked for at C/2, C/5 or C/10.
    ///
    /// - Parameters:
    ///   - designer: makes cells of the two electrodes.
    ///   - start: the design the search begins with.
    ///   - thickness: of the candidate's coating; nil: it is chosen.
    ///   - porosity: of the candidate's coating; nil: it is chosen.
    ///
    /// Throws `MaterialError`.
    public func best(
        _ designer: CellDesigner, from start: CellDesign, thickness: Double?, porosity: Double?
    ) throws -> Found {
        for rate in Self.rates {
            if let design = try best(designer, from: start, thickness: thickness, porosity: porosity, rate: rate) {
                return Found(design: design, rate: rate)
            }
        }
        var design = start
        design.thickness = thickness ?? Self.thicknesses.lowerBound
        design.porosity = porosity ?? Self.porosities.upperBound
        return Found(design: design, rate: nil)
    }

    /// Nil where no design delivers the fraction at the rate.
    private func best(
        _ designer: CellDesigner, from start: CellDesign, thickness: Double?, porosity: Double?, rate: Double
    ) throws -> CellDesign? {
        func value(_ design: CellDesign) throws -> Double {
            let cell = try designer.cell(designer.candidate.central, design: design)
            return cell.restEnergy / (objective == .specificEnergy ? cell.mass : cell.volume)
        }
        func meets(_ design: CellDesign) throws -> Bool {
            try Self.fraction(designer, design, rate: rate) >= rateFraction
        }
        func thickest(_ pores: Double) throws -> CellDesign? {
            var design = start
            design.porosity = pores
            if let thickness {
                design.thickness = thickness
                return try meets(design) ? design : nil
            }
            design.thickness = Self.thicknesses.upperBound
            design.thickness = try Self.within(designer, design)
            if try meets(design) { return design }
            var (low, high) = (min(Self.thicknesses.lowerBound, design.thickness), design.thickness)
            design.thickness = low
            guard try meets(design) else { return nil }
            while high - low > 1e-6 {
                design.thickness = 0.5 * (low + high)
                if try meets(design) { low = design.thickness } else { high = design.thickness }
            }
            design.thickness = low
            return design
        }
        if let porosity { return try thickest(porosity) }
        // A porosity with which nothing delivers the fraction is worth nothing.
        func merit(_ pores: Double) throws -> (design: CellDesign?, value: Double) {
            let design = try thickest(pores)
            return (design, try design.map(value) ?? 0)
        }
        let golden = (5.0.squareRoot() - 1) / 2
        var (low, high) = (Self.porosities.lowerBound, Self.porosities.upperBound)
        let ends = [try merit(low), try merit(high)]
        var inner = (low: high - golden * (high - low), high: low + golden * (high - low))
        var merits = (low: try merit(inner.low), high: try merit(inner.high))
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
        return (ends + [merits.low, merits.high]).max { $0.value < $1.value }?.design
    }

    /// The candidate's thickness at which neither coating is thicker than usual ones.
    private static func within(_ designer: CellDesigner, _ design: CellDesign) throws -> Double {
        let cell = try designer.cell(designer.candidate.central, design: design)
        let shares = [thicknesses.upperBound / cell.positiveThickness, thickestNegative / cell.negativeThickness, 1]
        return design.thickness * (shares.min() ?? 1)
    }

    /// Capacity at a rate over the designed one; 0 where the model finds no solution.
    private static func fraction(_ designer: CellDesigner, _ design: CellDesign, rate: Double) throws -> Double {
        let values = designer.candidate.central
        let designed = try designer.cell(values, design: design)
        let cell = try designer.resolved(designed, values: values, name: designer.candidate.formula.text)
        do {
            let simulation = try Simulation(cell: cell, options: CellFigures.options)
            return try CellFigures.discharge(simulation, rate: rate).capacity / designed.capacity
        } catch let error as SimulationError where error.kind == .computation {
            return 0
        }
    }
}
