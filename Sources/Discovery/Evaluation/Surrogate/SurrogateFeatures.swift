internal import Cells
internal import Electrochemistry

/// What a surrogate of lives sees of a cell and of its ageing.
///
/// Each mechanism's pace by its own law, as far as it can be told without a simulation: the share of the capacity, or of the
/// material, that it would take in 500 cycles, at quasi-steady concentration differences in the particles (flux times radius
/// over five diffusivities) and at the rest potential's mean over the window; and a life by these paces alone. Beside them
/// what decides how losses become capacity: coatings, currents, time constants, and which electrode ends a discharge.
struct SurrogateFeatures: Sendable {
    /// Names, in the order of `row`.
    static let names = [
        "log life by paces alone", "log share of lithium taken by SEI", "log growth of cracks",
        "log share of lithium taken by oxidation", "log share of charge that slips by oxidation",
        "log share of positive material lost by stress", "log share of negative material lost by stress",
        "log share of positive material dissolved", "SEI grows", "log areal capacity", "positive thickness",
        "negative thickness", "positive porosity", "negative porosity", "log time constant of positive particles",
        "log time constant of negative particles", "log surface of the positive electrode",
        "log surface of the negative electrode", "mean rest voltage", "upper cut-off",
        "share of the positive electrode in the end of discharge",
        "share of the positive electrode in the end of charge",
        "negative over positive capacity", "log exchange current density of the positive electrode",
        "log exchange current density of the negative electrode",
    ]
    /// Below this a share taken in 500 cycles counts as none.
    private static let floor = 1e-3
    private static let cycles = 500.0

    /// In the order of `names`.
    let row: [Double]

    /// Nil for a cell without both electrodes, or without what the model needs.
    init?(_ cell: Cell, ageing: AgeingSet, test: LifeSimulation) {
        let windows = cell.electrodeWindows
        guard let negative = Side(cell, cell.negative, windows.negative, isPositive: false),
            let positive = Side(cell, cell.positive, windows.positive, isPositive: true)
        else { return nil }
        let temperature = test.temperature ?? cell.ambientTemperature
        let areal = cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
        let charge = areal * 3600
        let current = areal * test.dischargeRate
        // Discharge, charge and a hold of about as long as the discharge.
        let hours = 2 / test.dischargeRate + 1 / test.chargeRate
        let seconds = Self.cycles * hours * 3600
        let activation = 1 / Constants.gas * (1 / cell.referenceTemperature - 1 / temperature)
        func arrhenius(_ energy: Double) -> Double { exponential(energy * activation) }

        var interphase = 0.0
        if let sei = ageing.sei, case .solventDiffusion(let diffusivity, let concentration) = sei.law {
            // Parabolic growth: thickness² = 2 D c V t; lithium by thickness over molar volume.
            let squared = 2 * diffusivity * arrhenius(sei.activationEnergy) * concentration * sei.molarVolume * seconds
            let start = sei.initialThickness * sei.initialThickness
            let grown = (start + squared).squareRoot() - sei.initialThickness
            interphase =
                grown / sei.molarVolume * sei.lithiumPerMole * Constants.faraday * negative.surface / charge
        }
        var cracks = 0.0
        if let crack = ageing.negative.cracks {
            let stress = negative.stress(ageing.negative.mechanics, current: current)
            let pace = CrackGrowth.rate(
                crack, stress: stress, length: crack.initialLength, arrhenius: arrhenius(crack.activationEnergy))
            cracks =
                CrackGrowth.areaRatio(crack, length: crack.initialLength)
                * min(pace * seconds / crack.initialLength, 1e3)
        }
        var (oxidised, slipped) = (0.0, 0.0)
        if let oxidation = ageing.oxidation {
            let rate =
                oxidation.exchangeCurrent * arrhenius(oxidation.activationEnergy)
                * positive.meanTafel(oxidation.transferCoefficient, oxidation.potential, temperature)
            slipped = rate * positive.surface * seconds / charge
            oxidised = slipped * max(oxidation.crosstalk - 1, 0)
        }
        func lostByStress(_ side: Side, _ own: ElectrodeAgeing) -> Double {
            guard let loss = own.stressLoss else { return 0 }
            let rate = ActiveMaterialLoss.byStress(
                loss, hydrostatic: side.stress(own.mechanics, current: current),
                arrhenius: arrhenius(loss.activationEnergy))
            return -rate * seconds / side.activeFraction
        }
        let stressed = (
            positive: lostByStress(positive, ageing.positive), negative: lostByStress(negative, ageing.negative)
        )
        var dissolved = 0.0
        if let dissolution = ageing.positive.dissolution {
            let rate =
                dissolution.exchangeCurrent
                * positive.meanTafel(dissolution.transferCoefficient, dissolution.potential, temperature)
                * positive.areaPerVolume / (Constants.faraday * positive.maximumConcentration)
            dissolved = (rate + dissolution.rate) * arrhenius(dissolution.activationEnergy) * seconds
        }

        func log(_ share: Double) -> Double { naturalLogarithm(share + Self.floor) }
        let lithium = interphase * (1 + cracks)
        let life = Self.life(
            parabolic: lithium, steady: oxidised + max(stressed.positive + dissolved, stressed.negative))
        row = [
            naturalLogarithm(life), log(interphase), log(cracks), log(oxidised), log(slipped), log(stressed.positive),
            log(stressed.negative), log(dissolved), ageing.sei == nil ? 0 : 1, naturalLogarithm(areal),
            positive.thickness * 1e6, negative.thickness * 1e6, positive.porosity, negative.porosity,
            naturalLogarithm(positive.timeConstant), naturalLogarithm(negative.timeConstant),
            naturalLogarithm(positive.surface), naturalLogarithm(negative.surface),
            positive.meanPotential - negative.meanPotential, cell.upperCutOff,
            Self.share(positive.slopes.discharged, negative.slopes.discharged),
            Self.share(positive.slopes.charged, negative.slopes.charged), negative.capacity / positive.capacity,
            naturalLogarithm(positive.exchangeCurrent), naturalLogarithm(negative.exchangeCurrent),
        ]
        guard row.allSatisfy(\.isFinite) else { return nil }
    }

    /// Cycles until a fifth is lost, where one part grows with the root of cycles and one with cycles.
    private static func life(parabolic: Double, steady: Double) -> Double {
        // a √n + b n = 0.2, a and b of 500 cycles.
        let (a, b) = (max(parabolic, 1e-9), max(steady, 1e-9))
        let root = (-a + (a * a + 0.8 * b).squareRoot()) / (2 * b)
        return min(max(cycles * root * root, 1), LifeSimulation.longest)
    }

    private static func share(_ one: Double, _ other: Double) -> Double {
        let sum = abs(one) + abs(other)
        return sum > 0 ? abs(one) / sum : 0.5
    }

    /// One electrode, its materials as one.
    private struct Side {
        let thickness: Double
        let porosity: Double
        let activeFraction: Double
        /// 1/m of electrode.
        let areaPerVolume: Double
        /// Of particles over that of the coating.
        let surface: Double
        let maximumConcentration: Double
        /// R²/D, s.
        let timeConstant: Double
        let radius: Double
        let diffusivity: Double
        /// mol/m³.
        let swing: Double
        /// A·h between the window's ends.
        let capacity: Double
        let meanPotential: Double
        /// A/m², at half filling.
        let exchangeCurrent: Double
        /// Change of the potential over the last twentieth of the window, V.
        let slopes: (discharged: Double, charged: Double)
        /// Over the window.
        private let potentials: [Double]

        /// Of a blend the material that holds most stands for all; nil without an electrode.
        init?(_ cell: Cell, _ electrode: Electrode?, _ window: ElectrodeWindow?, isPositive: Bool) {
            func held(_ material: ActiveMaterial) -> Double {
                material.maximumConcentration * material.surfaceAreaPerVolume * material.particleRadius
            }
            guard let electrode, let window, let main = electrode.materials.max(by: { held($0) < held($1) }) else {
                return nil
            }
            thickness = electrode.thickness
            porosity = electrode.porosity ?? 0.3
            areaPerVolume = electrode.materials.reduce(0) { $0 + $1.surfaceAreaPerVolume }
            activeFraction = electrode.materials.reduce(0) { $0 + $1.surfaceAreaPerVolume * $1.particleRadius / 3 }
            surface = areaPerVolume * electrode.thickness
            maximumConcentration = main.maximumConcentration
            radius = main.particleRadius
            let (low, high) = (main.minimumStoichiometry, main.maximumStoichiometry)
            let middle = 0.5 * (low + high)
            diffusivity = main.diffusivity(middle)
            timeConstant = radius * radius / diffusivity
            swing = main.maximumConcentration * (high - low)
            capacity = cell.capacity(of: electrode) * abs(window.charged - window.discharged)
            exchangeCurrent =
                Constants.faraday * main.reactionRateConstant * main.exchangeCurrentFactor(middle) * 0.5
            let potential = main.openCircuitPotential
            let own = (0...40).map { potential(low + Double($0) / 40 * (high - low)) }
            potentials = own
            meanPotential = own.reduce(0, +) / Double(own.count)
            // Full of the ion means discharged at the positive electrode, charged at the negative one.
            let full = own[40] - own[38], empty = own[0] - own[2]
            slopes = isPositive ? (full, empty) : (empty, full)
            guard diffusivity > 0, swing > 0, exchangeCurrent > 0 else { return nil }
        }

        /// Pa: of a sphere with a quasi-steady profile (Ai et al., J. Electrochem. Soc. 167 (2020) 013512), never by more
        /// than the whole swing.
        func stress(_ mechanics: ParticleMechanics?, current: Double) -> Double {
            guard let mechanics else { return 0 }
            let gradient = current / (Constants.faraday * surface) * radius / (5 * diffusivity)
            let difference = gradient * swing / (gradient + swing)
            return 2 * mechanics.molarVolume * mechanics.youngModulus / (9 * (1 - mechanics.poissonRatio)) * difference
        }

        /// Mean of exp(α F (U - U₀) / (R T)) over the window.
        func meanTafel(_ transfer: Double, _ reference: Double, _ temperature: Double) -> Double {
            let slope = transfer * Constants.faraday / (Constants.gas * temperature)
            return potentials.reduce(0) { $0 + exponential(min(slope * ($1 - reference), 100)) }
                / Double(potentials.count)
        }
    }
}
