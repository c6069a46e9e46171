import Discovery
import Materials
import Sustainability

/// Cathodes without cobalt beside one with it, as cells and over their life: a table with a row per cathode.
///
/// `cobalt-free [SAMPLES]`; 4 sampled cells each by default, with 60 cycles of ageing, and lives beyond them extrapolated.
/// Ageing parameters are class priors: rows are to be compared, not believed to the cycle.
@main
struct CobaltFree {
    static let cathodes = ["NMC622", "LiFePO4", "LiMn0.6Fe0.4PO4", "LiMn2O4", "LiNi0.5Mn1.5O4", "Na3V2(PO4)3"]

    static func main() throws {
        let evaluator = try CandidateEvaluator()
        let footprints = try CellFootprintModel()
        var options = EvaluationOptions()
        options.samples = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 4
        var test = LifeSimulation()
        test.cycles = 60
        print("cathode,counter,Wh/kg,cycles to 80 %,low,high,cobalt g/kWh,kg CO2e/kWh,g CO2e/kWh delivered,limited by")
        for name in cathodes {
            let evaluation = try evaluator.evaluate(name, options)
            let life = try evaluation.life(test, seed: options.seed).estimate
            let footprint = try footprints.footprint(evaluation.bill(life: life))
            func figure(_ indicator: CellIndicator?) -> String { indicator?.value.map { "\(Float($0))" } ?? "unknown" }
            var row = [name, evaluation.designer.counter.name, "\(Float(evaluation.central.figures.specificEnergy))"]
            row += [life?.cycles.value, life?.cycles.low, life?.cycles.high].map {
                $0.map { "\(Int($0))" } ?? "unknown"
            }
            row.append(figure(footprint.ofCell("cobalt")))
            row.append(figure(footprint.ofCell("carbon_footprint")))
            let delivered = footprint.delivered("carbon_footprint")?.value.map { "\(Float(1000 * $0))" } ?? "unknown"
            row += [delivered, life?.limiting?.rawValue ?? "nothing"]
            print(row.joined(separator: ","))
        }
    }
}
