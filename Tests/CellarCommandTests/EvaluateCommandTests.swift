import Foundation
import Testing

@Suite(.enabled(if: Command.path != nil, "the command is not built"))
struct EvaluateCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }

    /// A layered oxide, a polyanion, a spinel, a sodium cathode and silicon: the file of each runs.
    @Test(arguments: [
        ("LiNi0.5Mn0.5O2", "LiNi0.5Mn0.5O2-graphite"), ("LiFe0.5Mn0.5PO4", "LiFe0.5Mn0.5PO4-graphite"),
        ("LMO", "LMO-graphite"), ("Na3V2(PO4)3", "Na3V2(PO4)3-hard_carbon"), ("Si", "Si-NMC811"),
    ])
    func theCellFileRuns(_ formula: String, _ stem: String) throws {
        let result = try run([
            "evaluate", formula, "--samples", "2", "--thickness", "40", "--porosity", "0.35", "--out", "cells",
            "--json",
        ])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let document = try result.json()
        for key in ["formula", "ion", "role", "properties", "cell", "cell_performance", "life", "sustainability"] {
            #expect(document[key] != nil, "\(key)")
        }
        #expect(document["cell"] as? String == "cells/\(stem).json")
        let properties = try #require(document["properties"] as? [String: [String: Any]])
        for (name, property) in properties {
            for key in ["value", "low", "high", "unit", "source", "in_domain", "reference"] {
                #expect(property[key] != nil, "\(name): \(key)")
            }
        }
        let performance = try #require(document["cell_performance"] as? [String: [String: Any]])
        for key in ["specific_energy_Wh_kg", "energy_density_Wh_L", "capacity_1C_fraction", "mean_voltage_V"] {
            let figure = try #require(performance[key])
            let (value, low, high) = (figure["value"] as? Double, figure["low"] as? Double, figure["high"] as? Double)
            #expect(try #require(low) <= #require(value) && #require(value) <= #require(high))
            #expect(figure["unit"] is String)
        }
        let simulated = try run([
            "simulate", "cells/\(stem).json", "--protocol", "Discharge at C/20", "--mesh", "fast", "--json",
        ])
        #expect(simulated.status == 0, "\(simulated.errors)")
        let capacity = try #require(try simulated.json()["discharge_capacity_Ah"] as? Double)
        let told = try #require(performance["capacity_Ah"]?["value"] as? Double)
        #expect(abs(capacity / told - 1) < 0.005)
        // Whatever varies between the samples stands in their table.
        let table = try String(contentsOfFile: "\(folder.path)/cells/\(stem).samples.csv", encoding: .utf8)
        let lines = table.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(lines.count == 3 && lines.allSatisfy { $0.count == lines[0].count })
        #expect(Set(lines[0]).count == lines[0].count)
        let counter = lines[0].indices.filter { lines[0][$0].hasPrefix("counter_") }
        #expect(counter.contains { lines[0][$0].contains("density_kg_m3") && lines[1][$0] != lines[2][$0] })
        let described = try run(["cells", "cells/\(stem).json"])
        #expect(described.status == 0 && described.output.contains("n rho / M"))
        #expect(described.output.contains("class prior"))
    }

    @Test func mistakesAreOneLine() throws {
        try "{}".write(toFile: "\(folder.path)/other.json", atomically: true, encoding: .utf8)
        for (arguments, status) in [
            (["Fe2O3"], 65), (["C6H4O2"], 65), (["S"], 65), (["Al2O3"], 65), (["LiLx"], 65), (["K2Fe2(CN)6"], 65),
            (["LFP", "--counter", "Li"], 64), (["LFP", "--counter", "hard carbon"], 64), (["LFP", "--x", "0.5"], 64),
            (["LCO", "--x", "0.4:1.2"], 64), (["LFP", "--life", "long"], 64),
            (["LFP", "--life", "surrogate", "--cycles", "100"], 64),
            (["LFP", "--life", "surrogate", "--surrogate", "nothing.json"], 66),
            (["LFP", "--life", "surrogate", "--surrogate", "other.json"], 65),
            (["LFP", "--life", "surrogate", "--solid-conductivity", "1"], 64),
            (["LFP", "--life", "simulate", "--check-lives", "3"], 64), (["LFP", "--surrogate", "other.json"], 64),
            (["LFP", "--role", "middle"], 64), (["LFP", "--ion", "Fe"], 64), (["LFP", "--samples", "-1"], 64),
            (["LFP", "--porosity", "0.95"], 64), (["LFP", "--grid", "-5"], 64),
            (["LFP", "--samples", "0", "--out", "no/such/folder"], 73), ([], 64),
        ] {
            let result = try run(["evaluate"] + arguments)
            #expect(result.status == status, "\(arguments): \(result.status) \(result.errors)")
            #expect(result.errorLines.count == 1 && result.errors.hasPrefix("cellar: error: "), "\(result.errors)")
            #expect(result.output.isEmpty)
        }
    }

    @Test func livesAreSimulatedAndSayWhatLimitsThem() throws {
        let result = try run([
            "evaluate", "NMC622", "--samples", "2", "--life", "simulate", "--cycles", "20", "--thickness", "50",
            "--porosity", "0.35", "--passport", "passport.json", "--json",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let life = try #require(try result.json()["life"] as? [String: Any])
        let (low, value, high) = (
            life["low"] as? Double, life["cycles_to_80_percent"] as? Double, life["high"] as? Double
        )
        #expect(try #require(low) <= #require(value) && #require(value) <= #require(high))
        #expect((life["statement"] as? String)?.isEmpty == false && life["extrapolated_fraction"] is Double)
        let told = try #require(try result.json()["sustainability"] as? [String: Any])
        #expect(told["per_kWh_of_cell"] != nil && told["per_kWh_delivered"] != nil)
        let passport = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/passport.json"))
        #expect(try JSONSerialization.jsonObject(with: passport) is [String: Any])
    }

    /// The surrogate's answer comes with its error against full simulation.
    @Test func theSurrogateTellsItsError() throws {
        let result = try run([
            "evaluate", "LiNi0.7Mn0.2Co0.1O2", "--samples", "2", "--life", "surrogate", "--check-lives", "2",
            "--thickness", "60", "--porosity", "0.35", "--json",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let life = try #require(try result.json()["life"] as? [String: Any])
        let surrogate = try #require(life["surrogate"] as? [String: Any])
        let error = try #require(surrogate["error"] as? [String: Any])
        for key in ["rms_log_life", "rms_log_life_of_the_mean", "rms_log_median_life", "coverage"] {
            #expect(error[key] is Double, "\(key)")
        }
        #expect((surrogate["check"] as? [String: Any])?["cells"] as? Int == 2)
        #expect((surrogate["outside"] as? Double).map { $0 <= 0.5 } == true)
        #expect(life["candidate_share"] is NSNull)
        let delivered = try #require(life["delivered_energy_Wh"] as? [String: Any])
        #expect(try #require(delivered["low"] as? Double) > 0)
    }
}
