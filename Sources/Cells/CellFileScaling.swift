extension CellFile {
    /// Multiplies the value at a path by a factor: a number, all of a function, or the y of a table.
    ///
    /// The path is one that `set(path:value:)` understands. Throws `BPXError`: for an unknown path, where the file has no
    /// value to multiply, and where the product is one that the key cannot hold.
    public mutating func scale(path: String, by factor: Double) throws {
        let keys = try PathFinder(schema: Schema.document(for: root), root: root).find(path).path
        guard let value = value(at: keys) else {
            throw BPXError(path: keys, problem: "no value that a factor could multiply", remedy: "set one first")
        }
        let product: String
        switch value.content {
        case .number(let number): product = JSONWriter.shortest(number * factor)
        case .text(let function): product = "\(factor) * (\(function))"
        case .object(var table):
            guard let y = table["y"]?.numbers, table["x"] != nil else {
                throw BPXError(
                    path: keys, problem: "neither a number nor a function", remedy: "name a key that holds one")
            }
            table["y"] = FileValue(.numbers(y.map { $0 * factor }))
            product = JSONWriter.write(FileValue(.object(table)))
        default:
            throw BPXError(path: keys, problem: "neither a number nor a function", remedy: "name a key that holds one")
        }
        try set(path: keys.joined(separator: " > "), value: product)
    }
}
