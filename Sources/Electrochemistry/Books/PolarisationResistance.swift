internal import Cells

extension Simulation.Engine {
    /// dV/dI of the cell, Ω, at rest with everything uniform at given stoichiometries: conductors, contacts and films, and
    /// charge transfer of all electrodes, before any concentration has moved and with double layers charged. What has aged
    /// is that of `y`, which stays as it is. Side reactions are left out: one that runs fast, such as SEI on new cracks or
    /// stripping, shunts charge transfer. Nil where there are no consistent potentials.
    ///
    /// It is what the linearised model leaves between the frequencies of double layers and those of diffusion: R₀ + R_ct of an
    /// equivalent circuit.
    func polarisationResistance(
        _ y: UnsafePointer<Double>, at stoichiometries: (negative: [Double], positive: [Double]), temperature: Double
    ) -> Double? {
        guard let model = model as? any AgeingModel else { return nil }
        let held = model.control
        func silence(_ isSilent: Bool) {
            for entry in model.populations { entry.population.ageing?.isSilent = isSilent }
        }
        silence(true)
        defer {
            model.control = held
            silence(false)
        }
        model.control = Control(kind: .current, value: 0)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * model.size) { work in
            let state = work.baseAddress!, change = state + model.size
            state.update(from: y, count: model.size)
            model.setUniform(state, stoichiometries, temperature: temperature)
            guard (try? session.solveAlgebraic(0, state)) != nil else { return nil }
            // The current's row is I - I_held: a unit on its right-hand side is a unit of current.
            for i in 0..<model.size { change[i] = 0 }
            change[model.tail.current] = 1
            model.factorise(0, state, cj: nil)
            model.solve(change)
            let slope = -change[model.tail.voltage] / model.parameters.current1C
            return slope.isFinite ? slope : nil
        }
    }
}
