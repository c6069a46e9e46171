#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// MATLAB files of two published data sets: NASA's (version 5) and Severson's (version 7.3, which is HDF5).
///
/// A file of Severson's holds dozens of cells; `FILE#7` names its eighth, as the data set's own numbers do, `FILE` its first.
public enum MATFile: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "mat"

    /// Bytes of one cell: some 1500 cycles of 1500 records of 6 numbers.
    private static let mostOfACell = 1 << 30

    /// By content: `MATLAB 5.0 MAT-file`, or `MATLAB 7.3` before HDF5's signature (MathWorks, MAT-File Format).
    public static func recognises(_ head: [UInt8]) -> Bool {
        head.starts(with: Array("MATLAB 5.0 MAT-file".utf8)) || isHDF5(head)
    }

    /// Version 7.3 keeps 512 bytes for MATLAB's own text before HDF5's signature.
    private static func isHDF5(_ head: [UInt8]) -> Bool {
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        return head.starts(with: Array("MATLAB 7.3 MAT-file".utf8)) && head.dropFirst(512).starts(with: signature)
    }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        let (name, cell) = split(path)
        guard let file = TemporaryFile(bytes) else {
            throw ImportError(
                path: name, problem: "no room for a copy in the folder for temporary files",
                remedy: "free some, or set TMPDIR")
        }
        if !isHDF5(bytes) {
            try checkElements(length: bytes.count, path: name) { offset in Array(bytes[offset..<offset + 8]) }
        }
        return try read(copy: file.path, head: Array(bytes.prefix(1024)), cell: cell, path: name)
    }

    /// Reads a file that need not be held in memory, where it lies: files of Severson's have 2 to 3 GB. Throws `ImportError`.
    public static func read(file path: String) throws -> CyclerTable {
        let (name, cell) = split(path)
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ImportError(path: name, problem: "cannot be read", remedy: "name a file", isMissing: errno == ENOENT)
        }
        var head = [UInt8](repeating: 0, count: 1024)
        defer { close(descriptor) }
        let count = head.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        var status = stat()
        fstat(descriptor, &status)
        if !isHDF5(head) {
            try checkElements(length: Int(status.st_size), path: name) { offset in
                var tag = [UInt8](repeating: 0, count: 8)
                let count = tag.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, 8, off_t(offset)) }
                return count == 8 ? tag : []
            }
        }
        return try read(copy: name, head: Array(head.prefix(max(count, 0))), cell: cell, path: name)
    }

    /// MatIO takes what there is of a truncated file of version 5. Its elements follow a header of 128 bytes, each with its type
    /// and its length, which is in multiples of 8 unless it is compressed (type 15). Throws `ImportError`.
    private static func checkElements(length: Int, path: String, read: (Int) -> [UInt8]) throws {
        let truncated = ImportError(
            path: path, place: "byte \(length)", problem: "the file ends in the middle of a variable",
            remedy: "copy it again, whole")
        var position = 128
        while position < length {
            guard position + 8 <= length else { throw truncated }
            let tag = read(position)
            guard let little = tag.unsigned(at: 0, width: 4), let size = tag.unsigned(at: 4, width: 4) else {
                throw truncated
            }
            // Written on a machine that counts from the other end.
            let isSwapped = little > 0xFFFF
            let type = isSwapped ? UInt32(truncatingIfNeeded: little).byteSwapped : UInt32(truncatingIfNeeded: little)
            let bytes = Int(isSwapped ? UInt32(truncatingIfNeeded: size).byteSwapped : UInt32(truncatingIfNeeded: size))
            position += 8 + (type == 15 ? bytes : (bytes + 7) / 8 * 8)
        }
        guard position == length else { throw truncated }
    }

    /// A path, and the number after its last `#`.
    private static func split(_ path: String) -> (name: String, cell: Int) {
        guard let mark = path.lastIndex(of: "#"), let cell = Int(path[path.index(after: mark)...]), cell >= 0 else {
            return (path, 0)
        }
        return (String(path[..<mark]), cell)
    }

    private static func read(copy: String, head: [UInt8], cell: Int, path: String) throws -> CyclerTable {
        guard recognises(head) else {
            throw ImportError(
                path: path, problem: "is no MATLAB file of version 5 or 7.3", remedy: "save it with MATLAB's -v7.3")
        }
        let variables = try MatValue.read(
            file: copy, isHDF5: isHDF5(head), cell: cell, skipped: SeversonMAT.derived, most: mostOfACell, path: path)
        for (variable, value) in variables.sorted(by: { $0.key < $1.key }) {
            guard let element = value.structures.first else { continue }
            if let operations = element["cycle"]?.structures, operations.contains(where: { $0["data"] != nil }) {
                return try NASAMAT.table(operations, cell: variable, path: path)
            }
            if element["cycles"] != nil { return try SeversonMAT.table(element, cell: cell, path: path) }
        }
        throw ImportError(
            path: path,
            problem:
                "holds neither NASA's operations nor Severson's cells (\(variables.keys.sorted().joined(separator: ", ")))",
            remedy: "save time, current and voltage as a table in text")
    }
}
