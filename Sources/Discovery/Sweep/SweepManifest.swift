#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Learning

/// `manifest.json` of a sweep's folder: what was asked for, by which version, from which inputs.
struct SweepManifest: Codable, Sendable, Equatable {
    static let format = "cellar-sweep"
    static let formatVersion = 1

    var format = SweepManifest.format
    var formatVersion = SweepManifest.formatVersion
    /// The program's version.
    var cellar: String
    /// Runs of the whole sweep.
    var runs: Int
    /// Names of the varied columns in `runs.csv`.
    var columns: [String]
    var sweep: SweepSpecification
    /// Checksums of what was read, by its name.
    var inputs: [String: String]
    /// Of all above.
    var hash = ""

    init(cellar: String, plan: SweepPlan) {
        self.cellar = cellar
        runs = plan.runs
        columns = plan.columns
        sweep = plan.specification
        inputs = plan.inputs
        hash = ModelDocument.checksum(of: encoded())
    }

    /// The file's bytes; the same sweep gives the same.
    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // It holds finite numbers and text alone.
        let data = (try? encoder.encode(self)) ?? Data()
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }

    /// Reads a manifest. Throws `SweepError`.
    init(bytes: [UInt8], path: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let read = try? decoder.decode(SweepManifest.self, from: Data(bytes)), read.format == Self.format else {
            throw SweepError(.data, "\(path): no manifest of a sweep; name another folder")
        }
        guard read.formatVersion == Self.formatVersion else {
            throw SweepError(
                .data,
                "\(path): format version \(read.formatVersion), and this program reads \(Self.formatVersion); "
                    + "name another folder")
        }
        self = read
    }

    /// What sets another sweep apart from this one; nil where they are the same.
    func difference(from other: SweepManifest) -> String? {
        if self == other { return nil }
        if cellar != other.cellar { return "cellar is \(cellar) there and \(other.cellar) here" }
        for (name, value) in SweepSpecification.words where value(sweep) != value(other.sweep) {
            return "\(name) is '\(value(sweep))' there and '\(value(other.sweep))' here"
        }
        for name in Set(inputs.keys).union(other.inputs.keys).sorted() where inputs[name] != other.inputs[name] {
            return "\(name) has other contents"
        }
        return "it was changed"
    }
}
