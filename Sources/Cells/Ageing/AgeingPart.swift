/// One object of an ageing set whose keys and single values have been checked.
struct AgeingPart {
    let value: FileValue
    let path: [String]

    init(_ value: FileValue, _ path: [String]) {
        self.value = value
        self.path = path
    }

    subscript(key: String) -> Double? { value[key]?.number }
    func has(_ key: String) -> Bool { value[key] != nil }
    func isOn(_ key: String) -> Bool { self[key] == 1 }

    /// An error about the object, or about one of its keys.
    func mistake(_ problem: String, _ remedy: String, at key: String? = nil) -> BPXError {
        BPXError(
            path: path + (key.map { [$0] } ?? []), line: key.flatMap { value[$0]?.line } ?? value.line,
            problem: problem, remedy: remedy)
    }

    /// The value of a key without which a mechanism is incomplete. Throws `BPXError`.
    func needed(_ key: String, for mechanism: String) throws -> Double {
        guard let number = self[key] else {
            throw BPXError(path: path + [key], line: value.line, problem: "missing", remedy: "\(mechanism) needs it")
        }
        return number
    }

    /// The first of the keys that is given.
    func first(of keys: [String]) -> String? { keys.first(where: has) }
}
