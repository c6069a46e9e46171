/// What a fitted cell's file remembers of its fit, beside the sentences for people: how far the values may be off, together.
///
/// It stands under `User-defined > Cellar > Fit`:
/// ```json
/// {"Parameters": {NAME: {"Lower bound": 1e-22, "Upper bound": 1e-20, "Logarithmic": 1, "Place": 0.4}}, "Covariance": […]}
/// ```
public struct FitRecord: Sendable, Equatable {
    /// A fitted value.
    public struct Parameter: Sendable, Equatable {
        /// The path of the value in the cell file.
        public var name: String
        /// Bounds of the fit, in the value's unit; `low` above 0 where logarithmic.
        public var low, high: Double
        /// Whether places are spaced by the logarithm.
        public var isLogarithmic: Bool
        /// Of the fitted value between the bounds, 0…1.
        public var place: Double

        /// Memberwise.
        public init(name: String, low: Double, high: Double, isLogarithmic: Bool, place: Double) {
            self.name = name
            self.low = low
            self.high = high
            self.isLogarithmic = isLogarithmic
            self.place = place
        }
    }

    /// In the order of the covariance.
    public var parameters: [Parameter]
    /// Of the places, row by row; 1.96 standard deviations are the fit's 95 % ranges.
    public var covariance: [Double]

    /// Memberwise.
    public init(parameters: [Parameter], covariance: [Double]) {
        self.parameters = parameters
        self.covariance = covariance
    }

    /// Where it stands.
    static let path = CellarExtension.path + ["Fit"]
    private static let keys = (low: "Lower bound", high: "Upper bound", scale: "Logarithmic", place: "Place")

    /// As files may hold it.
    static let section = Section(fields: [
        .optional("description", .text),
        .required(
            "Parameters",
            .named(
                .section(
                    Section(fields: [
                        .required(keys.low, .number(.any)), .required(keys.high, .number(.any)),
                        .required(keys.scale, .flag), .required(keys.place, .number(.fraction)),
                    ])))),
        .required("Covariance", .numbers),
    ])
}

extension CellFile {
    /// What the file remembers of a fit; nil where it knows of none, or of one whose numbers do not fit together.
    public var fitRecord: FitRecord? {
        let path = FitRecord.path
        guard let entries = value(at: path + ["Parameters"])?.object?.entries, !entries.isEmpty,
            let covariance = value(at: path + ["Covariance"])?.numbers,
            covariance.count == entries.count * entries.count, covariance.allSatisfy(\.isFinite)
        else { return nil }
        let parameters = entries.compactMap { entry -> FitRecord.Parameter? in
            guard let low = entry.value["Lower bound"]?.number, let high = entry.value["Upper bound"]?.number,
                let place = entry.value["Place"]?.number, low < high
            else { return nil }
            let isLogarithmic = entry.value["Logarithmic"]?.number == 1
            guard !isLogarithmic || low > 0 else { return nil }
            return FitRecord.Parameter(
                name: entry.key, low: low, high: high, isLogarithmic: isLogarithmic, place: place)
        }
        return parameters.count == entries.count
            ? FitRecord(parameters: parameters, covariance: covariance) : nil
    }

    /// Keeps what a fit found; that of an earlier one is replaced.
    public mutating func put(_ record: FitRecord) {
        var parameters = FileObject()
        for own in record.parameters {
            var entry = FileObject()
            entry["Lower bound"] = FileValue(.number(own.low))
            entry["Upper bound"] = FileValue(.number(own.high))
            entry["Logarithmic"] = FileValue(.number(own.isLogarithmic ? 1 : 0))
            entry["Place"] = FileValue(.number(own.place))
            parameters[own.name] = FileValue(.object(entry))
        }
        var object = FileObject()
        object["description"] = FileValue(
            .text(
                "What a fit found, for forecasts: places of the values between the bounds, 0 to 1, and their covariance, "
                    + "row by row."))
        object["Parameters"] = FileValue(.object(parameters))
        object["Covariance"] = FileValue(.numbers(record.covariance))
        replace(FitRecord.path, with: FileValue(.object(object)))
    }
}
