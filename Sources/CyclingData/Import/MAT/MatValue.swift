internal import CMatFile

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A value of a MATLAB file.
indirect enum MatValue {
    case numbers(real: [Double], imaginary: [Double])
    case text(String)
    /// Structures of the same fields.
    case structures([[String: MatValue]])
    case cells([MatValue])
    case nothing

    /// Real parts; empty for what is no numbers.
    var numbers: [Double] { if case .numbers(let real, _) = self { real } else { [] } }
    /// The text; nil for what is none.
    var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The structures; none for what has none.
    var structures: [[String: MatValue]] { if case .structures(let elements) = self { elements } else { [] } }
    /// The cells; none for what has none, one for a value beside which no others stand.
    var cells: [MatValue] {
        switch self {
        case .cells(let cells): cells
        case .nothing: []
        default: [self]
        }
    }

    /// Reads the variables of a file; of many cells' objects only those of number `cell`. Throws `ImportError`.
    ///
    /// MatIO and HDF5 run in a process of their own (`matfile.h`): what they cannot stand ends there.
    static func read(
        file: String, isHDF5: Bool, cell: Int, skipped: [String], most: Int, path: String
    ) throws -> [String: MatValue] {
        var child = pid_t()
        let names = skipped.map { strdup($0) } + [strdup("")]
        defer { names.forEach { free($0) } }
        var pointers = names.map { UnsafePointer($0) }
        let descriptor = pointers.withUnsafeMutableBufferPointer {
            cellar_matfile_open(file, isHDF5 ? 1 : 0, UInt64(max(cell, 0)), $0.baseAddress, 600, 4 << 30, &child)
        }
        guard descriptor >= 0 else {
            throw ImportError(path: path, problem: "no process to read it in can be started", remedy: "end others")
        }
        let stream = Stream(descriptor: descriptor, most: most)
        var variables: [String: MatValue] = [:]
        var isWhole = false
        while let kind = stream.byte() {
            if kind == UInt8(ascii: "Z") {
                isWhole = true
                break
            }
            guard let (name, value) = stream.node(kind, depth: 0) else { break }
            if case .structures(let elements) = value, name.isEmpty, let root = elements.first {
                variables.merge(root) { first, _ in first }
            } else {
                variables[name] = value
            }
        }
        close(descriptor)
        if !isWhole { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if stream.isTooLong {
            throw ImportError(
                path: path, problem: "holds more than \(most >> 20) MiB for one cell",
                remedy: "save the cells in files of their own")
        }
        guard isWhole else {
            throw ImportError(
                path: path, problem: "the file is truncated or damaged, or no MATLAB file of version 5 or 7.3",
                remedy: "copy it again, whole")
        }
        return variables
    }

    /// What the child writes.
    private final class Stream {
        private let descriptor: Int32
        private var left: Int
        private var buffer = [UInt8](repeating: 0, count: 1 << 18)
        private var position = 0
        private var end = 0
        private(set) var isTooLong = false

        init(descriptor: Int32, most: Int) {
            self.descriptor = descriptor
            left = most
        }

        private func fill() -> Bool {
            guard left > 0 else {
                isTooLong = true
                return false
            }
            while true {
                let count = buffer.withUnsafeMutableBytes { readOnce(descriptor, $0) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                position = 0
                end = count
                left -= count
                return true
            }
        }

        func byte() -> UInt8? {
            if position == end, !fill() { return nil }
            position += 1
            return buffer[position - 1]
        }

        /// Bytes, grown as they come: a length alone allots nothing.
        private func bytes(_ count: Int) -> [UInt8]? {
            var result: [UInt8] = []
            while result.count < count {
                if position == end, !fill() { return nil }
                let taken = min(count - result.count, end - position)
                result.append(contentsOf: buffer[position..<position + taken])
                position += taken
            }
            return result
        }

        private func integer<Word: FixedWidthInteger>(_ type: Word.Type) -> Int? {
            guard let bytes = bytes(MemoryLayout<Word>.size) else { return nil }
            return Int(exactly: bytes.withUnsafeBytes { $0.loadUnaligned(as: Word.self) })
        }

        private func doubles(_ count: Int) -> [Double]? {
            guard count < Int.max / 8, let bytes = bytes(count * 8) else { return nil }
            return bytes.withUnsafeBytes { raw in
                (0..<count).map { Double(bitPattern: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
            }
        }

        /// The node that begins with this letter; nil where what was sent ends.
        func node(_ kind: UInt8, depth: Int) -> (name: String, value: MatValue)? {
            guard depth < 64, let length = integer(UInt16.self), let name = bytes(length) else { return nil }
            let text = String(decoding: name, as: UTF8.self)
            switch kind {
            case UInt8(ascii: "D"):
                guard let count = integer(UInt64.self), let complex = byte(), let real = doubles(count),
                    let imaginary = complex == 0 ? [] : doubles(count)
                else { return nil }
                return (text, .numbers(real: real, imaginary: imaginary))
            case UInt8(ascii: "T"):
                guard let length = integer(UInt32.self), let characters = bytes(length) else { return nil }
                return (text, .text(String(decoding: characters, as: UTF8.self)))
            case UInt8(ascii: "S"):
                guard let count = integer(UInt64.self), let fields = integer(UInt32.self) else { return nil }
                var elements: [[String: MatValue]] = []
                // Structures without fields take no bytes, so that no number of them would end.
                guard fields > 0 || count <= 1 else { return (text, .nothing) }
                for _ in 0..<count {
                    var element: [String: MatValue] = [:]
                    for _ in 0..<fields {
                        guard let kind = byte(), let (name, value) = node(kind, depth: depth + 1) else { return nil }
                        element[name] = value
                    }
                    elements.append(element)
                }
                return (text, .structures(elements))
            case UInt8(ascii: "C"):
                guard let count = integer(UInt64.self) else { return nil }
                var cells: [MatValue] = []
                for _ in 0..<count {
                    guard let kind = byte(), let (_, value) = node(kind, depth: depth + 1) else { return nil }
                    cells.append(value)
                }
                return (text, .cells(cells))
            case UInt8(ascii: "E"): return (text, .nothing)
            default: return nil
            }
        }
    }
}

/// Reads from a file descriptor.
private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
