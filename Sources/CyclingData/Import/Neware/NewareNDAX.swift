/// Neware's `.ndax`: a zip archive of binary files (`data.ndc`, `data_runInfo.ndc`, `data_step.ndc`, auxiliary channels) and
/// of descriptions in XML.
///
/// Facts of the layout: fastnda 1.3.1 (Empa, BSD-3, `fastnda/ndax.py`) and NewareNDA 2026.6 (SES AI, BSD-3).
public enum NewareNDAX: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "neware-ndax"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool {
        ZipArchive.recognises(head)
            && ZipArchive.names(in: head).contains {
                $0.hasSuffix(".ndc") || $0 == "VersionInfo.xml" || $0 == "TestInfo.xml"
            }
    }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        let archive = try ZipArchive(bytes, path: path)
        guard let main = try ndc("data.ndc", in: archive, path: path) else {
            throw ImportError(path: path, problem: "the archive has no data.ndc", remedy: "export it again from BTSDA")
        }
        var remarks: [String] = []
        if !NewareNDC.compared.contains(main.version) {
            remarks.append("version \(main.version) of .ndc has never been compared with the vendor's own export")
        }
        var columns = try main.main()
        guard columns.count > 0 else {
            throw ImportError(
                path: path, place: "data.ndc", problem: "there are no records", remedy: "name another file")
        }
        if let file = try ndc("data_runInfo.ndc", in: archive, path: path) {
            join(try file.runInfo(), into: &columns, remarks: &remarks)
        }
        if columns.step.count == columns.count, let file = try ndc("data_step.ndc", in: archive, path: path) {
            let steps = try file.steps()
            func take(_ values: [Double]) -> [Double] {
                columns.step.map { number in
                    guard let number = Int(exactly: number), number >= 1, number <= values.count else { return .nan }
                    return values[number - 1]
                }
            }
            columns.cycle = take(steps.cycle)
            columns.stepIndex = take(steps.stepIndex)
            columns.stepType = take(steps.stepType)
        }
        var metadata: [(key: String, value: String)] = [("ndc_version", "\(main.version)")]
        let channels = try describe(archive, into: &metadata, path: path)
        try joinAuxiliary(archive, channels, into: &columns, remarks: &remarks, path: path)
        remarks += columns.sortByIndex()
        columns.complete(startTime: metadata.first { $0.key == "start_time" }.flatMap { NewareNDA.startTime($0.value) })
        return columns.table(format: name, metadata: metadata, remarks: remarks)
    }

    private static func ndc(_ name: String, in archive: ZipArchive, path: String) throws -> NewareNDC? {
        guard let entry = archive.entry(name) else { return nil }
        return try NewareNDC(try archive.read(entry), path: path, place: name)
    }

    /// Rows of `columns` by the number of their record; -1 where there is none. Only a number up to the largest in `columns`
    /// or eight times their count has a place.
    private static func rows(of columns: NewareColumns) -> [Int32] {
        let bound = Double(columns.count * 8)
        let largest = columns.index.reduce(0) { $1 <= bound ? max($0, $1) : $0 }
        var rows = [Int32](repeating: -1, count: Int(largest) + 1)
        for (row, number) in columns.index.enumerated() where number >= 0 && number <= largest {
            rows[Int(number)] = Int32(row)
        }
        return rows
    }

    /// Spreads times and counters over the records. Between two that have them, a record follows the one before after its
    /// interval, and its counters grow by its current, as the vendor's own export does (fastnda, `_data_interpolation`).
    private static func join(_ info: NewareNDC.RunInfo, into columns: inout NewareColumns, remarks: inout [String]) {
        let rows = rows(of: columns)
        let count = columns.count
        var place = [Int32](repeating: -1, count: count)
        for (entry, number) in info.index.enumerated() {
            guard let number = Int(exactly: number), number >= 0, number < rows.count, rows[number] >= 0 else {
                continue
            }
            // The first of several entries for a record stands.
            if place[Int(rows[number])] < 0 { place[Int(rows[number])] = Int32(entry) }
        }
        var step = [Double](repeating: .nan, count: count)
        var stepTime = step
        var unixTime = step
        var counters = [[Double]](repeating: step, count: 4)
        var known = -1
        var elapsed = 0.0
        var charge = [0.0, 0.0, 0.0, 0.0]
        var filled = 0
        for row in 0..<count {
            if place[row] >= 0 {
                known = Int(place[row])
                elapsed = 0
                charge = [0, 0, 0, 0]
            } else if known >= 0 {
                let interval = info.interval[known]
                elapsed += interval
                let ampereHours = interval * columns.current[row] / 3600
                let side = ampereHours > 0 ? 0 : 1
                charge[side] += ampereHours.magnitude
                charge[side + 2] += ampereHours.magnitude * columns.voltage[row]
                filled += 1
            }
            guard known >= 0 else { continue }
            step[row] = info.step[known]
            stepTime[row] = info.stepTime[known] + elapsed
            unixTime[row] = info.unixTime[known] + elapsed
            for number in 0..<4 { counters[number][row] = info.counters[number][known].magnitude + charge[number] }
        }
        columns.step = step
        columns.stepTime = stepTime
        columns.unixTime = unixTime
        columns.chargeCapacity = counters[0]
        columns.dischargeCapacity = counters[1]
        columns.chargeEnergy = counters[2]
        columns.dischargeEnergy = counters[3]
        if filled > 0 {
            remarks.append(
                "\(filled) of \(count) records have no time of their own in the file: it was told from the interval")
        }
    }

    // MARK: Auxiliary channels and descriptions

    /// A channel as `TestInfo.xml` lists it.
    private struct Channel {
        var number: Int?
        var type: Int?
    }

    /// What a code of an auxiliary channel measures; A are stored.
    private static let units: [Int: String] = [
        102: "voltage_volt", 103: "temperature_celsius", 104: "current_ampere", 105: "voltage_volt",
        106: "temperature_celsius", 107: "current_ampere", 108: "temperature_celsius", 109: "weight_kg",
        110: "pressure_kpa", 111: "temperature_celsius", 112: "temperature_celsius", 113: "humidity",
        114: "thickness_mm", 117: "pressure_bar", 118: "force_newton", 335: "setpoint_celsius",
        345: "humidity_percent",
    ]

    private static func joinAuxiliary(
        _ archive: ZipArchive, _ channels: [Channel], into columns: inout NewareColumns, remarks: inout [String],
        path: String
    ) throws {
        // Numbers in a name, by which the files are in the order of the list.
        func order(_ name: String) -> [Int]? {
            guard name.hasSuffix(".ndc") else { return nil }
            let parts = name.dropLast(4).split(separator: "_").drop { Int($0) == nil }
            let numbers = parts.compactMap { Int($0) }
            return numbers.isEmpty || numbers.count != parts.count ? nil : numbers
        }
        let files = archive.entries.compactMap { entry in order(entry.name).map { (entry, $0) } }
            .sorted { $0.1.lexicographicallyPrecedes($1.1) }
        guard !files.isEmpty else { return }
        guard files.count <= 256 else {
            throw ImportError(
                path: path, problem: "\(files.count) auxiliary channels are more than a cell has",
                remedy: "export it again from BTSDA")
        }
        let listed = channels.count == files.count
        if !listed {
            remarks.append("TestInfo.xml lists \(channels.count) auxiliary channels, and there are \(files.count)")
        }
        let rows = rows(of: columns)
        for (number, (entry, _)) in files.enumerated() {
            let file = try NewareNDC(try archive.read(entry), path: path, place: entry.name)
            guard file.kind == NewareNDC.Kind.auxiliary.rawValue else { continue }
            let (index, quantities) = try file.auxiliary()
            let channel = listed ? channels[number] : Channel()
            for (stored, values) in quantities {
                let unit = stored == "value" ? channel.type.flatMap { units[$0] } ?? "value" : stored
                guard values.contains(where: { $0 != 0 }) else { continue }
                var column = [Double](repeating: .nan, count: columns.count)
                for (place, record) in index.enumerated() {
                    guard let record = Int(exactly: record), record >= 0, record < rows.count, rows[record] >= 0 else {
                        continue
                    }
                    column[Int(rows[record])] = values[place]
                }
                columns.extras.append((NewareNDA.auxiliaryName(channel.number ?? number + 1, unit), column))
            }
        }
    }

    /// What the archive's descriptions say of the test, and its auxiliary channels.
    private static func describe(
        _ archive: ZipArchive, into metadata: inout [(key: String, value: String)], path: String
    ) throws -> [Channel] {
        let wanted: [(file: String, element: String, keys: [(String, String)])] = [
            (
                "TestInfo.xml", "TestInfo",
                [
                    ("StartTime", "start_time"), ("EndTime", "end_time"), ("Barcode", "barcode"),
                    ("SN", "serial_number"),
                    ("Creator", "creator"), ("Remark", "remarks"), ("StepName", "schedule"), ("DevType", "device_type"),
                    ("DevID", "device"), ("UnitID", "unit"), ("ChlID", "channel"), ("TestID", "test"),
                ]
            ),
            ("VersionInfo.xml", "ZwjVersion", [("SvrVer", "server_version"), ("CurrClientVer", "client_version")]),
            ("Step.xml", "Creator", [("Value", "creator")]), ("Step.xml", "Remark", [("Value", "remarks")]),
        ]
        var channels: [Channel] = []
        for (file, element, keys) in wanted {
            guard let entry = archive.entry(file) else { continue }
            var found: [(key: String, value: String)] = []
            var inside = 0
            try XMLScanner.scan(try archive.read(entry), path: path, place: file) { event in
                switch event {
                case .start(let name, let attributes):
                    if inside > 0 { inside += 1 }
                    let text = name.string
                    if text == element {
                        if inside == 0 { inside = 1 }
                        for (theirs, ours) in keys {
                            guard let value = attributes.all.first(where: { $0.key == theirs })?.value, !value.isEmpty,
                                !found.contains(where: { $0.key == ours })
                            else { continue }
                            found.append((ours, value))
                        }
                    } else if inside == 2, file == "TestInfo.xml", text.lowercased().contains("aux") {
                        channels.append(
                            Channel(
                                number: attributes["AuxID"].flatMap { Int($0) },
                                type: attributes["ChlType"].flatMap { Int($0) }))
                    }
                case .end: if inside > 0 { inside -= 1 }
                case .text: break
                }
            }
            metadata += found
        }
        return channels
    }
}
