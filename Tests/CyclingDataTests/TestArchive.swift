import Foundation

/// Zip archives made for tests (PKWARE's APPNOTE 6.3): files stored as they are.
enum TestArchive {
    /// An archive of these files, whose checksums are right.
    static func stored(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        entries(files.map { ($0.name, 0, $0.bytes, checksum($0.bytes), $0.bytes.count) })
    }

    /// An archive of files that are packed already (method 8: deflate) or not (method 0).
    static func entries(
        _ files: [(name: String, method: Int, packed: [UInt8], checksum: UInt32, size: Int)]
    ) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let name = Array(file.name.utf8)
            let common =
                number(20, 2) + number(0, 2) + number(file.method, 2) + number(0, 4)
                + number(Int(file.checksum), 4) + number(file.packed.count, 4) + number(file.size, 4)
                + number(name.count, 2) + number(0, 2)
            directory += [0x50, 0x4B, 1, 2] + number(20, 2) + common + number(0, 10) + number(archive.count, 4) + name
            archive += [0x50, 0x4B, 3, 4] + common + name + file.packed
        }
        return archive + directory + [0x50, 0x4B, 5, 6] + number(0, 4) + number(files.count, 2)
            + number(files.count, 2) + number(directory.count, 4) + number(archive.count, 4) + number(0, 2)
    }

    static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    /// CRC-32 (ISO 3309).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { byte -> UInt32 in
            (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
    }
}
