/// Columns and keys that end with their unit, as `average_voltage_V` does.
enum ColumnName {
    private static let units: [(ending: String, unit: String)] = [
        ("_mAh_g", "mAh/g"), ("_Wh_kg", "Wh/kg"), ("_Wh_L", "Wh/L"), ("_g_cm3", "g/cm³"), ("_eV_atom", "eV/atom"),
        ("_mol_m3", "mol/m³"), ("_mol_m2", "mol/m²"), ("_m3_mol", "m³/mol"), ("_A_m2", "A/m²"), ("_m2_s", "m²/s"),
        ("_ohm_m", "Ω m"), ("_m_s", "m/s"), ("_1_s", "1/s"), ("_S_m", "S/m"), ("_ohm", "Ω"), ("_Pa", "Pa"),
        ("_Ah", "Ah"), ("_Wh", "Wh"), ("_kg", "kg"), ("_V", "V"), ("_A", "A"), ("_W", "W"), ("_K", "K"), ("_L", "L"),
        ("_m", "m"),
    ]

    /// The quantity in words and its unit's symbol, a dash where the name carries none. BPX's names carry it in brackets.
    static func parted(_ name: String) -> (quantity: String, unit: String) {
        if let open = name.lastIndex(of: "["), name.hasSuffix("]") {
            return (name[..<open].trimmed, String(name[name.index(after: open)...].dropLast()))
        }
        guard let own = units.filter({ name.hasSuffix($0.ending) }).max(by: { $0.ending.count < $1.ending.count })
        else {
            return (name.replaced, "–")
        }
        return (String(name.dropLast(own.ending.count)).replaced, own.unit)
    }
}

extension String {
    /// Blanks for underscores, and names as they are written.
    var replaced: String {
        split(separator: "_", omittingEmptySubsequences: false).map {
            $0 == "sei" ? "SEI" : $0 == "youngs" ? "Young's" : String($0)
        }.joined(separator: " ")
    }
    /// With a small letter first.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
    /// With a capital letter first.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
