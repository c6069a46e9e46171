/// Files of other kinds, read by the rest of the package with the readers of cell files.
package enum PackageFile {
    /// The bytes of a file of at most 64 MB. Throws `BPXError`.
    package static func bytes(path: String) throws -> [UInt8] { try CellFileReader.bytes(ofFile: path) }

    /// A JSON document as a tree. Throws `BPXError`.
    package static func tree(json: [UInt8]) throws -> FileValue { try JSONParser.parse(json) }

    /// Where the running program lies, links resolved; nil where the system does not tell.
    package static var executablePath: String? { CellFileReader.executablePath() }

    /// A JSON or YAML file as a tree; its ending (.json) tells JSON from YAML. Throws `BPXError`.
    package static func tree(path: String) throws -> FileValue {
        let bytes = try CellFileReader.bytes(ofFile: path)
        if path.lowercased().hasSuffix(".json") { return try JSONParser.parse(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BPXError(problem: "the file is not UTF-8", remedy: "save it as UTF-8")
        }
        return try YAMLReader.parse(text)
    }
}
