import CyclingData

/// A model's card as JSON-LD: what it foretells, from whose data, under which licence.
enum ModelLinkedData {
    /// The whole document.
    static func document(_ model: ModelDescription) -> JSON {
        let isOfLife = model.kind != "property"
        let about: JSON =
            isOfLife
            ? .object([("@type", .text(LinkedData.Term.serviceLife.name))])
            : .object([("@type", .text("schema:PropertyValue")), ("schema:name", .text(model.purpose))])
        return .object([
            ("@context", LinkedData.context([.mathematicalModel] + (isOfLife ? [.serviceLife] : []))),
            ("@type", .texts([LinkedData.Term.mathematicalModel.name, "schema:CreativeWork"])),
            ("schema:name", .text(model.name)),
            (
                "schema:description",
                .text("\(model.purpose) Must not be used: \(model.limits.joined(separator: "; ")).")
            ),
            ("schema:about", about),
            ("schema:isBasedOn", .texts(model.data)),
            ("schema:license", .text(model.licence)),
            (
                "schema:creator",
                .object([
                    ("@type", .text("schema:SoftwareApplication")), ("schema:name", .text("Cellar")),
                    ("schema:softwareVersion", .text(Cellar.versionNumber)),
                ])
            ),
        ])
    }

    /// Writes it beside the model file at `path`. Throws `OutputError`.
    static func write(_ model: ModelDescription, besides path: String) throws {
        let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        try write(model, to: stem + ".jsonld")
    }

    /// Writes it. Throws `OutputError`.
    static func write(_ model: ModelDescription, to path: String) throws {
        try OutputFile.save(document(model).document + "\n", to: path)
    }
}
