extension AgeingSet {
    /// Where a set's values come from, as far as its sentence tells.
    public enum Origin: String, Sendable, CaseIterable {
        /// From the literature or made up: they show a mechanism and predict no cell.
        case example
        /// Fitted to measurements.
        case fitted
        /// The sentence does not tell.
        case untold
    }

    /// Told by the words "example", "not fitted" and "fitted" of the set's sentence.
    public var origin: Origin {
        let words = summary.lowercased()
        if Self.contains(words, "example") || Self.contains(words, "not fitted") { return .example }
        return Self.contains(words, "fitted") ? .fitted : .untold
    }

    private static func contains(_ text: String, _ word: String) -> Bool {
        let text = Array(text.utf8)
        let word = Array(word.utf8)
        guard text.count >= word.count else { return false }
        return (0...(text.count - word.count)).contains { text[$0...].starts(with: word) }
    }

    /// The mechanisms that act, a few words each.
    public var mechanisms: [String] {
        var found: [String] = []
        if let sei {
            found.append("SEI growth by \(sei.law.name)")
            if sei.initialCrackThickness != nil { found.append("SEI on cracks") }
            switch sei.film {
            case .none: break
            case .distributed: found.append("film resistance")
            case .average: found.append("film resistance, averaged")
            }
        }
        switch plating?.kind {
        case .irreversible: found.append("irreversible lithium plating")
        case .reversible: found.append("reversible lithium plating")
        case .partiallyReversible: found.append("partially reversible lithium plating")
        case nil: break
        }
        if oxidation != nil { found.append("electrolyte oxidation (positive)") }
        if narrowsPores { found.append("narrowing pores") }
        func add(_ name: String, _ acts: (ElectrodeAgeing) -> Bool) {
            let where_ = [(negative, "negative"), (positive, "positive")].filter { acts($0.0) }.map(\.1)
            if !where_.isEmpty { found.append("\(name) (\(where_.joined(separator: ", ")))") }
        }
        add("stress-induced diffusion") { $0.mechanics?.drivesDiffusion == true }
        add("cracks") { $0.cracks != nil }
        add("loss of active material by stress") { $0.stressLoss != nil }
        add("loss of active material with SEI") { $0.reactionLoss != 0 }
        add("dissolution") { $0.dissolution != nil }
        if corrosion != nil { found.append("growing contact resistance") }
        if dryOut != nil { found.append("dry-out") }
        return found
    }
}
