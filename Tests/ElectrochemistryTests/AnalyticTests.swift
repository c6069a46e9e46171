import Cells
import Testing

@testable import Electrochemistry

#if canImport(Glibc)
    import Glibc
#endif

/// Runs against solutions in closed form.
@Suite struct AnalyticTests {
    /// Constant flux out of a sphere: J. Crank, The Mathematics of Diffusion (1975), eq. 6.45, at r = a:
    /// 3τ + 1/5 - 2 Σ exp(-β²τ)/β², tan β = β.
    @Test func particleDiffusion() throws {
        let cell = try shipped("lg-m50-chen2020")
        let coarse = try particleErrors(cell, shells: 100), fine = try particleErrors(cell, shells: 200)
        for (side, a, b) in [("negative", coarse.0, fine.0), ("positive", coarse.1, fine.1)] {
            print("particle diffusion, \(side): 100 shells \(a.map(scientific)), 200 shells \(b.map(scientific))")
            // The positive particle's boundary layer is still thin at 100 s (D t/R² = 0.015).
            #expect(b[0] < 3e-6 && b[1] < (side == "negative" ? 2e-7 : 2e-6))
            // Second order towards the analytic solution itself.
            #expect(a[0] > 3.5 * b[0] && a[0] < 1e-5)
        }
    }

    /// Largest deviation of both electrodes' surface stoichiometry from the series, after 1 s and after 100 s.
    private func particleErrors(_ cell: Cell, shells: Int) throws -> ([Double], [Double]) {
        let recorder = try simulate(
            cell, "Discharge at 1C for 1500 s",
            options: options(
                .spm, mesh: Mesh(negative: 2, separator: 2, positive: 2, shells: shells), rtol: 1e-9, atol: 1e-11,
                period: 0.5, variables: ["negative_surface_stoichiometry", "positive_surface_stoichiometry"]))
        let roots = (1...200).map { n -> Double in
            var b = (Double(n) + 0.5) * Double.pi - 1 / ((Double(n) + 0.5) * Double.pi)
            for _ in 0..<20 { b -= (sin(b) - b * cos(b)) / (b * sin(b)) }
            return b
        }
        let start = cell.stoichiometries(stateOfCharge: 1)
        let i = cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
        func errors(_ name: String, _ electrode: Electrode, _ y0: Double, _ sign: Double) throws -> [Double] {
            let m = electrode.materials[0]
            let d = try #require(m.diffusivity.constant)
            let j = i / (m.surfaceAreaPerVolume * electrode.thickness)
            let scale = j * m.particleRadius / (Constants.faraday * d * m.maximumConcentration)
            var worst = [0.0, 0.0]
            for (row, value) in zip(recorder.samples, recorder.scalar(name)) where row.time >= 1 {
                let tau = d * row.time / (m.particleRadius * m.particleRadius)
                let series = roots.reduce(0) { $0 + exp(-$1 * $1 * tau) / ($1 * $1) }
                let error = abs(value - (y0 + sign * scale * (3 * tau + 0.2 - 2 * series)))
                worst[0] = max(worst[0], error)
                if row.time >= 100 { worst[1] = max(worst[1], error) }
            }
            return worst
        }
        return (
            try errors("negative_surface_stoichiometry", cell.negative!, start.negative[0], -1),
            try errors("positive_surface_stoichiometry", cell.positive!, start.positive[0], 1)
        )
    }

    private func linearElectrolyte() throws -> Cell {
        var cell = try shipped("lg-m50-chen2020")
        cell.electrolyte!.diffusivity = StateFunction(3e-10)
        cell.electrolyte!.diffusivityActivationEnergy = 0
        cell.electrolyte!.conductivity = StateFunction(1)
        cell.electrolyte!.conductivityActivationEnergy = 0
        return cell
    }

    /// SPMe at rest of change: linear over the separator, parabolas over the electrodes. The volumes meet both exactly.
    @Test func electrolyteSteadyProfile() throws {
        let cell = try linearElectrolyte()
        let mesh = Mesh(negative: 12, separator: 7, positive: 9, shells: 10)
        let recorder = try simulate(
            cell, "Discharge at C/5 for 6000 s",
            options: options(
                .spme, mesh: mesh, rtol: 1e-9, atol: 1e-11, variables: ["electrolyte_concentration_mol_m3"]))
        let c = recorder.profile("electrolyte_concentration_mol_m3", row: recorder.samples.count - 1)
        let i = 0.2 * cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
        let electrolyte = cell.electrolyte!
        let flux = (1 - electrolyte.transferenceNumber) * i / Constants.faraday
        func gradient(_ efficiency: Double) -> Double { flux / (3e-10 * efficiency) }
        let s = cell.separator!
        let h = s.thickness / 7
        // 75 relaxation times of the slowest mode have passed: what is left is the integrator's own error.
        let tolerance = 1e-6
        for k in 12..<18 {
            let expected = -gradient(s.transportEfficiency) * h
            #expect(abs((c[k + 1] - c[k]) / expected - 1) < tolerance, "separator \(k)")
        }
        let n = cell.negative!, hn = n.thickness / 12
        for k in 0..<11 {
            // Flux at the face between k and k + 1 grows linearly from the collector.
            let expected = -gradient(n.transportEfficiency!) * Double(k + 1) / 12 * hn
            #expect(abs((c[k + 1] - c[k]) / expected - 1) < 1e-5, "negative \(k)")
        }
        let p = cell.positive!, hp = p.thickness / 9
        for k in 0..<8 {
            let expected = -gradient(p.transportEfficiency!) * Double(8 - k) / 9 * hp
            #expect(abs((c[19 + k + 1] - c[19 + k]) / expected - 1) < 1e-5, "positive \(k)")
        }
        var salt = 0.0
        for k in 0..<12 { salt += c[k] * n.porosity! * hn }
        for k in 12..<19 { salt += c[k] * s.porosity * h }
        for k in 19..<28 { salt += c[k] * p.porosity! * hp }
        let initial =
            electrolyte.initialConcentration
            * (n.porosity! * n.thickness + s.porosity * s.thickness + p.porosity! * p.thickness)
        #expect(abs(salt / initial - 1) < 1e-12)
    }

    /// DFN: over the separator the whole current is ionic; salt flux and Ohm's law with the diffusion potential hold there.
    @Test func currentThroughTheSeparator() throws {
        let cell = try linearElectrolyte()
        let recorder = try simulate(
            cell, "Discharge at C/5 for 6000 s",
            options: options(
                mesh: Mesh(negative: 20, separator: 10, positive: 20, shells: 20), rtol: 1e-8, atol: 1e-10,
                variables: ["electrolyte_concentration_mol_m3", "electrolyte_potential_V"]))
        let last = recorder.samples.count - 1
        let c = recorder.profile("electrolyte_concentration_mol_m3", row: last)
        let phi = recorder.profile("electrolyte_potential_V", row: last)
        let i = 0.2 * cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
        let s = cell.separator!, t = cell.electrolyte!.transferenceNumber
        let h = s.thickness / 10
        let chi = cell.electrolyte!.thermodynamicFactor(1000)
        let theta = 2 * Constants.gas * 298.15 / Constants.faraday * (1 - t) * chi
        for k in 20..<29 {
            // Ohm's law: only ln c'/c by its third-order form is approximate here.
            let current = s.transportEfficiency / h * (theta * log(c[k + 1] / c[k]) - (phi[k + 1] - phi[k]))
            #expect(abs(current / i - 1) < 1e-6)
            // The reaction's place drifts with the state of charge, so the profile is only nearly steady.
            let flux = -3e-10 * s.transportEfficiency / h * (c[k + 1] - c[k])
            #expect(abs(flux / ((1 - t) * i / Constants.faraday) - 1) < 5e-3)
        }
    }

    /// Small currents: η = (R T/F) j/j0, j0 = F K sqrt(c/c0) sqrt(x (1 - x)), at two temperatures.
    @Test(arguments: [298.15, 318.15]) func linearisedKinetics(_ temperature: Double) throws {
        let cell = try shipped("lg-m50-chen2020")
        var o = options(.spm, rtol: 1e-8, atol: 1e-10)
        o.temperature = temperature
        o.initialState = .stateOfCharge(0.5)
        let names = [
            "current_density_A_m2", "overpotential_V", "exchange_current_density_A_m2", "surface_stoichiometry",
        ]
        o.variables = ["negative", "positive"].flatMap { side in names.map { side + "_" + $0 } }
        let recorder = try simulate(cell, "Discharge at 0.001C for 100 s", options: o)
        for (side, electrode) in [("negative", cell.negative!), ("positive", cell.positive!)] {
            let m = electrode.materials[0]
            func last(_ name: String) -> Double { recorder.scalar(side + "_" + name).last! }
            let x = last("surface_stoichiometry")
            let factor = exp(m.reactionRateActivationEnergy / Constants.gas * (1 / 298.15 - 1 / temperature))
            let expected =
                Constants.faraday * m.reactionRateConstant * factor * m.exchangeCurrentFactor(x)
                * (x * (1 - x)).squareRoot()
            // `Insertion.depletion` raises c = 1 by 1e-6/4, `saturation` x (1 - x) by less; j0 feels half of it.
            #expect(abs(last("exchange_current_density_A_m2") / expected - 1) < 2e-7)
            let j = last("current_density_A_m2")
            let i = 1e-3 * cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
            #expect(abs(abs(j) * m.surfaceAreaPerVolume * electrode.thickness / i - 1) < 1e-9)
            let linear = Constants.gas * temperature / Constants.faraday * j / expected
            // asinh x = x (1 - x²/6), x = j / 2 j0 about 2e-3. The resistance against depletion, 16 nV at 1C, is left.
            let ratio = j / (2 * expected)
            #expect(abs(ratio) < 5e-3)
            #expect(abs(last("overpotential_V") - linear * (1 - ratio * ratio / 6)) < 2e-8 * 1e-3)
            #expect(abs(linear) > 1e-6)
        }
    }
}
