import CyclingData

/// The places that a command's outputs take, so that no two meet in one file and none takes the place of an input.
struct OutputPlaces {
    /// Whose output goes to a place; partial files stand beside their targets.
    private(set) var taken: [String: String] = [:]

    /// Outputs by their option; nil where one is not asked for. With `json`, standard output is taken already.
    ///
    /// Throws `CommandError` where two outputs meet, or one has no name.
    init(_ outputs: [(option: String, path: String?)], json: Bool = false) throws {
        if json { taken["-"] = "--json" }
        for (option, path) in outputs {
            guard let path else { continue }
            if path.isEmpty { throw CommandError.usage("\(option) '': an empty file name; name a file, or -") }
            try add(option, path)
        }
    }

    /// Adds one more. Throws `CommandError` where its place is taken.
    mutating func add(_ option: String, _ path: String) throws {
        // However they are named: through links, or another folder's.
        let target = path == "-" ? path : OutputFile.resolved(path)
        if target == "/dev/null" { return }
        let isFile = path != "-" && !target.hasPrefix("/dev/")
        if let other = taken[target] ?? (isFile ? taken[target + ".partial"] : nil) {
            let place = path == "-" ? "standard output" : path
            throw CommandError.usage("\(option) \(path): \(other) writes to \(place) already; name another file")
        }
        taken[target] = option
        if isFile { taken[target + ".partial"] = option }
    }

    /// These and one more. Throws `CommandError` where its place is taken.
    func with(_ option: String, _ path: String) throws -> OutputPlaces {
        var places = self
        try places.add(option, path)
        return places
    }

    /// Throws `CommandError` where an output would take the place of a file that is read; `what` the file is.
    func check(_ what: String, _ inputs: [String]) throws {
        for path in inputs where path != "-" {
            let place = OutputFile.resolved(path)
            guard !place.hasPrefix("/dev/"), let option = taken[place] else { continue }
            throw CommandError.usage("\(option) \(path): \(what) is read from this file; name another file")
        }
    }

    /// As `check(_:_:)`, where a cell may be shipped: such a one is no file, whatever lies in the folder under its name.
    func check(cell: String, shipped: [String]) throws {
        if !shipped.contains(cell) { try check("the cell", [cell]) }
    }
}
