/// Checks of values against each other, on a document whose single values are valid.
enum Consistency {
    private static let parameterisation = "Parameterisation"

    /// Throws the first mistake as a `BPXError`; returns remarks that are none.
    static func check(_ root: FileValue) throws -> [String] {
        var warnings: [String] = []
        guard let parameters = root[parameterisation] else { return [] }
        try checkCutOffs(parameters["Cell"])
        if root["Header"]?["Model"]?.text == "SPM", parameters["Electrolyte"] != nil {
            warnings.append("Header > Model says SPM, but the file holds the parameters of a full model")
        }
        let initial =
            root["State"]?["Initial conditions"]?["Initial electrolyte concentration [mol.m-3]"]?.number ?? 1000
        let concentrations = 10.0...Swift.max(3 * initial, 20)
        if let electrolyte = parameters["Electrolyte"] {
            let path = [parameterisation, "Electrolyte"]
            for key in ["Diffusivity [m2.s-1]", "Conductivity [S.m-1]"] {
                try checkFunction(electrolyte[key], path + [key], concentrations, positive: true, &warnings)
            }
        }
        for name in ["Negative electrode", "Positive electrode"] {
            guard let electrode = parameters[name] else { continue }
            try checkElectrode(electrode, [parameterisation, name], root, &warnings)
        }
        let cellar = CellarExtension.path
        for key in [
            "Thermodynamic factor", "Electrolyte diffusivity [m2.s-1]", "Electrolyte conductivity [S.m-1]",
        ] {
            try checkFunction(
                root[path: (cellar + [key])[...]], cellar + [key], concentrations, isExtension: true, positive: true,
                &warnings)
        }
        for entry in root["Validation"]?.object?.entries ?? [] {
            try checkExperiment(entry.value, ["Validation", entry.key])
        }
        return warnings
    }

    private static func checkCutOffs(_ cell: FileValue?) throws {
        let lowKey = "Lower voltage cut-off [V]"
        guard let low = cell?[lowKey]?.number, let high = cell?["Upper voltage cut-off [V]"]?.number, low >= high else {
            return
        }
        throw BPXError(
            path: [parameterisation, "Cell", lowKey], line: cell?[lowKey]?.line,
            problem: "\(Validator.shown(low)) V is not below the upper cut-off of \(Validator.shown(high)) V",
            remedy: "the lower cut-off has to be the smaller one")
    }

    private static func checkElectrode(
        _ electrode: FileValue, _ path: [String], _ root: FileValue, _ warnings: inout [String]
    ) throws {
        var active = 0.0
        let cellar = CellarExtension.path + [path[1]]
        if let particles = electrode["Particle"]?.object {
            for entry in particles.entries {
                active += try checkParticle(
                    entry.value, path + ["Particle", entry.key], cellar + ["Particle", entry.key], root, &warnings)
            }
        } else {
            active = try checkParticle(electrode, path, cellar, root, &warnings)
        }
        if let porosity = electrode["Porosity"]?.number, porosity + active > 1.0001 {
            warnings.append(
                "\(path.joined(separator: " > ")): porosity and active volume fraction add up to "
                    + "\(Validator.shown(((porosity + active) * 1000).rounded() / 1000)), more than 1")
        }
    }

    /// Returns the active volume fraction.
    private static func checkParticle(
        _ particle: FileValue, _ path: [String], _ cellar: [String], _ root: FileValue, _ warnings: inout [String]
    ) throws -> Double {
        let low = particle["Minimum stoichiometry"]?.number ?? 0
        let high = particle["Maximum stoichiometry"]?.number ?? 1
        guard low < high else {
            throw BPXError(
                path: path + ["Minimum stoichiometry"], line: particle["Minimum stoichiometry"]?.line,
                problem: "\(Validator.shown(low)) is not below the maximum stoichiometry of \(Validator.shown(high))",
                remedy: "0 <= minimum < maximum <= 1 is needed")
        }
        let diffusivity = "Diffusivity [m2.s-1]"
        try checkFunction(particle[diffusivity], path + [diffusivity], low...high, positive: true, &warnings)
        for key in [
            "OCP [V]", "OCP (delithiation) [V]", "OCP (lithiation) [V]", "Entropic change coefficient [V.K-1]",
        ] {
            try checkFunction(particle[key], path + [key], low...high, positive: false, &warnings)
        }
        let factor = cellar + ["Exchange-current factor"]
        try checkFunction(
            root[path: factor[...]], factor, low...high, isExtension: true, positive: true, &warnings)
        let area = particle["Surface area per unit volume [m-1]"]?.number ?? 0
        return area * (particle["Particle radius [m]"]?.number ?? 0) / 3
    }

    private static func checkFunction(
        _ value: FileValue?, _ path: [String], _ range: ClosedRange<Double>, isExtension: Bool = false, positive: Bool,
        _ warnings: inout [String]
    ) throws {
        guard let value, value.number == nil else { return }
        let function = try Validator.function(value, path)
        if !isExtension, !function.extensionNames.isEmpty {
            warnings.append(
                "\(path.joined(separator: " > ")) uses \(function.extensionNames.joined(separator: ", ")), "
                    + "which plain BPX does not know")
        }
        let count = 64
        let points = (0...count).map { i in
            range.lowerBound + (range.upperBound - range.lowerBound) * Double(i) / Double(count)
        }
        var values = [Double](repeating: 0, count: points.count)
        function.evaluate(points, count: points.count, temperature: 298.15, value: &values)
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw BPXError(
                path: path, line: value.line,
                problem: "the function is not finite at x = \(Validator.shown(points[bad]))",
                remedy: "finite values from \(Validator.shown(range.lowerBound)) to "
                    + "\(Validator.shown(range.upperBound)) are needed")
        }
        if positive, let bad = values.firstIndex(where: { $0 <= 0 }) {
            warnings.append(
                "\(path.joined(separator: " > ")) is not positive at x = \(Validator.shown(points[bad]))")
        }
    }

    private static func checkExperiment(_ experiment: FileValue, _ path: [String]) throws {
        let time = experiment["Time [s]"]?.numbers?.count ?? 0
        for key in ["Current [A]", "Voltage [V]", "Temperature [K]"] {
            guard let column = experiment[key], let count = column.numbers?.count, count != time else { continue }
            throw BPXError(
                path: path + [key], line: column.line, problem: "\(count) values beside \(time) of Time [s]",
                remedy: "columns of one length are needed")
        }
    }
}
