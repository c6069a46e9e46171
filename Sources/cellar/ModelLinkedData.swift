import Lifetime

/// A lifetime model's card as JSON-LD: what it foretells, from whose data, under which licence.
enum ModelLinkedData {
    /// The whole document.
    static func document(_ card: ModelCard) -> JSON {
        .object([
            ("@context", LinkedData.context([.mathematicalModel, .serviceLife])),
            ("@type", .texts([LinkedData.Term.mathematicalModel.name, "schema:CreativeWork"])),
            ("schema:name", .text(card.name)),
            (
                "schema:description",
                .text("\(card.purpose) Must not be used: \(card.mustNotUse.joined(separator: "; ")).")
            ),
            ("schema:about", .object([("@type", .text(LinkedData.Term.serviceLife.name))])),
            ("schema:isBasedOn", .texts(card.data)),
            ("schema:license", .text(card.licence)),
            (
                "schema:creator",
                .object([
                    ("@type", .text("schema:SoftwareApplication")), ("schema:name", .text("Cellar")),
                    ("schema:softwareVersion", .text(Cellar.versionNumber)),
                ])
            ),
        ])
    }
}
