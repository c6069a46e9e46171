extension CellFile {
    /// The file of the cell as it has aged: BPX's `State > Degradation` and state of charge, and what BPX has no words for under
    /// `User-defined > Cellar > Ageing state` (see `AgedStateSchema`), beside the parameters of the fresh cell.
    ///
    /// A reader of plain BPX gets the aged cell's lithium, active materials and capacity from it. `set` is what the cell aged
    /// by; the file keeps it, so that the cell can go on ageing. Throws `BPXError` where the aged cell's open-circuit voltage
    /// no longer reaches its cut-offs.
    public func aged(_ state: AgedState, by set: AgeingSet?) throws -> CellFile {
        let fresh = try cell().refreshed
        var copy = self
        var lithium = (negative: 0.0, positive: 0.0)
        for (name, electrode, states) in [
            ("Negative electrode", fresh.negative, state.negative),
            ("Positive electrode", fresh.positive, state.positive),
        ] {
            guard let electrode, electrode.materials.count == states.count else {
                throw BPXError(
                    path: ["Parameterisation", name], problem: "no materials for the aged state",
                    remedy: "an aged state of this cell is needed")
            }
            var losses = FileObject()
            for (material, own) in zip(electrode.materials, states) {
                let left = state.wetFraction * own.activeMaterialLeft.mean
                let amount = state.wetFraction * (own.lithium ?? 0) * fresh.capacity(of: material, in: electrode)
                if name.hasPrefix("N") { lithium.negative += amount } else { lithium.positive += amount }
                losses[material.name] = FileValue(.number(max(1 - left, 0)))
                // A change of the cell may have moved the fresh windows from where the file has them.
                let particle =
                    ["Parameterisation", name] + (material.name.isEmpty ? [] : ["Particle", material.name])
                copy.replace(
                    particle + ["Minimum stoichiometry"], with: FileValue(.number(material.minimumStoichiometry)))
                copy.replace(
                    particle + ["Maximum stoichiometry"], with: FileValue(.number(material.maximumStoichiometry)))
            }
            let alone = losses[""]
            copy.replace(["State", "Degradation", "LAM: \(name)"], with: alone ?? FileValue(.object(losses)))
        }
        let left = lithium.negative + lithium.positive
        let loss = max(1 - left / fresh.lithiumInventory, 0)
        copy.replace(["State", "Degradation", "LLI"], with: FileValue(.number(loss)))
        func losses(_ states: [AgedState.MaterialState]) -> [Double] {
            states.map { max(1 - state.wetFraction * $0.activeMaterialLeft.mean, 0) }
        }
        let aged = try fresh.degraded(
            lithium: loss, negative: losses(state.negative), positive: losses(state.positive))
        if let window = aged.electrodeWindows.negative, let electrode = aged.negative {
            let x = lithium.negative / aged.capacity(of: electrode)
            let charge = (x - window.discharged) / (window.charged - window.discharged)
            copy.replace(
                ["State", "Initial conditions", "Initial state-of-charge"],
                with: FileValue(.number(min(max(charge, 0), 1))))
        }
        if let set { try copy.put(set) }
        let told =
            "Aged for \(state.cycles) cycles, \(JSONWriter.shortest((state.time / 8640).rounded() / 10)) days"
            + (set.map { ", by the set '\($0.name)'" } ?? "") + "."
        copy.replace(
            AgedStateSchema.path,
            with: FileValue(
                .object(
                    state.fileObject(
                        fresh, description: told + " Simulated; LLI and LAM stand under State > Degradation."))))
        return try CellFile(text: copy.json(), format: .json, name: name)
    }
}
