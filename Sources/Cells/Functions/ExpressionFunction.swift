/// The functions a function string may call.
enum ExpressionFunction: String, CaseIterable {
    // BPX binds these three.
    case exp, tanh, cosh
    // Cellar's extension.
    case sinh, log, log10, sqrt, abs, sin, cos, atan, arctan, min, max

    static let bpxNames = "exp, tanh, cosh"

    var isBPX: Bool { self == .exp || self == .tanh || self == .cosh }

    var argumentCount: Int { self == .min || self == .max ? 2 : 1 }
}
