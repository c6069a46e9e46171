/// Cycles left as tables, documents and pages tell them: whole, and the ends of the interval outwards, so that it holds what
/// it held.
struct WholeCycles {
    let value, low, high: Double

    init(_ remaining: (value: Double, low: Double, high: Double)) {
        value = remaining.value.rounded()
        low = remaining.low.rounded(.down)
        high = remaining.high.rounded(.up)
    }
}
