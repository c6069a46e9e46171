extension AgedState {
    /// Reads a checked `Ageing state`; nil where the file has none. Throws `BPXError`.
    init?(_ file: CellFile, in cell: Cell) throws {
        typealias Key = AgedStateSchema
        let path = Key.path
        guard let value = file.value(at: path) else { return nil }
        time = value[Key.time]?.number ?? 0
        let count = value[Key.cycles]?.number ?? 0
        guard count == count.rounded(), count < 1e9 else {
            throw BPXError(
                path: path + [Key.cycles], line: value[Key.cycles]?.line,
                problem: "\(JSONWriter.shortest(count)) is no count", remedy: "a whole number of cycles is needed")
        }
        cycles = Int(count)
        freshLithium = value[Key.freshLithium]?.number
        firstDischarge = value[Key.firstDischarge]?.number
        lastDischarge = value[Key.lastDischarge]?.number
        seiCapacity = value[Key.seiCapacity]?.number ?? 0
        crackSEICapacity = value[Key.crackSEICapacity]?.number ?? 0
        platedCapacity = value[Key.platedCapacity]?.number ?? 0
        deadCapacity = value[Key.deadCapacity]?.number ?? 0
        capacityInLostMaterial = value[Key.lostCapacity]?.number ?? 0
        oxidisedCapacity = value[Key.oxidised]?.number ?? 0
        crosstalkCapacity = value[Key.crosstalk]?.number ?? 0
        electrolyteConcentration = value[Key.salt]?.number
        contactResistanceGrowth = value[Key.contacts]?.number ?? 0
        wetFraction = value[Key.wet]?.number ?? 1
        let wet = wetFraction
        if let dry = value[Key.dryPart] {
            dryPart.particles = dry[Key.inParticles]?.number ?? 0
            dryPart.sei = dry[Key.seiCapacity]?.number ?? 0
            dryPart.crackSEI = dry[Key.crackSEICapacity]?.number ?? 0
            dryPart.plated = dry[Key.platedCapacity]?.number ?? 0
            dryPart.dead = dry[Key.deadCapacity]?.number ?? 0
            dryPart.lostMaterial = dry[Key.lostCapacity]?.number ?? 0
        }
        func materials(_ electrode: Electrode?, _ name: String) throws -> [MaterialState] {
            try (electrode?.materials ?? []).map { material in
                let below = material.name.isEmpty ? [name] : [name, "Particle", material.name]
                return try MaterialState(
                    file.value(at: path + below), path + below, left: (1 - material.lossOfActiveMaterial) / wet)
            }
        }
        negative = try materials(cell.negative, Key.negative)
        positive = try materials(cell.positive, Key.positive)
        let pores = path + [Key.negative]
        porosity = try AgedProfile(value[Key.negative]?[Key.porosity], pores + [Key.porosity], most: 1)
        transportEfficiency = value[Key.negative]?[Key.transport]?.number
        try checkInventory(cell, value[Key.negative]?.line ?? value.line)
    }

    /// Stoichiometries that contradict `State > Degradation > LLI` by more than a millionth of the inventory.
    private func checkInventory(_ cell: Cell, _ line: Int?) throws {
        var lithium = 0.0
        for (states, electrode) in [(negative, cell.negative), (positive, cell.positive)] {
            guard let electrode else { continue }
            for (state, material) in zip(states, electrode.materials) {
                guard let own = state.meanStoichiometry else { return }
                lithium += own * cell.capacity(of: material, in: electrode)
            }
        }
        let loss = 1 - lithium / cell.refreshed.lithiumInventory
        // A loss below zero, of lithium that was plated at the start, is no number of BPX.
        guard Swift.abs(max(loss, 0) - max(cell.lossOfLithiumInventory, 0)) > 1e-6 else { return }
        func shown(_ value: Double) -> String { JSONWriter.shortest((value * 1e8).rounded() / 1e8) }
        throw BPXError(
            path: AgedStateSchema.path, line: line,
            problem: "the stoichiometries leave a loss of lithium of \(shown(loss)), State > Degradation > LLI says "
                + shown(cell.lossOfLithiumInventory),
            remedy: "both must agree; without 'Ageing state' the latter counts")
    }

    /// As it stands in a file.
    func fileObject(_ cell: Cell, description: String) -> FileObject {
        typealias Key = AgedStateSchema
        var object = FileObject()
        func add(_ key: String, _ value: Double?) { if let value { object[key] = FileValue(.number(value)) } }
        object["description"] = FileValue(.text(description))
        add(Key.time, time)
        add(Key.cycles, Double(cycles))
        add(Key.freshLithium, freshLithium)
        add(Key.firstDischarge, firstDischarge)
        add(Key.lastDischarge, lastDischarge)
        add(Key.seiCapacity, seiCapacity)
        add(Key.crackSEICapacity, crackSEICapacity)
        add(Key.platedCapacity, platedCapacity)
        add(Key.deadCapacity, deadCapacity)
        add(Key.lostCapacity, capacityInLostMaterial)
        if oxidisedCapacity != 0 || crosstalkCapacity != 0 {
            add(Key.oxidised, oxidisedCapacity)
            add(Key.crosstalk, crosstalkCapacity)
        }
        add(Key.salt, electrolyteConcentration)
        if contactResistanceGrowth != 0 { add(Key.contacts, contactResistanceGrowth) }
        if wetFraction != 1 {
            add(Key.wet, wetFraction)
            var dry = FileObject()
            for (key, value) in [
                (Key.inParticles, dryPart.particles), (Key.seiCapacity, dryPart.sei),
                (Key.crackSEICapacity, dryPart.crackSEI), (Key.platedCapacity, dryPart.plated),
                (Key.deadCapacity, dryPart.dead), (Key.lostCapacity, dryPart.lostMaterial),
            ] { dry[key] = FileValue(.number(value)) }
            object[Key.dryPart] = FileValue(.object(dry))
        }
        for (states, electrode, name) in [
            (negative, cell.negative, Key.negative), (positive, cell.positive, Key.positive),
        ] {
            guard let electrode else { continue }
            var part = FileObject()
            if name == Key.negative {
                part[Key.porosity] = porosity?.fileValue
                part[Key.transport] = transportEfficiency.map { FileValue(.number($0)) }
            }
            var particles = FileObject()
            for (state, material) in zip(states, electrode.materials) {
                if material.name.isEmpty {
                    state.write(to: &part)
                } else {
                    var own = FileObject()
                    state.write(to: &own)
                    particles[material.name] = FileValue(.object(own))
                }
            }
            if !particles.entries.isEmpty { part["Particle"] = FileValue(.object(particles)) }
            object[name] = FileValue(.object(part))
        }
        return object
    }
}

extension AgedState.MaterialState {
    /// `expected`: of active material in the wet part, as `State > Degradation` has it. Throws `BPXError`.
    fileprivate init(_ value: FileValue?, _ path: [String], left expected: Double) throws {
        typealias Key = AgedStateSchema
        self.init()
        activeMaterialLeft = AgedProfile(expected)
        guard let value else { return }
        func profile(_ key: String, isSigned: Bool = false, most: Double = .infinity) throws -> AgedProfile? {
            try AgedProfile(value[key], path + [key], isSigned: isSigned, most: most)
        }
        stoichiometry = try profile(Key.stoichiometry, most: 1)
        if let left = try profile(Key.left, most: 1) {
            func shown(_ value: Double) -> String { JSONWriter.shortest((value * 1e8).rounded() / 1e8) }
            guard Swift.abs(left.mean - expected) < 1e-6 else {
                throw BPXError(
                    path: path + [Key.left], line: value[Key.left]?.line,
                    problem: "the mean is \(shown(left.mean)), State > Degradation leaves \(shown(expected))",
                    remedy: "both must agree; without this key the latter counts")
            }
            activeMaterialLeft = left
        }
        lithiumInLostMaterial = value[Key.lostLithium]?.number ?? 0
        seiThickness = try profile(Key.seiThickness)
        crackSEIThickness = try profile(Key.crackSEIThickness)
        crackLength = try profile(Key.crackLength)
        platedLithium = try profile(Key.plated, isSigned: true)
        deadLithium = try profile(Key.dead, isSigned: true)
        filmResistance = value[Key.film]?.number ?? 0
    }

    fileprivate func write(to object: inout FileObject) {
        typealias Key = AgedStateSchema
        object[Key.stoichiometry] = stoichiometry?.fileValue
        object[Key.left] = activeMaterialLeft.fileValue
        if lithiumInLostMaterial != 0 { object[Key.lostLithium] = FileValue(.number(lithiumInLostMaterial)) }
        object[Key.seiThickness] = seiThickness?.fileValue
        object[Key.crackSEIThickness] = crackSEIThickness?.fileValue
        object[Key.crackLength] = crackLength?.fileValue
        object[Key.plated] = platedLithium?.fileValue
        object[Key.dead] = deadLithium?.fileValue
        if filmResistance != 0 { object[Key.film] = FileValue(.number(filmResistance)) }
    }
}

extension AgedProfile {
    /// A number or a table over 0…1. Throws `BPXError`.
    fileprivate init?(
        _ value: FileValue?, _ path: [String], isSigned: Bool = false, most: Double = .infinity
    ) throws {
        guard let value else { return nil }
        let needed = "a number, or a table over 0 to 1 of the electrode's thickness, is needed"
        let profile: AgedProfile
        if let number = value.number {
            profile = AgedProfile(number)
        } else if let x = value["x"]?.numbers, let y = value["y"]?.numbers,
            let table = AgedProfile(positions: x, values: y)
        {
            profile = table
        } else {
            throw BPXError(path: path, line: value.line, problem: "no profile over the electrode", remedy: needed)
        }
        guard let low = profile.values.min(), let high = profile.values.max(), low > 0 || isSigned,
            high <= most * (1 + 1e-9)
        else {
            throw BPXError(
                path: path, line: value.line, problem: "a value out of range",
                remedy: "values above 0\(most.isFinite ? " and at most \(JSONWriter.shortest(most))" : "") are needed")
        }
        self = profile
    }

    fileprivate var fileValue: FileValue {
        if values.count == 1, let value = values.first { return FileValue(.number(value)) }
        var table = FileObject()
        table["x"] = FileValue(.numbers(positions))
        table["y"] = FileValue(.numbers(values))
        return FileValue(.object(table))
    }
}
