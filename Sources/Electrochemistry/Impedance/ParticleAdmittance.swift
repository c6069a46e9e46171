internal import CKernels
internal import Cells

/// How the particles of one population answer small changes of salt and potential at their x-points, at four frequencies.
///
/// Diffusion is swept at iω and gives the surface value per unit flux; folded into the local slopes of charge transfer
/// (and of whatever ages there) it leaves
/// ```
/// δj = -transfer δ(φ_s - φ_e) - salt δc,      δj_dl = -doubleLayer δ(φ_s - φ_e)
/// ```
/// j counts all reactions, over `currentScale`. The double layer lies beside the reactions and their film, as wide as the
/// active surface that is left. Amounts of SEI and lithium metal, cracks and active material stand still.
struct ParticleAdmittance {
    private let population: Population
    private let rows: (columns: Int, lower: [Double], sums: [Double], upper: [Double])
    private let outer: [Double]
    /// Double-layer capacity at each point, over `currentScale`, s/V.
    private let capacity: [Double]
    private let points: [(gain: Double, saltGain: Double, intercalation: LocalAgeing.Response, surfaceSlope: Double)]
    private var surface: [Double]

    /// As of a `factorise` without `cj` at `y`.
    init(_ population: Population, _ y: UnsafePointer<Double>, temperature: Double) {
        self.population = population
        let all = 0..<population.points
        var rows = population.diffusionRows(y, temperature: temperature)
        var outer = all.map { population.outermostWeight(at: $0) }
        // One column of rows serves all points while the weights agree as well, as they do at rest.
        if rows.columns == 1 {
            if outer.allSatisfy({ $0 == outer[0] }) {
                outer = [outer[0]]
            } else {
                func spread(_ a: [Double]) -> [Double] { a.flatMap { [Double](repeating: $0, count: all.count) } }
                rows = (all.count, spread(rows.lower), spread(rows.sums), spread(rows.upper))
            }
        }
        self.rows = rows
        self.outer = outer
        points = all.map { population.pointResponse(at: $0) }
        let perArea = (population.material.doubleLayerCapacity ?? 0) / population.currentScale
        let left = population.ageing.flatMap { $0.fraction == nil ? nil : $0.phi }
        capacity = all.map { perArea * (left?[$0] ?? 1) }
        surface = [Double](repeating: 0, count: 8 * rows.columns)
    }

    /// Sweeps the particles at four angular frequencies.
    mutating func update(_ omega: SIMD4<Double>) {
        let mesh = population.mesh
        let w = (0..<4).map { omega[$0] }
        ck_particle_response(
            mesh.shells, rows.columns, rows.lower, rows.sums, rows.upper, outer,
            mesh.shells > 1 ? mesh.innerWeight : 0, w, &surface)
    }

    /// The slopes above at point `i`, as of the last `update`.
    func slopes(
        at i: Int, _ omega: SIMD4<Double>
    ) -> (transfer: ComplexLanes, salt: ComplexLanes, doubleLayer: ComplexLanes) {
        let p = points[i]
        let response = surface.withUnsafeBufferPointer {
            ComplexLanes(loading: $0.baseAddress! + (rows.columns == 1 ? 0 : 8 * i))
        }
        // Diffusion adds to the intercalation row's own entry: a change of rank one.
        let d = p.surfaceSlope * response
        let one = ComplexLanes(1)
        let f = (p.intercalation.column * d) / (one + p.intercalation.inverse * d)
        return (
            ComplexLanes(p.gain) - p.intercalation.byPotential * f,
            ComplexLanes(p.gain * p.saltGain) - p.intercalation.bySalt * f,
            ComplexLanes(SIMD4(repeating: 0), -capacity[i] * omega)
        )
    }
}
