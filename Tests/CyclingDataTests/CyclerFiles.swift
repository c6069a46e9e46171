import CyclingData
import Foundation

/// Real exports of cyclers in `CELLAR_DATASETS/cycling/cyclers`.
enum CyclerFiles {
    static let root = ProcessInfo.processInfo.environment["CELLAR_DATASETS"].map { "\($0)/cycling/cyclers" }
    static let isLong = ProcessInfo.processInfo.environment["CELLAR_LONG"] == "1"
    static var available: Bool { root.map { FileManager.default.fileExists(atPath: $0) } ?? false }

    static func path(_ name: String) -> String { "\(root ?? "")/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The columns of a table separated by commas or tabs, packed by gzip or not, by header; the header is the first line that
    /// begins with `heading`.
    static func columns(
        _ name: String, separator: Character = ",", heading: String = ""
    ) throws -> [String: [String]] {
        var bytes = try bytes(name)
        if GzipReader.recognises(bytes) { bytes = try GzipReader.unpack(bytes, path: name) }
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix(heading) }
        let names = (lines.first ?? "").split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        var result: [String: [String]] = [:]
        for line in lines.dropFirst() {
            let cells = line.split(separator: separator, omittingEmptySubsequences: false)
            for (name, cell) in zip(names, cells) { result[name, default: []].append(String(cell)) }
        }
        return result
    }

    static func numbers(_ texts: [String]?) -> [Double] { (texts ?? []).map { Double($0) ?? .nan } }

    /// The largest distance of two columns, infinite where their lengths or gaps differ.
    static func distance(_ a: [Double]?, _ b: [Double]) -> Double {
        guard let a, a.count == b.count, !a.isEmpty else { return .infinity }
        return zip(a, b).reduce(0) { largest, pair in
            if pair.0.isNaN, pair.1.isNaN { return largest }
            let distance = (pair.0 - pair.1).magnitude
            return distance.isNaN ? .infinity : max(largest, distance)
        }
    }

    /// Seconds since 1970 of `2025-04-07 11:48:21.950`, taken as UTC.
    static func unixTimes(_ texts: [String]?) -> [Double] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "UTC") ?? .gmt
        return (texts ?? []).map { text in
            let parts = text.split { "-: ".contains($0) }.compactMap { Double($0) }
            guard parts.count == 6 else { return .nan }
            let date = calendar.date(
                from: DateComponents(
                    year: Int(parts[0]), month: Int(parts[1]), day: Int(parts[2]), hour: Int(parts[3]),
                    minute: Int(parts[4])))
            return (date?.timeIntervalSince1970 ?? .nan) + parts[5]
        }
    }
}
