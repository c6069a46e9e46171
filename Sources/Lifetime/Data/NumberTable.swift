internal import CZlib

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A comma-separated table of numbers with one header line, gzipped or not.
public struct NumberTable: Sendable, Equatable {
    /// Names of the columns, in order.
    public var names: [String]
    /// Numbers by column; not a number where a field is empty or a word.
    public var columns: [[Double]]
    /// First field of each row as text.
    public var labels: [String]

    /// Rows.
    public var count: Int { labels.count }

    /// A column by its name; nil where there is none.
    public subscript(_ name: String) -> [Double]? { names.firstIndex(of: name).map { columns[$0] } }

    /// A column by its name. Throws `LifetimeError` where there is none.
    public func column(_ name: String, of path: String) throws -> [Double] {
        guard let column = self[name] else {
            throw LifetimeError(
                place: path, problem: "no column \(name)", remedy: "the table must have one")
        }
        return column
    }

    /// Reads a file. Rows may be short; their missing fields are not numbers.
    ///
    /// - Parameter path: the table's file.
    /// - Parameter most: rows read at most; what follows is not looked at.
    /// - Throws: `LifetimeError` where the file is missing, empty, or holds more than 1 GB.
    public init(path: String, most: Int = .max) throws {
        let bytes = try Self.bytes(path: path)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0 else {
            throw LifetimeError(place: path, problem: "an empty table", remedy: "a header line and rows are needed")
        }
        let header = String(decoding: bytes[..<end], as: UTF8.self)
        names = header.split(separator: ",", omittingEmptySubsequences: false).map { field in
            field.filter { !$0.isWhitespace && $0 != "\u{FEFF}" && $0 != "\"" }
        }
        let width = names.count
        var columns = [[Double]](repeating: [], count: width)
        var labels: [String] = []
        // A NUL at the end stops strtod.
        (bytes + [0]).withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            var place = end + 1
            let stop = all.count - 1
            while place < stop, labels.count < most {
                var column = 0
                let start = place
                var isRow = false
                while true {
                    let field = place
                    while place < stop, all[place] != UInt8(ascii: ","), all[place] != UInt8(ascii: "\n") { place += 1 }
                    if column == 0 {
                        var last = place
                        if last > start, all[last - 1] == UInt8(ascii: "\r") { last -= 1 }
                        isRow = last > start || (place < stop && all[place] == UInt8(ascii: ","))
                        if isRow {
                            labels.append(
                                String(decoding: UnsafeBufferPointer(rebasing: all[start..<last]), as: UTF8.self))
                        }
                    }
                    if isRow, column < width { columns[column].append(Self.number(base, field, place)) }
                    column += 1
                    guard place < stop, all[place] == UInt8(ascii: ",") else { break }
                    place += 1
                }
                place += 1
                if isRow { while column < width { columns[column].append(.nan); column += 1 } }
            }
        }
        self.columns = columns
        self.labels = labels
    }

    private static func number(_ base: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Double {
        guard to > from else { return .nan }
        return base.withMemoryRebound(to: CChar.self, capacity: to + 1) { text in
            var stop: UnsafeMutablePointer<CChar>?
            let value = strtod(text + from, &stop)
            guard let stop, stop > UnsafeMutablePointer(mutating: text + from) else { return .nan }
            // "2008-04-02" is no number.
            var rest = UnsafePointer(stop)
            while rest < text + to, rest.pointee == 32 || rest.pointee == 13 { rest += 1 }
            return rest >= text + to ? value : .nan
        }
    }

    /// The bytes of a file, unpacked where it is gzipped. Throws `LifetimeError`.
    static func bytes(path: String) throws -> [UInt8] {
        guard let file = gzopen(path, "rb") else {
            throw LifetimeError(
                kind: .notFound, place: path, problem: "cannot be opened", remedy: "name a file that is there")
        }
        defer { gzclose(file) }
        gzbuffer(file, 1 << 18)
        var out: [UInt8] = []
        let chunk = 1 << 20
        while true {
            var count: Int32 = 0
            out += [UInt8](unsafeUninitializedCapacity: chunk) { buffer, filled in
                count = gzread(file, buffer.baseAddress, UInt32(chunk))
                filled = max(Int(count), 0)
            }
            guard count >= 0 else {
                throw LifetimeError(place: path, problem: "cannot be read or unpacked", remedy: "copy it again")
            }
            guard out.count < 1 << 30 else {
                throw LifetimeError(place: path, problem: "more than 1 GB", remedy: "split it")
            }
            if count == 0 { return out }
        }
    }

    /// Names in a folder, sorted; empty where there is none.
    static func names(inFolder path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
