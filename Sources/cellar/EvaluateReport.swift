import Cells
import Discovery
import Materials
import Sustainability

/// A candidate's evaluation, laid out.
struct EvaluateReport {
    var evaluation: CandidateEvaluation
    var life: LifeEstimate?
    var priors: [AgeingPrior] = []
    var test: LifeSimulation?
    /// Where a surrogate said the life.
    var surrogate: (life: SurrogateLife, card: LifeSurrogate.Card)?
    var footprint: CellFootprint?
    var cellPath: String?
    var flags: [String] = []

    init(evaluation: CandidateEvaluation) { self.evaluation = evaluation }

    /// The file's name without ending: what no file system minds.
    var fileStem: String {
        let text = "\(evaluation.candidate.formula.text)-\(evaluation.designer.counter.name)"
        return String(
            text.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_()".contains($0)) ? $0 : "_" }.prefix(120))
    }

    private var properties: [(name: String, quantity: UncertainQuantity)] {
        let candidate = evaluation.candidate
        let central = candidate.central
        func computed(_ value: Double, _ unit: String, _ how: String) -> UncertainQuantity {
            UncertainQuantity(value, value, value, unit: unit, origin: .computed, source: how)
        }
        var all: [(String, UncertainQuantity)] = [
            (
                "specific_capacity_mAh_g",
                computed(candidate.theoreticalCapacity, "mAh/g", "F n z / (3.6 M) of \(candidate.referenceName)")
            )
        ]
        for property in ElectrodeProperty.allCases {
            if property == .voltageSpan, !candidate.shape.usesSpan { continue }
            if property == .firstCycleLoss, candidate.role == .positive { continue }
            guard property != .density else { continue }
            all.append((property.rawValue, candidate[property]))
        }
        func ofDensity(_ density: Double) -> Double { candidate.maximumConcentration(density: density) }
        let density = candidate[.density]
        all.insert(
            (
                "density_g_cm3",
                UncertainQuantity(
                    density.value / 1000, density.low / 1000, density.high / 1000, unit: "g/cm3",
                    origin: density.origin,
                    source: density.source, isInDomain: density.isInDomain)
            ), at: 2)
        all.append(
            (
                "maximum_concentration_mol_m3",
                UncertainQuantity(
                    ofDensity(density.value), ofDensity(density.low), ofDensity(density.high), unit: "mol/m3",
                    origin: .computed,
                    source: "n rho / M of \(candidate.referenceName)"
                        + (candidate.structure == .alloy ? ", per volume without \(candidate.reaction.ion)" : ""))
            ))
        let swelling = candidate[.volumeChange]
        let concentration = ofDensity(density.value)
        all.append(
            (
                "partial_molar_volume_m3_mol",
                UncertainQuantity(
                    candidate.partialMolarVolume(central), swelling.low / concentration, swelling.high / concentration,
                    unit: "m3/mol", origin: .computed, source: "change of volume / c_max")
            ))
        all.append(("youngs_modulus_Pa", candidate.youngsModulus))
        all.append(("particle_radius_m", candidate.particleRadius))
        if let electrolyte = evaluation.electrolyte {
            all.append(("electrolyte_conductivity_S_m", electrolyte.conductivity))
        }
        let screened = evaluation.screened
        if candidate.structure != .alloy {
            for (name, prediction) in [
                ("stability_charge_eV_atom", screened.hullCharged),
                ("stability_discharge_eV_atom", screened.hullDischarged),
            ] {
                all.append(
                    (
                        name,
                        UncertainQuantity(prediction, unit: "eV/atom", source: "model of energies above the hull")
                    ))
            }
        }
        return all.map { (name: $0.0, quantity: $0.1) }
    }

    private static func figure(_ value: Double, _ low: Double, _ high: Double, _ unit: String) -> JSON {
        .object([("value", .number(value)), ("low", .number(low)), ("high", .number(high)), ("unit", .text(unit))])
    }

    private var designJSON: JSON {
        let design = evaluation.design
        let cell = evaluation.central.cell
        func micrometres(_ value: Double?) -> JSON { .optional(value.map { $0 * 1e6 }) }
        return .object([
            ("positive_thickness_um", micrometres(cell.positive?.thickness)),
            ("positive_porosity", .optional(cell.positive?.porosity)),
            ("negative_thickness_um", micrometres(cell.negative?.thickness)),
            ("negative_porosity", .optional(cell.negative?.porosity)),
            ("n_to_p", .number(design.negativeToPositive)),
            ("areal_capacity_mAh_cm2", .number(evaluation.central.designed.arealCapacity / 10)),
            ("electrode_pairs", .whole(cell.electrodePairs)),
            ("lower_cut_off_V", .number(cell.lowerCutOff)), ("upper_cut_off_V", .number(cell.upperCutOff)),
            ("rate_per_h", .optional(evaluation.designRate)),
        ])
    }

    /// As `cellar evaluate --json` prints it.
    var json: JSON {
        let candidate = evaluation.candidate
        let properties = properties.map { name, quantity -> (key: String, value: JSON) in
            (
                name,
                .object([
                    ("value", .number(quantity.value)), ("low", .number(quantity.low)),
                    ("high", .number(quantity.high)), ("unit", .text(quantity.unit)),
                    ("source", .text(quantity.origin.rawValue)), ("in_domain", .boolean(quantity.isInDomain)),
                    ("reference", .text(quantity.source)),
                ])
            )
        }
        let figures = evaluation.figures.map { figure -> (key: String, value: JSON) in
            (figure.name, Self.figure(figure.value, figure.low, figure.high, figure.unit))
        }
        return .made([
            ("formula", .text(candidate.formula.text)), ("ion", .text(candidate.reaction.ion.symbol)),
            ("role", .text(candidate.role.rawValue)), ("structure", .text(candidate.structure.rawValue)),
            ("counter", .text(evaluation.designer.counter.name)), ("properties", .object(properties)),
            ("cell", cellPath.map { .text($0) } ?? .null), ("design", designJSON),
            (
                "parts",
                .list(
                    evaluation.central.designed.parts.map { part in
                        .object([
                            ("component", .text(part.component)), ("material", .text(part.material)),
                            ("mass_kg", .number(part.mass)),
                        ])
                    })
            ),
            ("cell_performance", .object(figures)),
            (
                "samples",
                .object([
                    ("run", .whole(evaluation.samples.count)), ("failed", .whole(evaluation.failures.count)),
                    ("failures", JSON.texts(Array(Set(evaluation.failures)).sorted())),
                    ("model", .text("dfn, mesh fast")),
                ])
            ),
            ("life", lifeJSON), ("sustainability", sustainabilityJSON),
            ("remarks", JSON.texts(candidate.remarks)),
        ])
    }

    private var lifeJSON: JSON {
        guard let life else { return .null }
        return .object([
            ("cycles_to_80_percent", .number(life.cycles.value)), ("low", .number(life.cycles.low)),
            ("high", .number(life.cycles.high)), ("limiting", life.limiting.map { .text($0.rawValue) } ?? .null),
            ("limiting_share", .number(life.limitingShare)),
            (
                "candidate_share",
                life.candidateShare.map { Self.figure($0.value, $0.low, $0.high, "") } ?? .null
            ),
            (
                "delivered_energy_Wh",
                Self.figure(life.deliveredEnergy.value, life.deliveredEnergy.low, life.deliveredEnergy.high, "Wh")
            ),
            ("extrapolated_fraction", .number(life.extrapolated)), ("skipped_fraction", .number(life.skipped)),
            ("jump_error", .number(life.jumpError)), ("samples", .whole(life.samples)),
            ("failed", .whole(life.failed)), ("test", .text(test?.test ?? "")), ("statement", .text(life.statement)),
            ("surrogate", surrogateJSON),
            (
                "priors",
                .list(
                    priors.map { prior in
                        .object([
                            ("name", .text(prior.name)), ("low", .number(prior.low)), ("high", .number(prior.high)),
                            ("unit", .text(prior.unit)), ("source", .text(prior.source)),
                        ])
                    })
            ),
        ])
    }

    private var surrogateJSON: JSON {
        guard let surrogate else { return .null }
        var entries: [(key: String, value: JSON)] = [
            ("error", TrainSurrogateCommand.document(surrogate.card)), ("outside", .number(surrogate.life.outside)),
        ]
        if let check = surrogate.life.check {
            entries.append(
                (
                    "check",
                    .object([
                        ("cells", .whole(check.cells)), ("rms_log_life", .number(check.error)),
                        ("median_ratio", .number(check.medianRatio)), ("coverage", .number(check.coverage)),
                    ])
                ))
        }
        return .object(entries)
    }

    private static func indicator(_ own: CellIndicator) -> (key: String, value: JSON) {
        (
            own.name,
            .object([
                ("value", .optional(own.value)), ("low", .number(own.low)), ("high", .number(own.high)),
                ("unit", .text(own.unit)), ("coverage", .number(own.coverage)), ("source", .text(own.source)),
                ("year", .whole(own.year)),
            ])
        )
    }

    private var sustainabilityJSON: JSON {
        let score = evaluation.screened.score
        var entries: [(key: String, value: JSON)] = [
            ("score", .number(score.score)), ("score_low", .number(score.scoreLow)),
            ("score_high", .number(score.scoreHigh)), ("cobalt_mass_fraction", .number(score.cobaltMassFraction)),
            ("flags", JSON.texts(flags)),
        ]
        if let footprint {
            entries.append(("grid_g_CO2_per_kWh", .number(footprint.grid)))
            entries.append(("per_kWh_of_cell", .object(footprint.perKWhOfCell.map(Self.indicator))))
            entries.append(("per_kWh_delivered", .object(footprint.perKWhDelivered.map(Self.indicator))))
            entries.append(("recycling_credit", Self.indicator(footprint.recyclingCredit).value))
        }
        return .object(entries)
    }

    /// What varies in every sampled cell, the candidate's, the counter electrode's and a solid electrolyte's, and its figures;
    /// names end in units.
    var samplesTable: String {
        func varied(_ sample: SampledCell) -> [(name: String, value: Double)] {
            ElectrodeProperty.allCases.map { ($0.rawValue, sample.values[$0]) }
                + sample.counter.map { ("counter_\($0.name)", $0.value) }
                + (sample.designed.design.solidConductivity.map { [("electrolyte_conductivity_S_m", $0)] } ?? [])
                + sample.figures.columns.map { ($0.name, $0.value) }
        }
        let names = varied(evaluation.central).map { ScoreReport.quoted($0.name) }
        var text = "sample," + names.joined(separator: ",") + "\n"
        for (index, sample) in evaluation.samples.enumerated() {
            text += "\(index + 1)," + varied(sample).map { "\(Float($0.value))" }.joined(separator: ",") + "\n"
        }
        return text
    }

    /// Three digits; powers of ten where they are many.
    private static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
        var exponent = 0
        var size = abs(value)
        while size >= 10 { (size, exponent) = (size / 10, exponent + 1) }
        while size < 1 { (size, exponent) = (size * 10, exponent - 1) }
        guard (-3...5).contains(exponent) else {
            var digits = (size * 100).rounded() / 100
            if digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
            return "\(value < 0 ? "-" : "")\(digits)e\(exponent)"
        }
        return ScoreReport.short(value, 3)
    }

    /// For people.
    var text: String {
        let candidate = evaluation.candidate
        func number(_ value: Double) -> String { Self.short(value) }
        func range(_ low: Double, _ high: Double) -> String { low == high ? "" : "\(number(low)) to \(number(high))" }
        let cell = evaluation.central.cell
        func micrometres(_ value: Double?) -> String { Self.short((value ?? 0) * 1e6) }
        let slower = evaluation.designRate.map { ", this one does at \(number($0))C" } ?? ""
        var text =
            "\(candidate.formula.text), \(candidate.role.rawValue) electrode (\(candidate.structure.rawValue)) against "
            + "\(evaluation.designer.counter.name)\n\n"
        text += TextTable.lay(
            properties.map { name, own in
                [
                    name, number(own.value), range(own.low, own.high),
                    own.origin.rawValue + (own.isInDomain ? "" : ", outside what the model knows"),
                ]
            }, header: ["property", "value", "90 % range", "source"])
        text +=
            "\n\ncell: coatings of \(micrometres(cell.positive?.thickness)) and \(micrometres(cell.negative?.thickness)) "
            + "um with \(number(100 * (cell.positive?.porosity ?? 0))) and "
            + "\(number(100 * (cell.negative?.porosity ?? 0))) % pores, \(number(cell.lowerCutOff)) to \(number(cell.upperCutOff)) V"
            + (evaluation.designRate == 1
                ? "" : "; no design keeps the capacity asked for at 1C" + slower) + "\n\n"
        text += TextTable.lay(
            evaluation.figures.map { [$0.name, number($0.value), range($0.low, $0.high), $0.unit] },
            header: ["cell", "value", "90 % range", "unit"])
        if !evaluation.failures.isEmpty {
            text += "\n\(evaluation.failures.count) sampled cells could not be made or run: \(evaluation.failures[0])"
        }
        if let life {
            text +=
                "\n\ncycles to 80 %: \(Int(life.cycles.value.rounded())) "
                + "(\(Int(life.cycles.low.rounded())) to \(Int(life.cycles.high.rounded()))); \(life.statement)"
                + "\n\(test?.test ?? ""); parameters are class priors, not fitted"
        }
        if let surrogate {
            let card = surrogate.card
            text +=
                "\nerror against full simulation, on materials left out of \(card.lives) lives: root mean square of log life "
                + "\(number(card.error)) (\(number(card.meanError)) for the mean of all), medians \(number(card.medianError)), "
                + "90 % intervals cover \(number(100 * card.coverage)) %"
            if let check = surrogate.life.check {
                text +=
                    "\nbeside \(check.cells) of these cells simulated in full: root mean square of log life "
                    + "\(number(check.error)), medians differ by a factor of \(number(check.medianRatio)), 90 % intervals "
                    + "cover \(number(100 * check.coverage)) %"
            }
        }
        if let footprint {
            func rows(_ all: [CellIndicator]) -> [[String]] {
                all.map { [$0.name, $0.value.map(Self.short) ?? "?", range($0.low, $0.high), $0.unit] }
            }
            text +=
                "\n\n"
                + TextTable.lay(
                    rows(footprint.perKWhOfCell + footprint.perKWhDelivered + [footprint.recyclingCredit]),
                    header: ["footprint", "value", "range", "unit"])
        }
        for remark in candidate.remarks { text += "\nremark: \(remark)" }
        if let cellPath { text += "\n\nwritten: \(cellPath)" }
        return text
    }
}
