@testable import Cells

/// A small, valid cell that tests bend out of shape.
enum Samples {
    static let particle = """
        "Minimum stoichiometry": MIN, "Maximum stoichiometry": MAX, "Maximum concentration [mol.m-3]": CONC,
        "Particle radius [m]": 5e-06, "Surface area per unit volume [m-1]": AREA,
        "Diffusivity [m2.s-1]": 4e-15, "OCP [V]": "OCV", "Reaction rate constant [mol.m-2.s-1]": 2e-05
        """

    static func particle(min: String, max: String, concentration: String, area: String, ocp: String) -> String {
        var text = particle
        for (mark, value) in [("MIN", min), ("MAX", max), ("CONC", concentration), ("AREA", area), ("OCV", ocp)] {
            text = replaced(text, mark, value)
        }
        return text
    }

    static let graphite = particle(
        min: "0.05", max: "0.85", concentration: "30000", area: "420000", ocp: "0.9 * exp(-30 * x) + 0.2 - 0.1 * x")
    static let oxide = particle(
        min: "0.3", max: "0.9", concentration: "50000", area: "360000",
        ocp: "4.6 - 1.2 * x - 0.01 * exp(40 * (x - 0.9))")

    static let dfn = """
        {
            "Header": {"BPX": "1.1.1", "Title": "Sample", "Model": "DFN"},
            "State": {
                "Initial conditions": {"Initial state-of-charge": 1, "Initial electrolyte concentration [mol.m-3]": 1000},
                "Thermal environment": {"Heat transfer coefficient [W.m-2.K-1]": 20}
            },
            "Parameterisation": {
                "Cell": {
                    "Electrode area [m2]": 0.1, "External surface area [m2]": 0.005, "Volume [m3]": 2e-05,
                    "Number of electrode pairs connected in parallel to make a cell": 1,
                    "Lower voltage cut-off [V]": 3.1142, "Upper voltage cut-off [V]": 4.125,
                    "Nominal cell capacity [A.h]": 5, "Reference temperature [K]": 298.15,
                    "Density [kg.m-3]": 3000, "Specific heat capacity [J.K-1.kg-1]": 800
                },
                "Electrolyte": {
                    "Cation transference number": 0.26,
                    "Diffusivity [m2.s-1]": "8.794e-11 * (x / 1000) ** 2 - 3.972e-10 * (x / 1000) + 4.862e-10",
                    "Conductivity [S.m-1]": {"x": [0, 1000, 3000], "y": [0.1, 1.0, 0.5]}
                },
                "Negative electrode": {
                    "Thickness [m]": 8.5e-05, "Porosity": 0.25, "Transport efficiency": 0.125,
                    "Conductivity [S.m-1]": 200,
                    \(graphite)
                },
                "Positive electrode": {
                    "Thickness [m]": 7.5e-05, "Porosity": 0.3, "Transport efficiency": 0.16,
                    "Conductivity [S.m-1]": 1,
                    \(oxide)
                },
                "Separator": {"Thickness [m]": 1.2e-05, "Porosity": 0.47, "Transport efficiency": 0.3222}
            }
        }
        """

    static var root: FileValue {
        get throws { try JSONParser.parse(Array(dfn.utf8)) }
    }

    /// The sample with values set (or removed, where nil) at paths written with ` > `.
    static func file(_ edits: [(String, String?)]) throws -> CellFile {
        try CellFile(text: text(edits), format: .json, name: "sample")
    }

    static func text(_ edits: [(String, String?)]) throws -> String {
        var root = try root
        for (path, value) in edits {
            let keys = keys(path)
            root[path: keys[...]] = try value.map { try JSONParser.parse(Array($0.utf8)) }
        }
        return JSONWriter.write(root)
    }

    static func keys(_ path: String) -> [String] {
        var keys: [String] = [""]
        for character in path {
            if character == ">" { keys.append("") } else { keys[keys.count - 1].append(character) }
        }
        return keys.map { key in String(key.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }

    /// The same cell as a BPX 0.4 file.
    static func legacy(version: String) throws -> String {
        try text([
            ("Header > BPX", version), ("State", nil),
            ("Parameterisation > Cell > Ambient temperature [K]", "300"),
            ("Parameterisation > Cell > Initial temperature [K]", "310"),
            ("Parameterisation > Cell > Thermal conductivity [W.m-1.K-1]", "8"),
            ("Parameterisation > Electrolyte > Initial concentration [mol.m-3]", "1100"),
        ])
    }

    static func blended() throws -> CellFile {
        let silicon = particle(
            min: "0.05", max: "0.85", concentration: "30000", area: "50000", ocp: "0.9 * exp(-30 * x) + 0.2 - 0.1 * x")
        return try file([
            (
                "Parameterisation > Negative electrode",
                """
                {"Thickness [m]": 8.5e-05, "Porosity": 0.25, "Transport efficiency": 0.125,
                 "Conductivity [S.m-1]": 200, "Particle": {"Graphite": {\(graphite)}, "Silicon": {\(silicon)}}}
                """
            )
        ])
    }

    static func replaced(_ text: String, _ mark: String, _ value: String) -> String {
        guard let range = firstRange(of: mark, in: text) else { return text }
        return String(text[..<range.lowerBound]) + value + String(text[range.upperBound...])
    }

    private static func firstRange(of mark: String, in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(mark) { return start..<text.index(start, offsetBy: mark.count) }
            start = text.index(after: start)
        }
        return nil
    }
}

/// A small generator with a seed, so that every run tries the same inputs.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
