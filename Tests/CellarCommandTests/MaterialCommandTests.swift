import Foundation
import Testing

@Suite(.enabled(if: Command.path != nil, "the command is not built"))
struct MaterialCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }

    @Test func scoreKeepsItsContract() throws {
        let result = try run(["score", "LiCoO2", "LFP", "NaFePO4", "--json"])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let list = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(list.count == 3)
        for key in [
            "formula", "molar_mass_g_mol", "mass_fractions", "cobalt_mass_fraction", "cobalt_g_per_kWh",
            "limiting_element",
            "crustal_abundance_ppm", "score", "score_low", "score_high", "indicators", "flags",
        ] { #expect(list[0][key] != nil, "\(key)") }
        #expect(abs((list[0]["cobalt_mass_fraction"] as? Double ?? 0) - 0.60213) < 1e-4)
        #expect(list[1]["cobalt_g_per_kWh"] as? Double == 0)
        #expect(abs((list[0]["cobalt_g_per_kWh"] as? Double ?? 0) - 563.8) < 2)
        #expect(list[1]["limiting_element"] as? String == "Li" && list[2]["limiting_element"] as? String == "P")
        let indicators = try #require(list[0]["indicators"] as? [[String: Any]])
        for indicator in indicators {
            for key in ["name", "value", "unit", "score", "coverage", "source", "year"] {
                #expect(indicator[key] != nil)
            }
            #expect(!(indicator["source"] as? String ?? "").isEmpty)
        }
    }

    @Test func badFormulasAreToldOneByOneAndOthersScored() throws {
        _ = try folder.file("t.csv", "name,formula\na,LiFePO4\nb,LiXx2\nc,\nd,LiCoO2\n")
        let result = try run(["score", "t.csv", "--csv"])
        #expect(result.status == 65)
        #expect(result.errorLines.count == 2 && result.errors.contains("t.csv: line 3: LiXx2: unknown element 'Xx'"))
        #expect(result.output.split(separator: "\n").count == 3)
        for (arguments, status) in [
            (["score"], 64), (["score", "LiFePO4", "--weights", "carbon=1"], 64),
            (["score", "LiFePO4", "--weights", "only"], 64),
            (["score", "LiFePO4", "--max-cobalt", "2"], 64), (["score", "no.csv"], 66), (["score", "LiLx"], 65),
            (["score", "LiFePO4", "--out", "no/such/folder.csv"], 73), (["screen", "no.csv"], 66),
            (["screen", "t.csv", "--suggest", "0"], 64),
            (["screen", "t.csv", "--ion", "Fe"], 64),
            (["train", "property", "t.csv", "--target", "x", "--out", "m.json"], 65),
            (["bench", "materials", "--train", "nowhere", "--test", "nowhere"], 66),
            (["design", "LiFePO4"], 64), (["design", "LiFePO4", "--swap", "Fe=Xx"], 64),
            (["design", "FePO4", "--swap", "Fe=Mn"], 64), (["design", "LiFePO4", "--swap", "Fe=Mg"], 65),
            (["design", "LiFePO4", "--swap", "Fe=Mn", "--max-voltage", "nan"], 64),
            (["design", "LiFePO4", "--swap", "Fe=Mn", "--out", "no/such/folder.csv"], 73),
            (["evaluate", "LFP", "--electrolyte", "NaCl"], 64),
            (["evaluate", "LFP", "--electrolyte", "Li3PS4", "--solid-conductivity", "1"], 64),
        ] {
            let result = try run(arguments)
            #expect(result.status == Int32(status), "\(arguments) \(result.errors)")
            #expect(result.errorLines.count == 1, "\(arguments) \(result.errors)")
        }
    }

    @Test func designWritesWhatItTells() throws {
        let arguments = ["design", "LiFePO4", "--swap", "Fe=Fe,Mn,Mg", "--parts", "4", "--out", "front.csv", "--json"]
        let result = try run(arguments)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let front = try #require(document["front"] as? [[String: Any]])
        let lines = try String(contentsOfFile: "\(folder.path)/front.csv", encoding: .utf8).split(separator: "\n")
        #expect(!front.isEmpty && lines.count == front.count + 1)
        for (line, entry) in zip(lines.dropFirst(), front) {
            #expect(line.split(separator: ",").first.map(String.init) == entry["formula"] as? String)
        }
        let bounds = front.compactMap { $0["specific_energy_bound_Wh_kg"] as? Double }
        #expect(bounds == bounds.sorted(by: >) && bounds.count == front.count)
        #expect(try run(arguments).output == result.output)
    }

    @Test func screenAnswersForPairsAndFormulas() throws {
        _ = try folder.file(
            "pairs.csv",
            "id,formula_charge,formula_discharge,working_ion\n1,FePO4,LiFePO4,Li\n2,CoO2,LiCoO2,Li\n3,FePO4,LiMnPO4,Li\n4,MnO2,NaMnO2,Na\n"
        )
        let result = try run([
            "screen", "pairs.csv", "--out", "out.csv", "--predict-only", "--clusters", "2", "--suggest", "2",
        ])
        #expect(
            result.status == 65 && result.errorLines.count == 1 && result.errors.contains("line 4"), "\(result.errors)")
        let lines = try String(contentsOfFile: "\(folder.path)/out.csv", encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.count == 4)
        for name in [
            "average_voltage_V", "average_voltage_V_low", "average_voltage_V_high", "max_delta_volume_frac",
            "max_delta_volume_frac_low", "max_delta_volume_frac_high", "capacity_grav_mAh_g",
            "density_discharged_g_cm3", "in_domain",
            "nearest_known", "score", "cluster", "suggestion",
        ] { #expect(header.contains(name), "\(name)") }
        _ = try folder.file("formulas.csv", "formula\nLiFePO4\nLiCoO2\nNa3V2(PO4)3\n")
        let other = try run(["screen", "formulas.csv", "--json", "--max-cobalt", "0"])
        #expect(other.status == 0, "\(other.errors)")
        let list = try #require(JSONSerialization.jsonObject(with: Data(other.output.utf8)) as? [[String: Any]])
        #expect(list.map { $0["formula"] as? String } == ["LiFePO4", "Na3V2(PO4)3"])
        #expect((list[0]["voltage_source"] as? String)?.hasPrefix("known") == true)
    }
}
