internal import Cells

/// What a cell had lost before the run, beyond what its model's state tells: A·h.
struct EarlierLosses {
    private var sei = 0.0
    private var crackSEI = 0.0
    private var plated = 0.0
    private var dead = 0.0
    private var lostMaterial = 0.0
    private var oxidised = 0.0
    private var crosstalk = 0.0
    /// To no cause that is known.
    private var unknown = 0.0
    private var windowCapacity = 1.0

    /// A cell that was fresh.
    init() {}

    /// `own`: of the model at the run's start, with `lithium` of the fresh cell's `fresh` in its particles, A·h.
    init(_ state: AgedState, own: AgeingState, lithium: Double, fresh: Double, windowCapacity: Double) {
        sei = state.seiCapacity - own.seiCapacity
        crackSEI = state.crackSEICapacity - own.crackSEICapacity
        plated = state.platedCapacity - own.platedCapacity
        dead = state.deadCapacity - own.deadCapacity
        lostMaterial = state.capacityInLostMaterial - own.capacityInLostMaterial
        oxidised = state.oxidisedCapacity - own.oxidisedCapacity
        crosstalk = state.crosstalkCapacity - own.crosstalkCapacity
        let known =
            state.seiCapacity + state.crackSEICapacity + state.platedCapacity + state.capacityInLostMaterial
            + own.capacityInDryPart + state.crosstalkCapacity - state.oxidisedCapacity
        unknown = fresh - lithium - known
        // Round-off is no loss.
        if unknown.magnitude < 1e-12 * fresh { unknown = 0 }
        self.windowCapacity = windowCapacity
    }

    /// The model's books with what was lost before.
    func added(to own: AgeingState) -> AgeingState {
        var state = own
        state.seiCapacity += sei
        state.crackSEICapacity += crackSEI
        state.platedCapacity += plated
        state.deadCapacity += dead
        state.capacityInLostMaterial += lostMaterial
        state.oxidisedCapacity += oxidised
        state.crosstalkCapacity += crosstalk
        state.earlierCapacity = unknown
        let added = sei + crackSEI + plated + lostMaterial + crosstalk - oxidised + unknown
        state.lithiumLost += added * 3600 / Constants.faraday
        state.lossOfCyclableLithium += added / windowCapacity
        return state
    }
}
