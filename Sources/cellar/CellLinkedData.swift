import Cells

/// A cell as JSON-LD: what kind it is, its electrodes, capacity and limits, its sources.
struct CellLinkedData {
    let cell: Cell

    /// The whole document.
    var document: JSON {
        .object(
            [
                (
                    "@context",
                    LinkedData.context(
                        LinkedData.Term.allCases.filter {
                            ![.serviceLife, .mathematicalModel].contains($0)
                        },
                        relations: [
                            "hasProperty", "hasNumericalPart", "hasMeasurementUnit", "hasNegativeElectrode",
                            "hasPositiveElectrode", "hasSeparator", "hasActiveMaterial",
                        ])
                ),
                ("@type", .texts([LinkedData.Term.batteryCell.name, kind.name])),
                ("schema:name", .text(cell.title)),
                ("schema:identifier", .text(cell.name)),
                ("schema:description", .text(cell.description)),
                ("schema:citation", .texts(cell.references)),
                (
                    "hasProperty",
                    .list([
                        LinkedData.quantity(.ratedCapacity, cell.nominalCapacity, .ampereHour),
                        LinkedData.quantity(.lowerVoltageLimit, cell.lowerCutOff, .volt),
                        LinkedData.quantity(.upperVoltageLimit, cell.upperCutOff, .volt),
                    ])
                ),
            ] + parts)
    }

    /// A sodium cell is told by its title or its materials; files have no key for it.
    private var kind: LinkedData.Term {
        let words = ([cell.title, cell.description] + cell.notes).joined(separator: " ").lowercased()
        return words.contains("sodium") ? .sodiumBattery : .lithiumIonBattery
    }

    private var parts: [(key: String, value: JSON)] {
        var parts: [(key: String, value: JSON)] = []
        if let negative = cell.negative {
            parts.append(("hasNegativeElectrode", electrode(negative, .negativeElectrode)))
        }
        if let positive = cell.positive {
            parts.append(("hasPositiveElectrode", electrode(positive, .positiveElectrode)))
        }
        if let separator = cell.separator {
            parts.append(
                (
                    "hasSeparator",
                    .object([
                        ("@type", .text(LinkedData.Term.separator.name)),
                        (
                            "hasProperty",
                            .list([
                                LinkedData.quantity(.thickness, separator.thickness, .metre),
                                LinkedData.quantity(.porosity, separator.porosity, .one),
                            ])
                        ),
                    ])
                ))
        }
        return parts
    }

    private func electrode(_ electrode: Electrode, _ term: LinkedData.Term) -> JSON {
        var properties = [LinkedData.quantity(.thickness, electrode.thickness, .metre)]
        if let porosity = electrode.porosity { properties.append(LinkedData.quantity(.porosity, porosity, .one)) }
        let materials = electrode.materials.map { material -> JSON in
            var entries: [(key: String, value: JSON)] = [("@type", .text(LinkedData.Term.activeMaterial.name))]
            if !material.name.isEmpty { entries.append(("schema:name", .text(material.name))) }
            entries.append(
                (
                    "hasProperty",
                    .list([
                        LinkedData.quantity(.maximumConcentration, material.maximumConcentration, .molePerCubicMetre),
                        LinkedData.quantity(.radius, material.particleRadius, .metre),
                        LinkedData.quantity(.volumeFraction, material.activeVolumeFraction, .one),
                    ])
                ))
            return .object(entries)
        }
        return .object([
            ("@type", .texts([term.name, LinkedData.Term.porousElectrode.name])),
            ("hasProperty", .list(properties)), ("hasActiveMaterial", .list(materials)),
        ])
    }
}
