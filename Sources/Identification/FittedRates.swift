import Cells
import Learning

/// What a fitted cell's file knows of its fit: the parameters, their values, and how far these may be off together.
public struct FittedRates: Sendable {
    /// The parameters, as the fit had them.
    public let parameters: [FitParameter]
    /// Their values.
    public let values: [Double]
    /// Lower triangle L of the covariance's factors, row by row: covariance = L Lᵀ.
    private let factor: [Double]
    private let places: [Double]

    /// Nil where the file knows of no fit, or of one whose parameters are not values of the cell.
    init?(_ cell: FitCell) {
        guard let record = cell.file.fitRecord else { return nil }
        var parameters: [FitParameter] = []
        for own in record.parameters {
            guard
                let parameter = try? cell.parameter(
                    own.name, low: own.low, high: own.high, isLogarithmic: own.isLogarithmic),
                case .value = parameter.target
            else { return nil }
            parameters.append(parameter)
        }
        let places = record.parameters.map(\.place)
        self.parameters = parameters
        self.places = places
        values = zip(parameters, places).map { $0.value(at: $1) }
        factor = Self.factor(record.covariance, parameters.count)
    }

    /// Of a covariance that may be singular: Cholesky's, with a zero column where nothing is left of a variance.
    private static func factor(_ covariance: [Double], _ n: Int) -> [Double] {
        var lower = [Double](repeating: 0, count: n * n)
        for column in 0..<n {
            var left = covariance[column * n + column]
            for k in 0..<column { left -= lower[column * n + k] * lower[column * n + k] }
            guard left > 1e-12 else { continue }
            lower[column * n + column] = left.squareRoot()
            for row in (column + 1)..<max(n, column + 1) {
                var sum = covariance[row * n + column]
                for k in 0..<column { sum -= lower[row * n + k] * lower[column * n + k] }
                lower[row * n + column] = sum / lower[column * n + column]
            }
        }
        return lower
    }

    /// Sets of values, normal about the fitted ones and within the bounds; every deviate's `count` equally likely slices are met
    /// once (McKay, Beckman, Conover, Technometrics 21 (1979) 239). The same seed gives the same ones.
    func draws(_ count: Int, seed: UInt64) -> [[Double]] {
        let n = parameters.count
        var random = RandomSource(seed: seed)
        var deviates = [[Double]](repeating: [Double](repeating: 0, count: n), count: count)
        for dimension in 0..<n {
            for (draw, slice) in random.permutation(count).enumerated() {
                let level = (Double(slice) + random.unit()) / Double(count)
                // So many degrees of freedom make Student's t a normal.
                deviates[draw][dimension] =
                    level < 0.5
                    ? -StudentT.quantile(1 - level, degrees: 1e6) : StudentT.quantile(level, degrees: 1e6)
            }
        }
        return deviates.map { own in
            (0..<n).map { row in
                let change = (0...row).reduce(0) { $0 + factor[row * n + $1] * own[$1] }
                return parameters[row].value(at: min(max(places[row] + change, 0), 1))
            }
        }
    }
}
