internal import CExpat

/// Reads XML through Expat, event by event, piece by piece.
///
/// Entities that a document declares itself are refused, as no cycler's file needs them and bombs do.
final class XMLScanner {
    /// What is told of a document; what the cases hold is valid during the call only.
    enum Event {
        case start(Name, Attributes)
        case text(UnsafeRawBufferPointer)
        case end(Name)
    }

    /// An element's name, without the prefix of its name space.
    struct Name {
        fileprivate let start: UnsafePointer<CChar>

        static func == (name: Name, other: StaticString) -> Bool {
            name.start.withMemoryRebound(to: UInt8.self, capacity: 1) { bytes in
                for index in 0..<other.utf8CodeUnitCount where bytes[index] != other.utf8Start[index] { return false }
                return bytes[other.utf8CodeUnitCount] == 0
            }
        }

        var string: String { String(cString: start) }

        /// The part of a name after its colon.
        fileprivate static func local(_ name: UnsafePointer<CChar>) -> Name {
            var start = name
            var next = name
            while next.pointee != 0 {
                if next.pointee == CChar(bitPattern: UInt8(ascii: ":")) { start = next + 1 }
                next += 1
            }
            return Name(start: start)
        }
    }

    /// An element's attributes.
    struct Attributes {
        fileprivate let start: UnsafeMutablePointer<UnsafePointer<CChar>?>?

        /// The value of an attribute, ended by a zero.
        func bytes(_ name: StaticString) -> UnsafePointer<CChar>? {
            guard var next = start else { return nil }
            while let key = next[0] {
                if Name(start: key) == name { return next[1] }
                next += 2
            }
            return nil
        }

        subscript(name: StaticString) -> String? { bytes(name).map { String(cString: $0) } }

        /// All, by name.
        var all: [(key: String, value: String)] {
            guard var next = start else { return [] }
            var result: [(key: String, value: String)] = []
            while let key = next[0], let value = next[1] {
                result.append((String(cString: key), String(cString: value)))
                next += 2
            }
            return result
        }
    }

    private let parser: XML_Parser
    private let path: String
    private let place: String
    private var handler: (Event) throws -> Void
    private var failure: (any Error)?
    private var declaresEntities = false
    /// Whether the handler has said that it needs no more.
    private(set) var stopped = false

    /// A reader of a document in UTF-8, whatever it declares; `place` is what errors name. Throws `ImportError`.
    init(path: String, place: String, handler: @escaping (Event) throws -> Void) throws {
        guard let parser = XML_ParserCreate("UTF-8") else {
            throw ImportError(path: path, place: place, problem: "no memory to read it", remedy: "free some")
        }
        self.parser = parser
        self.path = path
        self.place = place
        self.handler = handler
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let context, let name else { return }
                XMLScanner.of(context).tell(.start(.local(name), Attributes(start: attributes)))
            },
            { context, name in
                guard let context, let name else { return }
                XMLScanner.of(context).tell(.end(.local(name)))
            })
        XML_SetCharacterDataHandler(parser) { context, text, length in
            guard let context, let text, length > 0 else { return }
            XMLScanner.of(context).tell(.text(UnsafeRawBufferPointer(start: text, count: Int(length))))
        }
        XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
            guard let context else { return }
            let scanner = XMLScanner.of(context)
            scanner.declaresEntities = true
            XML_StopParser(scanner.parser, 0)
        }
    }

    deinit { XML_ParserFree(parser) }

    private static func of(_ context: UnsafeMutableRawPointer) -> XMLScanner {
        Unmanaged<XMLScanner>.fromOpaque(context).takeUnretainedValue()
    }

    private func tell(_ event: Event) {
        guard failure == nil, !stopped else { return }
        do {
            try handler(event)
        } catch {
            failure = error
            XML_StopParser(parser, 0)
        }
    }

    /// Ends the reading early: `feed` does nothing any more.
    func stop() {
        stopped = true
        XML_StopParser(parser, 0)
    }

    /// Reads on; `last` with the final piece. Throws `ImportError` where the document is not well formed, and what the
    /// handler throws.
    func feed(_ bytes: UnsafeRawBufferPointer, last: Bool) throws {
        guard !stopped else { return }
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        let status = XML_Parse(parser, start, Int32(clamping: bytes.count), last ? 1 : 0)
        if let failure { throw failure }
        if stopped { return }
        if declaresEntities {
            throw ImportError(
                path: path, place: place, problem: "declares entities of its own, as no cycler's file does",
                remedy: "save it again from a spreadsheet program")
        }
        guard status == XML_STATUS_OK else {
            let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unreadable"
            throw ImportError(
                path: path, place: "\(place): line \(XML_GetCurrentLineNumber(parser))",
                problem: "is no well-formed XML (\(reason))", remedy: "export the file again")
        }
    }

    /// Reads a whole document in UTF-8 or GBK, whatever it declares. Throws `ImportError`.
    static func scan(
        _ bytes: [UInt8], path: String, place: String, handler: @escaping (Event) throws -> Void
    ) throws {
        let scanner = try XMLScanner(path: path, place: place, handler: handler)
        // Expat knows neither GB2312, which Neware declares, nor bytes that belong to no text at all.
        let text =
            String(validating: bytes, as: UTF8.self).map { Array($0.utf8) }
            ?? Array(TextEncoding.gbk.decode(bytes).utf8)
        try text.withUnsafeBytes { try scanner.feed($0, last: true) }
    }
}
