/// The formats that can be read.
///
/// A file is told by its content: containers first, whose first bytes leave no doubt, then text. A reader adds a format by
/// adding a file beside this one and a line here.
public enum CyclerFormats {
    /// Binary files and archives, read whole.
    public static let containers: [any CyclerFormat.Type] = Containers.formats

    /// How many of a file's first bytes, unpacked from gzip, a format may look at.
    public static let headSize = 1 << 16

    /// The container that a file beginning with `head` is; nil for text.
    public static func container(_ head: [UInt8]) -> (any CyclerFormat.Type)? {
        let head = head.count > headSize ? Array(head[..<headSize]) : head
        return containers.first { $0.recognises(head) }
    }

    /// What `--format` takes.
    public static var names: [String] { containers.map { $0.name } + TextFormats.all.map { $0.name } }

    /// The container that `--format` names.
    public static func container(named name: String) -> (any CyclerFormat.Type)? {
        containers.first { $0.name == name.lowercased() }
    }
}
