/// An Office Open XML workbook (ECMA-376, part 1, SpreadsheetML): its sheets as text.
final class Workbook {
    /// A sheet's name and its file in the archive.
    struct Sheet {
        var name: String
        fileprivate var entry: ZipArchive.Entry
    }

    let sheets: [Sheet]
    /// Whether dates are counted from 1904, as in workbooks of old Macintoshes.
    let countsFrom1904: Bool

    private let archive: ZipArchive
    /// Bytes of a sheet's text beyond which it is refused.
    private let mostText: Int
    private let path: String
    /// One after another, with the place where each begins, and the end.
    private var strings: [UInt8] = []
    private var stringStarts: [Int] = [0]
    /// Whether numbers in a cell style are shown as a time without a date.
    private var isDuration: [Bool] = []

    /// Throws `ImportError` where the archive is damaged or no workbook.
    init(_ bytes: [UInt8], path: String) throws {
        self.path = path
        let archive = try ZipArchive(bytes, path: path)
        self.archive = archive
        mostText = max(
            ZipArchive.freeExpansion, bytes.count.multipliedReportingOverflow(by: ZipArchive.greatestRatio).partialValue
        )
        guard let main = archive.entry("xl/workbook.xml") else {
            throw ImportError(
                path: path, problem: "the archive holds no workbook", remedy: "unpack it, and name a file")
        }
        var targets: [String: String] = [:]
        if let relations = archive.entry("xl/_rels/workbook.xml.rels") {
            try Self.scan(archive, relations, path) { event in
                guard case .start(let name, let attributes) = event, name == "Relationship",
                    let identifier = attributes["Id"], let target = attributes["Target"]
                else { return }
                targets[identifier] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
            }
        }
        var found: [Sheet] = []
        var from1904 = false
        try Self.scan(archive, main, path) { event in
            guard case .start(let name, let attributes) = event else { return }
            if name == "workbookPr" { from1904 = ["1", "true"].contains(attributes["date1904"] ?? "") }
            guard name == "sheet" else { return }
            let identifier = attributes.all.first { $0.key == "r:id" || $0.key.hasSuffix(":id") }?.value ?? ""
            let target = targets[identifier] ?? "xl/worksheets/sheet\(found.count + 1).xml"
            guard let entry = archive.entry(target) else { return }
            found.append(Sheet(name: attributes["name"] ?? target, entry: entry))
        }
        sheets = found
        countsFrom1904 = from1904
        guard !sheets.isEmpty else {
            throw ImportError(path: path, problem: "the workbook has no sheets", remedy: "export the test again")
        }
        try readStrings()
        try readStyles()
    }

    private static func scan(
        _ archive: ZipArchive, _ entry: ZipArchive.Entry, _ path: String,
        handler: @escaping (XMLScanner.Event) throws -> Void
    ) throws {
        let scanner = try XMLScanner(path: path, place: entry.name, handler: handler)
        try archive.read(entry) { try scanner.feed($0, last: false) }
        try scanner.feed(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    }

    /// Texts that cells share; what is written beside for the pronunciation is left out.
    private func readStrings() throws {
        guard let entry = archive.entry("xl/sharedStrings.xml") else { return }
        var isText = false
        var phonetic = 0
        try Self.scan(archive, entry, path) { [unowned self] event in
            switch event {
            case .start(let name, _):
                if name == "rPh" { phonetic += 1 }
                isText = name == "t" && phonetic == 0
            case .text(let bytes):
                if isText { Self.append(bytes, to: &strings) }
            case .end(let name):
                isText = false
                if name == "rPh" { phonetic -= 1 }
                if name == "si" { stringStarts.append(strings.count) }
            }
        }
    }

    /// Number formats of the cell styles (ECMA-376, 18.8.30): built-in ones for a time are 18 to 21 and 45 to 47.
    private func readStyles() throws {
        guard let entry = archive.entry("xl/styles.xml") else { return }
        var codes: [String: String] = [:]
        var isCellStyles = false
        try Self.scan(archive, entry, path) { [unowned self] event in
            switch event {
            case .start(let name, let attributes):
                if name == "numFmt", let number = attributes["numFmtId"] {
                    codes[number] = attributes["formatCode"]?.lowercased() ?? ""
                } else if name == "cellXfs" {
                    isCellStyles = true
                } else if name == "xf", isCellStyles {
                    let number = attributes["numFmtId"] ?? "0"
                    let isBuiltIn = (Int(number).map { (18...21).contains($0) || (45...47).contains($0) }) ?? false
                    // Names of colours and quoted words aside.
                    let code = codes[number].map { $0.contains("general") || $0.contains("\"") ? "" : $0 } ?? ""
                    let isTime = code.contains("h") || code.contains("s") && code.contains("m")
                    isDuration.append(isBuiltIn || isTime && !code.contains("y") && !code.contains("d"))
                }
            case .end(let name):
                if name == "cellXfs" { isCellStyles = false }
            case .text: break
            }
        }
    }

    /// Tabs and ends of lines would be taken for those of the table.
    private static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        text.append(contentsOf: bytes.lazy.map { $0 < 0x20 ? 0x20 : $0 })
    }

    /// A sheet's cells as text in UTF-8, separated by tabs, a line a row. Throws `ImportError`.
    ///
    /// Numbers stand as they are stored; those that are shown as a time without a date are turned from days into seconds.
    func text(of sheet: Sheet) throws -> [UInt8] {
        /// Columns of a sheet (ECMA-376 and Excel's own limit).
        let mostColumns = 16_384
        /// Tabs of cells that are not there: beyond these, and eight for each byte of a cell's own, a sheet is no table.
        let freeTabs = 1 << 20
        /// Bytes of a sheet's text: cells share texts, so that a few bytes may stand for many.
        let most = mostText
        /// Bytes of a cell's text (Excel's own limit, in characters).
        let longestCell = 32_767
        var text: [UInt8] = [0xEF, 0xBB, 0xBF]
        var tabs = 0
        /// Cells and their own bytes.
        var content = 0
        /// Cells begun in this row.
        var column = 0
        var value: [UInt8] = []
        var isValue = false
        enum Kind { case number, shared, text, truth, failure }
        var kind = Kind.number
        var isTime = false
        let (strings, starts, durations) = (strings, stringStarts, isDuration)
        let path = path
        try Self.scan(archive, sheet.entry, path) { event in
            switch event {
            case .start(let name, let attributes):
                if name == "row" {
                    column = 0
                } else if name == "c" {
                    var place = attributes.bytes("r").map { Self.column($0) } ?? column
                    if place < column { place = column }
                    guard place < mostColumns else {
                        throw ImportError(
                            path: path, place: "sheet '\(sheet.name)'", problem: "has more than \(mostColumns) columns",
                            remedy: "export the test again")
                    }
                    tabs += place - column + 1
                    guard tabs <= freeTabs + 8 * content else {
                        throw ImportError(
                            path: path, place: "sheet '\(sheet.name)'", problem: "is nearly empty, and no table",
                            remedy: "export the test again")
                    }
                    // A tab before each cell but the first.
                    for index in column...place where index > 0 { text.append(0x09) }
                    column = place + 1
                    content += 1
                    value.removeAll(keepingCapacity: true)
                    kind =
                        switch attributes["t"] {
                        case nil, "n", "d": .number
                        case "s": .shared
                        case "b": .truth
                        case "e": .failure
                        default: .text
                        }
                    isTime =
                        kind == .number
                        && (attributes["s"].flatMap { Int($0) }.map { index in
                            index >= 0 && index < durations.count && durations[index]
                        } ?? false)
                } else if name == "v" || name == "t" {
                    isValue = true
                }
            case .text(let bytes):
                if isValue { Self.append(bytes, to: &value) }
            case .end(let name):
                if name == "v" || name == "t" {
                    isValue = false
                } else if name == "c" {
                    content += value.count
                    switch kind {
                    case .shared:
                        let index = Int(String(decoding: value, as: UTF8.self)) ?? -1
                        if index >= 0, index + 1 < starts.count {
                            text.append(contentsOf: strings[starts[index]..<starts[index + 1]].prefix(longestCell))
                        }
                    case .number:
                        if isTime, let days = Double(String(decoding: value, as: UTF8.self)) {
                            // To the microsecond, which days in double precision hold.
                            text.append(contentsOf: "\((days * 86_400 * 1e6).rounded() / 1e6)".utf8)
                        } else {
                            text.append(contentsOf: value)
                        }
                    case .text, .truth: text.append(contentsOf: value)
                    case .failure: break
                    }
                } else if name == "row" {
                    text.append(0x0A)
                }
                guard text.count <= most else {
                    throw ImportError(
                        path: path, place: "sheet '\(sheet.name)'",
                        problem: "expands to more than \(most >> 20) MiB, as no cycler's does",
                        remedy: "export the test again")
                }
            }
        }
        return text
    }

    /// Column, from 0, of a cell's reference such as `AB12`.
    private static func column(_ reference: UnsafePointer<CChar>) -> Int {
        var number = 0
        var next = reference
        while let letter = UInt8(exactly: next.pointee), letter >= 0x41, letter <= 0x5A, number < 1 << 20 {
            number = number * 26 + Int(letter - 0x40)
            next += 1
        }
        return max(number - 1, 0)
    }
}
