/// A table of numbers, flat and row-major: one row a sample, one column a feature.
public struct Matrix: Sendable, Equatable, Codable {
    /// Rows.
    public private(set) var rows: Int
    /// Columns.
    public let columns: Int
    /// `rows * columns` numbers, row after row.
    public private(set) var values: [Double]

    /// Takes flat storage. `values.count` must be a multiple of `columns`.
    public init(columns: Int, values: [Double]) {
        precondition(columns > 0 && values.count.isMultiple(of: columns))
        self.columns = columns
        self.values = values
        rows = values.count / columns
    }

    /// All of one value.
    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(columns: columns, values: [Double](repeating: value, count: rows * columns))
    }

    /// Takes rows of one length; `columns` says which where there are none.
    public init(_ rows: [[Double]], columns: Int) {
        precondition(rows.allSatisfy { $0.count == columns })
        self.init(columns: columns, values: Array(rows.joined()))
    }

    private enum CodingKeys: String, CodingKey { case columns, values }

    /// Reads what `encode` wrote; a shape that does not fit is an error of decoding.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let columns = try container.decode(Int.self, forKey: .columns)
        let values = try container.decode([Double].self, forKey: .values)
        guard columns > 0, values.count.isMultiple(of: columns) else {
            throw DecodingError.dataCorruptedError(
                forKey: .values, in: container, debugDescription: "not whole rows of \(columns)")
        }
        self.init(columns: columns, values: values)
    }

    /// Columns and values.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(values, forKey: .values)
    }

    /// One number.
    @inlinable public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { set(newValue, row, column) }
    }

    @usableFromInline mutating func set(_ value: Double, _ row: Int, _ column: Int) {
        values[row * columns + column] = value
    }

    /// One sample.
    public func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

    /// One feature of all samples.
    public func column(_ index: Int) -> [Double] { (0..<rows).map { values[$0 * columns + index] } }

    /// These rows, in this order.
    public func selecting(rows chosen: [Int]) -> Matrix {
        var out: [Double] = []
        out.reserveCapacity(chosen.count * columns)
        for index in chosen { out += row(index) }
        return Matrix(columns: columns, values: out)
    }

    /// These columns, in this order.
    public func selecting(columns chosen: [Int]) -> Matrix {
        var out: [Double] = []
        out.reserveCapacity(rows * chosen.count)
        for index in 0..<rows {
            for column in chosen { out.append(values[index * columns + column]) }
        }
        return Matrix(columns: chosen.count, values: out)
    }

    /// With one more sample.
    public mutating func append(_ row: some Collection<Double>) {
        precondition(row.count == columns)
        values += row
        rows += 1
    }
}
