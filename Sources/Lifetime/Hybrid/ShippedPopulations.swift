#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension SimulatedPopulation {
    /// Reads a population file. Throws `LifetimeError` or `LearningError`.
    public static func load(path: String) throws -> SimulatedPopulation {
        try SimulatedPopulation(bytes: NumberTable.bytes(path: path))
    }

    /// A population that comes with Cellar; nil where it is not there.
    ///
    /// The folder is looked for as `Data/populations` below `$CELLAR_HOME`, beside or above the running program, as
    /// `share/cellar/Data/populations`, and above this source file.
    public static func shipped(_ name: String) throws -> SimulatedPopulation? {
        for folder in folders where NumberTable.names(inFolder: folder).contains("\(name).json") {
            return try load(path: "\(folder)/\(name).json")
        }
        return nil
    }

    /// Names of the populations that come with Cellar; empty where their folder is not found.
    public static var shippedNames: [String] {
        for folder in folders {
            let names = NumberTable.names(inFolder: folder).filter { $0.hasSuffix(".json") }
            if !names.isEmpty { return names.map { String($0.dropLast(5)) } }
        }
        return []
    }

    /// Where populations may lie, in the order in which they are looked for.
    private static var folders: [String] {
        var starts = [#filePath]
        if let program = realpath("/proc/self/exe", nil) {
            defer { free(program) }
            starts.insert(String(cString: program), at: 0)
        }
        var folders = getenv("CELLAR_HOME").map { ["\(String(cString: $0))/Data/populations"] } ?? []
        for start in starts {
            var parts = start.split(separator: "/")
            while !parts.isEmpty {
                parts.removeLast()
                for below in ["Data/populations", "share/cellar/Data/populations"] {
                    folders.append("/" + (parts + [Substring(below)]).joined(separator: "/"))
                }
            }
        }
        return folders
    }
}
