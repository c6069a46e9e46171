/// Voltage profiles put together from single steps.
enum VoltageSteps {
    /// One row an electrode with several steps that follow on each other: its whole reaction and the voltage between
    /// the highest and the lowest step.
    static func profiles(_ steps: [ElectrodeData.Row], _ descriptors: ReactionDescriptors) -> [ElectrodeData.Row] {
        var places: [String: [Int]] = [:]
        for (index, row) in steps.enumerated() where !row.battery.isEmpty {
            places[row.battery, default: []].append(index)
        }
        return places.sorted { $0.key < $1.key }.compactMap { battery, own in
            // The charged end holds the fewest ions.
            let sorted = own.map { steps[$0] }.sorted {
                content($0.reaction.charged, $0) < content($1.reaction.charged, $1)
            }
            guard let first = sorted.first, let last = sorted.last, sorted.count > 1,
                zip(sorted, sorted.dropFirst()).allSatisfy({
                    $0.reaction.ion == $1.reaction.ion
                        && $0.reaction.discharged.reduced == $1.reaction.charged.reduced
                }),
                let reaction = try? InsertionReaction(
                    charged: first.reaction.charged, discharged: last.reaction.discharged, ion: first.reaction.ion)
            else { return nil }
            let volts = sorted.compactMap { $0.values[.voltage] }
            guard let low = volts.min(), let high = volts.max() else { return nil }
            let ends = [reaction.charged.reduced, reaction.discharged.reduced]
            return ElectrodeData.Row(
                id: "\(battery)|\(reaction.ion)|\(ends[0])|\(ends[1])|\(high - low)", battery: battery,
                reaction: reaction, features: descriptors.describe(reaction),
                // Whatever stands between both ends is known, too.
                compositions: Array(Set(sorted.flatMap(\.compositions))).sorted(),
                groups: ElectrodeData.Row.groups(reaction), values: [.span: high - low])
        }
    }

    /// Ions per atom of the host.
    private static func content(_ composition: Composition, _ row: ElectrodeData.Row) -> Double {
        composition[row.reaction.ion] / composition.removing(row.reaction.ion).atoms
    }
}
