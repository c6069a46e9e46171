internal import CKernels

extension PorousElectrodeModel {
    /// The pseudo-2D model's impedance: at each frequency particles are folded into their x-points, and the balances over x
    /// are swept from one end to the other, block by block.
    func impedance(_ y: UnsafePointer<Double>, angularFrequencies: [SIMD4<Double>]) -> [ComplexLanes] {
        let l = linearise(y)
        var particles = populations.map { ParticleAdmittance($0.population, y, temperature: temperature(y)) }
        let t = l.saltPerCharge
        var reaction = [Double](repeating: 0, count: 24 * nodes)
        var out = [Double](repeating: 0, count: 8)
        let toOhm = 1 / parameters.current1C
        let perWet = 1 / wetFraction(y)
        return angularFrequencies.map { omega in
            for k in reaction.indices { reaction[k] = 0 }
            reaction.withUnsafeMutableBufferPointer { buffer in
                for (k, entry) in populations.enumerated() {
                    particles[k].update(omega)
                    let start = entry.isNegative ? 0 : nodes - positivePoints
                    let w = share[k]
                    for i in 0..<entry.population.points {
                        let s = particles[k].slopes(at: i, omega)
                        let r = buffer.baseAddress! + 24 * (start + i)
                        let charge = s.transfer + s.doubleLayer
                        // Anions take up the charge of the double layer.
                        let salt = t * charge - s.doubleLayer
                        (ComplexLanes(loading: r) + w[i] * charge).store(r)
                        (ComplexLanes(loading: r + 8) + w[i] * salt).store(r + 8)
                        (ComplexLanes(loading: r + 16) + w[i] * s.salt).store(r + 16)
                    }
                }
            }
            let frequencies = (0..<4).map { omega[$0] }
            l.metal.withUnsafeBufferPointer { metal in
                ck_block_response(
                    nodes, l.sums, l.left, l.right, l.mass, t, reaction, frequencies,
                    metal.isEmpty ? nil : metal.baseAddress, l.terminalBySalt, &out)
            }
            return toOhm
                * (perWet * out.withUnsafeBufferPointer { ComplexLanes(loading: $0.baseAddress!) }
                    + ComplexLanes(l.filmByCurrent - l.terminalByCurrent))
        }
    }
}
