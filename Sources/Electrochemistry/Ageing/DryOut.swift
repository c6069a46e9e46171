internal import Cells

/// Electrodes that dry out: Li, O'Kane, Marinescu, Offer, J. Electrochem. Soc. 169 (2022) 060516.
///
/// Growing SEI takes solvent up. A reserve outside the pores makes up for it; once that is gone, the electrolyte that is left
/// fills a part w of the cell's area, and the rest falls dry for good: its active material and lithium no longer take part.
/// As there, w is brought up to date between steps, not within them. Salt stays with the electrolyte, which so grows more
/// concentrated; what comes from the reserve is counted as solvent.
///
/// The unknowns never change within a step: w, then what lies in the dry part in mol per m² of the whole area.
struct DryOut {
    /// What falls dry with the area: lithium still in the particles, and what had been lost before.
    enum Store: Int, CaseIterable { case particles, sei, crackSEI, plated, dead, lostWithMaterial }

    /// Less of the area than this is the cell's end of life.
    static let least = 0.02

    /// Of w; the stores follow.
    let position: Int
    private let parameters: DryOutParameters
    private let lithiumPerMole: Double
    /// Pores of the whole cell at the start, m³ per m².
    private let pores: Double
    // Of the negative electrode.
    private let initialPorosity: Double
    private let thickness: Double

    static let count = 1 + Store.allCases.count

    /// Throws `SimulationError` where a porosity is missing.
    init(_ parameters: DryOutParameters, sei: SEIParameters, cell: Cell, position: Int) throws {
        guard let negative = cell.negative, let positive = cell.positive, let separator = cell.separator,
            let n = negative.porosity, let p = positive.porosity
        else {
            throw SimulationError(
                .data, "\(cell.name): dry-out: the porosity of both electrodes and of the separator is needed")
        }
        self.parameters = parameters
        lithiumPerMole = sei.lithiumPerMole
        self.position = position
        initialPorosity = n
        thickness = negative.thickness
        pores =
            n * negative.thickness + separator.porosity * separator.thickness + p * positive.thickness
    }

    /// w.
    @inline(__always)
    func wetFraction(_ y: UnsafePointer<Double>) -> Double { y[position] }

    /// mol per m².
    func stored(_ store: Store, _ y: UnsafePointer<Double>) -> Double { y[position + 1 + store.rawValue] }

    func setInitial(_ y: UnsafeMutablePointer<Double>) {
        y[position] = 1
        for k in 1..<Self.count { y[position + k] = 0 }
    }

    func residual(_ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>) {
        for k in position..<(position + Self.count) { r[k] = rates[k] }
    }

    /// Solvent the SEI has taken up, over the electrolyte in the pores at the start. `sei`: lithium in all of it, mol per m².
    func consumed(sei: Double) -> Double {
        parameters.solventPerMole * parameters.solventMolarVolume * sei / lithiumPerMole / pores
    }

    /// Lets the part fall dry that the electrolyte no longer fills. `wet` and `particles`: losses and lithium in the
    /// particles of the wet part, mol per m² of it; `porosity`: mean of the negative electrode, nil where it stays;
    /// `salt`: positions of the salt's unknowns.
    func update(
        _ y: UnsafeMutablePointer<Double>, wet: LithiumLosses, particles: Double, porosity: Double?, salt: Range<Int>
    ) {
        let w = wetFraction(y)
        let sei = w * (wet.sei + wet.crackSEI) + stored(.sei, y) + stored(.crackSEI, y)
        let left = (1 + parameters.reserve - consumed(sei: sei)) * pores
        let room = pores - (porosity.map { (initialPorosity - $0) * thickness } ?? 0)
        let next = max(min(w, left / room), 0.5 * Self.least)
        guard next < w else { return }
        func put(_ store: Store, _ amount: Double) { y[position + 1 + store.rawValue] += (w - next) * amount }
        put(.particles, particles)
        put(.sei, wet.sei)
        put(.crackSEI, wet.crackSEI)
        put(.plated, wet.plated)
        put(.dead, wet.dead)
        put(.lostWithMaterial, wet.lostWithMaterial)
        for k in salt { y[k] *= w / next }
        y[position] = next
    }

    /// Losses over the whole area, mol per m² of it, from those of the wet part.
    func total(_ wet: LithiumLosses, _ y: UnsafePointer<Double>) -> LithiumLosses {
        let w = wetFraction(y)
        return LithiumLosses(
            sei: w * wet.sei + stored(.sei, y), crackSEI: w * wet.crackSEI + stored(.crackSEI, y),
            plated: w * wet.plated + stored(.plated, y), dead: w * wet.dead + stored(.dead, y),
            lostWithMaterial: w * wet.lostWithMaterial + stored(.lostWithMaterial, y))
    }
}

/// Lithium lost and where it lies, mol per m² of electrode pair.
struct LithiumLosses {
    var sei = 0.0
    var crackSEI = 0.0
    /// Dead lithium apart.
    var plated = 0.0
    var dead = 0.0
    var lostWithMaterial = 0.0
    /// Electrons of the electrolyte's oxidation: lithium gained at the positive electrode.
    var oxidised = 0.0
}
