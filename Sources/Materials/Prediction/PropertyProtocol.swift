internal import Learning

/// What is predicted, from what, by which model, and how it is judged.
struct PropertyProtocol: Sendable {
    /// Which rows.
    enum Source: Hashable, Sendable {
        /// Insertion electrodes.
        case electrodes(ElectrodeData.Property)
        /// Solid electrolytes.
        case solidElectrolytes
        /// Doped layered oxides: the initial capacity, or that of the fiftieth cycle.
        case dopedOxides(String)
        /// Liquid electrolytes.
        case liquidElectrolytes
        /// Polymer electrolytes.
        case polymerElectrolytes
    }

    var name: String
    var source: Source
    /// The grouping whose groups are left out together.
    var grouping: String
    var metric: String
    /// What is to be reached, where that is a number.
    var target: Double?
    /// How far below plain XGBoost on the same rows, where that is asked for.
    var gain: Double?
    var folds = 5
    var isRootMeanSquare = false
    /// Whether the property cannot be negative.
    var isPositive = false

    func bounded(_ value: Double) -> Double { isPositive ? max(value, 0) : value }

    /// The model's family.
    func family(_ names: [String]) -> ModelFamily {
        switch source {
        case .electrodes(.capacity): return capacityFamily(names)
        case .electrodes(.span):
            // A few rows are far off, for reasons no descriptor knows: they are not to pull.
            return .average([
                .boostedTrees(
                    BoostedTreesOptions(
                        trees: 250, learningRate: 0.05, depth: 6, rowFraction: 0.7, featureFraction: 0.5,
                        loss: .pseudoHuber)),
                .boostedTrees(
                    BoostedTreesOptions(
                        trees: 250, learningRate: 0.05, depth: 7, rowFraction: 0.7, featureFraction: 0.3,
                        loss: .pseudoHuber)),
            ])
        case .electrodes:
            return .features(
                Array(names.indices),
                .average([
                    .boostedTrees(
                        BoostedTreesOptions(
                            trees: 400, learningRate: 0.05, depth: 6, rowFraction: 0.8, featureFraction: 0.3)),
                    .boostedTrees(
                        BoostedTreesOptions(
                            trees: 300, learningRate: 0.06, depth: 7, rowFraction: 0.7, featureFraction: 0.15)),
                ]))
        case .solidElectrolytes:
            let trees: [ModelFamily] = [
                .boostedTrees(
                    BoostedTreesOptions(
                        trees: 300, learningRate: 0.05, depth: 6, rowFraction: 0.7, featureFraction: 0.5)),
                .extraTrees(ExtraTreesOptions(trees: 200, minimumLeaf: 1, featureFraction: 0.4)),
            ]
            // To trees, which know compositions well, these two bring nothing.
            let used = names.indices.filter { !["own fractional amounts", "own symmetry"].contains(names[$0]) }
            guard grouping == "family" else { return .features(used, .average(trees)) }
            // What holds in every family: disorder, of which partly filled sites and the number of elements speak, and
            // high symmetry make lithium mobile (Bachman et al., Chem. Rev. 116 (2016) 140). All else that could be
            // learned is a family's own.
            let common = ["own number of elements", "own fractional amounts", "own symmetry"]
            return .features(names.indices.filter { common.contains(names[$0]) }, .robust)
        case .liquidElectrolytes:
            let randomised = ModelFamily.extraTrees(ExtraTreesOptions(trees: 60, minimumLeaf: 3, featureFraction: 0.4))
            return .average(Self.liquidMembers(names) + [.features(Self.liquidColumns(names), randomised)])
        case .polymerElectrolytes: return .average(Self.polymerMembers(names))
        case .dopedOxides: return Self.dopedOxideFamily(names)
        }
    }

    /// The host's mass is known, so that learnt is the charge per atom of the host, which chemistry decides: the capacity times
    /// that mass, as it is and as a logarithm. A few rows are far off, for reasons no descriptor knows: they are not to pull.
    private func capacityFamily(_ names: [String]) -> ModelFamily {
        let columns = hostColumns(names)
        func boosted(_ depth: Int, leaf: Double, loss: BoostedTreesOptions.Loss = .pseudoHuber) -> ModelFamily {
            .boostedTrees(
                BoostedTreesOptions(
                    trees: 350, learningRate: 0.05, depth: depth, rowFraction: 0.7, featureFraction: 0.5,
                    minimumLeaf: leaf, loss: loss))
        }
        let families = [boosted(5, leaf: 8), boosted(4, leaf: 10, loss: .squared), .logarithm(boosted(5, leaf: 8))]
        guard let mass = columns.firstIndex(where: { names[$0] == "host bound mass per atom" }) else {
            return .features(columns, .average(families))
        }
        return .features(columns, .average(families.map { .timesFeature(mass, $0) }))
    }

    /// Papers are few and unlike each other: trees are shallow and see half of the rows, and warmth never lowers a conductivity.
    /// The model is the mean of these and of extremely randomised trees.
    static func liquidMembers(_ names: [String]) -> [ModelFamily] {
        let columns = liquidColumns(names)
        var monotone: [Int: Int] = [:]
        for (place, column) in columns.enumerated() {
            if names[column] == "own inverse temperature" { monotone[place] = -1 }
            if names[column] == "temperature" { monotone[place] = 1 }
        }
        return [(250, BoostedTreesOptions.Loss.squared), (300, .pseudoHuber)].map { trees, loss in
            .features(
                columns,
                .boostedTrees(
                    BoostedTreesOptions(
                        trees: trees, learningRate: 0.05, depth: 5, rowFraction: 0.5, featureFraction: 0.3,
                        minimumLeaf: 1, loss: loss, monotone: monotone)))
        }
    }

    /// Properties of the solvents, not their names: these carry over to other mixtures.
    static func liquidColumns(_ names: [String]) -> [Int] {
        names.indices.filter { index in
            names[index].hasPrefix("own ") || names[index] == "temperature" || names[index] == "concentration"
                || names[index].hasPrefix("Li")
        }
    }

    /// 126 rows of some forty papers. Trees on everything tell oxides and test conditions apart; a smooth function of the few
    /// descriptors that matter goes on between them. Boosted trees, Gaussian processes and further descriptors of dopant and
    /// lattice beside them make it worse.
    static func dopedOxideFamily(_ names: [String]) -> ModelFamily {
        let smooth = [
            "own log rate", "V_min", "V_max", "own lithium per metal", "own nickel share", "Co", "Mn",
            "own dopant share", "EN_M", "IR_dopant",
        ]
        return .average([
            .extraTrees(ExtraTreesOptions(trees: 500, minimumLeaf: 1, featureFraction: 0.6)),
            .features(smooth.compactMap { names.firstIndex(of: $0) }, .kernelRidge(KernelRidgeOptions(penalty: 0.02))),
        ])
    }

    /// Trees on what the structures say, in which warmth never lowers a conductivity: groups are few and unlike each other,
    /// so that trees are shallow and see half of the rows. The model is the mean of these.
    static func polymerMembers(_ names: [String]) -> [ModelFamily] {
        let physical = names.indices.filter { names[$0].hasPrefix("own ") }
        var monotone: [Int: Int] = [:]
        for (place, column) in physical.enumerated() {
            if names[column] == "own inverse temperature" { monotone[place] = -1 }
            if names[column] == "own temperature" { monotone[place] = 1 }
        }
        return [(4, 0.2), (5, 0.1), (4, 0.4)].map { depth, features in
            .features(
                physical,
                .boostedTrees(
                    BoostedTreesOptions(
                        trees: 300, learningRate: 0.05, depth: depth, rowFraction: 0.5, featureFraction: features,
                        monotone: monotone)))
        }
    }

    /// What can be said of a framework and an ion without knowing how much of it goes in.
    private func hostColumns(_ names: [String]) -> [Int] {
        names.indices.filter { index in
            let name = names[index]
            if name.hasPrefix("host ") || name == "charge of the ion" { return true }
            return name.hasPrefix("ion ") && !name.hasPrefix("ion fraction")
        }
    }

    /// Descriptors of a plain model.
    func plainColumns(_ names: [String]) -> [Int] {
        switch source {
        case .electrodes(.capacity): hostColumns(names).filter { !names[$0].hasPrefix("host bound") }
        case .electrodes: ReactionDescriptors.plain
        default: names.indices.filter { !names[$0].hasPrefix("own ") }
        }
    }

    /// Descriptors by which novelty is measured: few, so that it costs little.
    func noveltyColumns(_ names: [String]) -> [Int] {
        switch source {
        case .electrodes:
            names.indices.filter {
                names[$0].hasPrefix("host mean") || names[$0] == "ion Number" || names[$0] == "anion electronegativity"
            }
        case .solidElectrolytes: names.indices.filter { names[$0].hasPrefix("mean ") }
        default: Array(names.indices)
        }
    }

    static let all: [PropertyProtocol] = {
        var all: [PropertyProtocol] = []
        func electrode(
            _ word: String, _ property: ElectrodeData.Property, _ metric: String, _ groupings: [(String, Double?)],
            gain: Double?, isPositive: Bool = false, isRootMeanSquare: Bool = false
        ) {
            for (grouping, target) in groupings {
                all.append(
                    PropertyProtocol(
                        name: word + "_" + grouping.split(separator: " ").joined(separator: "_"),
                        source: .electrodes(property),
                        grouping: grouping, metric: metric, target: target, gain: gain,
                        isRootMeanSquare: isRootMeanSquare, isPositive: isPositive))
            }
        }
        electrode(
            "voltage", .voltage, "MAE, V", [("random", 0.336), ("framework", 0.408), ("chemical system", 0.431)],
            gain: 0.07)
        electrode(
            "volume_change", .volumeChange, "MAE, %", [("random", nil), ("chemical system", nil)], gain: 0.07,
            isPositive: true)
        electrode(
            "capacity", .capacity, "MAE, mAh/g", [("random", nil), ("framework", nil)], gain: 0.05,
            isPositive: true)
        electrode(
            "density", .density, "MAE, g/cm3", [("random", nil), ("chemical system", nil)], gain: nil, isPositive: true)
        electrode(
            "hull_charged", .chargedHull, "MAE, eV/atom", [("random", nil), ("chemical system", nil)], gain: nil,
            isPositive: true)
        electrode(
            "hull_discharged", .dischargedHull, "MAE, eV/atom", [("random", nil), ("chemical system", nil)], gain: nil,
            isPositive: true)
        electrode(
            "profile_span", .span, "MAE, V", [("random", nil), ("framework", nil), ("chemical system", nil)], gain: nil,
            isPositive: true)
        electrode(
            "profile_several_steps", .severalSteps, "root of the Brier score", [("random", nil), ("framework", nil)],
            gain: nil, isRootMeanSquare: true)
        for (grouping, gain) in [("random", 0.06), ("source", 0.06), ("chemical system", 0.06), ("family", nil)]
            as [(String, Double?)]
        {
            all.append(
                PropertyProtocol(
                    name: "solid_electrolyte_" + grouping.split(separator: " ").joined(separator: "_"),
                    source: .solidElectrolytes, grouping: grouping, metric: "MAE, log10(S/cm)",
                    target: grouping == "family" ? 1.755 : nil, gain: gain))
        }
        all.append(
            PropertyProtocol(
                name: "liquid_electrolyte_doi", source: .liquidElectrolytes, grouping: "source",
                metric: "MAE, log10(mS/cm)",
                gain: 0.1, folds: 23))
        all.append(
            PropertyProtocol(
                name: "polymer_electrolyte_polymer", source: .polymerElectrolytes, grouping: "polymer",
                metric: "MAE, log10(S/cm)", gain: 0.15))
        for (column, word, target) in [("IC", "initial", 19.0), ("EC", "cycle_50", 19.2)] {
            all.append(
                PropertyProtocol(
                    name: "doped_nmc_" + word, source: .dopedOxides(column), grouping: "random",
                    metric: "RMSE, mAh/g", target: target, folds: 10, isRootMeanSquare: true))
        }
        return all
    }()
}
