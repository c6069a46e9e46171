/// The words with which cyclers tell a step's type.
enum StepWords {
    /// The mode, and whether the word tells a direction; nil where it tells nothing.
    static func mode(_ text: String) -> StepMode? {
        if let label = StepMode.allCases.first(where: { $0.label == text }), label != .unknown { return label }
        let word = text.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" && $0 != "." }
        switch word {
        // Maccor's states: a charge, a discharge, a rest, a pause; S is a suspended test.
        case "c", "cha", "chg", "charge": return .ccCharge
        case "d", "dch", "dchg", "dis", "discharge": return .ccDischarge
        case "r", "p", "s", "pau", "pause", "rest", "ocv", "idle", "opencircuitstorage", "oc", "wait", "静置", "搁置":
            return .rest
        case "cccv", "恒流恒压充电": return .ccCharge
        case "恒流充电": return .ccCharge
        case "恒流放电": return .ccDischarge
        case "恒压充电": return .cvCharge
        default: break
        }
        if word.contains("impedance") || word == "eis" || word == "peis" || word == "geis" { return .impedance }
        let isDischarge = word.contains("dis") || word.contains("dchg") || word.contains("dch") || word.contains("放电")
        let isCharge = !isDischarge && (word.contains("cha") || word.contains("chg") || word.contains("充电"))
        if word.contains("rest") || word.contains("pause") || word.contains("idle") || word.contains("opencircuit") {
            return .rest
        }
        guard isDischarge || isCharge else { return nil }
        if word.contains("cccv") || word.contains("cc") { return isCharge ? .ccCharge : .ccDischarge }
        if word.contains("cv") { return isCharge ? .cvCharge : .cvDischarge }
        if word.contains("cp") || word.contains("power") { return isCharge ? .cpCharge : .cpDischarge }
        if word.contains("cr") || word.contains("resist") { return .crDischarge }
        return isCharge ? .ccCharge : .ccDischarge
    }

    /// 1 for a charge, −1 for a discharge, 0 for a rest or what has no direction.
    static func direction(_ mode: StepMode) -> Double {
        switch mode {
        case .ccCharge, .cvCharge, .cpCharge: 1
        case .ccDischarge, .cvDischarge, .cpDischarge, .crDischarge: -1
        case .unknown, .rest, .drive, .impedance: 0
        }
    }

    /// A power and a hold keep their kind, whatever direction the current turns out to have.
    static func turned(_ mode: StepMode, isCharge: Bool) -> StepMode {
        switch mode {
        case .cvCharge, .cvDischarge: isCharge ? .cvCharge : .cvDischarge
        case .cpCharge, .cpDischarge: isCharge ? .cpCharge : .cpDischarge
        case .crDischarge: isCharge ? .ccCharge : .crDischarge
        default: isCharge ? .ccCharge : .ccDischarge
        }
    }
}
