#if canImport(Glibc)
import Glibc
#endif

/// Finite volumes of a unit sphere, shells refined towards the surface: r/R = 1 - (1 - ξ)^p.
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
    /// Surface value = outer y_N + inner y_{N-1} + gradient dy/d(r/R): the parabola through both with the given slope.
    let outerWeight: Double
    let innerWeight: Double
    let gradientWeight: Double

    init(shells n: Int, grading: Double) {
        shells = n
        let faces = (0...n).map { 1 - pow(1 - Double($0) / Double(n), grading) }
        let centres = (0..<n).map { 0.5 * (faces[$0] + faces[$0 + 1]) }
        let volumes = (0..<n).map { k in (pow(faces[k + 1], 3) - pow(faces[k], 3)) / 3 }
        var inward = [Double](repeating: 0, count: n)
        var outward = inward
        for k in 0..<n {
            if k > 0 { inward[k] = faces[k] * faces[k] / (centres[k] - centres[k - 1]) / volumes[k] }
            if k < n - 1 { outward[k] = faces[k + 1] * faces[k + 1] / (centres[k + 1] - centres[k]) / volumes[k] }
        }
        self.centres = centres
        self.inward = inward
        self.outward = outward
        volumeFraction = volumes.map { 3 * $0 }
        surfacePerVolume = 1 / volumes[n - 1]
        let d1 = 1 - centres[n - 1]
        if n > 1 {
            let d2 = 1 - centres[n - 2]
            let s = d2 * d2 - d1 * d1
            outerWeight = d2 * d2 / s
            innerWeight = -d1 * d1 / s
            gradientWeight = d1 * d2 / (d1 + d2)
        } else {
            outerWeight = 1
            innerWeight = 0
            gradientWeight = d1
        }
    }
}
