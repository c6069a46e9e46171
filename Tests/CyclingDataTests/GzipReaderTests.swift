import CyclingData
import Testing

/// Unpacking gzip piece by piece.
@Suite struct GzipReaderTests {
    /// A gzip member whose content is stored in blocks (RFC 1951, 3.2.4; RFC 1952).
    static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            let length = UInt16(block.count)
            result += [rest.isEmpty ? 1 : 0] + TestArchive.number(Int(length), 2) + TestArchive.number(Int(~length), 2)
            result += block
        } while !rest.isEmpty
        return result + TestArchive.number(Int(TestArchive.checksum(bytes)), 4) + TestArchive.number(bytes.count, 4)
    }

    /// `count` times 258 zeros and one more, by deflate's fixed codes: 12 bits for 258 bytes.
    static func bomb(count: Int) -> [UInt8] {
        var bits = BitWriter()
        bits.put(1, 1)
        bits.put(1, 2)
        // Literal 0: code 0x30 of 8 bits.
        bits.putCode(0x30, 8)
        for _ in 0..<count {
            // Length 258: symbol 285, code 0xC5 of 8 bits. Distance 1: code 0 of 5 bits.
            bits.putCode(0xC5, 8)
            bits.putCode(0, 5)
        }
        bits.putCode(0, 7)
        return bits.bytes
    }

    /// Bits, the lowest of a byte first.
    struct BitWriter {
        var bytes: [UInt8] = []
        private var free = 0
        mutating func put(_ value: Int, _ width: Int) {
            for bit in 0..<width {
                if free == 0 {
                    bytes.append(0)
                    free = 8
                }
                if value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(8 - free) }
                free -= 1
            }
        }
        /// Codes come with their highest bit first.
        mutating func putCode(_ value: Int, _ width: Int) {
            for bit in (0..<width).reversed() { put(value >> bit & 1, 1) }
        }
    }

    private let text = Array((0..<40_000).map { "\($0),3.7,1.1\n" }.joined().utf8)

    @Test func whole() throws {
        let packed = try Self.packed(text)
        #expect(GzipReader.recognises(packed))
        #expect(try GzipReader.unpack(packed, path: "a.csv.gz") == text)
    }

    /// Members after one another, and zeros after the last, as tapes leave them.
    @Test func members() throws {
        let packed = try Self.packed(text) + Self.packed([]) + Self.packed(text) + [UInt8](repeating: 0, count: 700)
        #expect(try GzipReader.unpack(packed, path: "a.csv.gz") == text + text)
    }

    @Test func piecesOfAnySize() throws {
        let packed = try Self.packed(text)
        for size in [1, 7, 4096] {
            var position = 0
            let reader = try GzipReader(path: "a.csv.gz") { room in
                let count = min(size, room.count, packed.count - position)
                packed.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
                position += count
                return count
            }
            var result: [UInt8] = []
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 3000, alignment: 1)
            defer { buffer.deallocate() }
            while case let count = try reader.read(into: buffer), count > 0 { result += buffer[..<count] }
            #expect(result == text)
        }
    }

    @Test func damaged() throws {
        let packed = try Self.packed(text)
        for count in [3, 12, packed.count / 2, packed.count - 1] {
            #expect(throws: ImportError.self) { try GzipReader.unpack(Array(packed.prefix(count)), path: "a.gz") }
        }
        var changed = packed
        changed[packed.count / 2] ^= 1
        #expect(throws: ImportError.self) { try GzipReader.unpack(changed, path: "a.gz") }
        #expect(throws: ImportError.self) { try GzipReader.unpack(packed + [1, 2, 3], path: "a.gz") }
    }

    /// Expansion to 159 times is refused after 64 MiB, in a gzip file and in an archive.
    @Test func bombs() throws {
        // 135 MB from 0.85 MB.
        let deflated = Self.bomb(count: 1 << 19)
        let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + deflated
        let reader = try GzipReader(path: "bomb.gz", source: Self.source(gzip))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { buffer.deallocate() }
        var unpacked = 0
        let refusal = #expect(throws: ImportError.self) {
            while case let count = try reader.read(into: buffer), count > 0 { unpacked += count }
        }
        #expect(refusal?.problem.contains("100 times") == true)
        #expect(unpacked <= 65 << 20)

        let archive = TestArchive.entries([("a.csv", 8, deflated, 0, 258 << 19 + 1)])
        let second = #expect(throws: ImportError.self) { try ZippedFile.read(archive, path: "bomb.zip") }
        #expect(second?.problem.contains("100 times") == true)
    }

    private static func source(_ bytes: [UInt8]) -> GzipReader.Source {
        var position = 0
        return { room in
            let count = min(room.count, bytes.count - position)
            bytes.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
            position += count
            return count
        }
    }
}
