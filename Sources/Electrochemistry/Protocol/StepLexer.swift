/// A word, number or sign of a step string.
struct StepToken: Equatable {
    /// What a token is.
    enum Kind: Equatable {
        /// May be infinite where the digits overflow.
        case number(Double)
        /// In lower case: letters, the degree sign, and dots between letters (`a.h`).
        case word(String)
        case sign(Unicode.Scalar)
    }
    var kind: Kind
    /// Where it stands in the step's scalars.
    var range: Range<Int>

    /// Whether the token is this word.
    func isWord(_ word: String) -> Bool { kind == .word(word) }
}

/// Splits a step string into tokens: `1C` is a number and a word, `C/20` a word, a sign and a number.
struct StepLexer {
    let scalars: [Unicode.Scalar]
    private var position: Int

    init(_ scalars: [Unicode.Scalar], from start: Int = 0) {
        self.scalars = scalars
        position = start
    }

    /// All tokens up to the end.
    mutating func tokens() -> [StepToken] {
        var tokens: [StepToken] = []
        while position < scalars.count {
            let start = position
            if scalars[position].properties.isWhitespace {
                position += 1
                continue
            }
            let kind = startsNumber ? number() : isLetter(scalars[position]) ? word() : sign()
            tokens.append(StepToken(kind: kind, range: start..<position))
        }
        return tokens
    }

    private var startsNumber: Bool {
        var next = position
        if scalars[next] == "-" || scalars[next] == "+" || scalars[next] == "−" { next += 1 }
        if next < scalars.count, scalars[next] == "." { next += 1 }
        return next < scalars.count && isDigit(scalars[next])
    }

    private mutating func number() -> StepToken.Kind {
        var text = ""
        if scalars[position] == "-" || scalars[position] == "−" { text = "-" }
        if !isDigit(scalars[position]), scalars[position] != "." { position += 1 }
        takeDigits(into: &text)
        if position < scalars.count, scalars[position] == "." {
            position += 1
            text += "."
            takeDigits(into: &text)
        }
        if let exponentEnd {
            for scalar in scalars[position..<exponentEnd] { text.unicodeScalars.append(scalar) }
            position = exponentEnd
        }
        if text.hasSuffix(".") { text += "0" }
        return .number(Double(text) ?? .infinity)
    }

    private mutating func takeDigits(into text: inout String) {
        while position < scalars.count, isDigit(scalars[position]) {
            text.unicodeScalars.append(scalars[position])
            position += 1
        }
    }

    /// The end of `e-3` at the position; nil where there is no exponent.
    private var exponentEnd: Int? {
        guard position < scalars.count, scalars[position] == "e" || scalars[position] == "E" else { return nil }
        var end = position + 1
        if end < scalars.count, scalars[end] == "-" || scalars[end] == "+" { end += 1 }
        guard end < scalars.count, isDigit(scalars[end]) else { return nil }
        while end < scalars.count, isDigit(scalars[end]) { end += 1 }
        return end
    }

    private mutating func word() -> StepToken.Kind {
        var text = ""
        while position < scalars.count {
            let scalar = scalars[position]
            let joins = scalar == "." || scalar == "·" || scalar == "⋅"
            if joins {
                guard position + 1 < scalars.count, isLetter(scalars[position + 1]) else { break }
                text += "."
            } else if isLetter(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                break
            }
            position += 1
        }
        return .word(text.lowercased())
    }

    private mutating func sign() -> StepToken.Kind {
        position += 1
        return .sign(scalars[position - 1])
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "°" || scalar == "º" || scalar == "℃" || scalar.properties.isAlphabetic
    }
}
