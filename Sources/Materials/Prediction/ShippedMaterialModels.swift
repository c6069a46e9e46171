internal import Learning

/// The models of materials in `Data/models`, trained on a folder of the public data sets.
public enum ShippedMaterialModels {
    /// Names of those whose data may be passed on: the Materials Project's, OBELiX and CALiSol-23 (CC BY 4.0), and the
    /// polymers' (MIT). Doped oxides have no licence; of Liverpool's conductivities none was read at their owner's, so that the
    /// solid electrolytes' model does without them. The 2019 table serves as further rows.
    public static let names = recipes.map(\.name)

    private struct Recipe: Sendable {
        var name: String
        var source: PropertyProtocol.Source
        var subject: PropertyModel.Subject
        var target: String
        var grouping: String
        var data: [String]
        /// Whose data they are, and their licence.
        var attribution: String
    }

    private static let recipes: [Recipe] = {
        let electrodes = ["mp_insertion_electrodes_2024.csv", "mp_voltage_pairs_2019.csv"]
        func electrode(_ name: String, _ property: ElectrodeData.Property, _ target: String? = nil) -> Recipe {
            Recipe(
                name: name, source: .electrodes(property), subject: .reaction, target: target ?? property.rawValue,
                grouping: "framework", data: electrodes,
                attribution: "data: Materials Project (Jain et al., APL Mater. 1 (2013) 011002), CC BY 4.0")
        }
        return [
            electrode("voltage", .voltage), electrode("volume-change", .volumeChange), electrode("density", .density),
            electrode("hull-charged", .chargedHull), electrode("hull-discharged", .dischargedHull),
            electrode("voltage-span", .span), electrode("voltage-steps", .severalSteps),
            Recipe(
                name: "solid-electrolyte", source: .solidElectrolytes, subject: .composition,
                target: "log10 conductivity, S/cm", grouping: "chemical system",
                data: ["obelix_train.csv"],
                attribution: "data: OBELiX (Therrien et al., arXiv 2502.14234 (2025)), CC BY 4.0"),
            Recipe(
                name: "liquid-electrolyte", source: .liquidElectrolytes, subject: .liquidElectrolyte,
                target: "log10 conductivity, mS/cm", grouping: "source",
                data: ["calisol23_liquid_electrolyte_conductivity.csv"],
                attribution: "data: CALiSol-23 (de Blasio et al., Sci. Data 11 (2024) 750), CC BY 4.0"),
            Recipe(
                name: "polymer-electrolyte", source: .polymerElectrolytes, subject: .polymerElectrolyte,
                target: "log10 conductivity, S/cm", grouping: "polymer",
                data: ["polymer_electrolyte_conductivity.csv"],
                attribution: "data: compiled by Bradford et al., ACS Cent. Sci. 9 (2023) 206, MIT licence"),
        ]
    }()

    /// Trains some of them; those whose tables the folder lacks are left out.
    ///
    /// - Parameters:
    ///   - folder: of the data sets.
    ///   - only: names, all where empty.
    ///   - seed: fixes everything random.
    ///   - progress: told what is being done.
    ///   - finished: receives each model's name and the model as it is ready.
    /// - Throws: ``MaterialError``.
    public static func train(
        folder: String, only: [String] = [], seed: UInt64 = 1, progress: (String) -> Void = { _ in },
        finished: (String, PropertyModel) throws -> Void
    ) throws {
        let store = try DataStore(train: folder, test: folder)
        for recipe in recipes where only.isEmpty || only.contains(recipe.name) {
            guard var (set, _) = try store.sets(recipe.source) else { continue }
            if case .electrodes(.volumeChange) = recipe.source {
                // A fraction, as the table has it.
                for index in set.rows.indices { set.rows[index].target /= 100 }
                for index in set.extra.indices { set.extra[index].target /= 100 }
            }
            if recipe.source == .solidElectrolytes {
                // Questions are formulas: nothing of the crystal is known of them.
                for index in set.rows.indices {
                    for place in SolidElectrolyteData.crystalPlaces { set.rows[index].features[place] = .nan }
                }
                set.extra = []
            }
            set.notes.append(recipe.attribution)
            let training = PropertyTraining(
                set, subject: recipe.subject, target: recipe.target, data: recipe.data, grouping: recipe.grouping)
            do {
                let model = try training.trained(families(recipe), seed) { progress("\(recipe.name): \($0)") }
                try finished(recipe.name, model)
            } catch let error as LearningError {
                throw MaterialError(.computation, place: recipe.name, problem: error.problem, remedy: error.remedy)
            }
        }
    }

    /// Linear against trees; the trees small enough that each member's file stays below 1 MB.
    private static func families(_ recipe: Recipe) -> [PropertyTraining.Member] {
        func boosted(_ trees: Int, _ depth: Int, _ rows: Double, _ features: Double, _ loss: BoostedTreesOptions.Loss)
            -> ModelFamily
        {
            .boostedTrees(
                BoostedTreesOptions(
                    trees: trees, learningRate: 0.06, depth: depth, rowFraction: rows, featureFraction: features,
                    loss: loss))
        }
        let ridge = PropertyTraining.Member(name: "ridge", members: [.ridge])
        let squared = PropertyTraining.Member(
            name: "boosted", members: [boosted(350, 6, 0.8, 0.3, .squared), boosted(350, 6, 0.7, 0.15, .squared)])
        let robust = PropertyTraining.Member(
            name: "boosted, pseudo-Huber loss",
            members: [boosted(250, 6, 0.7, 0.5, .pseudoHuber), boosted(250, 6, 0.7, 0.3, .pseudoHuber)])
        switch recipe.source {
        case .electrodes(.span), .solidElectrolytes: return [ridge, squared, robust]
        case .polymerElectrolytes:
            return [
                ridge,
                PropertyTraining.Member(
                    name: "boosted", members: PropertyProtocol.polymerMembers(PolymerElectrolyteData.names)),
            ]
        case .liquidElectrolytes:
            let members = [boosted(200, 5, 0.5, 0.3, .squared), boosted(250, 5, 0.5, 0.3, .pseudoHuber)]
            return [
                ridge, PropertyTraining.Member(name: "boosted", members: members),
                PropertyTraining.Member(
                    name: "boosted on the solvents' properties, rising with temperature",
                    members: PropertyProtocol.liquidMembers(LiquidElectrolyteData.names)),
            ]
        case .electrodes(.severalSteps):
            // One in seven rows has several steps: little to learn from, few trees.
            return [ridge, PropertyTraining.Member(name: "boosted", members: [boosted(150, 5, 0.8, 0.3, .squared)])]
        default: return [ridge, squared]
        }
    }
}
