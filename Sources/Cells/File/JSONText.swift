/// Strings as JSON writes them.
package enum JSONText {
    /// Appends a string in quotes, with what JSON does not allow in one escaped.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - out: what is appended to.
    ///   - alsoEscaped: further scalars below U+10000 that are written by their number, for a document inside another.
    package static func quote(
        _ text: String, into out: inout String, alsoEscaped: (Unicode.Scalar) -> Bool = { _ in false }
    ) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || alsoEscaped(scalar):
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
