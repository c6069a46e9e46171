public import Cells

extension FitCell {
    /// The file of the fitted cell: BPX whose sources say of each value that it was fitted, to what, and its 95 % range.
    /// Throws `BPXError` where the values make no valid file.
    public func fitted(_ result: FitResult, data: [String]) throws -> CellFile {
        var file = try fitted(result.estimates.map(\.parameter), result.values)
        let sources = data.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ", ")
        let errors = result.experiments.map { "\(Self.rounded($0.after * $0.factor)) \($0.unit)" }
            .joined(separator: ", ")
        file.addSource("Fit", "Fitted by least squares to \(sources); what is left: \(errors) (root mean square).")
        for estimate in result.estimates {
            var sentence = "\(Self.rounded(estimate.value)), fitted to \(sources)"
            if let low = estimate.low, let high = estimate.high {
                sentence += "; 95 % range \(Self.rounded(low)) to \(Self.rounded(high))"
            }
            if !estimate.isIdentified {
                sentence += estimate.isAtBound ? "; at the bound of the fit" : "; the data do not fix it"
            }
            file.addSource("Fit of \(estimate.parameter.name)", sentence + ".")
        }
        if let record = record(result) { file.put(record) }
        return try CellFile(text: file.json(), format: .json, name: file.name)
    }

    /// What forecasts need of the fit: of the values of the file, not of what windows or curves are made from.
    private func record(_ result: FitResult) -> FitRecord? {
        let count = result.estimates.count
        guard !result.covariance.isEmpty else { return nil }
        let kept = result.estimates.indices.filter { index in
            if case .value = result.estimates[index].parameter.target { return true }
            return false
        }
        guard !kept.isEmpty else { return nil }
        return FitRecord(
            parameters: kept.map { index in
                let (parameter, value) = (result.estimates[index].parameter, result.estimates[index].value)
                return FitRecord.Parameter(
                    name: parameter.name, low: parameter.low, high: parameter.high,
                    isLogarithmic: parameter.isLogarithmic, place: min(max(parameter.place(of: value), 0), 1))
            },
            covariance: kept.flatMap { row in kept.map { result.covariance[row * count + $0] } })
    }

    /// A number to five significant digits, for people.
    public static func rounded(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        var scale = 1.0
        while value.magnitude * scale >= 1e5 { scale /= 10 }
        while value.magnitude * scale < 1e4 { scale *= 10 }
        let digits = (value * scale).rounded()
        return "\(scale >= 1 ? digits / scale : digits * (1 / scale).rounded())"
    }
}
