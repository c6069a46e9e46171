/// Text that goes into a page.
enum HTML {
    /// With `&`, `<`, `>` and both kinds of quotes escaped: neither an element's text nor an attribute's value can be left.
    static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x26, 0x3C, 0x3E, 0x22, 0x27].contains($0) }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Escaped, with what looks like a DOI made a link.
    static func linked(_ text: String) -> String {
        guard let range = text.firstRange(of: "doi:10.") ?? text.firstRange(of: "doi 10.") else { return escape(text) }
        let from = text.index(range.lowerBound, offsetBy: 4)
        var doi = text[from...].prefix { !$0.isWhitespace && $0 != ";" && $0 != "," }
        while let last = doi.last, ".)".contains(last) { doi = doi.dropLast() }
        let address = "https://doi.org/" + doi
        return escape(String(text[..<from])) + "<a href=\"\(escape(address))\">\(escape(String(doi)))</a>"
            + escape(String(text[doi.endIndex...]))
    }
}
