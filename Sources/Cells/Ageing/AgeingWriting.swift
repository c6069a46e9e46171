extension AgeingSet {
    /// The set as it stands in a file under its name, values that are defaults included.
    public var fileObject: FileObject {
        var object = FileObject()
        object[AgeingKey.description] = FileValue(.text(summary))
        func add(_ key: String, _ entries: [(String, Double)]) {
            guard !entries.isEmpty else { return }
            var part = FileObject()
            for (key, value) in entries { part.append(key, FileValue(.number(value))) }
            object.append(key, FileValue(.object(part)))
        }
        let pores = [(AgeingKey.porosityChange, narrowsPores ? 1.0 : 0)]
        if let sei { add(AgeingKey.sei, sei.entries + pores) }
        if let plating { add(AgeingKey.plating, plating.entries + pores) }
        if let oxidation { add(AgeingKey.oxidation, oxidation.entries) }
        add(
            AgeingKey.negative,
            negative.entries + (negative.reactionLoss == 0 ? [] : [(AgeingKey.reactionLoss, negative.reactionLoss)]))
        add(AgeingKey.positive, positive.entries)
        add(AgeingKey.cell, cellEntries)
        return object
    }

    private var cellEntries: [(String, Double)] {
        var entries: [(String, Double)] = []
        let films = narrowsPores && (sei != nil || plating != nil)
        if films || dryOut != nil || bruggemanExponent != 1.5 {
            entries.append((AgeingKey.bruggeman, bruggemanExponent))
        }
        if let corrosion {
            entries += [
                (AgeingKey.corrosion, corrosion.rate), (AgeingKey.corrosionActivation, corrosion.activationEnergy),
            ]
        }
        if let dryOut {
            entries += [
                (AgeingKey.solventPerMole, dryOut.solventPerMole), (AgeingKey.solventVolume, dryOut.solventMolarVolume),
                (AgeingKey.reserve, dryOut.reserve),
            ]
        }
        return entries
    }
}

extension SEIParameters {
    fileprivate var entries: [(String, Double)] {
        var entries = law.entries.map { ($0.key, $0.value) }
        entries += [
            (AgeingKey.seiTransfer, transferCoefficient), (AgeingKey.lithiumPerMole, lithiumPerMole),
            (AgeingKey.seiVolume, molarVolume), (AgeingKey.resistivity, resistivity),
        ]
        if resistivity != 0 {
            entries.append(
                film == .none ? (AgeingKey.film, 0) : (AgeingKey.filmAveraged, film == .average ? 1 : 0))
        }
        entries.append((AgeingKey.thickness, initialThickness))
        if let initialCrackThickness { entries.append((AgeingKey.crackThickness, initialCrackThickness)) }
        return entries + [(AgeingKey.seiActivation, activationEnergy)]
    }
}

extension PlatingParameters {
    fileprivate var entries: [(String, Double)] {
        var entries = [
            (AgeingKey.platingRate, rateConstant), (AgeingKey.platingTransfer, transferCoefficient),
            (AgeingKey.lithiumVolume, molarVolume), (AgeingKey.plated, initialConcentration),
        ]
        switch kind {
        case .irreversible: entries.append((AgeingKey.stripping, 0))
        case .reversible: entries.append((AgeingKey.stripping, 1))
        case .partiallyReversible: entries.append((AgeingKey.decay, decayConstant))
        }
        return entries + [(AgeingKey.platingActivation, activationEnergy)]
    }
}

extension OxidationParameters {
    fileprivate var entries: [(String, Double)] {
        [
            (AgeingKey.oxidationCurrent, exchangeCurrent), (AgeingKey.oxidationPotential, potential),
            (AgeingKey.oxidationTransfer, transferCoefficient), (AgeingKey.oxidationActivation, activationEnergy),
            (AgeingKey.crosstalk, crosstalk),
        ]
    }
}

extension ElectrodeAgeing {
    /// Without the loss with the SEI, which only one electrode has.
    fileprivate var entries: [(String, Double)] {
        var entries: [(String, Double)] = []
        if let mechanics {
            entries += [
                (AgeingKey.poisson, mechanics.poissonRatio), (AgeingKey.young, mechanics.youngModulus),
                (AgeingKey.partialVolume, mechanics.molarVolume),
                (AgeingKey.reference, mechanics.referenceConcentration),
                (AgeingKey.stressDiffusion, mechanics.drivesDiffusion ? 1 : 0),
            ]
        }
        if let cracks {
            entries += [
                (AgeingKey.crackLength, cracks.initialLength), (AgeingKey.crackWidth, cracks.width),
                (AgeingKey.crackDensity, cracks.density), (AgeingKey.parisFactor, cracks.stressFactor),
                (AgeingKey.parisExponent, cracks.exponent), (AgeingKey.crackRate, cracks.rate),
                (AgeingKey.crackActivation, cracks.activationEnergy),
            ]
        }
        if let stressLoss {
            entries += [
                (AgeingKey.stressRate, stressLoss.rate), (AgeingKey.stressExponent, stressLoss.exponent),
                (AgeingKey.criticalStress, stressLoss.criticalStress),
                (AgeingKey.stressActivation, stressLoss.activationEnergy),
            ]
        }
        if let dissolution {
            entries += [
                (AgeingKey.dissolutionRate, dissolution.rate),
                (AgeingKey.dissolutionCurrent, dissolution.exchangeCurrent),
                (AgeingKey.dissolutionPotential, dissolution.potential),
                (AgeingKey.dissolutionTransfer, dissolution.transferCoefficient),
                (AgeingKey.dissolutionActivation, dissolution.activationEnergy),
            ]
        }
        return entries
    }
}
