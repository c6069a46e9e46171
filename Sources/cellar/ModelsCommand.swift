import ArgumentParser
import Cells
import CyclingData

/// `cellar models`.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists the models that come along, or describes one.",
        usage: "cellar models [MODEL] [--json-ld FILE] [--report FILE.html] [--json]",
        discussion: """
            A model's card: what it predicts, whose data it was trained on, under which licence, how far it was off on what was \
            left out, and where it must not be used. --json-ld writes that for programs, with the terms of BattINFO and schema.org.

            Example: what stands behind predicted lives, for people and for programs
              cellar models severson-lfp --json-ld severson-lfp.jsonld
            """)

    @Argument(help: "A shipped model's name, or a file that 'cellar train' wrote; all shipped models by default.")
    var model: String?
    @Option(
        help: ArgumentHelp(
            "Describe the model as JSON-LD with BattINFO's terms; - is standard output.", valueName: "file"))
    var jsonLd: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        let places = try OutputPlaces([("--json-ld", jsonLd), ("--report", page.report)], json: json)
        guard let model else {
            for (name, value) in [("--json-ld", jsonLd), ("--report", page.report)] where value != nil {
                throw CommandError.usage(
                    "\(name): no model given; 'cellar models severson-lfp --json-ld a.jsonld' is right")
            }
            return try list()
        }
        let path = try Self.path(of: model)
        try places.check("the model", [path])
        guard let description = try ModelDescription(path: path) else {
            throw CommandError(.badData, "\(path): a further part of a model; name the file without the number")
        }
        try page.check()
        if let jsonLd { try ModelLinkedData.write(description, to: jsonLd) }
        if json || jsonLd == nil { try Terminal.print(json ? description.json.document : description.text) }
        try page.write(of: [path])
    }

    private func list() throws {
        let all = try Self.names.compactMap { try ModelDescription(path: "\(Self.folder)/\($0).json") }
        guard !all.isEmpty else {
            throw CommandError(
                .noSuchFile, "Data/models: no models are found; set CELLAR_HOME to the folder that holds Data and Cells"
            )
        }
        if json { return try Terminal.print(JSON.list(all.map(\.json)).document) }
        let rows = all.map { [$0.name, $0.size, $0.purpose] }
        try Terminal.print(TextTable.lay(rows, header: ["model", "trained on", "predicts"]))
        try Terminal.print("\n'cellar models MODEL' describes one: data, licence, errors, limits.")
    }

    /// The file of a shipped model by its name; what is or looks like a file as it is. Throws `CommandError`.
    static func path(of model: String) throws -> String {
        let names = names
        if names.contains(model) { return "\(folder)/\(model).json" }
        if model.contains("/") || model.hasSuffix(".json") || InputFile.exists(model) { return model }
        throw CommandError(.noSuchFile, "\(model): no such model; \(CommandWords.instead(of: model, among: names))")
    }

    private static var folder: String {
        let cells = ShippedCells.folder ?? ""
        return (cells.lastIndex(of: "/").map { String(cells[..<$0]) } ?? "") + "/Data/models"
    }

    /// Names of the shipped models; further parts of a model left out.
    private static var names: [String] {
        let files = (try? InputFolder.files(in: folder)) ?? []
        return files.compactMap { $0.split(separator: "/").last }.filter { $0.hasSuffix(".json") }
            .map { String($0.dropLast(5)) }
            .filter { Int($0.split(separator: ".").last ?? "") == nil }
    }
}
