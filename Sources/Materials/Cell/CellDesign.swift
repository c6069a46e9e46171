/// What is chosen of a cell; the rest follows from its materials.
public struct CellDesign: Sendable, Hashable {
    /// Thickness of the candidate's coating on one side of its collector, m. The other electrode's follows.
    public var thickness: Double
    /// Of the candidate's electrode, as made.
    public var porosity: Double
    /// Of the other electrode.
    public var counterPorosity: Double
    /// Usable areal capacity of the negative electrode over that of the positive one.
    public var negativeToPositive: Double
    /// Ionic conductivity in S/m of a solid electrolyte instead of the liquid; nil: the liquid.
    public var solidConductivity: Double?
    /// The solid electrolyte's formula; nil: a sulfide.
    public var solidElectrolyte: String?
    /// How its conductivity came about, such as `predicted (a model)`.
    public var solidSource: String?

    /// 70 µm with 30 % pores against 30 % pores, N/P 1.1.
    public init(
        thickness: Double = 7e-5, porosity: Double = 0.3, counterPorosity: Double = 0.3,
        negativeToPositive: Double = 1.1,
        solidConductivity: Double? = nil, solidElectrolyte: String? = nil, solidSource: String? = nil
    ) {
        self.thickness = thickness
        self.porosity = porosity
        self.counterPorosity = counterPorosity
        self.negativeToPositive = negativeToPositive
        self.solidConductivity = solidConductivity
        self.solidElectrolyte = solidElectrolyte
        self.solidSource = solidSource
    }

    /// Throws ``MaterialError`` of kind `usage` for what cannot be coated.
    func check() throws {
        for (name, value, range, unit) in [
            ("thickness", thickness * 1e6, 5.0...500, " um"), ("porosity", porosity, 0.1...0.8, ""),
            ("counter porosity", counterPorosity, 0.1...0.8, ""),
            ("negative to positive", negativeToPositive, 0.8...3, ""),
        ] where !range.contains(value) {
            throw MaterialError(
                .usage, place: "design", problem: "\(name) of \(value)\(unit)",
                remedy: "\(range.lowerBound) to \(range.upperBound)\(unit) is possible")
        }
    }
}

/// A mass of one material in the cell.
public struct CellPart: Sendable, Hashable {
    /// What it does, as `BillOfMaterials.Component` names it.
    public var component: String
    /// A formula or a trade name.
    public var material: String
    /// kg in the whole cell.
    public var mass: Double
}

/// A layer of active material as it is coated.
struct Coating: Sendable {
    var model: ElectrodeModel
    /// m.
    var thickness: Double
    var porosity: Double
    /// Volume fractions.
    var active: Double
    var carbon: Double
    var binder: Double
    /// Of the usable capacity, at SOC 0 and 1.
    var discharged: Double
    var charged: Double

    /// A·h/m² between empty and full.
    var arealCapacity: Double { model.usableCapacity * active * thickness }
    /// V at SOC 0 and 1.
    var ends: (discharged: Double, charged: Double) {
        (model.potential(filled: discharged), model.potential(filled: charged))
    }
}

/// A cell with its layers, masses and windows: what a cell file is written from.
public struct DesignedCell: Sendable {
    /// What was chosen.
    public var design: CellDesign
    /// The candidate's side.
    public var role: ElectrodeRole
    var positive: Coating
    var negative: Coating
    /// The ion.
    public var ion: Element
    /// A·h/m² of one electrode pair.
    public var arealCapacity: Double
    /// m² of one electrode pair.
    public var area: Double
    /// Electrode pairs.
    public var pairs: Int
    /// A·h of the whole cell.
    public var capacity: Double
    /// V.
    public var lowerCutOff: Double
    /// V.
    public var upperCutOff: Double
    /// kg of the whole cell.
    public var mass: Double
    /// m³ of the whole cell, pouch and seals included.
    public var volume: Double
    /// m².
    public var surface: Double
    /// What it is made of.
    public var parts: [CellPart]
    /// Thicknesses in m and porosity of the separator.
    var separatorThickness: Double
    var separatorPorosity: Double
    /// ohm.
    var contactResistance: Double

    /// Coating on one side, m.
    public var positiveThickness: Double { positive.thickness }
    /// Coating on one side, m.
    public var negativeThickness: Double { negative.thickness }

    /// W·h of the whole cell at rest from full to empty: the integral of its open-circuit voltage.
    public var restEnergy: Double {
        let steps = 200
        var sum = 0.0
        for k in 0...steps {
            let soc = Double(k) / Double(steps)
            let weight = k == 0 || k == steps ? 0.5 : 1
            sum += weight * restVoltage(soc)
        }
        return sum / Double(steps) * capacity
    }

    /// V at rest.
    public func restVoltage(_ stateOfCharge: Double) -> Double {
        func potential(_ coating: Coating) -> Double {
            coating.model.potential(
                filled: coating.discharged + stateOfCharge * (coating.charged - coating.discharged))
        }
        return potential(positive) - potential(negative)
    }
}
