extension TextReader {
    /// Which cells are read, and where to.
    struct Plan {
        var cells: [CellPlan] = []
        var columns: [(name: String, meaning: ColumnMeaning, isText: Bool)] = []
        var meanings: [ColumnMeaning] = []
        var numbers = 0
        var texts = 0
        var dateOrder = DateText.Order.monthFirst
        var stackSlots: (cycle: Int, step: Int, type: Int)?
    }

    /// Plans the reading of a table from its headings and its first lines.
    static func plan(
        _ layout: TextLayout, format: any TextFormat.Type, head: TextHead, map: [String: BDFColumn], keepsAll: Bool,
        remarks: inout [String]
    ) -> Plan {
        var meanings = layout.headings.map { heading -> ColumnMeaning in
            if let column = map[heading.text.lowercased()] {
                var meaning = ColumnMeaning(column, heading, rank: -2) ?? .unknown
                meaning.column = column
                meaning.rank = -2
                return meaning
            }
            return format.meaning(of: heading, in: head) ?? HeadingNames.meaning(of: heading) ?? .unknown
        }
        settle(&meanings, layout, isMapped: { map[layout.headings[$0].text.lowercased()] != nil })
        var plan = Plan()
        plan.meanings = meanings
        plan.dateOrder = dateOrder(layout, meanings, &remarks)
        var taken = Set<String>()
        for (index, heading) in layout.headings.enumerated() {
            let meaning = meanings[index]
            let isStackLabel = index < layout.stackDepth
            guard !isStackLabel, meaning.column != nil || keepsAll && !heading.text.isEmpty else {
                plan.cells.append(CellPlan(kind: .skip, slot: 0))
                continue
            }
            var name = meaning.column?.rawValue ?? heading.text
            var copy = 2
            while !taken.insert(name).inserted {
                name = "\(heading.text) (\(copy))"
                copy += 1
            }
            var kind: CellKind
            switch meaning.column {
            case .stepType: kind = .text
            case .unixTimeSecond: kind = .date
            case .testTimeSecond, .stepTimeSecond: kind = .time
            case nil: kind = isPlainNumbers(layout.sample, index, layout.decimalMark) ? .number : .text
            default: kind = .number
            }
            // Instants are Unix times already where a column is BDF's own.
            if kind == .date, meaning.rank < 0, isNumeric(layout.sample, index) { kind = .number }
            let slot = kind == .text ? plan.texts : plan.numbers
            if kind == .text { plan.texts += 1 } else { plan.numbers += 1 }
            plan.cells.append(CellPlan(kind: kind, slot: slot, scale: meaning.scale, offset: meaning.offset))
            plan.columns.append((name, meaning, kind == .text))
        }
        if layout.stackDepth > 0 {
            for column in [BDFColumn.cycleCount, .stepId] {
                var meaning = ColumnMeaning()
                meaning.column = column
                plan.columns.append((column.rawValue, meaning, false))
            }
            var meaning = ColumnMeaning()
            meaning.column = .stepType
            plan.columns.append((BDFColumn.stepType.rawValue, meaning, true))
            plan.stackSlots = (plan.numbers, plan.numbers + 1, plan.texts)
            plan.numbers += 2
            plan.texts += 1
        }
        return plan
    }

    /// One heading for a column: that of the lowest rank, then the first. `Time` beside a step's time is the test's, beside
    /// the test's time it is none.
    private static func settle(_ meanings: inout [ColumnMeaning], _ layout: TextLayout, isMapped: (Int) -> Bool) {
        var best: [BDFColumn: Int] = [:]
        for (index, meaning) in meanings.enumerated() {
            guard let column = meaning.column else { continue }
            // A column of which nothing is seen in the first lines leaves its place to one with values.
            let isEmpty = !isMapped(index) && isBlank(layout.sample, index)
            guard let other = best[column] else {
                best[column] = index
                continue
            }
            let otherIsEmpty = isBlank(layout.sample, other)
            let isBetter = isEmpty == otherIsEmpty ? meaning.rank < meanings[other].rank : otherIsEmpty
            if isBetter {
                meanings[other].column = nil
                best[column] = index
            } else {
                meanings[index].column = nil
            }
        }
        // Temperatures of probes take the surface's place where nothing else does.
        if best[.surfaceTemperatureCelsius] == nil, let probe = best[.temperatureT1Celsius], meanings[probe].rank >= 0 {
            meanings[probe].column = .surfaceTemperatureCelsius
        }
        for index in meanings.indices where meanings[index].column == nil {
            meanings[index].scale = 1
            meanings[index].offset = 0
        }
    }

    private static func isBlank(_ sample: [[String]], _ index: Int) -> Bool {
        !sample.contains { index < $0.count && !$0[index].isEmpty }
    }

    /// Whether most cells of a column that hold anything hold a number.
    private static func isNumeric(_ sample: [[String]], _ index: Int) -> Bool {
        var numbers = 0
        var words = 0
        for row in sample where index < row.count && !row[index].isEmpty {
            if Double(row[index].replacing(",", with: ".")) != nil { numbers += 1 } else { words += 1 }
        }
        return numbers >= words
    }

    /// Whether every cell of a column that holds anything is a number that keeps its meaning as one: no zeros before it.
    private static func isPlainNumbers(_ sample: [[String]], _ index: Int, _ mark: UInt8) -> Bool {
        for row in sample where index < row.count && !row[index].isEmpty {
            let text = mark == 0x2C ? row[index].replacing(",", with: ".") : row[index]
            guard let number = Double(text), number.isFinite else { return false }
            let digits = text.drop { $0 == "-" || $0 == "+" }
            if digits.count > 1, digits.hasPrefix("0"), !digits.dropFirst().hasPrefix(".") { return false }
        }
        return true
    }

    private static func dateOrder(
        _ layout: TextLayout, _ meanings: [ColumnMeaning], _ remarks: inout [String]
    ) -> DateText.Order {
        guard let index = meanings.firstIndex(where: { $0.column == .unixTimeSecond }) else { return .monthFirst }
        var isSlashed = false
        for row in layout.sample where index < row.count {
            let bytes = Array(row[index].utf8)
            let order = bytes.withUnsafeBufferPointer { DateText.order($0) }
            if let order { return order }
            if bytes.contains(0x2F), bytes.prefix(3).contains(0x2F) { isSlashed = true }
        }
        // The preamble may tell what the first lines do not.
        for line in layout.preamble.prefix(100) {
            for word in line.split(whereSeparator: { " \t,".contains($0) }) where word.contains("/") && word.count <= 10
            {
                if let order = Array(word.utf8).withUnsafeBufferPointer({ DateText.order($0) }) { return order }
            }
        }
        if isSlashed {
            remarks.append(
                "dates like \(layout.sample.first.map { index < $0.count ? $0[index] : "" } ?? "") read as month/day")
        }
        return .monthFirst
    }
}
