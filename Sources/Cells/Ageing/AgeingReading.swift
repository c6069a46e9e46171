extension AgeingSet {
    /// Reads and checks a set as it stands in a file under its name.
    ///
    /// Throws `BPXError` with the first mistake; `path` is what stands in front of its path.
    public init(name: String, object: FileObject, path: [String] = []) throws {
        try self.init(name: name, value: FileValue(.object(object)), path: path)
    }

    /// The same, with the line the set stands on.
    init(name: String, value: FileValue, path: [String]) throws {
        try Validator.check(value, .section(AgeingSchema.set), path)
        self.init(name: name, summary: value[AgeingKey.description]?.text ?? "")
        func part(_ key: String) -> AgeingPart? { value[key].map { AgeingPart($0, path + [key]) } }
        let sei = part(AgeingKey.sei)
        let plating = part(AgeingKey.plating)
        self.sei = try sei.map(SEIParameters.init)
        self.plating = try plating.map(PlatingParameters.init)
        oxidation = part(AgeingKey.oxidation).map(OxidationParameters.init)
        negative = try part(AgeingKey.negative).map(ElectrodeAgeing.init) ?? ElectrodeAgeing()
        positive = try part(AgeingKey.positive).map(ElectrodeAgeing.init) ?? ElectrodeAgeing()
        narrowsPores = sei?.isOn(AgeingKey.porosityChange) == true || plating?.isOn(AgeingKey.porosityChange) == true
        if let cell = part(AgeingKey.cell) { try readCell(cell) }

        if let sei, let plating, let one = sei[AgeingKey.porosityChange], let other = plating[AgeingKey.porosityChange],
            one != other
        {
            throw plating.mistake(
                "another value than in '\(AgeingKey.sei)'", "all films narrow the pores, or none does",
                at: AgeingKey.porosityChange)
        }
        if let sei, sei.has(AgeingKey.crackThickness), negative.cracks == nil {
            throw sei.mistake(
                "SEI on cracks without cracks",
                "crack growth is needed in '\(AgeingKey.negative)', beginning with '\(AgeingKey.crackLength)'",
                at: AgeingKey.crackThickness)
        }
        if self.sei == nil, negative.reactionLoss != 0, let electrode = part(AgeingKey.negative) {
            throw electrode.mistake(
                "loss with the SEI's growth, without SEI", "'\(AgeingKey.sei)' is needed with it",
                at: AgeingKey.reactionLoss)
        }
        guard !isEmpty else {
            throw BPXError(
                path: path, line: value.line, problem: "no mechanism acts",
                remedy: "the parameters of one are needed, such as those of '\(AgeingKey.sei)'")
        }
    }

    private mutating func readCell(_ cell: AgeingPart) throws {
        bruggemanExponent = cell[AgeingKey.bruggeman] ?? bruggemanExponent
        if cell.has(AgeingKey.corrosion) || cell.has(AgeingKey.corrosionActivation) {
            var corrosion = CorrosionParameters(
                rate: try cell.needed(AgeingKey.corrosion, for: "'\(AgeingKey.corrosionActivation)'"))
            corrosion.activationEnergy = cell[AgeingKey.corrosionActivation] ?? 0
            self.corrosion = corrosion
        }
        let keys = [AgeingKey.solventPerMole, AgeingKey.solventVolume, AgeingKey.reserve]
        guard let first = cell.first(of: keys) else { return }
        guard oxidation == nil else {
            throw cell.mistake(
                "dry-out beside '\(AgeingKey.oxidation)'",
                "what oxidation takes of the electrolyte is not reckoned: give one of them", at: first)
        }
        guard sei != nil else {
            throw cell.mistake(
                "dry-out without SEI", "the SEI takes the solvent up: '\(AgeingKey.sei)' is needed with it", at: first)
        }
        var dryOut = DryOutParameters()
        dryOut.solventPerMole = cell[AgeingKey.solventPerMole] ?? dryOut.solventPerMole
        dryOut.solventMolarVolume = cell[AgeingKey.solventVolume] ?? dryOut.solventMolarVolume
        dryOut.reserve = cell[AgeingKey.reserve] ?? dryOut.reserve
        self.dryOut = dryOut
    }
}

extension SEIParameters {
    /// Throws `BPXError`.
    fileprivate init(_ part: AgeingPart) throws {
        self.init(
            law: try SEILaw(part), molarVolume: part[AgeingKey.seiVolume] ?? 0,
            initialThickness: part[AgeingKey.thickness] ?? 0)
        transferCoefficient = part[AgeingKey.seiTransfer] ?? transferCoefficient
        lithiumPerMole = part[AgeingKey.lithiumPerMole] ?? lithiumPerMole
        resistivity = part[AgeingKey.resistivity] ?? 0
        initialCrackThickness = part[AgeingKey.crackThickness]
        activationEnergy = part[AgeingKey.seiActivation] ?? activationEnergy
        for key in [AgeingKey.film, AgeingKey.filmAveraged] where part.isOn(key) && resistivity == 0 {
            throw part.mistake("a film resistance without resistivity", "'\(AgeingKey.resistivity)' is needed", at: key)
        }
        if part[AgeingKey.film] == 0, part.isOn(AgeingKey.filmAveraged) {
            throw part.mistake(
                "an averaged film resistance beside '\(AgeingKey.film)' 0", "give one of them",
                at: AgeingKey.filmAveraged)
        }
        film =
            resistivity == 0 || part[AgeingKey.film] == 0
            ? .none : part.isOn(AgeingKey.filmAveraged) ? .average : .distributed
    }
}

extension PlatingParameters {
    /// Throws `BPXError`.
    fileprivate init(_ part: AgeingPart) throws {
        let decays = part.has(AgeingKey.decay)
        let strips = part[AgeingKey.stripping] != 0
        if decays, !strips {
            throw part.mistake(
                "plated lithium that dies, beside '\(AgeingKey.stripping)' 0",
                "without stripping it is dead at once: give one of them", at: AgeingKey.decay)
        }
        self.init(
            kind: decays ? .partiallyReversible : strips ? .reversible : .irreversible,
            rateConstant: part[AgeingKey.platingRate] ?? 0)
        transferCoefficient = part[AgeingKey.platingTransfer] ?? transferCoefficient
        molarVolume = part[AgeingKey.lithiumVolume] ?? molarVolume
        initialConcentration = part[AgeingKey.plated] ?? initialConcentration
        decayConstant = part[AgeingKey.decay] ?? decayConstant
        activationEnergy = part[AgeingKey.platingActivation] ?? activationEnergy
    }
}

extension OxidationParameters {
    fileprivate init(_ part: AgeingPart) {
        self.init(exchangeCurrent: part[AgeingKey.oxidationCurrent] ?? 0)
        potential = part[AgeingKey.oxidationPotential] ?? potential
        transferCoefficient = part[AgeingKey.oxidationTransfer] ?? transferCoefficient
        activationEnergy = part[AgeingKey.oxidationActivation] ?? activationEnergy
        crosstalk = part[AgeingKey.crosstalk] ?? crosstalk
    }
}

extension ElectrodeAgeing {
    private static let mechanicsKeys = [
        AgeingKey.poisson, AgeingKey.young, AgeingKey.partialVolume, AgeingKey.reference, AgeingKey.stressDiffusion,
    ]
    private static let crackKeys = [
        AgeingKey.crackLength, AgeingKey.crackWidth, AgeingKey.crackDensity, AgeingKey.parisFactor,
        AgeingKey.parisExponent, AgeingKey.crackRate, AgeingKey.crackActivation,
    ]
    private static let stressKeys = [
        AgeingKey.stressRate, AgeingKey.stressExponent, AgeingKey.criticalStress, AgeingKey.stressActivation,
    ]
    private static let dissolutionKeys = [
        AgeingKey.dissolutionRate, AgeingKey.dissolutionCurrent, AgeingKey.dissolutionPotential,
        AgeingKey.dissolutionTransfer, AgeingKey.dissolutionActivation,
    ]

    /// Throws `BPXError`.
    fileprivate init(_ part: AgeingPart) throws {
        self.init()
        try readMechanics(part)
        try readCracks(part)
        try readStressLoss(part)
        reactionLoss = part[AgeingKey.reactionLoss] ?? 0
        try readDissolution(part)
    }

    private mutating func readMechanics(_ part: AgeingPart) throws {
        guard part.first(of: Self.mechanicsKeys) != nil else { return }
        let name = "the mechanics of the particles"
        var mechanics = ParticleMechanics(
            poissonRatio: try part.needed(AgeingKey.poisson, for: name),
            youngModulus: try part.needed(AgeingKey.young, for: name),
            molarVolume: try part.needed(AgeingKey.partialVolume, for: name))
        mechanics.referenceConcentration = part[AgeingKey.reference] ?? 0
        mechanics.drivesDiffusion = part.isOn(AgeingKey.stressDiffusion)
        self.mechanics = mechanics
    }

    private mutating func readCracks(_ part: AgeingPart) throws {
        let name = "crack growth"
        guard try needsMechanics(part, Self.crackKeys, name) else { return }
        var cracks = CrackParameters(
            initialLength: try part.needed(AgeingKey.crackLength, for: name),
            width: try part.needed(AgeingKey.crackWidth, for: name),
            density: try part.needed(AgeingKey.crackDensity, for: name),
            exponent: try part.needed(AgeingKey.parisExponent, for: name),
            rate: try part.needed(AgeingKey.crackRate, for: name))
        cracks.stressFactor = part[AgeingKey.parisFactor] ?? cracks.stressFactor
        cracks.activationEnergy = part[AgeingKey.crackActivation] ?? 0
        self.cracks = cracks
    }

    private mutating func readStressLoss(_ part: AgeingPart) throws {
        let name = "loss of active material by stress"
        guard try needsMechanics(part, Self.stressKeys, name) else { return }
        var loss = StressLossParameters(
            rate: try part.needed(AgeingKey.stressRate, for: name),
            exponent: try part.needed(AgeingKey.stressExponent, for: name),
            criticalStress: try part.needed(AgeingKey.criticalStress, for: name))
        loss.activationEnergy = part[AgeingKey.stressActivation] ?? 0
        stressLoss = loss
    }

    /// Whether one of the keys is given. Throws `BPXError` where it is, without mechanics.
    private func needsMechanics(_ part: AgeingPart, _ keys: [String], _ name: String) throws -> Bool {
        guard let first = part.first(of: keys) else { return false }
        guard mechanics != nil else {
            throw part.mistake(
                "\(name) without the mechanics of the particles",
                "'\(AgeingKey.poisson)', '\(AgeingKey.young)' and '\(AgeingKey.partialVolume)' are needed with it",
                at: first)
        }
        return true
    }

    private mutating func readDissolution(_ part: AgeingPart) throws {
        guard let first = part.first(of: Self.dissolutionKeys) else { return }
        guard part.has(AgeingKey.dissolutionRate) || part.has(AgeingKey.dissolutionCurrent) else {
            throw part.mistake(
                "dissolution without a rate",
                "'\(AgeingKey.dissolutionRate)' or '\(AgeingKey.dissolutionCurrent)' is needed with it", at: first)
        }
        var dissolution = DissolutionParameters()
        dissolution.rate = part[AgeingKey.dissolutionRate] ?? dissolution.rate
        dissolution.exchangeCurrent = part[AgeingKey.dissolutionCurrent] ?? dissolution.exchangeCurrent
        dissolution.potential = part[AgeingKey.dissolutionPotential] ?? dissolution.potential
        dissolution.transferCoefficient = part[AgeingKey.dissolutionTransfer] ?? dissolution.transferCoefficient
        dissolution.activationEnergy = part[AgeingKey.dissolutionActivation] ?? dissolution.activationEnergy
        self.dissolution = dissolution
    }
}
