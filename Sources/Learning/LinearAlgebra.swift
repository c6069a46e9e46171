internal import COpenBLAS

/// Dense symmetric systems with LAPACK, on one thread, so that the same input gives the same bits.
public enum LinearAlgebra {
    private static let isSingleThreaded: Void = openblas_set_num_threads(1)

    /// Ends the threads that OpenBLAS started when it was loaded, which nothing here uses: for the start of a program.
    public static func endIdleThreads() { cellar_end_blas_threads() }

    /// The lower Cholesky factor of a symmetric positive definite n × n matrix, in place (as LAPACK sees it: the upper
    /// triangle of the row-major array holds it). False where the matrix is not positive definite.
    static func choleskyFactor(_ a: inout [Double], _ n: Int) -> Bool {
        _ = isSingleThreaded
        var size = Int32(n)
        var info: Int32 = 0
        var stride = size
        dpotrf_("L", &size, &a, &stride, &info, 1)
        return info == 0
    }

    /// Solves A x = b with a factor of `choleskyFactor`; `b` holds `count` right-hand sides, one after another.
    static func choleskySolve(_ factor: [Double], _ n: Int, _ b: inout [Double], count: Int = 1) {
        _ = isSingleThreaded
        var size = Int32(n)
        var sides = Int32(count)
        var info: Int32 = 0
        var stride = size
        var strideB = size
        factor.withUnsafeBufferPointer { dpotrs_("L", &size, &sides, $0.baseAddress, &stride, &b, &strideB, &info, 1) }
    }

    /// The inverse, whole, from a factor of `choleskyFactor`; nil where a diagonal element is zero.
    static func choleskyInverse(_ factor: [Double], _ n: Int) -> [Double]? {
        _ = isSingleThreaded
        var a = factor
        var size = Int32(n)
        var info: Int32 = 0
        var stride = size
        dpotri_("L", &size, &a, &stride, &info, 1)
        guard info == 0 else { return nil }
        // Column-major lower is row-major upper.
        for row in 0..<n {
            for column in row + 1..<max(n, row + 1) { a[column * n + row] = a[row * n + column] }
        }
        return a
    }

    /// Eigenvalues, ascending, and eigenvectors (the k-th in `vectors[k * n..<(k + 1) * n]`) of a symmetric matrix; nil
    /// where the iteration fails.
    public static func symmetricEigen(_ a: [Double], _ n: Int) -> (values: [Double], vectors: [Double])? {
        _ = isSingleThreaded
        var a = a
        var values = [Double](repeating: 0, count: n)
        var size = Int32(n)
        var stride = size
        var lengthWork = Int32(1 + 6 * n + 2 * n * n)
        var lengthInteger = Int32(3 + 5 * n)
        var work = [Double](repeating: 0, count: Int(lengthWork))
        var integers = [Int32](repeating: 0, count: Int(lengthInteger))
        var info: Int32 = 0
        dsyevd_("V", "L", &size, &a, &stride, &values, &work, &lengthWork, &integers, &lengthInteger, &info, 1, 1)
        return info == 0 ? (values, a) : nil
    }

    /// X' X of a matrix, row-major.
    static func gram(_ x: Matrix) -> [Double] {
        _ = isSingleThreaded
        let p = x.columns
        var out = [Double](repeating: 0, count: p * p)
        x.values.withUnsafeBufferPointer { values in
            cblas_dgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, blasint(p), blasint(p), blasint(x.rows), 1, values.baseAddress,
                blasint(p), values.baseAddress, blasint(p), 0, &out, blasint(p))
        }
        return out
    }

    /// A B', of matrices with equal columns: rows(A) × rows(B), row-major.
    static func products(_ a: Matrix, _ b: Matrix) -> [Double] {
        _ = isSingleThreaded
        var out = [Double](repeating: 0, count: a.rows * b.rows)
        guard a.rows > 0, b.rows > 0 else { return out }
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(a.rows), blasint(b.rows), blasint(a.columns), 1, a.values,
            blasint(a.columns), b.values, blasint(b.columns), 0, &out, blasint(b.rows))
        return out
    }
}
