internal import Cells
internal import Materials
public import Sustainability

extension CandidateEvaluation {
    /// What its cell is made of and stores, for `CellFootprintModel`; `life` nil: what it delivers is not known.
    public func bill(life: LifeEstimate?) -> BillOfMaterials {
        let items = central.designed.parts.compactMap { part in
            BillOfMaterials.Component(rawValue: part.component).map {
                BillOfMaterials.Item($0, part.material, mass: part.mass)
            }
        }
        var energy = BillOfMaterials.Range.exactly(central.figures.energy)
        if let own = self["energy_Wh"] { energy = .init(value: own.value, low: own.low, high: own.high) }
        return BillOfMaterials(items: items, energy: energy, deliveredEnergy: life?.deliveredEnergy)
    }

    /// What a battery passport can tell of it.
    public func passport(bill: BillOfMaterials, footprint: CellFootprint, life: LifeEstimate?, test: LifeSimulation)
        -> BatteryPassport
    {
        func range(_ name: String) -> BillOfMaterials.Range? {
            self[name].map { .init(value: $0.value, low: $0.low, high: $0.high) }
        }
        let cell = central.cell
        let chemistry: String
        switch candidate.role {
        case .positive: chemistry = "\(candidate.formula.resolved) | \(designer.counter.name)"
        case .negative: chemistry = "\(designer.counter.name) | \(candidate.formula.resolved)"
        }
        var performance = BatteryPassport.Performance(
            ratedCapacity: range("capacity_Ah") ?? .exactly(central.figures.capacity),
            voltage: (cell.lowerCutOff, central.figures.meanVoltage, cell.upperCutOff), lifeTest: test.test,
            lifeTestRate: test.dischargeRate)
        performance.roundTripEfficiency = range("energy_efficiency")
        performance.specificEnergy = range("specific_energy_Wh_kg")
        performance.cycles = life?.cycles
        return BatteryPassport(
            name: "\(candidate.formula.text) against \(designer.counter.name)", chemistry: chemistry, bill: bill,
            footprint: footprint, performance: performance)
    }
}
