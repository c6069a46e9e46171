internal import Learning

/// How the mechanisms let a loss grow with cycles: a part with their root (a growing film) and a part with their number (lost
/// material), neither negative.
struct FadeLaw: Sendable, Equatable {
    /// Per root of a cycle.
    let root: Double
    /// Per cycle.
    let line: Double

    /// Least squares about the means of cycles and losses: losses count from anywhere. Two cycles or more.
    init(_ cycles: [Double], losses: [Double]) {
        var (rr, rn, nn, rl, nl) = (0.0, 0.0, 0.0, 0.0, 0.0)
        let roots = cycles.map { $0.squareRoot() }
        let (r0, n0, l0) = (Statistics.mean(roots), Statistics.mean(cycles), Statistics.mean(losses))
        for index in cycles.indices {
            let (r, n, l) = (roots[index] - r0, cycles[index] - n0, losses[index] - l0)
            rr += r * r
            rn += r * n
            nn += n * n
            rl += r * l
            nl += n * l
        }
        let determinant = rr * nn - rn * rn
        let (a, b) = ((nn * rl - rn * nl) / determinant, (rr * nl - rn * rl) / determinant)
        if a < 0 {
            (root, line) = (0, max(nl / nn, 0))
        } else if b < 0 {
            (root, line) = (max(rl / rr, 0), 0)
        } else {
            (root, line) = (a, b)
        }
    }

    /// The loss from one cycle to another.
    func loss(from first: Double, to last: Double) -> Double {
        root * (last.squareRoot() - first.squareRoot()) + line * (last - first)
    }

    /// Cycle at which a loss is reached: a √n + b n = loss. Where nothing is lost, `least` a cycle is.
    func end(loss: Double, least: Double) -> Double {
        let b = max(line, root > 0 ? 0 : least)
        let place = b > 0 ? (-root + (root * root + 4 * loss * b).squareRoot()) / (2 * b) : loss / root
        return place * place
    }
}
