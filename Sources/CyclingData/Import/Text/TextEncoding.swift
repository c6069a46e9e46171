#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a text file's bytes are meant. Numbers are the same in all of them but UTF-16, which is turned into UTF-8 while it is
/// read; the others matter for headings and words alone.
enum TextEncoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16Little = "UTF-16LE"
    case utf16Big = "UTF-16BE"
    /// Latin-1 with Windows' additions (code page 1252).
    case latin1 = "Latin-1"
    /// Simplified Chinese: GBK, as its superset GB 18030.
    case gbk = "GBK"

    /// Tells the encoding of a file that begins so, and how many bytes its mark (BOM) takes.
    static func detect(_ head: [UInt8]) -> (encoding: TextEncoding, mark: Int) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16Little, 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16Big, 2) }
        let sample = head.prefix(4096)
        if sample.count >= 8 {
            // ASCII written as UTF-16 without a mark: every other byte is nothing.
            let half = sample.count / 2
            let even = (0..<half).count { sample[2 * $0] == 0 }
            let odd = (0..<half).count { sample[2 * $0 + 1] == 0 }
            if odd * 10 > half * 9, even == 0 { return (.utf16Little, 0) }
            if even * 10 > half * 9, odd == 0 { return (.utf16Big, 0) }
        }
        // A letter cut off by the end of the sample is no error.
        var whole = head[...]
        for _ in 0..<4 {
            guard let last = whole.last, last >= 0x80 else { break }
            whole.removeLast()
        }
        if String(validating: whole, as: UTF8.self) != nil { return (.utf8, 0) }
        return (isGBK(whole) ? .gbk : .latin1, 0)
    }

    /// Text of bytes; what is no text in this encoding is replaced.
    func decode(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .utf8, .utf16Little, .utf16Big: return String(decoding: bytes, as: UTF8.self)
        case .latin1:
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            var text = ""
            for byte in bytes { text.unicodeScalars.append(Self.scalar1252(byte)) }
            return text
        case .gbk: return Self.converted(Array(bytes)) ?? String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Whether bytes beyond ASCII come in GBK's pairs, and are mostly common Chinese characters (GB 2312's first level,
    /// rows B0 to D7).
    private static func isGBK(_ bytes: ArraySlice<UInt8>) -> Bool {
        var pairs = 0
        var common = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            index += 1
            guard lead >= 0x80 else { continue }
            guard lead >= 0x81, lead <= 0xFE, index < bytes.endIndex else {
                return index >= bytes.endIndex && pairs > 1
            }
            let trail = bytes[index]
            guard trail >= 0x40, trail != 0x7F, trail <= 0xFE else { return false }
            index += 1
            pairs += 1
            if (0xB0...0xD7).contains(lead), trail >= 0xA1 { common += 1 }
        }
        return pairs >= 2 && common * 2 >= pairs
    }

    /// Windows' letters between 0x80 and 0x9F matter little here; those that stand in units are µ, ° and Ω, and only the
    /// first two are in the code page.
    private static func scalar1252(_ byte: UInt8) -> Unicode.Scalar {
        switch byte {
        case 0x80: "€"
        case 0x96, 0x97: "-"
        case 0x91, 0x92: "'"
        case 0x93, 0x94: "\""
        default: Unicode.Scalar(byte)
        }
    }

    /// Text of GB 18030, by the system's converter; nil where it has none.
    private static func converted(_ bytes: [UInt8]) -> String? {
        #if canImport(Glibc)
            let failed = iconv_t(bitPattern: -1)
            guard let converter = iconv_open("UTF-8", "GB18030"), converter != failed else { return nil }
            defer { iconv_close(converter) }
            var input = bytes.map { CChar(bitPattern: $0) }
            var left = input.count
            var room = 4 * input.count + 16
            let size = room
            var output = [CChar](repeating: 0, count: size)
            let written = input.withUnsafeMutableBufferPointer { source in
                output.withUnsafeMutableBufferPointer { target -> Int in
                    var from = source.baseAddress
                    var to = target.baseAddress
                    _ = iconv(converter, &from, &left, &to, &room)
                    return size - room
                }
            }
            guard written > 0 || bytes.isEmpty else { return nil }
            return String(decoding: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #else
            return nil
        #endif
    }
}
