internal import Cells

/// Reads a protocol from a YAML or JSON file.
///
/// A file is a list of items, or an object whose `steps` are that list. An item is a step string, a step with a tag, or
/// a group:
/// ```yaml
/// - tag: RPT                     # a reference performance test: one cycle before the first cycle of this list
///   every: 50                    # and one after every 50 cycles of it
///   steps:
///     - Discharge at C/3 until 2.5 V
///     - Charge at C/3 until 4.2 V
/// - repeat: 300                  # 300 cycles of three steps each
///   steps:
///     - Discharge at 1C until 2.5 V at 45 oC
///     - Charge at 1C until 4.2 V
///     - Hold at 4.2 V until C/50
/// - cycle:                       # one cycle, however its steps are grouped
///     - repeat: 9
///       steps:
///         - Discharge at 1C for 6 minutes
///         - step: Discharge at 2C for 10 seconds
///           tag: pulse
///         - Rest for 30 minutes
/// ```
/// Keys of a group: `steps` or `cycle`, and where wanted `repeat` (1 by default), `tag`, `temperature` (around the cell,
/// °C), `every`. The file's own object may also carry `name` and `description`. Each repetition of a group of steps is a
/// cycle; groups may be nested, and steps that stand between groups make a cycle of their own. Inside `cycle` nothing
/// begins a new cycle. A tag is given to every step of its group; of several temperatures the innermost holds, a step's
/// own first of all. Paths of drives start from the file's folder.
///
/// Seasons are groups in a group:
/// ```yaml
/// - repeat: 10                   # ten years of four seasons
///   steps:
///     - repeat: 91               # 91 days, each a cycle
///       temperature: 5
///       cycle: [Drive day.csv, Rest for 8 hours, Charge at C/3 until 4.2 V, Rest for 10 hours]
///     - repeat: 91
///       temperature: 15
///       cycle: [Drive day.csv, Rest for 8 hours, Charge at C/3 until 4.2 V, Rest for 10 hours]
/// ```
///
/// At most a million cycles, a hundred thousand steps in a cycle and sixteen levels are accepted.
public enum ProtocolFile {
    /// Cycles that a protocol may have.
    public static let mostCycles = 1_000_000
    static let mostSteps = 100_000
    static let deepest = 16

    /// Reads a protocol.
    ///
    /// - Parameters:
    ///   - path: the file; its ending (.json) tells JSON from YAML.
    ///   - times: how often the whole list runs; reference tests are counted over all of it.
    /// - Throws: `ProtocolError` with the file and the line.
    public static func read(path: String, times: Int = 1) throws -> CyclingProtocol {
        try read(tree(path: path), path: path, times: times)
    }

    /// A file's tree. Throws `ProtocolError`.
    static func tree(path: String) throws -> FileValue {
        do {
            return try PackageFile.tree(path: path)
        } catch let error as BPXError {
            throw ProtocolError(
                error.kind == .notFound ? .notFound : .badData,
                place: error.line.map { "\(path): line \($0)" } ?? path, problem: error.problem,
                remedy: error.kind == .notFound ? error.remedy : "a protocol file is a YAML or JSON list of steps")
        }
    }

    /// Reads the tree of a file. Throws `ProtocolError`.
    static func read(_ root: FileValue, path: String, times: Int) throws -> CyclingProtocol {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var reader = ProtocolReader(file: path, directory: folder)
        return CyclingProtocol(cycles: try reader.cycles(of: root, times: times))
    }

    /// `steps` as one cycle, run `times` times. Throws `ProtocolError` for an empty cycle or too many.
    public static func cycles(of steps: [Step], times: Int) throws -> CyclingProtocol {
        guard !steps.isEmpty else {
            throw ProtocolError(.step, place: "", problem: "no steps", remedy: "'Discharge at 1C until 2.5 V' is one")
        }
        guard times >= 1, times <= mostCycles else {
            throw ProtocolError(.step, place: "", problem: "\(times) cycles", remedy: "1 to \(mostCycles) are right")
        }
        return CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: times))
    }
}

/// The state of reading one file.
private struct ProtocolReader {
    /// What a list comes to.
    private enum Part {
        case step(Step)
        case cycles([CyclingProtocol.Cycle])
        case test(CyclingProtocol.Cycle, every: Int)
    }

    /// What a step has from the groups it stands in.
    private struct Surroundings {
        var tags: [String] = []
        /// K.
        var temperature: Double?
    }

    let file: String
    let directory: String

    mutating func cycles(of root: FileValue, times: Int) throws -> [CyclingProtocol.Cycle] {
        let remedy = "a list of steps, or an object with 'steps', is right"
        switch root.content {
        case .list, .numbers: return try list(root, Surroundings(), times: times, depth: 0)
        case .object(let object):
            let known = ["name", "description", "steps", "cycle", "repeat", "tag", "every", "temperature"]
            try checkKeys(object, known)
            var group = object
            group["name"] = nil
            group["description"] = nil
            guard group.keys != [] else { throw error(root, "no steps", remedy) }
            // The file's own list: its reference tests are counted over all times it runs.
            if let content = group["steps"], group["cycle"] == nil, group["every"] == nil {
                let (all, overflows) = try (whole(group, "repeat") ?? 1).multipliedReportingOverflow(by: times)
                try limit(overflows ? .max : all, ProtocolFile.mostCycles, "cycles", root)
                return try list(content, inside(group, Surroundings()), times: all, depth: 0)
            }
            let item = FileValue(.list([FileValue(.object(group), line: root.line)]), line: root.line)
            return try list(item, Surroundings(), times: times, depth: 0)
        default: throw error(root, "no protocol", remedy)
        }
    }

    /// The cycles of a list that runs `times` times.
    private func list(_ value: FileValue, _ around: Surroundings, times: Int, depth: Int) throws -> [CyclingProtocol
        .Cycle]
    {
        let parts = try items(value).map { try part($0, around, depth: depth) }
        var once: [CyclingProtocol.Cycle] = []
        var tests: [(cycle: CyclingProtocol.Cycle, every: Int)] = []
        var loose: [Step] = []
        func close() {
            if !loose.isEmpty { once.append(.init(steps: loose)) }
            loose = []
        }
        for part in parts {
            switch part {
            case .step(let step): loose.append(step)
            case .cycles(let cycles):
                close()
                once += cycles
            case .test(let cycle, let every): tests.append((cycle, every))
            }
            try limit(once.count, ProtocolFile.mostCycles, "cycles", value)
        }
        close()
        guard !once.isEmpty || !tests.isEmpty else { throw error(value, "no steps", "at least one step is needed") }
        let (count, overflows) = max(once.count, 1).multipliedReportingOverflow(by: times)
        try limit(overflows ? .max : count, ProtocolFile.mostCycles, "cycles", value)
        guard !tests.isEmpty else { return (0..<times).flatMap { _ in once } }
        var all = tests.map(\.cycle)
        guard !once.isEmpty else { return all }
        for index in 0..<count {
            all.append(once[index % once.count])
            for test in tests where (index + 1).isMultiple(of: test.every) { all.append(test.cycle) }
            try limit(all.count, ProtocolFile.mostCycles, "cycles", value)
        }
        return all
    }

    private func part(_ value: FileValue, _ around: Surroundings, depth: Int) throws -> Part {
        guard case .object(let group) = value.content else { return .step(try step(value, around)) }
        guard depth < ProtocolFile.deepest else {
            throw error(value, "groups nested more than \(ProtocolFile.deepest) deep", "fewer levels are right")
        }
        if group["step"] != nil {
            try checkKeys(group, ["step", "tag", "temperature"])
            return .step(try step(group["step"] ?? value, inside(group, around)))
        }
        try checkKeys(group, ["steps", "cycle", "repeat", "tag", "every", "temperature"])
        let here = try inside(group, around)
        let times = try whole(group, "repeat") ?? 1
        if let every = try whole(group, "every") {
            guard let content = group["steps"] ?? group["cycle"] else { throw lacksSteps(value) }
            let once = try steps(content, here, depth: depth + 1)
            return .test(.init(steps: try repeated(once, times, value)), every: every)
        }
        switch (group["steps"], group["cycle"]) {
        case (let content?, nil):
            return .cycles(try list(content, here, times: times, depth: depth + 1))
        case (nil, let content?):
            let cycle = CyclingProtocol.Cycle(steps: try steps(content, here, depth: depth + 1))
            try limit(times, ProtocolFile.mostCycles, "cycles", value)
            return .cycles(Array(repeating: cycle, count: times))
        case (nil, nil): throw lacksSteps(value)
        default: throw error(value, "both 'steps' and 'cycle'", "keep one of them")
        }
    }

    /// The steps of one cycle, its groups laid out.
    private func steps(_ value: FileValue, _ around: Surroundings, depth: Int) throws -> [Step] {
        guard depth < ProtocolFile.deepest else {
            throw error(value, "groups nested more than \(ProtocolFile.deepest) deep", "fewer levels are right")
        }
        var all: [Step] = []
        for item in try items(value) {
            guard case .object(let group) = item.content, group["step"] == nil else {
                guard case .step(let step) = try part(item, around, depth: depth) else { continue }
                all.append(step)
                continue
            }
            try checkKeys(group, ["steps", "repeat", "tag", "temperature"])
            guard let content = group["steps"] else { throw lacksSteps(item) }
            let once = try steps(content, inside(group, around), depth: depth + 1)
            all += try repeated(once, try whole(group, "repeat") ?? 1, item)
            try limit(all.count, ProtocolFile.mostSteps, "steps in a cycle", item)
        }
        guard !all.isEmpty else { throw error(value, "no steps", "at least one step is needed") }
        return all
    }

    private func repeated(_ steps: [Step], _ times: Int, _ value: FileValue) throws -> [Step] {
        let (count, overflows) = steps.count.multipliedReportingOverflow(by: times)
        try limit(overflows ? .max : count, ProtocolFile.mostSteps, "steps in a cycle", value)
        return (0..<times).flatMap { _ in steps }
    }

    private func step(_ value: FileValue, _ around: Surroundings) throws -> Step {
        guard let text = value.text else {
            throw error(
                value, "an item that is no step", "'Discharge at 1C until 2.5 V', or a group with 'steps', is right")
        }
        do {
            var step = try StepParser.parse(text, directory: directory)
            step.tags = around.tags
            step.temperature = step.temperature ?? around.temperature
            return step
        } catch let error as ProtocolError {
            throw error.inside(file: file, line: value.line)
        }
    }

    // MARK: Values

    private func items(_ value: FileValue) throws -> [FileValue] {
        switch value.content {
        case .list(let items): items
        case .text: [value]
        default: throw error(value, "no list of steps", "'- Discharge at 1C until 2.5 V' on a line each is right")
        }
    }

    private func tag(_ group: FileObject) throws -> [String] {
        guard let value = group["tag"] else { return [] }
        guard let text = value.text, !text.isEmpty else {
            throw error(value, "a tag that is no text", "'tag: RPT' is right")
        }
        return [text]
    }

    /// A group's own tag and temperature, and those of the groups around it.
    private func inside(_ group: FileObject, _ around: Surroundings) throws -> Surroundings {
        var here = around
        here.tags += try tag(group)
        guard let value = group["temperature"] else { return here }
        guard let celsius = value.number, (-100...200).contains(celsius) else {
            throw error(value, "'temperature' is no temperature", "'temperature: 35' in oC, from -100 to 200, is right")
        }
        here.temperature = celsius + 273.15
        return here
    }

    private func whole(_ group: FileObject, _ key: String) throws -> Int? {
        guard let value = group[key] else { return nil }
        guard let number = value.number, number == number.rounded(), number >= 1 else {
            throw error(value, "'\(key)' is no whole number above zero", "'\(key): 10' is right")
        }
        guard number <= Double(ProtocolFile.mostCycles) else {
            throw error(value, "'\(key): \(number)' is too large", "at most \(ProtocolFile.mostCycles) are accepted")
        }
        return Int(number)
    }

    private func checkKeys(_ group: FileObject, _ known: [String]) throws {
        for entry in group.entries where !known.contains(entry.key) {
            throw error(entry.value, "unknown key \(quoted(entry.key))", "known here: \(known.joined(separator: ", "))")
        }
    }

    private func limit(_ count: Int, _ most: Int, _ what: String, _ value: FileValue) throws {
        guard count > most else { return }
        throw error(value, "more than \(most) \(what)", "repeat less")
    }

    private func lacksSteps(_ value: FileValue) -> ProtocolError {
        error(value, "a group without 'steps'", "add 'steps:'")
    }

    private func error(_ value: FileValue, _ problem: String, _ remedy: String) -> ProtocolError {
        ProtocolError(
            .badData, place: value.line.map { "\(file): line \($0)" } ?? file, problem: problem, remedy: remedy)
    }
}
