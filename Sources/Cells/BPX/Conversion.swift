/// Converts BPX 0.1 to 0.5 to the shape of BPX 1.1.1.
///
/// As BPX 1.1.1's own converter does: temperatures and the initial electrolyte concentration move to `State`, the state
/// of charge becomes 1, the thermal conductivity is dropped, `Header > BPX` is rewritten.
enum Conversion {
    /// The version that files are written in.
    static let current = "1.1.1"

    /// Reaction rate constants are multiplied by this in files before BPX 0.3.0.
    ///
    /// BPX 0.3.0 put a missing factor 2 into its text, j = 2 j0 sinh(Fη/2RT). The files were fitted with models that
    /// already had it: BPX's own converter and PyBaMM read their constants unchanged, About:Energy republished the same
    /// numbers in 0.4, and the measured 1C curve of its 0.1 file agrees with them (halved, they cost some 50 mV).
    static let rateConstantFactor = 1.0

    /// Major and minor version, checked. Throws `BPXError`.
    static func version(of root: FileValue) throws -> (text: String, major: Int, minor: Int) {
        let path = ["Header", "BPX"]
        guard root.object != nil else {
            throw BPXError(
                line: root.line, problem: "the file holds \(root.kind)",
                remedy: "a BPX file is an object with Header and Parameterisation")
        }
        guard let header = root["Header"] else {
            let keys = root.object?.keys ?? []
            if let close = nearest(to: "Header", among: keys) {
                throw BPXError(
                    path: [close], line: root[close]?.line, problem: "unknown key", remedy: "did you mean 'Header'?")
            }
            throw BPXError(
                path: ["Header"], line: root.line, problem: "missing",
                remedy: "a BPX file is an object with Header and Parameterisation")
        }
        guard header.object != nil else {
            throw BPXError(
                path: ["Header"], line: header.line, problem: "\(header.kind) stands here",
                remedy: "an object with BPX and Model is needed")
        }
        guard let value = header["BPX"] else {
            // A misspelt key is reported as unknown by the validator.
            return (current, 1, 1)
        }
        let text: String
        switch value.content {
        case .text(let string): text = string
        case .number(let number) where number >= 0: text = number == number.rounded() ? "\(number)" : number.description
        default: text = ""
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        guard (2...3).contains(parts.count), numbers.count == parts.count else {
            throw BPXError(
                path: path, line: value.line, problem: "no version number", remedy: "a text such as \"1.1.1\" is needed"
            )
        }
        guard numbers[0] <= 1 else {
            throw BPXError(
                path: path, line: value.line, problem: "version \(oneLine(text)) is not known",
                remedy: "versions 0.1 to 1.x are read")
        }
        return (text, numbers[0], numbers[1])
    }

    /// The document in the shape of 1.1.1, and what was done to it. Throws `BPXError`.
    static func convert(_ root: FileValue) throws -> (root: FileValue, notes: [String]) {
        let version = try version(of: root)
        var root = root
        var notes: [String] = []
        guard version.major == 0 else {
            if root["Header"]?["BPX"]?.number != nil {
                notes.append("Header > BPX should be a text: \"\(version.text)\"")
                root[path: ["Header", "BPX"]] = FileValue(.text(version.text), line: root["Header"]?["BPX"]?.line)
            }
            return (root, notes)
        }
        if let state = root["State"] {
            throw BPXError(
                path: ["State"], line: state.line, problem: "a BPX \(version.text) file has no State",
                remedy: "set Header > BPX to \"1.1.1\"")
        }
        let cell = ["Parameterisation", "Cell"]
        let electrolyte = ["Parameterisation", "Electrolyte"]
        let reference = root[path: (cell + ["Reference temperature [K]"])[...]]
        let ambient = try take(&root, cell + ["Ambient temperature [K]"])
        let initial = try take(&root, cell + ["Initial temperature [K]"])
        let concentration = try take(&root, electrolyte + ["Initial concentration [mol.m-3]"])
        if root[path: (cell + ["Thermal conductivity [W.m-1.K-1]"])[...]] != nil {
            _ = try take(&root, cell + ["Thermal conductivity [W.m-1.K-1]"])
            notes.append("Parameterisation > Cell > Thermal conductivity [W.m-1.K-1] has no place in BPX 1.x: dropped")
        }
        if root[path: electrolyte[...]]?.object != nil, concentration == nil {
            throw BPXError(
                path: electrolyte + ["Initial concentration [mol.m-3]"], line: root[path: electrolyte[...]]?.line,
                problem: "missing", remedy: "a number above 0 is needed")
        }
        let temperature = ambient ?? reference ?? FileValue(.number(298.15))
        if ambient == nil, root[path: cell[...]]?.object != nil {
            notes.append("no ambient temperature in the file: \(reference == nil ? "298.15 K" : "reference") is taken")
        }
        var conditions = FileObject()
        conditions["Initial state-of-charge"] = FileValue(.number(1))
        conditions["Initial temperature [K]"] = initial ?? temperature
        conditions["Initial electrolyte concentration [mol.m-3]"] = concentration
        var environment = FileObject()
        environment["Ambient temperature [K]"] = temperature
        var state = FileObject()
        state["Initial conditions"] = FileValue(.object(conditions))
        state["Thermal environment"] = FileValue(.object(environment))
        if var object = root.object {
            object.insert("State", FileValue(.object(state)), before: "Parameterisation")
            root.content = .object(object)
        }
        root[path: ["Header", "BPX"]] = FileValue(.text(current), line: root["Header"]?["BPX"]?.line)
        if version.minor < 3 {
            notes.append(
                "BPX \(version.text) states Butler-Volmer without the factor 2 of 0.3.0; the reaction rate constants are "
                    + "read unchanged, as BPX's own converter and PyBaMM do")
        }
        return (root, notes)
    }

    /// Removes a number and returns it.
    private static func take(_ root: inout FileValue, _ path: [String]) throws -> FileValue? {
        guard let value = root[path: path[...]] else { return nil }
        try Validator.check(value, .number(.positive), path)
        root[path: path[...]] = nil
        return value
    }
}
