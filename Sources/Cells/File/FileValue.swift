/// A value of a cell file, with the line it stands on: JSON and YAML alike are read into this tree.
public struct FileValue: Sendable, Equatable {
    /// What a value can be.
    public indirect enum Content: Sendable, Equatable {
        /// Nothing.
        case null
        /// True or false.
        case boolean(Bool)
        /// A number.
        case number(Double)
        /// A text.
        case text(String)
        /// A list of numbers only.
        case numbers([Double])
        /// Any other list.
        case list([FileValue])
        /// Keys with values, in their order.
        case object(FileObject)
    }

    /// The value itself.
    public var content: Content
    /// Line in the file, from 1; nil for a value that was not read from one.
    public var line: Int?

    /// A value at a line, or at none.
    public init(_ content: Content, line: Int? = nil) {
        self.content = content
        self.line = line
    }

    /// The number, where the value is one.
    public var number: Double? { if case .number(let value) = content { value } else { nil } }
    /// The text, where the value is one.
    public var text: String? { if case .text(let value) = content { value } else { nil } }
    /// The object, where the value is one.
    public var object: FileObject? { if case .object(let value) = content { value } else { nil } }
    /// The list of numbers, where the value is one (an empty list too).
    public var numbers: [Double]? {
        switch content {
        case .numbers(let values): values
        case .list(let values) where values.isEmpty: []
        default: nil
        }
    }

    /// The value of a key, where the value is an object that has it.
    public subscript(key: String) -> FileValue? { object?[key] }

    /// As a JSON document: four spaces per level, shortest exact numbers, a line break at the end.
    public var json: String { JSONWriter.write(self) }

    /// What the value is, for messages.
    var kind: String {
        switch content {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .text: "a text"
        case .numbers, .list: "a list"
        case .object: "an object"
        }
    }
}

/// An object of a cell file: keys in the order of the file.
public struct FileObject: Sendable, Equatable {
    /// One key with its value.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public var key: String
        /// Its value.
        public var value: FileValue
    }

    /// All keys and values in order.
    public private(set) var entries: [Entry] = []

    /// An empty object.
    public init() {}

    /// All keys in order.
    public var keys: [String] { entries.map(\.key) }

    /// The value of a key. Setting nil removes the key; a new key goes to the end.
    public subscript(key: String) -> FileValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a key that the object is known not to have.
    mutating func append(_ key: String, _ value: FileValue) { entries.append(Entry(key: key, value: value)) }

    /// Puts a new key before another, or at the end where that one is missing.
    mutating func insert(_ key: String, _ value: FileValue, before other: String) {
        let index = entries.firstIndex { $0.key == other } ?? entries.count
        entries.insert(Entry(key: key, value: value), at: index)
    }
}

extension FileValue {
    /// Gets, sets or removes the value at a path of keys; objects on the way are made as needed.
    subscript(path path: ArraySlice<String>) -> FileValue? {
        get {
            guard let key = path.first else { return self }
            return self[key]?[path: path.dropFirst()]
        }
        set {
            guard let key = path.first else {
                if let newValue { self = newValue }
                return
            }
            var object = self.object ?? FileObject()
            if path.count == 1 {
                object[key] = newValue
            } else {
                guard object[key] != nil || newValue != nil else { return }
                var child = object[key] ?? FileValue(.object(FileObject()))
                child[path: path.dropFirst()] = newValue
                object[key] = child
            }
            content = .object(object)
        }
    }
}
