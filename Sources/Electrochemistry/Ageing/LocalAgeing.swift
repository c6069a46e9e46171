internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// What ages at the x-points of one population of particles: films, plated lithium, cracks, lost material.
///
/// Differential unknowns, each over the points where its mechanism acts: SEI and SEI on cracks (amounts over that of the
/// initial layer), plated and dead lithium (over `platedScale`), crack length (over its initial value), the fraction φ of
/// the initial active material that is left; then one number, the lithium lost with it (as a mean stoichiometry of the
/// whole population). Algebraic unknowns: the side currents of SEI, SEI on cracks and plating, like the intercalation
/// current J over `currentScale` and per *initial* surface. All of them are eliminated at their x-point.
///
/// With φ moving, the particles' unknowns are amounts n = φ y and J = φ j: diffusion, the balances over x and the books of
/// lithium keep the form they have without ageing, linear in the unknowns, and hold to round-off.
/// The Jacobian leaves out the slow unknowns' own rates and what they change in the kinetics (not the amounts they take
/// up): factors of Newton's convergence far below one, and no balance depends on them.
final class LocalAgeing {
    static let platedScale = 100.0  // mol/m³ of electrode

    let points: Int
    let sei: SEIParameters?
    let plating: PlatingParameters?
    let oxidation: OxidationParameters?
    let electrode: ElectrodeAgeing
    private let material: ActiveMaterial
    private let currentScale: Double
    private let reference: Double
    private let initialSalt: Double

    // Positions in the state of the first point's value.
    private(set) var seiAmount: Int?
    private(set) var crackAmount: Int?
    private(set) var plated: Int?
    private(set) var dead: Int?
    private(set) var oxidised: Int?
    private(set) var crackLength: Int?
    private(set) var fraction: Int?
    private(set) var lostLithium: Int?
    private(set) var seiCurrent: Int?
    private(set) var crackCurrent: Int?
    private(set) var platingCurrent: Int?
    private(set) var oxidationCurrent: Int?
    /// Where the SEI's amounts stand, on particles and on cracks.
    var films: [Range<Int>] { [seiAmount, crackAmount].compactMap { $0.map { $0..<($0 + points) } } }
    /// Where everything that ages here stands.
    var slow: Range<Int> { slowOffset..<(slowOffset + slowCount) }
    let slowCount: Int
    let currentCount: Int
    private let slowOffset: Int
    /// Of the side currents' first points.
    let currentOffsets: [Int]

    // Over the points, as of the last `read`.
    let phi: UnsafeMutablePointer<Double>
    let inversePhi: UnsafeMutablePointer<Double>
    /// Film drop per unit of the point's total scaled current, V, and the whole drop, V.
    let film: UnsafeMutablePointer<Double>
    let filmDrop: UnsafeMutablePointer<Double>
    /// An averaged film's drop per unit of the electrode's mean current, V; zero where films are not averaged.
    private(set) var averagedFilm = 0.0
    /// Intercalation and all side currents, scaled.
    let total: UnsafeMutablePointer<Double>
    /// φ'/φ, 1/s, negative or zero; as of the last residual.
    let lossRate: UnsafeMutablePointer<Double>
    /// J/φ.
    let specific: UnsafeMutablePointer<Double>
    private let thickness: UnsafeMutablePointer<Double>
    private let crackThickness: UnsafeMutablePointer<Double>
    private let crackArea: UnsafeMutablePointer<Double>
    private let decay: UnsafeMutablePointer<Double>
    private let meanAmount: UnsafeMutablePointer<Double>
    // Local elimination: A⁻¹ (up to 4 × 4), A⁻¹ b_c, A⁻¹ b_v, right-hand sides; [entry][x].
    private let inverse: UnsafeMutablePointer<Double>
    private let sums: UnsafeMutablePointer<Double>  // of A⁻¹'s columns
    private let bySalt: UnsafeMutablePointer<Double>
    private let byPotential: UnsafeMutablePointer<Double>
    private let right: UnsafeMutablePointer<Double>
    // Slopes of the four laws: potential, current, amount, salt, temperature; [law][slope][x].
    private let slopes: UnsafeMutablePointer<Double>
    private let values: UnsafeMutablePointer<Double>  // [law][x]
    private let potential: UnsafeMutablePointer<Double>
    private let arena: UnsafeMutablePointer<Double>
    private let padded: Int
    private var inverseCj = 0.0
    /// Whether the side reactions are switched off, for what conductors, films and charge transfer do alone.
    var isSilent = false

    /// Laws in the order of their currents: 0 SEI, 1 SEI on cracks, 2 plating, 3 oxidation of the electrolyte.
    private let laws: [Int]
    private let seiRate: Double  // κ of SEI and SEI on cracks
    private let platingRate: Double  // κ of plating, less that of oxidation

    init?(
        material: ActiveMaterial, sei: SEIParameters?, plating: PlatingParameters?,
        oxidation: OxidationParameters? = nil,
        electrode: ElectrodeAgeing, points: Int, currentScale: Double, reference: Double, initialSalt: Double,
        slowOffset: Int, sideOffset: Int
    ) {
        guard sei != nil || plating != nil || oxidation != nil || !electrode.isEmpty else { return nil }
        self.points = points
        self.sei = sei
        self.plating = plating
        self.oxidation = oxidation
        self.electrode = electrode
        self.material = material
        self.currentScale = currentScale
        self.reference = reference
        self.initialSalt = initialSalt
        self.slowOffset = slowOffset
        var next = slowOffset
        func slow(_ present: Bool) -> Int? {
            guard present else { return nil }
            defer { next += points }
            return next
        }
        let onCracks = sei?.initialCrackThickness != nil && electrode.cracks != nil
        seiAmount = slow(sei != nil)
        crackAmount = slow(onCracks)
        plated = slow(plating != nil)
        dead = slow(plating != nil)
        oxidised = slow(oxidation != nil)
        crackLength = slow(electrode.cracks != nil)
        let loses = electrode.stressLoss != nil || electrode.dissolution != nil || electrode.reactionLoss != 0
        fraction = slow(loses)
        if loses {
            lostLithium = next
            next += 1
        }
        slowCount = next - slowOffset
        var side = sideOffset
        var offsets: [Int] = []
        func current(_ present: Bool) -> Int? {
            guard present else { return nil }
            defer { side += points }
            offsets.append(side)
            return side
        }
        seiCurrent = current(sei != nil)
        crackCurrent = current(onCracks)
        platingCurrent = current(plating != nil)
        oxidationCurrent = current(oxidation != nil)
        currentCount = side - sideOffset
        currentOffsets = offsets
        laws = [seiCurrent, crackCurrent, platingCurrent, oxidationCurrent].enumerated()
            .compactMap { $1 == nil ? nil : $0 }
        let faraday = Constants.faraday
        seiRate =
            sei.map { currentScale * $0.molarVolume / (faraday * $0.lithiumPerMole * $0.initialThickness) } ?? 0
        platingRate = material.surfaceAreaPerVolume * currentScale / (faraday * Self.platedScale)

        padded = (points + Lanes.count - 1) / Lanes.count * Lanes.count
        let size = (13 + 16 + 4 + 4 + 4 + 4 + 20 + 4) * padded
        arena = .allocate(capacity: size)
        arena.initialize(repeating: 0, count: size)
        var at = arena
        let padded = padded
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { at += count * padded }
            return at
        }
        phi = take(1)
        inversePhi = take(1)
        film = take(1)
        filmDrop = take(1)
        total = take(1)
        lossRate = take(1)
        specific = take(1)
        thickness = take(1)
        crackThickness = take(1)
        crackArea = take(1)
        decay = take(1)
        meanAmount = take(1)
        potential = take(1)
        inverse = take(16)
        sums = take(4)
        bySalt = take(4)
        byPotential = take(4)
        right = take(4)
        slopes = take(20)
        values = take(4)
        for i in 0..<padded {
            phi[i] = 1
            inversePhi[i] = 1
            thickness[i] = sei?.initialThickness ?? 1
            crackThickness[i] = 1e-9
            crackArea[i] = 1
        }
    }

    deinit { arena.deallocate() }

    // MARK: - State

    func setInitial(_ y: UnsafeMutablePointer<Double>) {
        func fill(_ offset: Int?, _ value: Double) {
            if let offset { for i in 0..<points { y[offset + i] = value } }
        }
        fill(seiAmount, 1)
        if let sei { fill(crackAmount, (sei.initialCrackThickness ?? 0) / sei.initialThickness) }
        fill(plated, (plating?.initialConcentration ?? 0) / Self.platedScale)
        fill(dead, 0)
        fill(oxidised, 0)
        fill(crackLength, 1)
        fill(fraction, 1)
        if let lostLithium { y[lostLithium] = 0 }
        for offset in currentOffsets { fill(offset, 0) }
    }

    /// Fractions, thicknesses, film drops and total currents of a state; `current` is J over the points, `mean` the
    /// electrode's mean of all currents (of use to averaged films alone).
    func read(_ y: UnsafePointer<Double>, current: UnsafePointer<Double>, mean: Double = 0) {
        if let fraction {
            for i in 0..<points {
                phi[i] = max(y[fraction + i], 1e-4)
                inversePhi[i] = 1 / phi[i]
            }
        }
        for i in 0..<points {
            total[i] = current[i]
            specific[i] = current[i] * inversePhi[i]
        }
        for offset in currentOffsets { for i in 0..<points { total[i] += y[offset + i] } }
        if let crackLength, let cracks = electrode.cracks {
            for i in 0..<points {
                crackArea[i] = CrackGrowth.areaRatio(cracks, length: cracks.initialLength * y[crackLength + i])
            }
        }
        if let sei, let seiAmount {
            let l0 = sei.initialThickness
            for i in 0..<points { thickness[i] = max(l0 * y[seiAmount + i] * inversePhi[i], 1e-3 * l0) }
            if let crackAmount {
                for i in 0..<points {
                    crackThickness[i] = max(l0 * y[crackAmount + i] / (phi[i] * crackArea[i]), 1e-6 * l0)
                }
            }
            if sei.film == .average, points > 1 {
                var layer = 0.0, left = 0.0
                for i in 0..<points {
                    layer += thickness[i]
                    left += phi[i]
                }
                averagedFilm = sei.resistivity * layer * currentScale / left
                for i in 0..<points { filmDrop[i] = averagedFilm * mean }
            } else if sei.film != .none {
                for i in 0..<points {
                    film[i] = sei.resistivity * thickness[i] * currentScale * inversePhi[i]
                    filmDrop[i] = film[i] * total[i]
                }
            }
        }
        if let plating {
            for i in 0..<points {
                decay[i] = plating.kind == .partiallyReversible ? plating.decayConstant : 0
                if let sei { decay[i] *= sei.initialThickness / thickness[i] }
            }
        }
    }

    private func arrhenius(_ energy: Double, _ temperature: Double) -> Double {
        Electrochemistry.arrhenius(energy, temperature, reference)
    }

    // MARK: - Laws

    /// Side currents by their laws, with slopes where asked for; `potential` is φ_s - φ_e, `salt` over its initial value.
    private func evaluateLaws(
        _ y: UnsafePointer<Double>, potential: UnsafePointer<Double>, salt: UnsafePointer<Double>,
        temperature: Double, withSlopes: Bool
    ) {
        guard !isSilent else {
            slopes.update(repeating: 0, count: 20 * padded)
            values.update(repeating: 0, count: 4 * padded)
            return
        }
        for i in 0..<points { self.potential[i] = potential[i] }
        typealias D = Dual<Lanes>
        let inverse = Constants.faraday / (Constants.gas * temperature)
        let zero = Lanes(0), one = Lanes(1)
        let thermal = D(Lanes(inverse), zero, zero, zero, zero, Lanes(-inverse / temperature))
        @inline(__always) func load(_ p: UnsafePointer<Double>, _ i: Int) -> Lanes {
            Lanes(UnsafeRawPointer(p + i).loadUnaligned(as: SIMD4<Double>.self))
        }
        @inline(__always) func store(_ v: Lanes, _ p: UnsafeMutablePointer<Double>, _ i: Int) {
            UnsafeMutableRawPointer(p + i).storeBytes(of: v.v, as: SIMD4<Double>.self)
        }
        if let sei {
            let a = arrhenius(sei.activationEnergy, temperature)
            let factor = D(
                Lanes(a), zero, zero, zero, zero,
                Lanes(a * sei.activationEnergy / (Constants.gas * temperature * temperature)))
            for law in 0..<2 where law == 0 || crackCurrent != nil {
                let layer = law == 0 ? thickness : crackThickness
                let s = slopes + 5 * law * padded, value = values + law * padded
                for i in stride(from: 0, to: padded, by: Lanes.count) {
                    let area = load(phi, i) * (law == 0 ? one : load(crackArea, i))
                    let scale = Lanes(-1 / currentScale) * area
                    let j = Lanes(currentScale) * load(specific, i)
                    if withSlopes {
                        let f =
                            factor
                            * SEIGrowth.currentDensity(
                                sei,
                                SEISite(
                                    potential: D(load(self.potential, i), one, zero, zero, zero, zero),
                                    current: D(j, zero, one, zero, zero, zero),
                                    thickness: D(load(layer, i), zero, zero, one, zero, zero),
                                    inverseThermalVoltage: thermal))
                        store(scale * f.value, value, i)
                        store(scale * f.d0, s, i)
                        store(scale * f.d1 * (Lanes(currentScale) / load(phi, i)), s + padded, i)
                        // L = L0 q / area.
                        store(scale * f.d2 * (Lanes(sei.initialThickness) / area), s + 2 * padded, i)
                        store(zero, s + 3 * padded, i)
                        store(scale * f.d4, s + 4 * padded, i)
                    } else {
                        let f = SEIGrowth.currentDensity(
                            sei,
                            SEISite(
                                potential: load(self.potential, i), current: j, thickness: load(layer, i),
                                inverseThermalVoltage: Lanes(inverse)))
                        store(a * (scale * f), value, i)
                    }
                }
            }
        }
        if let plating, let plated {
            let a = arrhenius(plating.activationEnergy, temperature)
            let s = slopes + 10 * padded, value = values + 2 * padded
            // Rate constants in A/m² at the law's concentrations; padded points read the last one's neighbours.
            var saltIn = (SIMD4<Double>(), SIMD4<Double>()), present = SIMD4<Double>()
            for i in stride(from: 0, to: padded, by: Lanes.count) {
                for k in 0..<Lanes.count {
                    let inside = min(i + k, points - 1)
                    saltIn.0[k] = max(salt[inside], 0) * initialSalt
                    // Where none is left there is nothing to strip: a rounding error below zero, times the exponential of
                    // a discharged electrode's potential, would be a current beyond measure.
                    saltIn.1[k] = max(y[plated + inside], 0) * Self.platedScale
                    present[k] = y[plated + inside] > 0 ? Self.platedScale : 0
                }
                let scale = Lanes(a / currentScale) * load(phi, i)
                let eta = load(self.potential, i) - load(filmDrop, i)
                if withSlopes {
                    let f = LithiumPlating.currentDensity(
                        plating, overpotential: D(eta, one, zero, zero, zero, zero),
                        salt: D(Lanes(saltIn.0), zero, one, zero, zero, zero),
                        plated: D(Lanes(saltIn.1), zero, zero, one, zero, zero), inverseThermalVoltage: thermal)
                    store(scale * f.value, value, i)
                    store(scale * f.d0, s, i)
                    store(Lanes(0) - scale * f.d0 * load(film, i), s + padded, i)
                    store(Lanes(present) * (scale * f.d2), s + 2 * padded, i)
                    store(initialSalt * (scale * f.d1), s + 3 * padded, i)
                    store(scale * f.d4, s + 4 * padded, i)
                } else {
                    store(
                        scale
                            * LithiumPlating.currentDensity(
                                plating, overpotential: eta, salt: Lanes(saltIn.0), plated: Lanes(saltIn.1),
                                inverseThermalVoltage: Lanes(inverse)), value, i)
                }
            }
        }
        if let oxidation {
            let a = arrhenius(oxidation.activationEnergy, temperature) / currentScale
            let s = slopes + 15 * padded, value = values + 3 * padded
            for i in stride(from: 0, to: padded, by: Lanes.count) {
                let scale = Lanes(a) * load(phi, i)
                let f = ElectrolyteOxidation.currentDensity(
                    oxidation, potential: D(load(self.potential, i), one, zero, zero, zero, zero),
                    inverseThermalVoltage: thermal)
                let byEnergy = Lanes(oxidation.activationEnergy / (Constants.gas * temperature * temperature))
                store(scale * f.value, value, i)
                store(scale * f.d0, s, i)
                for k in 1..<4 { store(zero, s + k * padded, i) }
                store(scale * (f.d4 + f.value * byEnergy), s + 4 * padded, i)
            }
        }
    }

    // MARK: - Residual

    /// Rows of all slow unknowns and side currents. `amounts` are the particles' mean amounts, `surface` their surface
    /// stoichiometries; both over the points.
    func residual(
        _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>,
        potential: UnsafePointer<Double>, salt: UnsafePointer<Double>, surface: UnsafePointer<Double>,
        amounts: UnsafePointer<Double>, temperature: Double
    ) {
        evaluateLaws(y, potential: potential, salt: salt, temperature: temperature, withSlopes: false)
        for (k, law) in laws.enumerated() {
            let o = currentOffsets[k], value = values + law * padded
            for i in 0..<points { r[o + i] = y[o + i] - value[i] }
        }
        func take(_ amount: Int?, _ current: Int?, _ rate: Double) {
            guard let amount, let current else { return }
            for i in 0..<points { r[amount + i] = rates[amount + i] + rate * y[current + i] }
        }
        take(seiAmount, seiCurrent, seiRate)
        take(crackAmount, crackCurrent, seiRate)
        take(oxidised, oxidationCurrent, -platingRate)
        if let plated, let dead, let platingCurrent, let plating {
            for i in 0..<points {
                let taken = platingRate * y[platingCurrent + i]
                switch plating.kind {
                case .irreversible:
                    r[plated + i] = rates[plated + i]
                    r[dead + i] = rates[dead + i] + taken
                case .reversible, .partiallyReversible:
                    let dying = decay[i] * y[plated + i]
                    r[plated + i] = rates[plated + i] + taken + dying
                    r[dead + i] = rates[dead + i] - dying
                }
            }
        }
        guard crackLength != nil || fraction != nil else { return }
        let cMax = material.maximumConcentration
        let crackFactor = electrode.cracks.map { arrhenius($0.activationEnergy, temperature) } ?? 1
        let stressFactor = electrode.stressLoss.map { arrhenius($0.activationEnergy, temperature) } ?? 1
        let dissolutionFactor = electrode.dissolution.map { arrhenius($0.activationEnergy, temperature) } ?? 1
        for i in 0..<points {
            var tangential = 0.0
            if let mechanics = electrode.mechanics {
                tangential = ParticleStress.tangential(
                    mechanics, mean: cMax * amounts[i] * inversePhi[i], surface: cMax * surface[i])
            }
            if let crackLength, let cracks = electrode.cracks {
                let rate = CrackGrowth.rate(
                    cracks, stress: tangential, length: cracks.initialLength * y[crackLength + i],
                    arrhenius: crackFactor)
                r[crackLength + i] = rates[crackLength + i] - rate / cracks.initialLength
            }
            if let fraction {
                let epsilon = material.activeVolumeFraction
                var rate = 0.0
                if let loss = electrode.stressLoss {
                    rate +=
                        ActiveMaterialLoss.byStress(
                            loss, hydrostatic: ParticleStress.hydrostatic(tangential: tangential),
                            arrhenius: stressFactor) / epsilon
                }
                if electrode.reactionLoss != 0, let seiCurrent {
                    rate +=
                        ActiveMaterialLoss.byReaction(
                            electrode.reactionLoss,
                            seiCurrent: material.surfaceAreaPerVolume * currentScale * y[seiCurrent + i]) / epsilon
                }
                if let dissolution = electrode.dissolution {
                    rate +=
                        phi[i]
                        * ActiveMaterialLoss.byDissolution(
                            dissolution, potential: potential[i], area: 3 / material.particleRadius,
                            maximumConcentration: cMax, temperature: temperature,
                            arrhenius: dissolutionFactor)
                }
                r[fraction + i] = rates[fraction + i] - rate
                lossRate[i] = rate / phi[i]
            }
        }
        if let lostLithium {
            var lost = 0.0
            for i in 0..<points { lost -= lossRate[i] * amounts[i] }
            r[lostLithium] = rates[lostLithium] - lost / Double(points)
        }
    }

    // MARK: - Linear solve

    private func slowDiagonal(_ law: Int, _ i: Int) -> Double {
        law == 2 && plating?.kind != .irreversible ? 1 / (1 / inverseCj + decay[i]) : inverseCj
    }

    private func slowRate(_ law: Int) -> Double { law == 3 ? -platingRate : law == 2 ? platingRate : seiRate }

    /// Eliminates everything local. In: `byCurrent` and `bySalt`, the slopes of the intercalation row by J (particle
    /// folded in) and by c; out: the slopes of the total current by potential (`gain`) and by salt over it (`saltGain`).
    func factorise(
        _ y: UnsafePointer<Double>, cj: Double?, potential: UnsafePointer<Double>, salt saltIn: UnsafePointer<Double>,
        temperature: Double, byCurrent: UnsafePointer<Double>, kineticsBySalt: UnsafePointer<Double>,
        gain: UnsafeMutablePointer<Double>, saltGain: UnsafeMutablePointer<Double>
    ) {
        inverseCj = cj.map { 1 / $0 } ?? 0
        evaluateLaws(y, potential: potential, salt: saltIn, temperature: temperature, withSlopes: true)
        let m = laws.count + 1
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 40) { work in
            let a = work.baseAddress!, b = a + 16
            for i in 0..<points {
                for k in 0..<16 { a[k] = 0 }
                for k in 0..<m { a[k] = -film[i] }
                a[0] += byCurrent[i]
                for (k, law) in laws.enumerated() {
                    let row = k + 1
                    let s = slopes + 5 * law * padded + i
                    let byAmount = frozenSlope(law, s[2 * padded], i)
                    if law == 2 {
                        // Through the film every current acts on plating.
                        for c in 0..<m { a[row * m + c] = -s[padded] }
                    } else {
                        a[row * m] = -s[padded]
                    }
                    a[row * m + row] += 1 + byAmount
                }
                invert(a, m, into: b)
                var conductance = 0.0, salty = 0.0
                for column in 0..<m {
                    var sum = 0.0
                    for row in 0..<m { sum += b[row * m + column] }
                    sums[column * padded + i] = sum
                }
                for row in 0..<m {
                    var c = b[row * m] * kineticsBySalt[i], v = b[row * m]
                    for (k, law) in laws.enumerated() {
                        let s = slopes + 5 * law * padded + i
                        c -= b[row * m + k + 1] * s[3 * padded]
                        v -= b[row * m + k + 1] * s[0]
                    }
                    bySalt[row * padded + i] = c
                    byPotential[row * padded + i] = v
                    salty += c
                    conductance += v
                    for column in 0..<m { inverse[(row * 4 + column) * padded + i] = b[row * m + column] }
                }
                gain[i] = conductance
                saltGain[i] = salty / conductance
            }
        }
    }

    /// What the amount's own row adds to the law's diagonal.
    private func frozenSlope(_ law: Int, _ byAmount: Double, _ i: Int) -> Double {
        // Irreversible plating does not depend on what has plated.
        inverseCj == 0 ? 0 : byAmount * slowRate(law) * slowDiagonal(law, i)
    }

    /// In place of the intercalation's right-hand side `offset` comes that of the total current, over `gain`.
    func fold(_ x: UnsafePointer<Double>, offset: UnsafeMutablePointer<Double>, gain: UnsafePointer<Double>) {
        let m = laws.count + 1
        for i in 0..<points { right[i] = offset[i] }
        for (k, law) in laws.enumerated() {
            let r = right + (k + 1) * padded, value = x + currentOffsets[k]
            for i in 0..<points { r[i] = value[i] }
            if inverseCj != 0, let amount = amountOffset(law) {
                let s = slopes + (5 * law + 2) * padded
                for i in 0..<points { r[i] += s[i] * x[amount + i] * slowDiagonal(law, i) }
            }
        }
        for i in 0..<points { offset[i] = 0 }
        for column in 0..<m {
            let w = sums + column * padded, r = right + column * padded
            for i in 0..<points { offset[i] += w[i] * r[i] }
        }
        for i in 0..<points { offset[i] /= gain[i] }
    }

    private func amountOffset(_ law: Int) -> Int? {
        switch law {
        case 0: return seiAmount
        case 1: return crackAmount
        case 3: return oxidised
        default: return plating?.kind == .irreversible ? dead : plated
        }
    }

    /// Solution at the points once δc and δ(φ_s - φ_e) are known; δJ into `j`.
    func unfold(
        _ x: UnsafeMutablePointer<Double>, j: UnsafeMutablePointer<Double>, salt: UnsafePointer<Double>,
        solid: UnsafePointer<Double>, electrolyte: UnsafePointer<Double>
    ) {
        let m = laws.count + 1
        for row in 0..<m {
            let out = row == 0 ? j : x + currentOffsets[row - 1]
            let c = bySalt + row * padded, v = byPotential + row * padded
            for i in 0..<points { out[i] = -c[i] * salt[i] - v[i] * (solid[i] - electrolyte[i]) }
            for column in 0..<m {
                let a = inverse + (row * 4 + column) * padded, r = right + column * padded
                for i in 0..<points { out[i] += a[i] * r[i] }
            }
        }
        guard inverseCj != 0 else {
            for k in slowOffset..<(slowOffset + slowCount) { x[k] = 0 }
            return
        }
        for (k, law) in laws.enumerated() {
            guard let amount = amountOffset(law) else { continue }
            let o = currentOffsets[k]
            for i in 0..<points { x[amount + i] = (x[amount + i] - slowRate(law) * x[o + i]) * slowDiagonal(law, i) }
        }
        if let plated, let dead, let plating {
            for i in 0..<points {
                if plating.kind == .irreversible {
                    x[plated + i] *= inverseCj
                } else {
                    x[dead + i] = (x[dead + i] + decay[i] * x[plated + i]) * inverseCj
                }
            }
        }
        for offset in [crackLength, fraction] {
            if let offset { for i in 0..<points { x[offset + i] *= inverseCj } }
        }
        if let lostLithium { x[lostLithium] *= inverseCj }
    }

    /// Slopes of the side currents' rows by temperature, into `b`.
    func temperatureColumn(into b: UnsafeMutablePointer<Double>) {
        for (k, law) in laws.enumerated() {
            for i in 0..<points { b[currentOffsets[k] + i] = -slopes[(5 * law + 4) * padded + i] }
        }
    }

    /// Jacobian entries of the local rows, as of the last `factorise`; the intercalation row's film too.
    func emit(
        cj: Double, current: Int, salt: Int?, solid: Int, electrolyte: Int?, stride step: Int,
        _ entry: (Int, Int, Double) -> Void
    ) {
        let currents = [current] + currentOffsets
        for i in 0..<points {
            for c in currents { entry(current + i, c + i, -film[i]) }
            for (k, law) in laws.enumerated() {
                let row = currentOffsets[k] + i
                let s = slopes + 5 * law * padded + i
                entry(row, row, 1)
                if law == 2 {
                    for c in currents { entry(row, c + i, -s[padded]) }
                } else {
                    entry(row, current + i, -s[padded])
                }
                if let amount = amountOffset(law) {
                    entry(row, amount + i, -s[2 * padded])
                    entry(amount + i, row, slowRate(law))
                }
                if let salt { entry(row, salt + i * step, -s[3 * padded]) }
                entry(row, solid + i * step, -s[0])
                if let electrolyte { entry(row, electrolyte + i * step, s[0]) }
            }
            if let plated, let dead, plating?.kind != .irreversible {
                entry(plated + i, plated + i, decay[i])
                entry(dead + i, plated + i, -decay[i])
            }
        }
        for k in slowOffset..<(slowOffset + slowCount) { entry(k, k, cj) }
    }

    /// Entries by the cell's current, of `perWet` times which an averaged film makes its drop.
    func emitAveragedFilm(current: Int, column: Int, perWet: Double, _ entry: (Int, Int, Double) -> Void) {
        guard averagedFilm != 0 else { return }
        for i in 0..<points {
            entry(current + i, column, -averagedFilm * perWet)
            if let platingCurrent {
                entry(platingCurrent + i, column, slopes[10 * padded + i] * averagedFilm * perWet)
            }
        }
    }

    /// The plating current's slope by an equivalent salt, of the first point.
    var platingBySalt: (row: Int, slope: Double)? { platingCurrent.map { ($0, slopes[13 * padded]) } }

    private func invert(_ a: UnsafeMutablePointer<Double>, _ m: Int, into b: UnsafeMutablePointer<Double>) {
        for r in 0..<m { for c in 0..<m { b[r * m + c] = r == c ? 1 : 0 } }
        for p in 0..<m {
            var best = p
            for r in (p + 1)..<max(m, p + 1) where a[r * m + p].magnitude > a[best * m + p].magnitude { best = r }
            if best != p {
                for c in 0..<m {
                    (a[p * m + c], a[best * m + c]) = (a[best * m + c], a[p * m + c])
                    (b[p * m + c], b[best * m + c]) = (b[best * m + c], b[p * m + c])
                }
            }
            let inverse = 1 / a[p * m + p]
            for c in 0..<m {
                a[p * m + c] *= inverse
                b[p * m + c] *= inverse
            }
            for r in 0..<m where r != p {
                let f = a[r * m + p]
                if f == 0 { continue }
                for c in 0..<m {
                    a[r * m + c] -= f * a[p * m + c]
                    b[r * m + c] -= f * b[p * m + c]
                }
            }
        }
    }

    // MARK: - What has aged

    /// Adds the volume of films and metallic lithium beyond the start's, per volume of electrode, at every point.
    func addVolume(_ y: UnsafePointer<Double>, to volume: UnsafeMutablePointer<Double>) {
        if let sei, let seiAmount {
            let layer = material.surfaceAreaPerVolume * sei.initialThickness
            for i in 0..<points { volume[i] += layer * (y[seiAmount + i] - 1) }
            if let crackAmount {
                let start = (sei.initialCrackThickness ?? 0) / sei.initialThickness
                for i in 0..<points { volume[i] += layer * (y[crackAmount + i] - start) }
            }
        }
        if let plating, let plated, let dead {
            let perAmount = plating.molarVolume * Self.platedScale
            let start = plating.molarVolume * plating.initialConcentration
            for i in 0..<points { volume[i] += perAmount * (y[plated + i] + y[dead + i]) - start }
        }
    }

    /// Chemical power stored by the SEI's currents, V: Σ w S U, as of the last `residual`. Plating's U is zero.
    func storedPower(weight: UnsafePointer<Double>) -> Double {
        guard let sei else { return 0 }
        var sum = 0.0
        for law in laws where law < 2 { for i in 0..<points { sum += weight[i] * values[law * padded + i] } }
        return sum * SEIGrowth.potential(sei.law)
    }

    /// Means over x of a state.
    func state(_ y: UnsafePointer<Double>) -> PopulationAgeingState {
        var s = PopulationAgeingState()
        func mean(_ offset: Int?) -> Double {
            guard let offset else { return 0 }
            var sum = 0.0
            for i in 0..<points { sum += y[offset + i] }
            return sum / Double(points)
        }
        if let sei {
            let lithium =
                sei.lithiumPerMole * material.surfaceAreaPerVolume * sei.initialThickness / sei.molarVolume
            s.seiLithium = lithium * (mean(seiAmount) - 1)
            if crackAmount != nil {
                s.crackSEILithium =
                    lithium * (mean(crackAmount) - (sei.initialCrackThickness ?? 0) / sei.initialThickness)
            }
            for i in 0..<points {
                s.seiThickness += thickness[i] / Double(points)
                if crackAmount != nil { s.crackSEIThickness += crackThickness[i] / Double(points) }
            }
        }
        if plating != nil {
            s.plated = Self.platedScale * mean(plated) - (plating?.initialConcentration ?? 0)
            s.dead = Self.platedScale * mean(dead)
        }
        if let oxidised { s.oxidised = Self.platedScale * mean(oxidised) }
        if let cracks = electrode.cracks { s.crackLength = cracks.initialLength * mean(crackLength) }
        if fraction != nil { s.activeFraction = mean(fraction) }
        if let lostLithium {
            s.lostWithMaterial = material.activeVolumeFraction * material.maximumConcentration * y[lostLithium]
        }
        return s
    }

    /// The first unknown at its bound, and where; nil while all are inside.
    func bound(_ y: UnsafePointer<Double>) -> (what: String, point: Int)? {
        for i in 0..<points {
            if let fraction, y[fraction + i] < 0.01 { return ("active material exhausted", i) }
            if let crackLength, let cracks = electrode.cracks,
                cracks.initialLength * y[crackLength + i] > material.particleRadius
            {
                return ("cracks as long as the particle's radius", i)
            }
        }
        return nil
    }
}

extension LocalAgeing {
    /// How the currents of a point answer the intercalation row alone.
    struct Response {
        /// Of the intercalation current, by its own right-hand side.
        var inverse: Double
        /// Of the total current, by the same.
        var column: Double
        /// Less the slopes of the intercalation current by salt and by φ_s - φ_e.
        var bySalt: Double
        var byPotential: Double
    }

    /// As of the last `factorise`.
    func response(at i: Int) -> Response {
        var column = 0.0
        for row in 0...laws.count { column += inverse[row * 4 * padded + i] }
        return Response(inverse: inverse[i], column: column, bySalt: bySalt[i], byPotential: byPotential[i])
    }
}

/// Means over x of one population's ageing; lithium in mol per m³ of electrode.
struct PopulationAgeingState {
    var seiLithium = 0.0
    var crackSEILithium = 0.0
    var plated = 0.0
    var dead = 0.0
    var lostWithMaterial = 0.0
    /// Electrons that oxidation of the electrolyte has given.
    var oxidised = 0.0
    /// m.
    var seiThickness = 0.0
    var crackSEIThickness = 0.0
    var crackLength = 0.0
    /// Of the initial active material.
    var activeFraction = 1.0
}
