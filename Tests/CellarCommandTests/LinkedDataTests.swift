import Foundation
import Testing

/// Metadata with the terms of BattINFO, and the nearest names of what was misspelt.
@Suite struct LinkedDataTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func document(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Terms that a document uses, whatever it is made of.
    private func types(_ value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(types) }
        guard let object = value as? [String: Any] else { return [] }
        let own = (object["@type"] as? [String]) ?? (object["@type"] as? String).map { [$0] } ?? []
        return own + object.filter { $0.key != "@context" }.values.flatMap(types)
    }

    @Test(arguments: ["lg-m50-chen2020", "lg-m50-composite", "naion-chayambuka2022", "a123-prada2013"])
    func cells(_ cell: String) throws {
        let run = try Command.run(["cells", cell, "--json-ld", "cell.jsonld"], in: folder.path)
        #expect(run.status == 0)
        let document = try document("cell.jsonld")
        let context = try #require(document["@context"] as? [String: Any])
        // Each term has its IRI, in a namespace that the context names.
        for type in types(document) {
            let iri = try #require(context[type] as? String, "\(type)")
            let prefix = try #require(iri.split(separator: ":").first.map(String.init))
            #expect((context[prefix] as? String)?.hasPrefix("https://w3id.org/emmo") == true)
        }
        let kind = cell.hasPrefix("naion") ? "SodiumBattery" : "LithiumIonBattery"
        #expect(document["@type"] as? [String] == ["BatteryCell", kind])
        let told = try Command.run(["cells", cell, "--json"], in: folder.path).json()
        let properties = try #require(document["hasProperty"] as? [[String: Any]])
        let rated = try #require(properties.first { $0["@type"] as? String == "RatedCapacity" })
        #expect(
            (rated["hasNumericalPart"] as? [String: Any])?["hasNumberValue"] as? Double == told["nominal_capacity_Ah"]
                as? Double)
        #expect(rated["hasMeasurementUnit"] as? String == "emmo:AmpereHour")
        #expect(document["schema:citation"] as? [String] == told["sources"] as? [String])
    }

    /// A description of a table names the columns that are in it.
    @Test func tables() throws {
        let example = "\(DocumentationPage.root)/Examples/Data/aged-cell.csv"
        let run = try Command.run(["import", example, "--out", "cell.bdf.csv", "--metadata"], in: folder.path)
        #expect(run.status == 0)
        let document = try document("cell.metadata.json")
        #expect(document["@context"] as? String == "http://www.w3.org/ns/csvw")
        #expect(document["url"] as? String == "cell.bdf.csv")
        let schema = try #require(document["tableSchema"] as? [String: Any])
        let columns = try #require(schema["columns"] as? [[String: Any]])
        let table = try String(contentsOfFile: "\(folder.path)/cell.bdf.csv", encoding: .utf8)
        let header = table.split(separator: "\n").first.map { $0.split(separator: ",").map(String.init) }
        #expect(columns.compactMap { $0["titles"] as? String } == header)
        #expect((columns.first?["propertyUrl"] as? String)?.hasSuffix("battery-data-format#test_time_second") == true)
    }

    /// A model's card for programs stands beside the one for people.
    @Test func cards() throws {
        let run = try Command.run(
            ["train", "lifetime", "--hybrid", "nmc", "--out", "prior.json", "--json"], in: folder.path)
        #expect(run.status == 0)
        #expect(try run.json()["name"] as? String == "prior")
        let card = try document("prior.jsonld")
        #expect(card["@type"] as? [String] == ["MathematicalModel", "schema:CreativeWork"])
        #expect(card["schema:name"] as? String == "prior")
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/prior.md"))
    }

    /// A copy of a shipped cell is that cell.
    @Test func copies() throws {
        #expect(try Command.run(["cells", "lg-m50-okane2022", "--bpx", "mine.json"], in: folder.path).status == 0)
        let own = try Command.run(["cells", "mine.json", "--json"], in: folder.path).json()
        let shipped = try Command.run(["cells", "lg-m50-okane2022", "--json"], in: folder.path).json()
        #expect((own["parameters"] as? NSDictionary) == (shipped["parameters"] as? NSDictionary))
        #expect(own["ageing"] as? [String] == shipped["ageing"] as? [String])
        #expect(try Command.run(["cells", "--bpx", "mine.json"], in: folder.path).status == 64)
        #expect(
            try Command.run(["cells", "lg-m50-chen2020", "--json-ld", "no/such/a.json"], in: folder.path).status == 73)
    }

    /// What was misspelt, the exit code, and what is offered instead.
    @Test(arguments: [
        (["simulte", "x"], Int32(64), "simulate"), (["help", "simulte"], 64, "simulate"),
        (["train", "lifetme"], 64, "lifetime"),
        (["cells", "lg-m50-chen2021"], 66, "lg-m50-chen2020"),
        (["simulate", "lg-m50-chen2020", "--protcol", "Rest"], 64, "--protocol"),
        (["cells", "lg-m50-okane2022", "--ageing", "okane2020"], 64, "okane2022"),
        (["sweep", "--recipe", "nmcc", "--out", "a"], 66, "nmc"),
        (["train", "lifetime", "--hybrid", "nmcc", "--out", "a.json"], 66, "nmc"),
        (["summarize", "a.csv", "--format", "macor"], 64, "maccor"),
        (["score", "LFP", "--weights", "carbon=3"], 64, "carbon_footprint"),
        (["score", "graphit"], 65, "graphite"),
        (["summarize", "a.csv", "--map", "U=voltage_vlt"], 64, "voltage_volt"),
        (["evaluate", "LFP", "--counter", "graphit"], 64, "graphite"),
        (
            [
                "simulate", "lg-m50-chen2020", "--protocol", "Discharge at 1C", "--out", "a.csv", "--variables",
                "anode_potental_V",
            ], 64, "anode_potential_V"
        ),
    ]) func nearest(_ words: [String], _ code: Int32, _ name: String) throws {
        let run = try Command.run(words, in: folder.path)
        #expect(run.status == code)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.contains(name), "\(run.errors)")
    }
}
