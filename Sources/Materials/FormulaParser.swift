/// Reads the text of a formula. One pass over its bytes; nothing of it is recursive.
struct FormulaParser {
    static let longestText = 1000
    static let deepestNesting = 32
    /// The largest number that may be written, and the bounds of a formula's atoms.
    static let largestNumber = 1e6
    static let mostAtoms = 1e9
    static let fewestAtoms = 1e-6

    /// The text in ASCII, Unicode digits, dots and signs replaced.
    private var bytes: [UInt8]
    private var place = 0
    /// Elements and amounts so far, an element as often as it stands in the text.
    private var terms: [(element: Element, amount: Double)] = []
    private var values: [UInt8: Double] = [:]
    private var charge = 0
    /// Units (elements and closed brackets) of the part that is being read.
    private var units = 0
    /// What of `CO` has been read, at each depth of brackets.
    private var carbonMonoxide: [CarbonMonoxide] = []

    private enum CarbonMonoxide { case none, carbon, oxygenToo }

    init(_ text: String) { bytes = Self.plain(text) }

    // MARK: The whole

    /// What the formula holds, and its net charge. Throws `MaterialError`.
    mutating func parse() throws -> (Composition, Int) {
        try splitDefinitions()
        skipBlanks()
        guard place < bytes.count else {
            throw failure("no formula", "write one, such as LiFePO4")
        }
        try parseParts()
        return (try collect(), charge)
    }

    private func collect() throws -> Composition {
        var sums: [(element: Element, amount: Double)] = []
        sums.reserveCapacity(terms.count)
        for term in terms {
            var index = sums.count
            while index > 0, sums[index - 1].element >= term.element { index -= 1 }
            if index < sums.count, sums[index].element == term.element {
                sums[index].amount += term.amount
            } else {
                sums.insert(term, at: index)
            }
        }
        // What a variable made vanish, to rounding: Li1-x at x = 1.
        sums.removeAll { abs($0.amount) < 1e-12 }
        var atoms = 0.0
        for (element, amount) in sums {
            guard amount > 0 else {
                throw failure(
                    "\(element) comes out negative (\(Self.short(amount)))", "check the amounts and variables")
            }
            guard !element.isNobleGas else {
                throw failure("\(element) is a noble gas", "no electrode or electrolyte is made of it")
            }
            guard element.number <= 94 else {
                throw failure("\(element) is beyond plutonium", "elements up to Pu are known here")
            }
            atoms += amount
        }
        guard !sums.isEmpty else { throw failure("no atoms are left", "every amount is zero") }
        guard atoms >= Self.fewestAtoms, atoms <= Self.mostAtoms else {
            throw failure("\(Self.short(atoms)) atoms in a formula unit", "at most \(Self.short(Self.mostAtoms))")
        }
        return Composition(sorted: sums.map(\.element), amounts: sums.map(\.amount))
    }

    // MARK: Definitions of variables

    /// Takes `x=0.5, y=1/3` off the end.
    private mutating func splitDefinitions() throws {
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return }
        var end = equals
        while end > 0, Self.isBlank(bytes[end - 1]) { end -= 1 }
        guard end > 0, Self.isVariable(bytes[end - 1]) else {
            throw failure("'=' without a variable before it", "write 'Li1-xCoO2 x=0.5'")
        }
        var start = end - 1
        place = start
        while place < bytes.count {
            let name = bytes[place]
            guard Self.isVariable(name) else {
                throw failure("'\(letter(name))' where a variable is defined", "write 'x=0.5, y=0.2'")
            }
            place += 1
            skipBlanks()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else {
                throw failure("variable '\(letter(name))' has no value", "write '\(letter(name))=0.5'")
            }
            place += 1
            skipBlanks()
            let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
            if isNegative { place += 1 }
            guard let value = try number() else {
                throw failure("variable '\(letter(name))' has no number", "write '\(letter(name))=0.5'")
            }
            guard values[name] == nil else {
                throw failure("variable '\(letter(name))' is defined twice", "define it once")
            }
            values[name] = isNegative ? -value : value
            while place < bytes.count, Self.isBlank(bytes[place]) || bytes[place] == 0x2C || bytes[place] == 0x3B {
                place += 1
            }
        }
        // Words between the formula and its definitions.
        while true {
            while start > 0, Self.isBlank(bytes[start - 1]) || bytes[start - 1] == 0x2C || bytes[start - 1] == 0x3B {
                start -= 1
            }
            guard let word = ["with", "where", "for", "at"].first(where: { bytes[..<start].ends(with: " " + $0) })
            else {
                break
            }
            start -= word.utf8.count
        }
        place = 0
        bytes.removeSubrange(start...)
        for name in values.keys where !bytes.contains(name) {
            throw failure("variable '\(letter(name))' is defined but not used", "write it into the formula: Li1-xCoO2")
        }
    }

    // MARK: Parts

    private mutating func parseParts() throws {
        var isDopant = false
        while true {
            skipBlanks()
            let coefficient = try leadingCoefficient()
            let start = terms.count
            units = 0
            try parseUnits(isDopant: isDopant)
            guard units > 0 else {
                guard place < bytes.count else {
                    throw failure("no element where one is expected", "write one, such as LiFePO4")
                }
                throw unexpected()
            }
            if coefficient != 1 { for index in start..<terms.count { terms[index].amount *= coefficient } }
            guard place < bytes.count else { return }
            // Both '*' (a dot) and ':' begin another part; after a colon stand dopants.
            isDopant = bytes[place] == UInt8(ascii: ":")
            place += 1
        }
    }

    /// The number, variable or bracketed expression before a part; 1 where there is none.
    private mutating func leadingCoefficient() throws -> Double {
        guard place < bytes.count else { return 1 }
        if bytes[place] == UInt8(ascii: "(") {
            var end = place + 1
            while end < bytes.count, bytes[end] != UInt8(ascii: ")"), !Self.isCapital(bytes[end]), end - place < 40 {
                end += 1
            }
            guard end < bytes.count, end > place + 1, bytes[end] == UInt8(ascii: ")") else { return 1 }
            place += 1
            let value = try amount(allowSum: true)
            guard place == end, let value else { throw unexpected() }
            place += 1
            return try positive(value)
        }
        guard let value = try amount(allowSum: false) else { return 1 }
        skipBlanks()
        return try positive(value)
    }

    // MARK: Units

    private mutating func parseUnits(isDopant: Bool) throws {
        // Where each open bracket's terms begin, and what closes it.
        var open: [(start: Int, close: UInt8, place: Int)] = []
        carbonMonoxide = [.none]
        var pendingAmount = 1.0
        while place < bytes.count {
            let byte = bytes[place]
            if Self.isCapital(byte) {
                let start = terms.count
                try parseElement()
                if pendingAmount != 1 {
                    for index in start..<terms.count { terms[index].amount *= pendingAmount }
                    pendingAmount = 1
                }
                if open.isEmpty { units += 1 }
            } else if let close = Self.closing(byte) {
                guard open.count < Self.deepestNesting else {
                    throw failure("brackets nested deeper than \(Self.deepestNesting)", "write the amounts out")
                }
                open.append((terms.count, close, place))
                carbonMonoxide.append(.none)
                place += 1
            } else if byte == 0x29 || byte == 0x5D || byte == 0x7D {
                guard let last = open.popLast() else {
                    throw failure(
                        "'\(letter(byte))' closes no bracket (character \(place + 1))", "remove it or open one")
                }
                guard last.close == byte else {
                    throw failure(
                        "'\(letter(byte))' where '\(letter(last.close))' must close (character \(place + 1))",
                        "pair the brackets")
                }
                carbonMonoxide.removeLast()
                place += 1
                if open.isEmpty { units += 1 }
                let factor = try amountAndCharge(isUnitAlone: open.isEmpty && units == 1)
                for index in last.start..<terms.count { terms[index].amount *= factor }
            } else if Self.isBlank(byte) {
                place += 1
                if open.isEmpty { try detachedCharge() }
            } else if endsPart(place) {
                break
            } else if isDopant, pendingAmount == 1, let value = try amount(allowSum: false) {
                pendingAmount = try positive(value)
            } else {
                throw unexpected()
            }
        }
        guard let last = open.last else { return }
        throw failure(
            "the bracket '\(letter(bytes[last.place]))' (character \(last.place + 1)) is not closed",
            "close it with '\(letter(last.close))'")
    }

    private mutating func parseElement() throws {
        let first = bytes[place]
        let second = place + 1 < bytes.count ? bytes[place + 1] : 0
        let start = place
        if first == UInt8(ascii: "V"), second == UInt8(ascii: "a") {
            // An empty site; `Vac` too.
            place += place + 2 < bytes.count && bytes[place + 2] == UInt8(ascii: "c") ? 3 : 2
            _ = try amount(allowSum: true)
            return
        }
        let element: Element
        let isWord = place + 2 < bytes.count && Self.isSmall(bytes[place + 2]) && !isVariable(at: place + 2)
        if Self.isSmall(second), !isWord, let long = Element(first: first, second: second) {
            element = long
            place += 2
        } else if let short = Element(first: first, second: 0), !Self.isSmall(second) || isVariable(at: place + 1) {
            element = short
            place += 1
        } else {
            throw unknownElement(at: start)
        }
        let written = place
        let amount = try amountAndCharge(isUnitAlone: units == 0 && carbonMonoxide.count == 1)
        try lookForCobalt(element, isNumbered: place > written)
        terms.append((element, amount))
    }

    /// `CO` beside another oxygen, and without hydrogen, is cobalt in the wrong case.
    private mutating func lookForCobalt(_ element: Element, isNumbered: Bool) throws {
        let depth = carbonMonoxide.count - 1
        switch (element, carbonMonoxide[depth]) {
        case (.carbon, .none) where !isNumbered && place < bytes.count && bytes[place] == UInt8(ascii: "O"):
            carbonMonoxide[depth] = .carbon
        case (.oxygen, .carbon): carbonMonoxide[depth] = .oxygenToo
        case (.oxygen, .oxygenToo) where !bytes.contains(UInt8(ascii: "H")):
            throw failure(
                "'CO' reads as carbon and oxygen, with more oxygen beside it", "write Co for cobalt, C1O for carbon")
        default: break
        }
    }

    // MARK: Amounts and charges

    /// The amount after an element or a bracket, 1 where there is none, and past a charge beside it.
    private mutating func amountAndCharge(isUnitAlone: Bool) throws -> Double {
        guard place < bytes.count else { return 1 }
        let next = bytes[place]
        // Most often another element follows, or a plain number.
        if Self.isCapital(next) { return 1 }
        let start = place
        let value = try amount(allowSum: true)
        let digits = place - start
        guard place < bytes.count else { return try positive(value ?? 1) }
        if bytes[place] == UInt8(ascii: "^") {
            let charge = try markedCharge()
            if place == bytes.count { self.charge = charge }
            let after = value == nil ? try amount(allowSum: false) : nil
            return try positive(value ?? after ?? 1)
        }
        guard bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") else {
            return try positive(value ?? 1)
        }
        // A sign after the number, and no sum with a variable: a charge.
        let sign = bytes[place] == UInt8(ascii: "+") ? 1 : -1
        let isWhole = bytes[start..<place].allSatisfy { Self.isDigit($0) }
        guard isWhole else { throw unexpected() }
        if digits == 0, sign < 0, place + 1 < bytes.count, Self.isDigit(bytes[place + 1]) {
            throw failure("a negative amount", "amounts are above 0; a charge is written ^1-")
        }
        place += 1
        let isLast = place == bytes.count
        guard
            isLast || Self.isCapital(bytes[place]) || Self.closing(bytes[place]) != nil || Self.isDigit(bytes[place])
                || Self.isBlank(bytes[place])
        else { throw unexpected() }
        let text = bytes[start..<(start + digits)]
        if isLast, !isUnitAlone {
            // `NO3-` is three oxygen and one charge, `PO43-` four and three.
            guard digits > 1 else {
                charge = sign
                return try positive(value ?? 1)
            }
            charge = sign * Int(text[text.endIndex - 1] - 0x30)
            let amount = text.dropLast().reduce(0.0) { $0 * 10 + Double($1 - 0x30) }
            return try positive(amount)
        }
        guard digits <= 1 else { throw unexpected() }
        if isLast { charge = sign * Int(value ?? 1) }
        return try positive(try amount(allowSum: false) ?? 1)
    }

    /// A charge after a blank, at the end of the text: `PO4 3-`.
    private mutating func detachedCharge() throws {
        var index = place
        while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
        guard index < bytes.count, index - place <= 1, index + 1 == bytes.count,
            bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
        else { return }
        let size = index > place ? Int(bytes[place] - 0x30) : 1
        charge = bytes[index] == UInt8(ascii: "+") ? size : -size
        place = index + 1
    }

    /// A charge behind a caret: `^2+`, `^+2`, `^-`.
    private mutating func markedCharge() throws -> Int {
        place += 1
        var sign = 0
        var size: Int?
        while place < bytes.count {
            let byte = bytes[place]
            if Self.isDigit(byte), size == nil {
                size = Int(byte - 0x30)
            } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), sign == 0 {
                sign = byte == UInt8(ascii: "+") ? 1 : -1
            } else {
                break
            }
            place += 1
            if sign != 0, size != nil { break }
        }
        guard sign != 0 else { throw failure("a caret without a charge", "write PO4^3-") }
        return sign * (size ?? 1)
    }

    /// A number, a fraction, a variable, or a sum of these with a variable in it; nil where there is none.
    private mutating func amount(allowSum: Bool) throws -> Double? {
        guard var (value, hasVariable) = try term() else { return nil }
        guard allowSum else { return value }
        let afterFirst = place
        let first = value
        while place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
            let sign = bytes[place] == UInt8(ascii: "+") ? 1.0 : -1.0
            let before = place
            place += 1
            guard let next = try term() else {
                place = before
                break
            }
            value += sign * next.value
            hasVariable = hasVariable || next.hasVariable
        }
        if !hasVariable {
            // `Ni2+0.5`: no sum but a charge.
            place = afterFirst
            return first
        }
        return value
    }

    private mutating func term() throws -> (value: Double, hasVariable: Bool)? {
        var value = try number()
        guard isVariable(at: place) else { return value.map { ($0, false) } }
        let name = bytes[place]
        guard let known = values[name] else {
            throw failure(
                "'\(letter(name))' has no value", "give it after the formula: '… \(letter(name))=0.5'")
        }
        place += 1
        value = (value ?? 1) * known
        if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "/"), Self.isDigit(bytes[place + 1]) {
            place += 1
            guard let divisor = try plainNumber(), divisor > 0 else { throw failure("a division by zero", "check it") }
            value = (value ?? 0) / divisor
        }
        return (value ?? 0, true)
    }

    /// A decimal number or a fraction of two.
    private mutating func number() throws -> Double? {
        guard let value = try plainNumber() else { return nil }
        guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "/"), Self.isDigit(bytes[place + 1]) else {
            return value
        }
        place += 1
        guard let divisor = try plainNumber(), divisor > 0 else {
            throw failure("a fraction with 0 below the line", "write fractions as 1/3")
        }
        return value / divisor
    }

    private mutating func plainNumber() throws -> Double? {
        let start = place
        var value = 0.0
        var scale = 1.0
        var digits = 0
        var seenPoint = false
        while place < bytes.count {
            let byte = bytes[place]
            if Self.isDigit(byte) {
                guard place == start || bytes[start] != 0x30 || seenPoint else {
                    throw failure("a number that begins with 0 (character \(start + 1))", "oxygen is the letter O")
                }
                digits += 1
                value = value * 10 + Double(byte - 0x30)
                if seenPoint { scale *= 10 }
            } else if byte == UInt8(ascii: "."), !seenPoint, !endsInHydrate(place) {
                seenPoint = true
            } else {
                break
            }
            place += 1
            guard digits <= 17 else { throw failure("a number of more than 17 digits", "amounts are at most 1e6") }
        }
        if digits == 0 {
            guard place > start else { return nil }
            throw failure("a point without digits (character \(start + 1))", "write 0.5, and · before water")
        }
        value /= scale
        guard value <= Self.largestNumber else { throw failure("an amount above 1e6", "amounts are at most 1e6") }
        return value
    }

    /// Whether the point at `index` is the dot before a hydrate's water: digits and `H2O` follow, and the text ends.
    private func endsInHydrate(_ index: Int) -> Bool {
        guard index + 3 < bytes.count, bytes[bytes.count - 1] == UInt8(ascii: "O"),
            bytes[bytes.count - 2] == UInt8(ascii: "2"), bytes[bytes.count - 3] == UInt8(ascii: "H"), index > 0
        else { return false }
        return bytes[(index + 1)..<(bytes.count - 3)].allSatisfy { Self.isDigit($0) }
    }

    /// Whether a dot or colon at `index` begins another part.
    private func endsPart(_ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "*") || bytes[index] == UInt8(ascii: ":")
            || bytes[index] == UInt8(ascii: ".") && endsInHydrate(index)
    }

    private func positive(_ value: Double) throws -> Double {
        if value > 0 { return value }
        // A variable may empty a site; a number that is written may not be zero.
        if value == 0 || abs(value) < 1e-12, !values.isEmpty { return 0 }
        throw failure(value == 0 ? "an amount of zero" : "a negative amount", "amounts are above 0")
    }

    // MARK: Characters

    private mutating func skipBlanks() { while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 } }

    /// A single small letter that stands for a number.
    private func isVariable(at index: Int) -> Bool {
        guard index < bytes.count, Self.isVariable(bytes[index]) else { return false }
        return index + 1 == bytes.count || !Self.isSmall(bytes[index + 1])
    }

    private static func isVariable(_ byte: UInt8) -> Bool { "abdmnuvwxyz".utf8.contains(byte) }
    private static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    private static func isSmall(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func closing(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x28: 0x29
        case 0x5B: 0x5D
        case 0x7B: 0x7D
        default: nil
        }
    }

    /// The text with Unicode's digits, dots, signs and blanks replaced by ASCII.
    private static func plain(_ text: String) -> [UInt8] {
        let raw = Array(text.utf8)
        let isPlain = raw.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "$") }
        if isPlain { return raw }
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var wasSuperscript = false
        // LaTeX's subscripts, Li_2 and Li_{10}: their brackets go with them.
        var wasUnderscore = false
        var isSubscript = false
        for scalar in text.unicodeScalars {
            let value = scalar.value
            var superscript: UInt8?
            switch value {
            case 0x2080...0x2089: out.append(UInt8(value - 0x2080) + 0x30)
            case 0x208A: out.append(UInt8(ascii: "+"))
            case 0x208B, 0x2212, 0x2013: out.append(UInt8(ascii: "-"))
            case 0x2070, 0x2074...0x2079: superscript = UInt8(value - 0x2070) + 0x30
            case 0xB9: superscript = UInt8(ascii: "1")
            case 0xB2, 0xB3: superscript = UInt8(value - 0xB0) + 0x30
            case 0x207A: superscript = UInt8(ascii: "+")
            case 0x207B: superscript = UInt8(ascii: "-")
            case 0xB7, 0x2022, 0x22C5, 0x2219, 0x30FB: out.append(UInt8(ascii: "*"))
            case 0x3B4: out.append(UInt8(ascii: "d"))
            case 0x25A1, 0x2610, 0x2B1C: out += Array("Va".utf8)
            case 0xBC: out += Array("1/4".utf8)
            case 0xBD: out += Array("1/2".utf8)
            case 0xBE: out += Array("3/4".utf8)
            case 0x2153: out += Array("1/3".utf8)
            case 0x2154: out += Array("2/3".utf8)
            case 0xA0, 0x2009, 0x202F, 0x200A: out.append(0x20)
            case 0x5F, 0x24: break
            case 0x7B where wasUnderscore: isSubscript = true
            case 0x7D where isSubscript: isSubscript = false
            case ..<0x80: out.append(UInt8(value))
            default: out.append(0x1A)
            }
            if let superscript {
                if !wasSuperscript { out.append(UInt8(ascii: "^")) }
                out.append(superscript)
            }
            wasSuperscript = superscript != nil
            wasUnderscore = value == 0x5F
        }
        return out
    }

    // MARK: Errors

    private func failure(_ problem: String, _ remedy: String) -> MaterialError {
        MaterialError(.formula, problem: problem, remedy: remedy)
    }

    private func letter(_ byte: UInt8) -> String {
        byte >= 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "\u{FFFD}"
    }

    private func unexpected() -> MaterialError {
        guard place < bytes.count else { return failure("the formula ends too early", "complete it") }
        let byte = bytes[place]
        let where_ = "'\(letter(byte))' (character \(place + 1))"
        switch byte {
        case UInt8(ascii: ","):
            return failure(
                "\(where_): shares that are not given", "write each amount, such as (Ni0.5Mn0.5), with points")
        case UInt8(ascii: "/"):
            return failure("\(where_): a composite of two materials", "give one material; fractions are written 1/3")
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            return failure("\(where_): neither a charge nor a sum with a variable", "write Fe^3+, or Li1-xCoO2 x=0.5")
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            let rest = bytes[place...].prefix { Self.isSmall($0) }
            return unknownElement(String(decoding: rest, as: UTF8.self))
        default: return failure("\(where_) has no meaning in a formula", "write it such as Li(Ni0.5Mn0.5)O2")
        }
    }

    private func unknownElement(at start: Int) -> MaterialError {
        let end = bytes[(start + 1)...].prefix { Self.isSmall($0) }.endIndex
        return unknownElement(String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private func unknownElement(_ word: String) -> MaterialError {
        let name = MaterialError.quoted(word, limit: 20)
        // Longer words are names that were misspelt; those of elements are looked for among elements.
        let compounds = MaterialNames.table.filter { Element(symbol: $0.formula) == nil }
        let known = word.utf8.count < 4 ? [] : compounds.flatMap(\.names)
        if let near = Spelling.nearest(to: word, among: known) ?? MaterialNames.nearestElement(to: word) {
            return failure("unknown element '\(name)'", "nearest: \(near)")
        }
        return failure("unknown element '\(name)'", "symbols begin with a capital, such as LiFePO4")
    }

    private static func short(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6)" }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
