/// Works as entries of a BibTeX file.
enum BibTeX {
    /// One entry for each work, with a key of its own.
    static func entries(_ works: [String]) -> [String] {
        var taken: Set<String> = []
        return works.map { work in
            let stem = key(work)
            var key = stem
            var letter: UInt8 = 97
            while !taken.insert(key).inserted, letter < 123 {
                key = stem + String(UnicodeScalar(letter))
                letter += 1
            }
            return entry(work, key)
        }
    }

    /// The fields that can be told from the text; all of it in a note, so that nothing is lost.
    private static func entry(_ work: String, _ key: String) -> String {
        var fields: [(String, String)] = []
        // `Chen 2020: Authors: Title. Journal 167 (2020) 080534. doi:…`, as cell files name their sources.
        let parts = work.split(separator: ": ", maxSplits: 2).map(String.init)
        if parts.count == 3, parts[0].count < 40, let end = parts[2].firstRange(of: ". ") {
            fields.append(("author", parts[1].split(separator: ", ").joined(separator: " and ")))
            fields.append(("title", "{" + clean(String(parts[2][..<end.lowerBound])) + "}"))
            let rest = parts[2][end.upperBound...]
            let journal = rest.prefix { !$0.isNumber }
            if !journal.isEmpty, journal.count < 90 {
                let name = journal.split(separator: " ").joined(separator: " ")
                fields.append(("journal", name.hasSuffix(",") ? String(name.dropLast()) : name))
            }
        }
        if let year = year(work) { fields.append(("year", year)) }
        if let doi = doi(work) { fields.append(("doi", doi)) }
        fields.append(("note", clean(work)))
        let kind = fields.contains { $0.0 == "journal" } ? "article" : "misc"
        return "@\(kind){\(key),\n"
            + fields.map { "  \($0.0) = {\(clean($0.1, keepsBraces: $0.0 == "title"))}" }
            .joined(separator: ",\n") + "\n}"
    }

    /// First author and year, in letters and digits alone.
    private static func key(_ work: String) -> String {
        let name = work.split { !$0.isLetter }.first.map(String.init) ?? "work"
        let plain = name.filter { $0.isASCII && $0.isLetter }
        return (plain.isEmpty ? "work" : plain) + (year(work) ?? "")
    }

    private static func year(_ work: String) -> String? {
        work.split { !$0.isNumber }.first { $0.count == 4 && ($0.hasPrefix("19") || $0.hasPrefix("20")) }.map(
            String.init)
    }

    static func doi(_ work: String) -> String? {
        guard let start = work.firstRange(of: "10."), work.contains("doi") else { return nil }
        var doi = work[start.lowerBound...].prefix { !$0.isWhitespace && $0 != ";" && $0 != "," }
        while let last = doi.last, ".)".contains(last) { doi = doi.dropLast() }
        return doi.contains("/") ? String(doi) : nil
    }

    private static func clean(_ text: String, keepsBraces: Bool = false) -> String {
        text.filter { keepsBraces || ($0 != "{" && $0 != "}") }
    }
}
