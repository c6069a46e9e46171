internal import CZip

/// A zip archive in memory, read through libzip, which checks lengths and checksums.
final class ZipArchive {
    /// One file of the archive.
    struct Entry {
        var name: String
        /// Bytes, unpacked, as the archive states.
        var size: Int
        fileprivate var index: UInt64
    }

    /// In the archive's order.
    let entries: [Entry]
    private let path: String
    private let archive: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer

    /// Bytes that all entries of an archive may have, however small it is; beyond it, `greatestRatio` times its size.
    static let freeExpansion = 64 << 20
    /// Tables of a cycler in XML shrink to a tenth, small files of empty pages in .ndax to a hundredth; bombs to a thousandth.
    static let greatestRatio = 100
    /// Entries beyond which an archive is no cycler's.
    static let mostEntries = 4096
    private var allowance: Int

    /// Whether a file that begins with these bytes is a zip archive.
    static func recognises(_ head: [UInt8]) -> Bool { head.starts(with: [0x50, 0x4B, 3, 4]) }

    /// Names in the headers that the first bytes of an archive hold.
    static func names(in head: [UInt8]) -> [String] {
        var names: [String] = []
        var position = 0
        while let next = head.position(of: [0x50, 0x4B, 3, 4], from: position) {
            if let length = head.length(at: next + 26, width: 2), next + 30 + length <= head.count {
                names.append(head.text(at: next + 30, width: length))
            }
            position = next + 4
        }
        return names
    }

    /// Opens an archive. Throws `ImportError` where it is damaged.
    init(_ bytes: [UInt8], path: String) throws {
        self.path = path
        // libzip reads from memory that stays where it is.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        buffer.copyBytes(from: bytes)
        self.buffer = buffer
        allowance = max(
            Self.freeExpansion, bytes.count.multipliedReportingOverflow(by: Self.greatestRatio).partialValue)
        var problem = zip_error_t()
        zip_error_init(&problem)
        defer { zip_error_fini(&problem) }
        guard let source = zip_source_buffer_create(buffer.baseAddress, UInt64(bytes.count), 0, &problem) else {
            buffer.deallocate()
            throw ImportError(path: path, problem: "no memory to unpack it", remedy: "unpack it first")
        }
        guard let opened = zip_open_from_source(source, ZIP_RDONLY, &problem) else {
            let reason = String(cString: zip_error_strerror(&problem))
            zip_source_free(source)
            buffer.deallocate()
            throw ImportError(
                path: path, problem: "the archive is truncated or damaged (\(reason))", remedy: "copy it again, whole")
        }
        archive = opened
        let count = zip_get_num_entries(opened, 0)
        guard count <= Self.mostEntries else {
            zip_discard(opened)
            buffer.deallocate()
            throw ImportError(
                path: path, problem: "the archive has \(count) files, as no cycler's has", remedy: "unpack it first")
        }
        entries = (0..<UInt64(max(count, 0))).compactMap { index in
            var status = zip_stat_t()
            zip_stat_init(&status)
            guard zip_stat_index(opened, index, 0, &status) == 0, let name = status.name else { return nil }
            return Entry(name: String(cString: name), size: Int(clamping: status.size), index: index)
        }
    }

    deinit {
        zip_discard(archive)
        buffer.deallocate()
    }

    /// The entry of a name.
    func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// The bytes of an entry. Throws `ImportError` where it is damaged or expands without bound.
    func read(_ entry: Entry) throws -> [UInt8] {
        var result: [UInt8] = []
        // What the archive states is a hint: it is allotted in advance only as far as is usual.
        result.reserveCapacity(min(entry.size, buffer.count * 32))
        try read(entry) { result.append(contentsOf: $0) }
        return result
    }

    /// Gives the bytes of an entry piece by piece. Throws `ImportError`, and what `body` throws.
    func read(_ entry: Entry, body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let file = zip_fopen_index(archive, entry.index, 0) else { throw damaged(entry) }
        defer { zip_fclose(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = zip_fread(file, piece.baseAddress, UInt64(piece.count))
            guard count >= 0 else { throw damaged(entry) }
            if count == 0 { return }
            allowance -= Int(count)
            guard allowance >= 0 else {
                throw ImportError(
                    path: path, place: entry.name,
                    problem: "unpacks to more than \(Self.greatestRatio) times its size, as no cycler's file does",
                    remedy: "unpack it and look at it first")
            }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<Int(count)]))
        }
    }

    private func damaged(_ entry: Entry) -> ImportError {
        let reason = zip_error_strerror(zip_get_error(archive)).map { String(cString: $0) } ?? "unreadable"
        return ImportError(
            path: path, place: entry.name, problem: "is damaged (\(reason))", remedy: "copy the archive again, whole")
    }
}
