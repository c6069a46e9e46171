#if canImport(Glibc)
    import Glibc
#endif

/// Pores of the negative electrode that films and lithium metal fill: ε = ε₀ - added volume; the electrolyte's transport
/// there goes with B = B₀ (ε/ε₀)^b.
///
/// With it the salt's unknown is its amount u = (ε/ε₀) c, so that salt is conserved to round-off. A pore is never narrower
/// than a thousandth of its start; `bound` tells before.
final class Pores {
    static let narrowest = 1e-3
    private let porosity: Double
    private let exponent: Double
    /// Of the negative electrode; the others stay as they are.
    private let points: Int
    private let nodes: Int
    private let populations: [Population]
    private let everyPoint: Bool
    /// ε/ε₀, and the factor on the transport efficiency, over all nodes.
    let relative: UnsafeMutablePointer<Double>
    let transport: UnsafeMutablePointer<Double>
    let concentration: UnsafeMutablePointer<Double>
    /// ε/ε₀ as of the last `keep`: that of a factorisation, which later residuals must not change.
    let kept: UnsafeMutablePointer<Double>

    /// `populations`: those of the negative electrode, at every point or (single-particle models) one for all.
    init(porosity: Double, exponent: Double, points: Int, nodes: Int, populations: [Population]) {
        self.porosity = porosity
        self.exponent = exponent
        self.points = points
        self.nodes = nodes
        self.populations = populations
        everyPoint = populations.allSatisfy { $0.points == points }
        relative = .allocate(capacity: 4 * nodes + 16)
        relative.initialize(repeating: 1, count: 4 * nodes + 16)
        transport = relative + nodes + 4
        concentration = transport + nodes + 4
        kept = concentration + nodes + 4
    }

    deinit { relative.deallocate() }

    /// Sets all three arrays from a state whose salt amounts stand at `saltOffset`.
    func update(_ y: UnsafePointer<Double>, saltOffset: Int) {
        let count = everyPoint ? points : 1
        for i in 0..<count { transport[i] = 0 }
        for population in populations { population.ageing?.addVolume(y, to: transport) }
        for i in 0..<count {
            let e = max(1 - transport[i] / porosity, Self.narrowest)
            relative[i] = e
            transport[i] = exponent == 1.5 ? e * e.squareRoot() : pow(e, exponent)
        }
        for i in count..<max(count, points) {
            relative[i] = relative[0]
            transport[i] = transport[0]
        }
        let salt = y + saltOffset
        for i in 0..<points { concentration[i] = salt[i] / relative[i] }
        (concentration + points).update(from: salt + points, count: nodes - points)
    }

    func keep() { kept.update(from: relative, count: nodes) }

    /// Mean porosity of the negative electrode, as of the last `update`.
    var mean: Double {
        var sum = 0.0
        for i in 0..<points { sum += relative[i] }
        return porosity * sum / Double(points)
    }

    /// The first point whose pores are closed, as of the last `update`; nil while all are open.
    var closed: Int? { (0..<points).first { relative[$0] < 0.02 } }

    /// The narrowest pores over their initial volume, and where, as of the last `update`.
    var narrowest: (left: Double, point: Int) {
        var found = (left: relative[0], point: 0)
        for i in 1..<max(points, 1) where relative[i] < found.left { found = (relative[i], i) }
        return found
    }
}
