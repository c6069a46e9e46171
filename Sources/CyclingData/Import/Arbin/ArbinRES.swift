/// Arbin's `.res`: a database of Microsoft Access (Jet), which the program `mdb-export` of mdbtools reads.
///
/// Names of the tables and columns: Arbin's own, as cellpy's sample holds them, and galvani 0.5.0 (`galvani/res2sqlite.py`).
public enum ArbinRES: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "arbin-res"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool {
        head.starts(with: [0, 1, 0, 0] + Array("Standard Jet DB".utf8))
            || head.starts(with: [0, 1, 0, 0] + Array("Standard ACE DB".utf8))
    }

    /// Throws `ImportError`; also where `mdb-export` is missing.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        guard recognises(bytes) else {
            throw ImportError(path: path, problem: "does not begin as a .res", remedy: "name another format")
        }
        // A page has 2048 or 4096 bytes, and its number must fit.
        guard bytes.count >= 4096 else {
            throw ImportError(path: path, problem: "the database is truncated", remedy: "copy it again, whole")
        }
        guard let file = TemporaryFile(bytes) else {
            throw ImportError(
                path: path, problem: "no room for a copy in the folder for temporary files",
                remedy: "free some, or set TMPDIR")
        }
        let main = "Channel_Normal_Table"
        let text = try export(main, file, path: path, size: bytes.count)
        guard !text.isEmpty else {
            throw ImportError(
                path: path, problem: "the database is damaged, or none of Arbin's: it has no \(main)",
                remedy: "export it from MITS Pro as .csv or .xlsx")
        }
        var table = try TableText.read(text, path: "\(path): \(main)", format: name)
        guard table.count > 0, table[.voltageVolt] != nil, table[.currentAmpere] != nil else {
            throw ImportError(
                path: path, place: main, problem: "there are no records",
                remedy: "export it from MITS Pro as .csv or .xlsx")
        }
        sortByDataPoint(&table)
        if let auxiliary = try? export("Auxiliary_Table", file, path: path, size: bytes.count), !auxiliary.isEmpty {
            joinAuxiliary(auxiliary, into: &table)
        }
        if let global = try? export("Global_Table", file, path: path, size: bytes.count) {
            table.metadata += description(global)
        }
        return table
    }

    /// A table as text, separated by tabs; empty where there is none. Throws `ImportError`.
    private static func export(_ table: String, _ file: TemporaryFile, path: String, size: Int) throws -> [UInt8] {
        // A number of 8 bytes takes up to 24 in text.
        let most = 16 * size + (1 << 20)
        let (output, ending) = ChildProgram.run(
            ["mdb-export", "-Q", "-d", "\t", "-D", "%Y-%m-%d %H:%M:%S", file.path, table], most: most)
        switch ending {
        case .success: return output
        case .missing:
            throw ImportError(
                path: path, problem: "the program mdb-export, which reads Arbin's .res, is not installed",
                remedy: "install mdbtools (apt-get install mdbtools, brew install mdbtools)")
        case .tooLong:
            throw ImportError(
                path: path, place: table, problem: "is larger than its file can hold",
                remedy: "copy the file again, whole")
        case .failure(let code) where code < 0:
            throw ImportError(
                path: path, place: table, problem: "the database is damaged: mdb-export was ended by signal \(-code)",
                remedy: "copy it again, whole")
        case .failure: return []
        }
    }

    /// Records lie in the order of the database's pages, which need not be theirs.
    private static func sortByDataPoint(_ table: inout CyclerTable) {
        guard let points = table[.recordIndex] else { return }
        let tests = table.columns.first { $0.name == "Test_ID" }?.values ?? []
        let test = tests.count == points.count ? tests : [Double](repeating: 0, count: points.count)
        func precedes(_ a: Int, _ b: Int) -> Bool { test[a] != test[b] ? test[a] < test[b] : points[a] < points[b] }
        guard points.indices.dropFirst().contains(where: { precedes($0, $0 - 1) }) else { return }
        let order = points.indices.sorted { precedes($0, $1) || !precedes($1, $0) && $0 < $1 }
        for index in table.columns.indices {
            let column = table.columns[index]
            if column.texts.isEmpty {
                table.columns[index].values = order.map { column.values[$0] }
            } else {
                table.columns[index].texts = order.map { column.texts[$0] }
            }
        }
        table.remarks.append("records were not in the order of their number in the database")
    }

    /// Lines of cells, the first of headings.
    private static func cells(_ text: [UInt8]) -> [[Substring]] {
        String(decoding: text, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
    }

    /// Auxiliary channels by their index and type, in the order of `Global_Table`'s `Mapped_Aux_…` columns: voltage,
    /// temperature, pressure.
    private static func joinAuxiliary(_ text: [UInt8], into table: inout CyclerTable) {
        let lines = cells(text)
        guard let heading = lines.first, let points = table[.recordIndex],
            let point = heading.firstIndex(of: "Data_Point"), let index = heading.firstIndex(of: "Auxiliary_Index"),
            let type = heading.firstIndex(of: "Data_Type"), let value = heading.firstIndex(of: "X"), lines.count > 1
        else { return }
        var rows: [Double: Int] = [:]
        for (row, number) in points.enumerated() { rows[number] = row }
        var columns: [String: [Double]] = [:]
        for line in lines.dropFirst() where line.count == heading.count {
            guard let number = Double(line[point]), let row = rows[number], let channel = Int(line[index]),
                let kind = Int(line[type]), let measured = Double(line[value])
            else { continue }
            let unit = [0: "voltage_volt", 1: "temperature_celsius", 2: "pressure"][kind] ?? "type\(kind)"
            // Arbin counts channels from 0.
            let name = NewareNDA.auxiliaryName(channel &+ 1, unit)
            guard columns[name] != nil || columns.count < 64 else { continue }
            columns[name, default: [Double](repeating: .nan, count: points.count)][row] = measured
        }
        table.columns += columns.sorted { $0.key < $1.key }.map { .init(name: $0.key, values: $0.value) }
    }

    /// What the database says of the test, that of its first line.
    private static func description(_ text: [UInt8]) -> [(key: String, value: String)] {
        let lines = cells(text)
        guard lines.count > 1 else { return [] }
        let wanted = [
            ("Test_Name", "test_name"), ("Channel_Index", "channel"), ("Start_DateTime", "start_time"),
            ("Creator", "creator"), ("Comments", "comments"), ("Schedule_File_Name", "schedule"),
            ("Software_Version", "software_version"), ("Serial_Number", "serial_number"), ("Item_ID", "item"),
        ]
        return wanted.compactMap { theirs, ours in
            guard let place = lines[0].firstIndex(of: Substring(theirs)), place < lines[1].count else { return nil }
            let value = String(lines[1][place]).trimmed
            let date = ours == "start_time" ? Double(value).flatMap { CalendarDate.text(days: $0) } : nil
            return value.isEmpty ? nil : (ours, date ?? value)
        }
    }
}
