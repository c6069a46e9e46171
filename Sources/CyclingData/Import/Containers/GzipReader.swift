internal import CZlib

/// Unpacks a gzip file piece by piece (RFC 1952), several members after one another too.
///
/// Memory does not grow with the file. A file that unpacks to more than 64 MiB and 100 times its own size is refused: tables
/// of a cycler shrink to a third or a twentieth, and a bomb to a thousandth or less.
///
///     let reader = try GzipReader(path: path) { room in try file.read(into: room) }
///     while case let count = try reader.read(into: buffer), count > 0 { … }
public final class GzipReader {
    /// Gives the next bytes of the packed file and how many; none at its end.
    public typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

    /// Whether a file that begins with these bytes is packed by gzip.
    public static func recognises(_ head: some Collection<UInt8>) -> Bool { head.starts(with: [0x1F, 0x8B, 8]) }

    /// Unpacked bytes that any file may have, however small.
    static let freeExpansion = 64 << 20
    /// Unpacked bytes to a packed one, beyond which a file is taken for a bomb.
    static let greatestRatio = 100

    private let path: String
    private let source: Source
    private let stream: UnsafeMutablePointer<z_stream>
    private let room: UnsafeMutableRawBufferPointer
    private var packed = 0
    private var unpacked = 0
    private var atMemberStart = true
    private var members = 0
    private var ended = false

    /// A reader of what `source` gives; `path` is what errors name. Throws `ImportError` where memory is lacking.
    public init(path: String, source: @escaping Source) throws {
        self.path = path
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        room = .allocate(byteCount: 1 << 16, alignment: 16)
        // 15: the greatest window; 16 more: gzip's frame, with its checksum.
        guard cellar_inflate_begin(stream, 15 + 16) == Z_OK else {
            throw ImportError(path: path, problem: "no memory to unpack it", remedy: "unpack it with gunzip first")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        room.deallocate()
    }

    /// Fills `buffer` as far as there are bytes; returns how many, 0 at the end. Throws `ImportError`: truncated, damaged, or
    /// expanding without bound; and what the source throws.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var filled = 0
        while filled < buffer.count, !ended {
            if stream.pointee.avail_in == 0 { try refill() }
            if ended { break }
            if atMemberStart, members > 0, skipPadding() { continue }
            stream.pointee.next_out = start + filled
            let space = UInt32(clamping: buffer.count - filled)
            stream.pointee.avail_out = space
            let status = inflate(stream, Z_NO_FLUSH)
            let gained = Int(space - stream.pointee.avail_out)
            filled += gained
            unpacked += gained
            try checkExpansion()
            switch status {
            case Z_OK, Z_BUF_ERROR:
                atMemberStart = false
            case Z_STREAM_END:
                members += 1
                atMemberStart = true
                inflateReset(stream)
            default:
                throw ImportError(
                    path: path, place: "byte \(packed - Int(stream.pointee.avail_in))",
                    problem: members > 0 && atMemberStart
                        ? "what follows the gzip data is none" : "the gzip data are damaged",
                    remedy: "copy the file again, and check it with gzip -t")
            }
        }
        return filled
    }

    /// Unpacks a whole file that is in memory. Throws `ImportError`.
    public static func unpack(_ bytes: [UInt8], path: String) throws -> [UInt8] {
        var position = 0
        let reader = try GzipReader(path: path) { room in
            let count = min(room.count, bytes.count - position)
            bytes.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
            position += count
            return count
        }
        var result: [UInt8] = []
        // A gzip file ends with its length modulo 2^32, which is a hint and no more.
        if bytes.count > 18 {
            let length = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            result.reserveCapacity(min(length, bytes.count * 32))
        }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        while case let count = try reader.read(into: chunk), count > 0 {
            result.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
        return result
    }

    private func refill() throws {
        let count = try source(room)
        guard count > 0 else {
            guard atMemberStart, members > 0 else {
                throw ImportError(
                    path: path, place: "byte \(packed)", problem: "the file ends in the middle of its gzip data",
                    remedy: "copy it again, whole")
            }
            ended = true
            return
        }
        packed += count
        stream.pointee.next_in = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    /// Skips zeros between members, which tapes and block devices leave; whether there is nothing else in the buffer.
    private func skipPadding() -> Bool {
        while stream.pointee.avail_in > 0, let next = stream.pointee.next_in, next.pointee == 0 {
            stream.pointee.next_in = next + 1
            stream.pointee.avail_in -= 1
        }
        return stream.pointee.avail_in == 0
    }

    private func checkExpansion() throws {
        guard unpacked > Self.freeExpansion,
            unpacked / Self.greatestRatio > packed - Int(stream.pointee.avail_in)
        else { return }
        throw ImportError(
            path: path, problem: "unpacks to more than \(Self.greatestRatio) times its size, as no cycler's file does",
            remedy: "unpack it with gunzip and look at it first")
    }
}
