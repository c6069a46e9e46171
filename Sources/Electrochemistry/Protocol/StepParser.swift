import Cells

/// Reads steps as PyBaMM writes them.
///
/// ```
/// Discharge|Charge at 1C|C/2|5 A|500 mA|2 W|10 Ohm [for 10 minutes | for 2 A.h] [or] [until 2.5 V or C/50 or 1 W]
/// Hold at 4.2 V until C/50|50 mA|1 W [or for 2 hours]     (also: Charge at 4.2 V until 50 mA)
/// Rest for 1 hour
/// Drive FILE.csv [in A|W|V]                               ("…" around a name with blanks)
/// ```
/// each followed by `(1 minute period)` and `at 45 oC` (or `318 K`), where wanted. Upper and lower case are alike, blanks
/// between a number and its unit are free. A charge or discharge without an end runs to the cell's cut-off; a drive
/// ends with its file; anything else needs an end.
public enum StepParser {
    /// Longer strings are no steps.
    static let longestStep = 500

    /// Reads one step.
    ///
    /// - Parameters:
    ///   - text: the step.
    ///   - directory: the folder that a drive's relative path starts from; nil for the working directory.
    /// - Throws: `ProtocolError`, which quotes the step, what cannot be understood in it, and an example.
    public static func parse(_ text: String, directory: String? = nil) throws -> Step {
        var parser = StepReader(text: text, directory: directory)
        return try parser.step()
    }
}

/// The state of reading one step.
private struct StepReader {
    private enum Verb: String, CaseIterable {
        case discharge, charge, hold, rest, drive

        var example: String {
            switch self {
            case .discharge: "Discharge at 1C until 2.5 V"
            case .charge: "Charge at C/2 until 4.2 V"
            case .hold: "Hold at 4.2 V until C/50"
            case .rest: "Rest for 1 hour"
            case .drive: "Drive profile.csv in W"
            }
        }
    }

    private let scalars: [Unicode.Scalar]
    private let directory: String?
    private var tokens: [StepToken] = []
    private var next = 0
    private var verb = Verb.discharge
    private var result = Step(control: .rest)
    private var seconds: Double?
    private var drive: (path: String, quantity: DriveCycle.Quantity?)?

    init(text: String, directory: String?) {
        var scalars = Array(text.unicodeScalars.prefix(StepParser.longestStep + 1))
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        self.scalars = Array(scalars.drop { $0.properties.isWhitespace })
        self.directory = directory
    }

    mutating func step() throws -> Step {
        guard scalars.count <= StepParser.longestStep else {
            throw refusal("longer than \(StepParser.longestStep) characters", "a step is one line")
        }
        var lexer = StepLexer(scalars)
        tokens = lexer.tokens()
        guard !tokens.isEmpty else { throw refusal("an empty step", nil) }
        try readVerb()
        if verb != .drive { try refuseDecimalComma() }
        switch verb {
        case .discharge, .charge, .hold: try readControl()
        case .rest: break
        case .drive: try readDrivePath()
        }
        while next < tokens.count { try readClause() }
        try finish()
        return result
    }

    /// Whether the text names a file that steps are kept in.
    private var isFileName: Bool {
        [".yaml", ".yml", ".json", ".txt"].contains { text.lowercased().hasSuffix($0) }
    }

    // MARK: The main clause

    /// Numbers have a point; a comma would be told as a number without a unit.
    private func refuseDecimalComma() throws {
        func isDigit(_ place: Int) -> Bool { scalars.indices.contains(place) && ("0"..."9").contains(scalars[place]) }
        guard let comma = scalars.indices.first(where: { scalars[$0] == "," && isDigit($0 - 1) && isDigit($0 + 1) })
        else { return }
        throw refusal(
            "a decimal comma at '\(scalars[comma - 1]),\(scalars[comma + 1])'", "write a point, such as 2.5 V")
    }

    private mutating func readVerb() throws {
        guard case .word(let word) = tokens[0].kind, let known = Verb(rawValue: word) else {
            if isFileName { throw refusal("the name of a file", "a file of steps goes with --protocol-file") }
            if case .word(let word) = tokens[0].kind,
                let near = nearest(to: word, among: Verb.allCases.map(\.rawValue)).flatMap(Verb.init(rawValue:))
            {
                throw refusal("\(part(0...0)) is no kind of step", "write for example '\(near.example)'")
            }
            throw refusal(
                "\(part(0...0)) is no kind of step",
                "steps begin with Discharge, Charge, Hold, Rest or Drive: 'Discharge at 1C until 2.5 V'")
        }
        verb = known
        next = 1
    }

    private mutating func readControl() throws {
        if take(word: "at") || take(word: "with") {}
        guard next < tokens.count else {
            throw refusal(verb == .hold ? "holds at which voltage?" : "at which current?", nil)
        }
        let start = next
        let quantity = try readQuantity(zeroAllowed: verb == .hold)
        let sign = verb == .charge ? 1.0 : -1.0
        switch (verb, quantity.dimension) {
        case (_, .voltage): result.control = .voltage(quantity.value)
        case (.hold, _): throw refusal("\(part(start...next - 1)) is no voltage", nil)
        case (_, .rate): result.control = .cRate(sign * quantity.value)
        case (_, .current): result.control = .current(sign * quantity.value)
        case (_, .power): result.control = .power(sign * quantity.value)
        case (.discharge, .resistance): result.control = .resistance(quantity.value)
        case (_, .resistance): throw refusal("a resistor cannot charge", "'Discharge at 10 Ohm until 2.5 V' is right")
        default: throw refusal("\(part(start...next - 1)) is no current, C-rate, voltage, power or resistance", nil)
        }
    }

    /// The file's name ends at the first blank, or at the closing quote.
    private mutating func readDrivePath() throws {
        var position = tokens[0].range.upperBound
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        guard position < scalars.count else { throw refusal("drives which file?", nil) }
        var path = String.UnicodeScalarView()
        if scalars[position] == "\"" || scalars[position] == "'" {
            let quote = scalars[position]
            guard let end = scalars[(position + 1)...].firstIndex(of: quote) else {
                throw refusal("the quote before the file's name is not closed", nil)
            }
            path.append(contentsOf: scalars[(position + 1)..<end])
            position = end + 1
        } else {
            let end = scalars[position...].firstIndex { $0.properties.isWhitespace } ?? scalars.count
            path.append(contentsOf: scalars[position..<end])
            position = end
        }
        guard !path.isEmpty else { throw refusal("an empty file name", nil) }
        drive = (String(path), nil)
        var lexer = StepLexer(scalars, from: position)
        tokens = [tokens[0]] + lexer.tokens()
    }

    // MARK: Ends and options

    private mutating func readClause() throws {
        switch tokens[next].kind {
        case .word("for"):
            next += 1
            try readFor()
        case .word("until"):
            next += 1
            try readUntil()
        case .word("or"):
            guard seconds != nil || !result.terminations.isEmpty else { throw unexpected() }
            next += 1
            guard next < tokens.count else { throw refusal("nothing follows 'or'", nil) }
            if tokens[next].isWord("for") || tokens[next].isWord("until") { return }
            try readUntil()
        case .word("at"): try readTemperature()
        case .word("in") where verb == .drive: try readDriveUnit()
        case .sign("("): try readPeriod()
        default: throw unexpected()
        }
    }

    private mutating func readFor() throws {
        guard next < tokens.count else { throw refusal("for how long?", "'for 10 minutes' is right") }
        let start = next
        let quantity = try readQuantity()
        switch quantity.dimension {
        case .time:
            guard seconds == nil else { throw refusal("a second duration \(part(start...next - 1))", nil) }
            var total = quantity.value
            // `for 1 hour 30 minutes`.
            while next < tokens.count, case .number = tokens[next].kind {
                let more = try readQuantity()
                guard more.dimension == .time else { throw unexpected(at: next - 1) }
                total += more.value
            }
            guard total <= quantity.limit else { throw tooLarge(quantity, start...next - 1) }
            seconds = total
        case .charge: try add(.capacity(quantity.value), quantity, start...next - 1)
        default:
            throw refusal(
                "\(part(start...next - 1)) is neither a time nor a charge", "'for 10 minutes' or 'for 2 A.h' is right")
        }
    }

    private mutating func readUntil() throws {
        guard next < tokens.count else { throw refusal("until what?", nil) }
        let start = next
        let quantity = try readQuantity(zeroAllowed: true)
        let range = start...next - 1
        switch quantity.dimension {
        case .voltage: try add(.voltage(quantity.value), quantity, range)
        case .current: try add(.current(quantity.value), quantity, range)
        case .rate: try add(.cRate(quantity.value), quantity, range)
        case .charge: try add(.capacity(quantity.value), quantity, range)
        case .power: try add(.power(quantity.value), quantity, range)
        case .time: throw refusal("'until' takes no time", "'for \(plain(range))' is right")
        case .resistance: throw refusal("\(part(range)) cannot end a step", nil)
        }
    }

    private mutating func readTemperature() throws {
        let start = next
        next += 1
        guard next < tokens.count, case .number(let number) = tokens[next].kind else {
            throw refusal("\(part(start...min(next, tokens.count - 1))) is no temperature", "'at 45 oC' is right")
        }
        next += 1
        if next < tokens.count, case .word("deg") = tokens[next].kind { next += 1 }
        if next < tokens.count, case .word("degrees") = tokens[next].kind { next += 1 }
        guard next < tokens.count, case .word(let unit) = tokens[next].kind else {
            throw refusal("\(part(start...next - 1)) has no unit of temperature", "'at 45 oC' or 'at 318 K' is right")
        }
        let kelvin: Double
        switch unit {
        case "oc", "°c", "ºc", "℃", "c", "degc", "celsius": kelvin = number + 273.15
        case "k", "kelvin": kelvin = number
        default: throw refusal("\(part(start...next)) is no temperature", "'at 45 oC' or 'at 318 K' is right")
        }
        guard kelvin >= 150, kelvin <= 500 else {
            throw refusal("\(part(start...next)) is out of range", "temperatures lie between -123 and 226 oC")
        }
        guard result.temperature == nil else { throw refusal("a second temperature \(part(start...next))", nil) }
        result.temperature = kelvin
        next += 1
    }

    private mutating func readPeriod() throws {
        let start = next
        next += 1
        let example = "'(1 minute period)' is right"
        guard next < tokens.count else { throw refusal("'(' is not closed", example) }
        let quantity = try readQuantity()
        guard quantity.dimension == .time else { throw refusal("\(part(start...next - 1)) is no period", example) }
        guard take(word: "period"), take(sign: ")") else {
            throw refusal("\(part(start...min(next, tokens.count - 1))) is no period", example)
        }
        guard result.period == nil else { throw refusal("a second period \(part(start...next - 1))", nil) }
        result.period = quantity.value
    }

    private mutating func readDriveUnit() throws {
        let start = next
        next += 1
        guard next < tokens.count, case .word(let word) = tokens[next].kind,
            let unit = StepQuantity.unit(word), unit.factor == 1, drive?.quantity == nil
        else { throw unexpected(at: min(next, tokens.count - 1)) }
        switch unit.dimension {
        case .current: drive?.quantity = .current
        case .power: drive?.quantity = .power
        case .voltage: drive?.quantity = .voltage
        default: throw refusal("\(part(start...next)): a drive holds A, W or V", nil)
        }
        next += 1
    }

    // MARK: Quantities

    /// A number with a unit, or `C/20`.
    private mutating func readQuantity(zeroAllowed: Bool = false) throws -> StepQuantity {
        let start = next
        var quantity: StepQuantity
        switch tokens[next].kind {
        case .word("c") where tokens.count > next + 2 && tokens[next + 1].kind == .sign("/"):
            quantity = StepQuantity(dimension: .rate, value: 1 / (try readDivisor()))
        case .word("nan"), .word("inf"), .word("infinity"):
            throw refusal("\(part(start...start)) is no number", nil)
        case .number(let number):
            next += 1
            let end = next < tokens.count ? next : start
            guard next < tokens.count, case .word(let name) = tokens[next].kind else {
                throw refusal("\(part(start...start)) has no unit", nil)
            }
            guard let unit = StepQuantity.unit(name) else {
                throw refusal("\(part(start...end)) has an unknown unit", nil)
            }
            quantity = StepQuantity(dimension: unit.dimension, value: number * unit.factor)
            if unit.dimension == .rate, next + 2 < tokens.count, tokens[next + 1].kind == .sign("/") {
                quantity.value /= try readDivisor()
            } else {
                next += 1
            }
            // `2 A h`.
            if unit.dimension == .current, name == "a" || name == "ma", next < tokens.count, tokens[next].isWord("h") {
                quantity.dimension = .charge
                next += 1
            }
        default: throw refusal("\(part(start...start)) is no quantity", nil)
        }
        let range = start...next - 1
        guard quantity.value.isFinite else { throw refusal("\(part(range)) is not finite", nil) }
        guard quantity.value >= 0 else {
            throw refusal(
                "\(part(range)) is negative",
                quantity.dimension == .time
                    ? "a time is above zero" : "a value is above zero: Charge and Discharge carry the sign")
        }
        guard quantity.value > 0 || (zeroAllowed && quantity.dimension == .voltage) else {
            throw refusal(
                "\(part(range)) is zero",
                quantity.dimension == .time
                    ? "a time is above zero" : "a value above zero, or 'Rest for 1 hour', is right")
        }
        guard quantity.value <= quantity.limit else { throw tooLarge(quantity, range) }
        return quantity
    }

    /// The 20 of `C/20`, from the `C` on.
    private mutating func readDivisor() throws -> Double {
        let start = next
        next += 3
        guard case .number(let divisor) = tokens[start + 2].kind else {
            throw refusal("\(part(start...start + 2)) is no C-rate", nil)
        }
        guard divisor > 0, divisor.isFinite else {
            throw refusal("\(part(start...start + 2)) is no C-rate", "the divisor is above zero")
        }
        return divisor
    }

    // MARK: What an end must be

    private mutating func add(
        _ termination: Step.Termination, _ quantity: StepQuantity, _ range: ClosedRange<Int>
    ) throws {
        let impossible: String? =
            switch (result.control, quantity.dimension) {
            case _ where verb == .drive: nil
            case (.voltage, .voltage): "the voltage is held: \(part(range)) is never reached"
            case (.current, .current), (.current, .rate), (.cRate, .current), (.cRate, .rate):
                "the current is constant: \(part(range)) is never reached"
            case (.power, .power): "the power is constant: \(part(range)) is never reached"
            case (.rest, .current), (.rest, .rate), (.rest, .power), (.rest, .charge):
                "nothing flows at rest: \(part(range)) is never reached"
            default: nil
            }
        if let impossible { throw refusal(impossible, nil) }
        guard !result.terminations.contains(termination) else { return }
        result.terminations.append(termination)
    }

    private mutating func finish() throws {
        result.duration = seconds
        var text = String.UnicodeScalarView()
        for scalar in scalars {
            let isBlank = scalar.properties.isWhitespace
            if isBlank, text.last == " " { continue }
            text.append(isBlank ? " " : scalar)
        }
        result.text = String(text)
        if let drive {
            let profile = try DriveCycleFile.read(path: drive.path, quantity: drive.quantity, directory: directory)
            let length = profile.times.last ?? 0
            if let seconds, seconds > length * (1 + 1e-9) {
                throw refusal("the file ends after \(length) s", "a shorter duration, or none")
            }
            result.control = .drive(profile)
            result.duration = seconds ?? length
            return
        }
        if seconds == nil, case .cRate(let rate) = result.control, rate.magnitude < StepPlan.slowest {
            throw refusal(
                "at this rate it takes more than \(rounded(1 / StepPlan.slowest)) hours",
                "\(rounded(StepPlan.slowest))C or more, or a duration, is right")
        }
        guard seconds == nil, result.terminations.isEmpty else { return }
        switch result.control {
        case .voltage: throw refusal("it never ends", "'Hold at 4.2 V until C/50' or 'for 1 hour' is right")
        case .rest: throw refusal("it never ends", nil)
        default: break
        }
    }

    // MARK: Tokens and messages

    private mutating func take(word: String) -> Bool {
        guard next < tokens.count, tokens[next].isWord(word) else { return false }
        next += 1
        return true
    }

    private mutating func take(sign: Unicode.Scalar) -> Bool {
        guard next < tokens.count, tokens[next].kind == .sign(sign) else { return false }
        next += 1
        return true
    }

    private func plain(_ range: ClosedRange<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(
            contentsOf: scalars[tokens[range.lowerBound].range.lowerBound..<tokens[range.upperBound].range.upperBound])
        return String(view)
    }

    private func part(_ range: ClosedRange<Int>) -> String { quoted(plain(range)) }

    private func unexpected(at index: Int? = nil) -> ProtocolError {
        let index = index ?? next
        return refusal("cannot understand \(part(index...tokens.count - 1))", nil)
    }

    private func tooLarge(_ quantity: StepQuantity, _ range: ClosedRange<Int>) -> ProtocolError {
        refusal("\(part(range)) is absurd", "a \(quantity.dimension.rawValue) is at most \(quantity.limitText)")
    }

    private var text: String { String(String.UnicodeScalarView(scalars)) }

    private func refusal(_ problem: String, _ remedy: String?) -> ProtocolError {
        ProtocolError(
            .step, place: "step " + quoted(text), problem: problem,
            remedy: remedy ?? "write for example '\(verb.example)'")
    }
}
