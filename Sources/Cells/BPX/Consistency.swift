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
        let temperatures = temperatures(root)
        let bulk = Use(
            range: 10.0...Swift.max(3 * initial, 20), positive: 10.0...Swift.max(initial, 10), remarks: true,
            points: [initial], temperatures: temperatures)
        if let electrolyte = parameters["Electrolyte"] {
            let path = [parameterisation, "Electrolyte"]
            for key in ["Diffusivity [m2.s-1]", "Conductivity [S.m-1]"] {
                try checkFunction(electrolyte[key], path + [key], bulk, &warnings)
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
                root[path: (cellar + [key])[...]], cellar + [key], bulk, isExtension: true, &warnings)
        }
        for entry in root["Validation"]?.object?.entries ?? [] {
            try checkExperiment(entry.value, ["Validation", entry.key])
        }
        return warnings
    }

    /// K, at which the file's own numbers hold and its runs start.
    private static func temperatures(_ root: FileValue) -> [Double] {
        let state = root["State"]
        let all = [
            root[parameterisation]?["Cell"]?["Reference temperature [K]"]?.number ?? 298.15,
            state?["Initial conditions"]?["Initial temperature [K]"]?.number,
            state?["Thermal environment"]?["Ambient temperature [K]"]?.number,
        ]
        return all.compactMap { $0 }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
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
        let start = root["State"]?["Initial conditions"]?["Initial state-of-charge"]?.number ?? 1
        var use = Use(
            range: low...high, positive: low...high,
            points: [low + start * (high - low), high - start * (high - low)], temperatures: temperatures(root))
        try checkFunction(particle[diffusivity], path + [diffusivity], use, &warnings)
        use.positive = nil
        for key in [
            "OCP [V]", "OCP (delithiation) [V]", "OCP (lithiation) [V]", "Entropic change coefficient [V.K-1]",
        ] {
            try checkFunction(particle[key], path + [key], use, &warnings)
        }
        let factor = cellar + ["Exchange-current factor"]
        use.remarks = true
        try checkFunction(root[path: factor[...]], factor, use, isExtension: true, &warnings)
        let area = particle["Surface area per unit volume [m-1]"]?.number ?? 0
        return area * (particle["Particle radius [m]"]?.number ?? 0) / 3
    }

    /// Where and when a function is used.
    private struct Use {
        /// It has to be finite here.
        var range: ClosedRange<Double>
        /// And above zero here, or that is a mistake; nil: of any sign.
        var positive: ClosedRange<Double>?
        /// Beyond `positive`, and where this is set instead of it, a value that is not above zero is a remark.
        var remarks = false
        /// Points that are used for certain.
        var points: [Double] = []
        /// K, of the file.
        var temperatures: [Double] = [298.15]

        /// Even samples of a function string: a pole between two of them still stands out.
        static let samples = 2048
        /// -20 and 60 oC: a function that knows the temperature is finite there too, K.
        static let extremes = [253.15, 333.15]
    }

    private static func checkFunction(
        _ value: FileValue?, _ path: [String], _ use: Use, isExtension: Bool = false, _ warnings: inout [String]
    ) throws {
        guard let value, value.number == nil else { return }
        let function = try Validator.function(value, path)
        if !isExtension, !function.extensionNames.isEmpty {
            warnings.append(
                "\(path.joined(separator: " > ")) uses \(function.extensionNames.joined(separator: ", ")), "
                    + "which plain BPX does not know")
        }
        let range = use.range
        var points = use.points + [range.lowerBound, range.upperBound]
        if case .table(let knots, _) = function.source {
            // Linear in between.
            points += knots
        } else if function.constant == nil {
            let width = range.upperBound - range.lowerBound
            points += (1..<Use.samples).map { range.lowerBound + width * Double($0) / Double(Use.samples) }
        }
        points = points.filter(range.contains).sorted()
        let temperatures = use.temperatures + (function.dependsOnTemperature ? Use.extremes : [])
        var remark: String?
        for (index, temperature) in temperatures.enumerated() {
            var values = [Double](repeating: 0, count: points.count)
            function.evaluate(points, count: points.count, temperature: temperature, value: &values)
            let warm = function.dependsOnTemperature ? " and \(Validator.shown(temperature)) K" : ""
            let bad =
                values.firstIndex { !$0.isFinite }.map { points[$0] } ?? pole(function, points, values, temperature)
            if let bad {
                throw BPXError(
                    path: path, line: value.line,
                    problem: "the function is not finite at x = \(Validator.shown(bad))\(warm)",
                    remedy: "finite values from \(Validator.shown(range.lowerBound)) to "
                        + "\(Validator.shown(range.upperBound)) are needed")
            }
            guard use.positive != nil || use.remarks else { continue }
            if let positive = use.positive, index < use.temperatures.count,
                let bad = values.indices.first(where: { values[$0] <= 0 && positive.contains(points[$0]) })
            {
                throw BPXError(
                    path: path, line: value.line,
                    problem: "the function is \(Validator.shown(values[bad])) at x = \(Validator.shown(points[bad]))"
                        + warm,
                    remedy: "values above 0 from \(Validator.shown(positive.lowerBound)) to "
                        + "\(Validator.shown(positive.upperBound)) are needed")
            }
            if remark == nil, let bad = values.firstIndex(where: { $0 <= 0 }) {
                remark =
                    "\(path.joined(separator: " > ")) is not positive at x = \(Validator.shown(points[bad]))\(warm)"
            }
        }
        if let remark { warnings.append(remark) }
    }

    /// Where a function is finite at `points` (ascending) but grows without bound between two of them; nil where nowhere.
    ///
    /// Beside a pole, |f| has a maximum among the points that stands out from at least one neighbour; searching between
    /// its neighbours finds ever larger values, which beside the maximum of a smooth function it does not.
    private static func pole(
        _ function: StateFunction, _ points: [Double], _ values: [Double], _ temperature: Double
    ) -> Double? {
        if case .table = function.source { return nil }
        guard function.constant == nil else { return nil }
        let sizes = values.map(\.magnitude)
        for i in points.indices {
            let left = max(i - 1, 0), right = min(i + 1, points.count - 1)
            guard sizes[i] >= sizes[left], sizes[i] >= sizes[right], sizes[i] > 1.5 * min(sizes[left], sizes[right])
            else { continue }
            var low = points[left], high = points[right]
            for _ in 0..<100 {
                let a = low + (high - low) / 3, b = high - (high - low) / 3
                let fa = function(a, temperature: temperature).magnitude
                let fb = function(b, temperature: temperature).magnitude
                guard fa < 1e6 * sizes[i], fb < 1e6 * sizes[i] else {
                    // Its place to a ten-thousandth of the range or better: what is exact is not ours to say.
                    let place = fa > fb ? a : b
                    let range = (points.last ?? place) - (points.first ?? place)
                    guard range > 0, range.isFinite else { return place }
                    var unit = 1.0
                    for _ in 0..<30 where unit < 1e4 / range { unit *= 10 }
                    return (place * unit).rounded() / unit
                }
                if fa > fb { high = b } else { low = a }
            }
        }
        return nil
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
