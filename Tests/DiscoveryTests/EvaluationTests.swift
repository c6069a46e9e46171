import Cells
import Electrochemistry
import Materials
import Testing

@testable import Discovery

@Suite struct EvaluationTests {
    private let evaluator: CandidateEvaluator
    private let tables: ElectrodeTables

    init() throws {
        evaluator = try CandidateEvaluator()
        tables = try .shipped()
    }

    /// Voltage and specific energy of cells as they are sold or published.
    ///
    /// Lithium cells: Battery University BU-205 (2021), and above its figures what Frith, Lacey and Ulissi, Nat. Commun.
    /// 14 (2023) 420, have for cells of today; titanate: Toshiba SCiB, 96 Wh/kg at 2.3 to 2.4 V; sodium: Rudola et al.,
    /// J. Mater. Chem. A 9 (2021) 8279, and Tiamat's NVPF cells of 75 to 120 Wh/kg. Manganese spinel and titanate are sold
    /// as power cells, with coatings of about 40 um: so they are designed here.
    @Test(
        arguments: [
            ("LFP", nil, false, 3.2...3.35, 90.0...205.0), ("LCO", nil, false, 3.6...3.9, 150...260),
            ("NMC111", nil, false, 3.6...3.75, 150...230), ("NMC622", nil, false, 3.6...3.75, 150...260),
            ("NMC811", nil, false, 3.55...3.75, 200...300), ("LMO", nil, true, 3.7...4.0, 100...160),
            ("LTO", "LMO", true, 2.3...2.6, 50...110), ("NVP", nil, false, 2.9...3.3, 75...160),
            ("NVPF", nil, false, 3.4...3.8, 75...160),
        ] as [(String, String?, Bool, ClosedRange<Double>, ClosedRange<Double>)])
    func knownCellsLieWhereTheyArePublished(
        _ name: String, _ counter: String?, _ isForPower: Bool, _ voltage: ClosedRange<Double>,
        _ energy: ClosedRange<Double>
    ) throws {
        var options = EvaluationOptions()
        options.samples = 0
        options.counter = counter
        if isForPower { (options.thickness, options.porosity) = (4e-5, 0.4) }
        let figures = try evaluator.evaluate(name, options).central.figures
        #expect(voltage.contains(figures.meanVoltage), "\(name): \(figures.meanVoltage) V")
        #expect(energy.contains(figures.specificEnergy), "\(name): \(figures.specificEnergy) Wh/kg")
        #expect(figures.fractions.allSatisfy { $0 > 0.02 && $0 <= 1.001 })
        #expect(zip(figures.fractions, figures.fractions.dropFirst()).allSatisfy { $0 >= $1 - 1e-6 })
        #expect(figures.energyEfficiency > 0.8 && figures.energyEfficiency < 1)
    }

    /// Twenty materials as the models see them: what the voltage is off by, the cell is off by.
    @Test func aShiftedVoltageShiftsTheCellByAsMuch() throws {
        let positive = try KnownMaterials.shipped().materials.filter {
            $0.isPositive && [.lithium, .sodium].contains($0.reaction.ion)
        }
        #expect(positive.count >= 20)
        for material in positive.prefix(20) {
            let candidate = try evaluator.candidate(
                material.formula, ion: material.reaction.ion, role: .positive, predictOnly: true
            ).candidate
            let counter = try evaluator.counter(nil, for: candidate)
            func meanVoltage(_ shift: Double) throws -> Double {
                var values = candidate.central
                values[.averageVoltage] += shift
                let designer = try CellDesigner(candidate, counter: counter, tables: tables)
                let designed = try designer.cell(values, design: CellDesign(thickness: 5e-5, porosity: 0.35))
                let cell = try designer.resolved(designed, values: values, name: material.name)
                let simulation = try Simulation(cell: cell, options: CellFigures.options)
                let slow = try CellFigures.discharge(simulation, rate: 0.05)
                return slow.energy / slow.capacity
            }
            let voltages = (try meanVoltage(0), try meanVoltage(0.25))
            #expect(abs(voltages.1 - voltages.0 - 0.25) < 0.005, "\(material.name): \(voltages)")
        }
    }

    @Test func samplesAreTheSameForTheSameSeedAndCarryTheRanges() throws {
        var options = EvaluationOptions()
        options.samples = 8
        (options.thickness, options.porosity) = (5e-5, 0.35)
        let first = try evaluator.evaluate("LiFe0.5Mn0.5PO4", options)
        let again = try evaluator.evaluate("LiFe0.5Mn0.5PO4", options)
        #expect(first.figures == again.figures && first.samples.count + first.failures.count == 8)
        options.seed = 2
        #expect(try evaluator.evaluate("LiFe0.5Mn0.5PO4", options).figures != first.figures)
        for figure in first.figures { #expect(figure.low <= figure.value && figure.value <= figure.high, "\(figure)") }
        let energy = try #require(first["specific_energy_Wh_kg"])
        #expect(energy.high > 1.05 * energy.low)
        // Of a material that is measured less is unknown.
        let known = try #require(try evaluator.evaluate("LFP", options)["specific_energy_Wh_kg"])
        #expect(known.high - known.low < energy.high - energy.low)
    }

    @Test func theSamplesFillEverySlice() {
        let points = LatinHypercube.quantiles(count: 20, dimensions: 3, seed: 7)
        for dimension in 0..<3 {
            #expect(Set(points.map { Int(20 * $0[dimension]) }) == Set(0..<20))
        }
        #expect(abs(LatinHypercube.normalQuantile(0.95) - 1.6448536269514722) < 1e-9)
        #expect(abs(LatinHypercube.normalQuantile(0.5)) < 1e-9)
    }

    /// A thicker coating holds more per kg and delivers less of it at speed.
    @Test func theSearchMeetsItsRate() throws {
        let candidate = try evaluator.candidate("NMC622", ion: nil, role: nil).candidate
        let designer = try CellDesigner(candidate, counter: try evaluator.counter(nil, for: candidate), tables: tables)
        var found: [DesignSearch.Found] = []
        for fraction in [0.8, 0.97] {
            let search = DesignSearch(rateFraction: fraction)
            found.append(try search.best(designer, from: CellDesign(), thickness: nil, porosity: nil))
        }
        #expect(found.allSatisfy { $0.rate == 1 })
        #expect(found[0].design.thickness >= found[1].design.thickness)
        func energy(_ design: CellDesign) throws -> Double {
            let cell = try designer.cell(candidate.central, design: design)
            return cell.restEnergy / cell.mass
        }
        #expect(try energy(found[0].design) >= energy(found[1].design))
        // Nothing on a grid about it is better.
        for porosity in [0.33, 0.36, 0.4] {
            let other = CellDesign(thickness: 6e-5, porosity: porosity)
            #expect(try energy(found[0].design) >= energy(other))
        }
    }

    @Test func solidElectrolytesReplaceTheLiquid() throws {
        var options = EvaluationOptions()
        options.samples = 0
        (options.thickness, options.porosity) = (5e-5, 0.35)
        var fractions: [Double] = []
        for conductivity in [0.01, 0.1, 1] {
            options.solidConductivity = conductivity
            let evaluation = try evaluator.evaluate("NMC622", options)
            fractions.append(evaluation.central.figures.fractions[2])
            #expect(evaluation.central.designed.parts.contains { $0.component == "solid electrolyte" })
            #expect(!evaluation.central.designed.parts.contains { $0.component == "electrolyte solvent" })
        }
        // A better conductor never delivers less.
        #expect(fractions[0] <= fractions[1] && fractions[1] <= fractions[2])
        #expect(fractions[2] > 0.8)
    }

    /// A named electrolyte's predicted conductivity stands in the cell, and varies over the samples.
    @Test func aNamedSolidElectrolyteIsPredictedAndVaried() throws {
        var options = EvaluationOptions()
        options.samples = 4
        (options.thickness, options.porosity) = (3e-5, 0.4)
        options.solidElectrolyte = "Li6PS5Cl"
        options.predictOnly = true
        let evaluation = try evaluator.evaluate("NMC622", options)
        let conductivity = try #require(evaluation.electrolyte).conductivity
        #expect(evaluation.design.solidConductivity == conductivity.value)
        #expect(evaluation.central.designed.parts.contains { $0.material == "Li6PS5Cl" })
        let varied = evaluation.samples.compactMap(\.designed.design.solidConductivity)
        #expect(varied.count + evaluation.failures.count == 4 && Set(varied).count == varied.count)
        #expect(evaluation.file.json().contains("Li6PS5Cl, its conductivity predicted"))
        #expect(Set(evaluation.samples.compactMap { $0.counter.first?.value }).count > 1)
        // A measured one is told as such, and varies less.
        options.predictOnly = false
        options.samples = 0
        let known = try #require(try evaluator.evaluate("NMC622", options).electrolyte).conductivity
        #expect(known.origin == .known && known.source.contains("Kraft"))
        #expect(known.high / known.low < conductivity.high / conductivity.low)
        options.solidElectrolyte = "Na3PS4"
        #expect(throws: MaterialError.self) { try evaluator.evaluate("NMC622", options) }
    }

    @Test func pairsThatMakeNoCellAreRefused() throws {
        var options = EvaluationOptions()
        options.samples = 0
        for (name, counter) in [
            ("LFP", "Li"), ("LFP", "hard carbon"), ("LTO", "graphite"), ("NVP", "graphite"), ("LFP", "Xx"),
        ] {
            options.counter = counter
            #expect(throws: MaterialError.self, "\(name) against \(counter)") { try evaluator.evaluate(name, options) }
        }
        options.counter = nil
        for name in ["K2Fe2(CN)6", "MgMn2O4"] {
            #expect(throws: MaterialError.self) { try evaluator.evaluate(name, options) }
        }
    }
}
