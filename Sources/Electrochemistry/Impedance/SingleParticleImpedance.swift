internal import CKernels

extension SingleParticleModel {
    /// The single-particle models' impedance: each electrode's particles and double layer side by side, the salt's response
    /// to the current (SPMe), and the ohmic terms.
    func impedance(_ y: UnsafePointer<Double>, angularFrequencies: [SIMD4<Double>]) -> [ComplexLanes] {
        let l = linearise(y)
        var particles = populations.map { ParticleAdmittance($0.population, y, temperature: temperature(y)) }
        var salt = [Double](repeating: 0, count: 8 * nodes), work = salt
        let toOhm = 1 / parameters.current1C
        let perWet = 1 / wetFraction(y)
        let zero = ComplexLanes(0), one = ComplexLanes(1)
        return angularFrequencies.map { omega in
            let slopes = particles.indices.map { k in
                particles[k].update(omega)
                return particles[k].slopes(at: 0, omega)
            }
            // Of both electrodes: all charge, and what of the salt's source the double layer takes back.
            var charge = (negative: zero, positive: zero), stored = charge
            for (k, entry) in populations.enumerated() {
                let all = l.share[k] * (slopes[k].transfer + slopes[k].doubleLayer)
                let layer = l.share[k] * slopes[k].doubleLayer
                if entry.isNegative {
                    charge.negative += all
                    stored.negative += layer
                } else {
                    charge.positive += all
                    stored.positive += layer
                }
            }
            var terminal = zero  // of the wet part
            var saltEffect = (negative: zero, positive: zero)
            if nodes > 0 {
                let t = l.saltPerCharge
                let part = (
                    negative: charge.negative.isZero
                        ? one : one - (1 / t) * (stored.negative / charge.negative),
                    positive: one - (1 / t) * (stored.positive / charge.positive)
                )
                let frequencies = (0..<4).map { omega[$0] }
                salt.withUnsafeMutableBufferPointer { x in
                    let x = x.baseAddress!
                    for i in 0..<nodes {
                        let share = i < nodes - positivePoints ? part.negative : part.positive
                        (l.release[i] * share).store(x + 8 * i)
                    }
                    ck_tridiagonal_response(nodes, l.lower, l.diagonal, l.upper, l.mass, frequencies, &work, x)
                    for i in 0..<nodes { terminal += l.voltageBySalt[i] * ComplexLanes(loading: x + 8 * i) }
                    for (k, entry) in populations.enumerated() {
                        var mean = zero
                        let weights = l.saltWeights + k * nodes
                        for i in electrodePoints(entry.isNegative) {
                            mean += weights[i] * ComplexLanes(loading: x + 8 * i)
                        }
                        let effect = l.share[k] * (slopes[k].salt * mean)
                        if entry.isNegative { saltEffect.negative += effect } else { saltEffect.positive += effect }
                    }
                }
            }
            terminal += (one - saltEffect.positive) / charge.positive
            // Lithium metal stays at 0 V; its overpotential stands among the ohmic terms.
            if !charge.negative.isZero { terminal += (one + saltEffect.negative) / charge.negative }
            return -toOhm * (ComplexLanes(l.terminalByCurrent) + perWet * terminal)
        }
    }

    private func electrodePoints(_ isNegative: Bool) -> Range<Int> {
        isNegative ? 0..<negativePoints : (nodes - positivePoints)..<nodes
    }
}

extension ComplexLanes {
    /// Zero in all lanes.
    fileprivate var isZero: Bool { re == Vector(repeating: 0) && im == Vector(repeating: 0) }
}
