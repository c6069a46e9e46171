#if canImport(Glibc)
    import Glibc
#endif

/// Finite volumes of a unit sphere, shells refined towards the surface: r/R = 1 - (1 - ξ)^p.
///
/// The distance between neighbours is chosen so that the profile of a steady flux, a parabola in r, is met exactly: its
/// shell means differ by the gradient at the face times that distance. Slow discharges then carry no radial error, and
/// the refinement serves the boundary layer after a change of current.
struct RadialMesh {
    let shells: Int
    /// Coefficients of dy_k/dt = D/R² [outward_k (y_{k+1} - y_k) - inward_k (y_k - y_{k-1})].
    let inward: [Double]
    let outward: [Double]
    /// Volume of each shell over that of the sphere; sums to 1.
    let volumeFraction: [Double]
    /// Face area over volume of the outermost shell (unit radius).
    let surfacePerVolume: Double
    /// Shell centres r/R.
    let centres: [Double]
    /// Surface value = outer y_N + inner y_{N-1} + gradient dy/d(r/R): the parabola with both shell means and that slope.
    let outerWeight: Double
    let innerWeight: Double
    let gradientWeight: Double

    init(shells n: Int, grading: Double) {
        shells = n
        let faces = (0...n).map { 1 - pow(1 - Double($0) / Double(n), grading) }
        /// Shell mean of r^m.
        func mean(_ m: Double, _ k: Int) -> Double {
            3 / (m + 3) * (pow(faces[k + 1], m + 3) - pow(faces[k], m + 3))
                / (pow(faces[k + 1], 3) - pow(faces[k], 3))
        }
        let volumes = (0..<n).map { k in (pow(faces[k + 1], 3) - pow(faces[k], 3)) / 3 }
        let squares = (0..<n).map { mean(2, $0) }
        var inward = [Double](repeating: 0, count: n)
        var outward = inward
        for k in 1..<n {
            let distance = (squares[k] - squares[k - 1]) / (2 * faces[k])
            let conductance = faces[k] * faces[k] / distance
            outward[k - 1] = conductance / volumes[k - 1]
            inward[k] = conductance / volumes[k]
        }
        self.inward = inward
        self.outward = outward
        let centres = (0..<n).map { mean(1, $0) }
        self.centres = centres
        volumeFraction = volumes.map { 3 * $0 }
        surfacePerVolume = 1 / volumes[n - 1]
        // y = y_s - s u + q u², u = 1 - r; q is eliminated between the two outermost means.
        func depth(_ k: Int) -> (linear: Double, square: Double) {
            (1 - centres[k], 1 - 2 * centres[k] + squares[k])
        }
        let near = depth(n - 1), far = depth(n - 2)
        let span = far.square - near.square
        outerWeight = far.square / span
        innerWeight = -near.square / span
        gradientWeight = (far.square * near.linear - near.square * far.linear) / span
    }
}
