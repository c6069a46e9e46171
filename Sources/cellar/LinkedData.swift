/// Descriptions as JSON-LD with the terms of BattINFO.
///
/// Every IRI is one of the published ontologies': the battery and electrochemistry domains of the EMMO (BattINFO), whose
/// context is at https://w3id.org/emmo/domain/battery/context, EMMO's units, schema.org, and the Battery Data Format's. They
/// are written out, so that a document can be read without a network.
enum LinkedData {
    /// What a term stands for.
    enum Term: String, CaseIterable {
        // Kinds of things.
        case batteryCell = "battery:battery_68ed592a_7924_45d0_a108_94d6275d57f0"
        case lithiumIonBattery = "battery:battery_96addc62_ea04_449a_8237_4cd541dd8e5f"
        case sodiumBattery = "battery:battery_a02f11a5_3b1a_4ffe_93d8_e082687fe39d"
        case serviceLife = "battery:battery_be5d1b4f_5579_4702_9dbb_6c15e577e8dc"
        case negativeElectrode = "electrochemistry:electrochemistry_c94c041b_8ea6_43e7_85cc_d2bce7785b4c"
        case positiveElectrode = "electrochemistry:electrochemistry_aff732a9_238a_4734_977c_b2ba202af126"
        case porousElectrode = "electrochemistry:electrochemistry_3663991d_9319_4f7a_922b_f0e428b58801"
        case separator = "electrochemistry:electrochemistry_331e6cca_f260_4bf8_af55_35304fe1bbe0"
        case activeMaterial = "electrochemistry:electrochemistry_79d1b273_58cd_4be6_a250_434817f7c261"
        case mathematicalModel = "emmo:EMMO_f7ed665b_c2e1_42bc_889b_6b42ed3a36f0"
        // Quantities.
        case ratedCapacity = "electrochemistry:electrochemistry_9b3b4668_0795_4a35_9965_2af383497a26"
        case lowerVoltageLimit = "electrochemistry:electrochemistry_534dd59c_904c_45d9_8550_ae9d2eb6bbc9"
        case upperVoltageLimit = "electrochemistry:electrochemistry_6dcd5baf_58cd_43f5_a692_51508e036c88"
        case maximumConcentration = "electrochemistry:electrochemistry_47287d09_6108_45ca_ac65_8b9451b1065e"
        case thickness = "emmo:EMMO_43003c86_9d15_433b_9789_ee2940920656"
        case porosity = "emmo:EMMO_3a6578ac_aee0_43b9_9bc6_1eb208c8c9a9"
        case radius = "emmo:EMMO_32dcd601_47c7_4028_b7fa_5e972ae57f12"
        case volumeFraction = "emmo:EMMO_a8eb87b5_4d10_4137_a75c_e04ee59ca095"
        case real = "emmo:EMMO_18d180e4_5e3e_42f7_820c_e08951223486"

        /// As documents have it.
        var name: String { "\(self)".prefix(1).uppercased() + "\(self)".dropFirst() }
    }

    /// Units of EMMO.
    enum Unit: String {
        case ampereHour = "emmo:AmpereHour"
        case volt = "emmo:Volt"
        case metre = "emmo:Metre"
        case molePerCubicMetre = "emmo:MolePerCubicMetre"
        case one = "emmo:EMMO_5ebd5e01_0ed3_49a2_a30d_cd05cbe72978"
    }

    /// Relations between things, and that of a number to its quantity.
    private static let relations: [(key: String, iri: String)] =
        [
            ("hasProperty", "EMMO_e1097637_70d2_4895_973f_2396f04fa204"),
            ("hasNumericalPart", "EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0"),
            ("hasMeasurementUnit", "EMMO_bed1d005_b04e_4a90_94cf_02bc678a8569"),
        ].map { ($0.0, "emmo:\($0.1)") }
        + [
            ("hasNegativeElectrode", "electrochemistry_5d299271_3f68_494f_ab96_3db9acdd3138"),
            ("hasPositiveElectrode", "electrochemistry_8e9cf965_9f92_46e8_b678_b50410ce3616"),
            ("hasSeparator", "electrochemistry_9317be62_e602_4343_a72d_02c87201b9f6"),
            ("hasActiveMaterial", "electrochemistry_860aa941_5ff9_4452_8a16_7856fad07bee"),
        ].map { ($0.0, "electrochemistry:\($0.1)") }

    /// A context of the terms that a document uses.
    static func context(_ terms: [Term], relations keys: [String] = []) -> JSON {
        var entries: [(key: String, value: JSON)] = [
            ("emmo", .text("https://w3id.org/emmo#")),
            ("battery", .text("https://w3id.org/emmo/domain/battery#")),
            ("electrochemistry", .text("https://w3id.org/emmo/domain/electrochemistry#")),
            ("schema", .text("https://schema.org/")),
        ]
        for relation in relations where keys.contains(relation.key) {
            entries.append((relation.key, .object([("@id", .text(relation.iri)), ("@type", .text("@id"))])))
        }
        if keys.contains("hasNumericalPart") {
            entries.append(("hasNumberValue", .text("emmo:EMMO_faf79f53_749d_40b2_807c_d34244c192f4")))
        }
        entries += terms.map { ($0.name, .text($0.rawValue)) }
        return .object(entries)
    }

    /// A quantity with its number and unit.
    static func quantity(_ term: Term, _ value: Double, _ unit: Unit) -> JSON {
        .object([
            ("@type", .text(term.name)),
            ("hasNumericalPart", .object([("@type", .text(Term.real.name)), ("hasNumberValue", .number(value))])),
            ("hasMeasurementUnit", .text(unit.rawValue)),
        ])
    }
}
