#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A model file: JSON with a format, a version, a checksum and its content.
///
/// ```
/// {"format": "cellar-model", "version": 1, "kind": "lifetime", "checksum": "9f2c…", "content": {…}}
/// ```
/// The checksum is FNV-1a (64 bits) of the content as it is written with sorted keys: it tells a file that was cut off or
/// edited, not one that was forged.
public enum ModelDocument {
    /// Version written; only this one is read.
    public static let version = 1
    static let format = "cellar-model"

    private struct Envelope<Content: Codable>: Codable {
        var format: String
        var version: Int
        var kind: String
        var checksum: String
        var content: Content
    }

    private struct Head: Decodable {
        var format: String
        var version: Int
        var kind: String
    }

    /// The bytes of a file. The same content gives the same bytes. Throws `LearningError` where a number is not finite.
    public static func encode(_ content: some Codable, kind: String) throws -> [UInt8] {
        do {
            let checksum = try checksum(content)
            let envelope = Envelope(
                format: format, version: version, kind: kind, checksum: checksum, content: content)
            return try [UInt8](encoder().encode(envelope)) + [UInt8(ascii: "\n")]
        } catch is EncodingError {
            throw LearningError(
                kind: .computation, problem: "the model holds a number that is not finite",
                remedy: "look for extreme values in the training data")
        }
    }

    /// What a file's model is for; nil where it is no model file, or its beginning cannot be read.
    public static func kind(of bytes: [UInt8]) -> String? {
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(bytes)), head.format == format else {
            return nil
        }
        return head.kind
    }

    /// The content of a file. Throws `LearningError` of kind `file` where it is no model file, of another version or kind,
    /// cut off or changed.
    public static func decode<Content: Codable>(
        _ type: Content.Type, kind: String, from bytes: [UInt8]
    ) throws -> Content {
        func refuse(_ problem: String, _ remedy: String) -> LearningError {
            LearningError(kind: .file, problem: problem, remedy: remedy)
        }
        let data = Data(bytes)
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Head.self, from: data), head.format == format else {
            let begins = String(decoding: bytes.prefix(400), as: UTF8.self).contains("cellar-model")
            throw begins
                ? refuse("the model file is cut off or damaged", "copy it again, or train it again")
                : refuse("no model file", "give a JSON file that 'cellar train' wrote")
        }
        guard head.version == version else {
            throw refuse(
                "model file version \(head.version)", "this program reads version \(version): train it again")
        }
        guard head.kind == kind else { throw refuse("a model for \(head.kind)", "give one for \(kind)") }
        guard let envelope = try? decoder.decode(Envelope<Content>.self, from: data) else {
            throw refuse("the model file is damaged: a part is missing or of another kind", "train it again")
        }
        guard let sum = try? checksum(envelope.content), sum == envelope.checksum else {
            throw refuse("the model file was changed: its checksum does not fit", "copy it again, or train it again")
        }
        return envelope.content
    }

    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static func checksum(_ content: some Codable) throws -> String {
        checksum(of: try [UInt8](encoder().encode(content)))
    }

    /// FNV-1a, 64 bits, as 16 hexadecimal digits.
    public static func checksum(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
