internal import CKernels
internal import Cells

// The internal variables that `--variables` can ask for. Positions are in the column names: µm from the negative
// collector (from the separator's face in a half-cell), r as a fraction of the particle's radius.

extension OutputVariable {
    /// One column without a position.
    static func scalar(
        _ name: String, _ unit: String, _ value: @escaping (UnsafePointer<Double>) -> Double
    ) -> OutputVariable {
        OutputVariable(name: name, unit: unit, columns: [""]) { y, out in out.append(value(y)) }
    }
}

private func position(_ metres: Double) -> String {
    let hundredths = Int((metres * 1e8).rounded())
    let fraction = hundredths % 100
    return "@\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)um"
}

private func radius(_ fraction: Double) -> String {
    let thousandths = Int((fraction * 1000).rounded())
    let text = String(thousandths)
    return "@r=0." + String(repeating: "0", count: max(0, 3 - text.count)) + text
}

private func label(_ population: Population, _ isNegative: Bool) -> String {
    (isNegative ? "negative" : "positive")
        + (population.material.name.isEmpty
            ? "" : "_" + String(population.material.name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }))
}

extension PorousElectrodeModel {
    func outputVariables() -> [OutputVariable] {
        let scratch = [Double](repeating: 0, count: size)
        // Populations and fluxes of this state.
        func refresh(_ y: UnsafePointer<Double>) {
            var r = scratch
            residual(0, y, scratch, &r)
        }
        let watts = parameters.current1C
        let c0 = parameters.initialConcentration
        let places = centres.map(position)
        let firstPositive = nodes - positivePoints
        var list: [OutputVariable] = []
        if negativePoints > 0 {
            list.append(
                .scalar("anode_potential_V", "V") { [unowned self] y in
                    refresh(y)
                    return anodePotential(y)!
                })
        }
        list.append(
            .scalar("total_heat_W", "W") { [unowned self] y in
                refresh(y)
                return watts
                    * totalHeat(
                        voltage: y[tail.voltage], current: y[tail.current], wet: wetFraction(y),
                        temperature: temperature(y))
            })
        list.append(
            .scalar("ohmic_heat_W", "W") { [unowned self] y in
                refresh(y)
                return watts * losses(y).ohmic
            })
        list.append(
            .scalar("reaction_heat_W", "W") { [unowned self] y in
                refresh(y)
                return watts * losses(y).reaction
            })
        list.append(
            .scalar("reversible_heat_W", "W") { [unowned self] y in
                refresh(y)
                return watts * losses(y).reversible
            })
        list += commonOutputs()
        list.append(
            OutputVariable(name: "electrolyte_concentration_mol_m3", unit: "mol/m³", columns: places) {
                [unowned self] y, out in
                let c = concentrations(y)
                for i in 0..<nodes { out.append(c[i] * c0) }
            })
        list.append(
            OutputVariable(name: "electrolyte_potential_V", unit: "V", columns: places) { [unowned self] y, out in
                for i in 0..<nodes { out.append(y[potentialOffset + i]) }
            })
        list.append(
            OutputVariable(
                name: "solid_potential_V", unit: "V",
                columns: Array(places[..<negativePoints]) + Array(places[firstPositive...])
            ) { [unowned self] y, out in
                for i in 0..<negativePoints { out.append(y[solidNegativeOffset + i]) }
                for i in 0..<positivePoints { out.append(y[solidPositiveOffset + i]) }
            })
        for (population, isNegative) in populations {
            let name = label(population, isNegative)
            let start = isNegative ? 0 : firstPositive
            let here = Array(places[start..<(start + population.points)])
            func profile(_ suffix: String, _ unit: String, _ value: @escaping (UnsafePointer<Double>, Int) -> Double) {
                list.append(
                    OutputVariable(name: name + suffix, unit: unit, columns: here) { [unowned population] y, out in
                        refresh(y)
                        for i in 0..<population.points { out.append(value(y, i)) }
                    })
            }
            let solid = isNegative ? solidNegativeOffset : solidPositiveOffset
            let electrolyte = potentialOffset + start
            profile("_current_density_A_m2", "A/m²") { [unowned population] y, i in
                y[population.currentOffset + i] * population.currentScale
            }
            profile("_surface_stoichiometry", "1") { [unowned population] _, i in population.surface[i] }
            profile("_open_circuit_potential_V", "V") { [unowned population] _, i in population.openCircuit[i] }
            profile("_overpotential_V", "V") { [unowned population] y, i in
                y[solid + i] - y[electrolyte + i] - population.openCircuit[i]
            }
            profile("_exchange_current_density_A_m2", "A/m²") { [unowned self, unowned population] y, i in
                population.exchangeCurrentDensity(at: i, temperature: temperature(y))
            }
            let radii = population.mesh.centres.map(radius)
            list.append(
                OutputVariable(
                    name: name + "_stoichiometry", unit: "1", columns: here.flatMap { x in radii.map { x + $0 } }
                ) { [unowned population] y, out in
                    for i in 0..<population.points {
                        for k in 0..<population.mesh.shells {
                            out.append(y[population.stoichiometryOffset + k * population.points + i])
                        }
                    }
                })
        }
        return list
    }

    /// The losses one by one, over the current at 1C (V), as of the last `residual`; their sum is `totalHeat`.
    func losses(_ y: UnsafePointer<Double>) -> (ohmic: Double, reaction: Double, reversible: Double) {
        let wet = wetFraction(y)
        let current = y[tail.current] / wet
        let sn = y + solidNegativeOffset, sp = y + solidPositiveOffset, e = y + potentialOffset
        var ohmic = endResistance * current * current
        if negativePoints > 0 { ohmic += 2 * sigmaNegative * sn[0] * sn[0] }
        for i in 0..<max(negativePoints - 1, 0) { ohmic += sigmaNegative * (sn[i + 1] - sn[i]) * (sn[i + 1] - sn[i]) }
        for i in 0..<(positivePoints - 1) { ohmic += sigmaPositive * (sp[i + 1] - sp[i]) * (sp[i + 1] - sp[i]) }
        for f in 0..<(nodes - 1) { ohmic -= chargeFlux[f] * (e[f + 1] - e[f]) }
        var reaction = 0.0, reversible = 0.0
        let T = temperature(y)
        for (k, entry) in populations.enumerated() {
            let p = entry.population
            let start = entry.isNegative ? 0 : nodes - positivePoints
            let solid = entry.isNegative ? sn : sp
            for i in 0..<p.points {
                let flow = share[k][i] * y[p.currentOffset + i]
                reaction += flow * (solid[i] - e[start + i] - p.openCircuit[i])
                reversible += flow * T * p.entropyValue[i]
            }
        }
        if isHalfCell {
            let metal = metalInterface(c: y[saltOffset], current: current, T: T)
            ohmic -= current * e[0]
            reaction += current * metal.overpotential.value
        }
        let contact = (contactResistance + corrosionResistance(y)) * y[tail.current] * y[tail.current]
        return (wet * ohmic + contact, wet * reaction, wet * reversible)
    }

    private func commonOutputs() -> [OutputVariable] {
        lithiumOutputs(populations) { [unowned self] y in lithium(y) }
    }
}

extension SingleParticleModel {
    func outputVariables() -> [OutputVariable] {
        let scratch = [Double](repeating: 0, count: size)
        func refresh(_ y: UnsafePointer<Double>) {
            var r = scratch
            residual(0, y, scratch, &r)
        }
        let watts = parameters.current1C
        let c0 = parameters.initialConcentration
        var list: [OutputVariable] = []
        list.append(
            .scalar("total_heat_W", "W") { [unowned self] y in
                refresh(y)
                return watts * totalHeat(y)
            })
        if !populations.filter(\.isNegative).isEmpty {
            list.append(.scalar("anode_potential_V", "V") { [unowned self] y in anodePotential(y)! })
        }
        list += lithiumOutputs(populations) { [unowned self] y in lithium(y) }
        if withElectrolyte {
            list.append(
                OutputVariable(
                    name: "electrolyte_concentration_mol_m3", unit: "mol/m³", columns: centres.map(position)
                ) { [unowned self] y, out in
                    let c = concentrations(y)
                    for i in 0..<nodes { out.append(c[i] * c0) }
                })
        }
        for (population, isNegative) in populations {
            let name = label(population, isNegative)
            let drop = dropOffset + (isNegative ? 0 : 1)
            list.append(
                .scalar(name + "_current_density_A_m2", "A/m²") { [unowned population] y in
                    y[population.currentOffset] * population.currentScale
                })
            list.append(
                .scalar(name + "_surface_stoichiometry", "1") { [unowned population] y in
                    refresh(y)
                    return population.surface[0]
                })
            list.append(
                .scalar(name + "_open_circuit_potential_V", "V") { [unowned population] y in
                    refresh(y)
                    return population.openCircuit[0]
                })
            list.append(
                .scalar(name + "_overpotential_V", "V") { [unowned population] y in
                    refresh(y)
                    return y[drop] - population.openCircuit[0]
                })
            list.append(
                .scalar(name + "_exchange_current_density_A_m2", "A/m²") {
                    [unowned self, unowned population] y in
                    refresh(y)
                    return population.exchangeCurrentDensity(at: 0, temperature: temperature(y))
                })
            list.append(
                OutputVariable(
                    name: name + "_stoichiometry", unit: "1", columns: population.mesh.centres.map(radius)
                ) { [unowned population] y, out in
                    for k in 0..<population.mesh.shells { out.append(y[population.stoichiometryOffset + k]) }
                })
        }
        return list
    }
}

/// Lithium and mean stoichiometries, of any model.
private func lithiumOutputs(
    _ populations: [(population: Population, isNegative: Bool)],
    _ lithium: @escaping (UnsafePointer<Double>) -> (particles: Double, electrolyte: Double)
) -> [OutputVariable] {
    var list: [OutputVariable] = [
        .scalar("lithium_in_particles_mol_m2", "mol/m²") { lithium($0).particles },
        .scalar("lithium_in_electrolyte_mol_m2", "mol/m²") { lithium($0).electrolyte },
    ]
    for (population, isNegative) in populations {
        list.append(
            .scalar(label(population, isNegative) + "_mean_stoichiometry", "1") { [unowned population] y in
                var sum = 0.0
                for i in 0..<population.points { sum += population.mean(y, at: i) }
                return sum / Double(population.points)
            })
    }
    return list
}
