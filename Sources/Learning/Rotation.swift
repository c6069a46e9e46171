/// Random rotations of feature space.
enum Rotation {
    /// An orthogonal matrix, uniform over all of them: Gram and Schmidt's orthogonalisation of normal random numbers.
    static func random(_ size: Int, seed: UInt64) -> Matrix {
        var random = RandomSource(seed: seed)
        var rows: [[Double]] = []
        while rows.count < size {
            // Sums of twelve uniform numbers are normal enough for a direction.
            var row = (0..<size).map { _ in (0..<12).reduce(-6.0) { sum, _ in sum + random.unit() } }
            for other in rows {
                var product = 0.0
                for (a, b) in zip(row, other) { product += a * b }
                for index in row.indices { row[index] -= product * other[index] }
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 1e-6 { rows.append(row.map { $0 / length }) }
        }
        return Matrix(rows, columns: size)
    }

    /// Each row's products with the rotation's rows.
    static func apply(_ rotation: Matrix, to z: Matrix) -> Matrix {
        Matrix(columns: rotation.rows, values: LinearAlgebra.products(z, rotation))
    }
}
