package import Cells

/// A JSON document of a command, or an object in it, with the place it came from.
package struct ResultDocument: Sendable {
    /// File, and keys below it.
    package let place: String
    /// What is there.
    package let root: FileValue

    package init(place: String, root: FileValue) { (self.place, self.root) = (place, root) }

    /// Parses a document. Throws ``ReportError``.
    package init(place: String, json: String) throws {
        do {
            self.init(place: place, root: try PackageFile.tree(json: Array(json.utf8)))
        } catch let error as BPXError {
            throw ReportError(
                place: place + (error.line.map { ": line \($0)" } ?? ""), problem: error.problem, remedy: error.remedy)
        }
    }

    /// Keys in order; none where this is no object.
    var keys: [String] { root.object?.keys ?? [] }

    func has(_ key: String) -> Bool { root[key] != nil }

    /// The object at a key, nil where there is none.
    func at(_ key: String) -> ResultDocument? {
        guard let value = root[key], value.object != nil else { return nil }
        return ResultDocument(place: "\(place): \(key)", root: value)
    }

    /// The objects of a list.
    func list(_ key: String) -> [ResultDocument] {
        root[key].map { Self.items($0, "\(place): \(key)") } ?? []
    }

    static func items(_ value: FileValue, _ place: String) -> [ResultDocument] {
        guard case .list(let items) = value.content else { return [] }
        return items.enumerated().map { ResultDocument(place: "\(place)[\($0)]", root: $1) }
    }

    func number(_ key: String) -> Double? { root[key]?.number }
    func text(_ key: String) -> String? { root[key]?.text }
    func flag(_ key: String) -> Bool? {
        if case .boolean(let value) = root[key]?.content { value } else { nil }
    }

    /// The number at a key as pages show it; a dash where there is none.
    func short(_ key: String, _ digits: Int = 3) -> String { Numbers.short(number(key) ?? .nan, digits) }

    /// With its unit.
    func quantity(_ key: String, _ unit: String, _ digits: Int = 3) -> String {
        Numbers.quantity(number(key) ?? .nan, unit, digits)
    }

    /// From one key's number to another's.
    func range(_ low: String, _ high: String, _ digits: Int = 3) -> String {
        Numbers.range(number(low), number(high), digits)
    }

    func texts(_ key: String) -> [String] {
        guard case .list(let items) = root[key]?.content else { return [] }
        return items.compactMap(\.text)
    }

    /// The numbers of a list.
    func numbers(_ key: String) -> [Double] { root[key]?.numbers ?? [] }

    /// Lists of numbers in a list.
    func lists(_ key: String) -> [[Double]] {
        guard case .list(let items) = root[key]?.content else { return [] }
        return items.map { $0.numbers ?? [] }
    }

    /// A table of `x` and `y` as cell files have them; empty where there is none.
    func curve(_ key: String) -> [Point] { at(key)?.curve ?? [] }

    /// The table of `x` and `y` that this object is; empty where it is none.
    var curve: [Point] {
        guard let x = root["x"]?.numbers, let y = root["y"]?.numbers else { return [] }
        return zip(x, y).map { Point($0, $1) }
    }

    /// A number that must be there. Throws ``ReportError``.
    func needed(_ key: String) throws -> Double {
        if let number = number(key) { return number }
        throw missing(key, "a number")
    }

    /// A text that must be there. Throws ``ReportError``.
    func neededText(_ key: String) throws -> String {
        if let text = text(key) { return text }
        throw missing(key, "a text")
    }

    /// An object that must be there. Throws ``ReportError``.
    func neededObject(_ key: String) throws -> ResultDocument {
        if let object = at(key) { return object }
        throw missing(key, "an object")
    }

    private func missing(_ key: String, _ what: String) -> ReportError {
        ReportError(
            place: "\(place): \(key)",
            problem: has(key) ? "not \(what)" : "missing, as in results of another version",
            remedy: "make the result again with this version of cellar")
    }

    /// Value and interval at a key: an object of `value`, `low` and `high`.
    func interval(_ key: String) -> Interval? {
        guard let object = at(key), let value = object.number("value") else { return nil }
        return Interval(
            value: value, low: object.number("low") ?? value, high: object.number("high") ?? value,
            unit: Numbers.unit(object.text("unit") ?? ""))
    }
}

/// A number with its interval and unit.
struct Interval: Sendable {
    var value: Double, low: Double, high: Double
    var unit: String

    /// Whether nothing but rounding lies between its ends.
    var isExact: Bool { abs(high - low) <= 1e-9 * max(abs(low), abs(high)) }
    /// With its unit.
    func text(_ digits: Int = 3) -> String { Numbers.quantity(value, unit, digits) }
    /// `low to high`; empty where it is exact.
    func range(_ digits: Int = 3) -> String {
        isExact ? "" : "\(Numbers.short(low, digits)) to \(Numbers.short(high, digits))"
    }
}
