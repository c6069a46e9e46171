/// A run between two cycles: from here it goes on to the same numbers, bit for bit.
///
/// Written as text: a header, one named value a line (numbers by their bits), a checksum last, so that a truncated or
/// altered file is noticed.
public struct RunCheckpoint: Sendable, Equatable {
    static let version = 3

    /// Of cell, protocol and options, as the caller made it: `init(text:fingerprint:)` refuses another one.
    public var fingerprint: String
    /// Cycles done.
    public var cycle: Int
    /// Bytes that each output held, in the order of the outputs.
    public var outputLengths: [Int] = []
    var step = 0
    var time = 0.0
    var temperature = 0.0
    var state: [Double] = []
    var initialLithium = 0.0
    var previousVoltage = 0.0
    var previousCurrent = 0.0
    var discharges = FullDischarges()
    var lastCycle = LastCycle()
    var warnings = RunWarnings()
    var jumping = CycleJumping()

    init(fingerprint: String, cycle: Int) {
        self.fingerprint = fingerprint
        self.cycle = cycle
    }

    // MARK: - Text

    private static func bits(_ value: Double) -> String { String(value.bitPattern, radix: 16) }

    private static func checksum(_ text: some StringProtocol) -> String {
        // FNV-1a, 64 bits.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// A name for what a run depends on.
    ///
    /// Cycles that come again are named by their first place: a drive of thousands of samples on every day of ten years
    /// is told once.
    public static func fingerprint(of parts: [String], plan: CyclingProtocol) -> String {
        var parts = parts
        var distinct: [CyclingProtocol.Cycle] = []
        for cycle in plan.cycles {
            // Among the latest: a protocol without repeats costs no more than its length.
            if let place = distinct.suffix(64).lastIndex(of: cycle) {
                parts.append("\(place)")
            } else {
                parts.append("\(cycle)")
                distinct.append(cycle)
            }
        }
        return checksum(parts.joined(separator: "\u{1}"))
    }

    /// The file's text.
    public var text: String {
        var lines = ["cellar checkpoint \(Self.version)", "run \(fingerprint)", "cycle \(cycle)", "step \(step)"]
        lines.append("outputs " + outputLengths.map(String.init).joined(separator: " "))
        func add(_ name: String, _ value: Double?) { lines.append(name + " " + (value.map(Self.bits) ?? "-")) }
        add("time", time)
        add("temperature", temperature)
        add("lithium", initialLithium)
        add("voltage", previousVoltage)
        add("current", previousCurrent)
        add("since-full", discharges.since?.charge)
        add("full-voltage", discharges.since?.voltage)
        add("first-full", discharges.last?.first)
        add("last-full", discharges.last?.last)
        add("inherited", discharges.inherited)
        for (kind, first) in discharges.firsts.sorted(by: { $0.key < $1.key }) {
            lines.append("discharge \(Self.bits(first)) " + kind.replacing("\n", with: " "))
        }
        add("capacity", lastCycle.capacity)
        add("energy", lastCycle.energy)
        lines.append("reason " + lastCycle.reason.replacing("\n", with: " "))
        for line in warnings.lines { lines.append("warning " + line) }
        if jumping != CycleJumping() {
            let whole = [
                jumping.settled, jumping.next, jumping.pause, jumping.summary.jumps, jumping.summary.skippedCycles,
                jumping.earlierDistance,
            ]
            lines.append("jumping " + whole.map(String.init).joined(separator: " "))
            add("fade", jumping.fade)
            add("jump-error", jumping.summary.estimatedError)
            for (name, rate) in [("rate", jumping.rate), ("earlier-rate", jumping.earlier)] {
                if let rate { lines.append(name + " " + rate.map(Self.bits).joined(separator: " ")) }
            }
        }
        lines.append("state " + state.map(Self.bits).joined(separator: " "))
        let body = lines.joined(separator: "\n") + "\n"
        return body + "sum " + Self.checksum(body) + "\n"
    }

    /// Reads a file's text. Throws `SimulationError`: truncated, altered, of another version or another run.
    public init(text: String, fingerprint: String) throws {
        func wrong(_ why: String) -> SimulationError { SimulationError(.data, why) }
        guard text.hasPrefix("cellar checkpoint ") else { throw wrong("this is no checkpoint") }
        guard text.hasPrefix("cellar checkpoint \(Self.version)\n") else {
            throw wrong("a checkpoint of another version; remove it to begin anew")
        }
        let incomplete = wrong("truncated or altered; remove it to begin anew, or go on from another checkpoint")
        guard let mark = text.ranges(of: "\nsum ").last else { throw incomplete }
        let body = text[..<text.index(after: mark.lowerBound)]
        let sum = text[mark.upperBound...]
        guard sum == Self.checksum(body) + "\n" else { throw incomplete }
        self.init(fingerprint: fingerprint, cycle: 0)
        var told: [String] = []
        for line in body.split(separator: "\n").dropFirst() {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0], value = parts.count > 1 ? parts[1] : ""
            func numbers() -> [Double] {
                value.split(separator: " ").compactMap { UInt64($0, radix: 16).map { Double(bitPattern: $0) } }
            }
            func number() -> Double? { UInt64(value, radix: 16).map { Double(bitPattern: $0) } }
            switch name {
            case "run":
                guard value == fingerprint else {
                    throw wrong("a checkpoint of another cell, protocol or options; give those it was made with")
                }
            case "cycle": cycle = Int(value) ?? 0
            case "step": step = Int(value) ?? 0
            case "outputs": outputLengths = value.split(separator: " ").compactMap { Int($0) }
            case "time": time = number() ?? 0
            case "temperature": temperature = number() ?? 0
            case "lithium": initialLithium = number() ?? 0
            case "voltage": previousVoltage = number() ?? 0
            case "current": previousCurrent = number() ?? 0
            case "since-full": discharges.since = number().map { ($0, 0) }
            case "full-voltage": discharges.since = discharges.since.map { ($0.charge, number() ?? 0) }
            case "first-full": discharges.last = number().map { ($0, $0) }
            case "last-full": discharges.last = discharges.last.map { ($0.first, number() ?? $0.first) }
            case "inherited": discharges.inherited = number()
            case "discharge":
                let parts = value.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let bits = UInt64(parts[0], radix: 16) else { throw incomplete }
                discharges.firsts[String(parts[1])] = Double(bitPattern: bits)
            case "capacity": lastCycle.capacity = number() ?? 0
            case "energy": lastCycle.energy = number() ?? 0
            case "reason": lastCycle.reason = String(value)
            case "warning": told.append(String(value))
            case "jumping":
                let whole = value.split(separator: " ").compactMap { Int($0) }
                guard whole.count == 6 else { throw incomplete }
                (jumping.settled, jumping.next, jumping.pause) = (whole[0], whole[1], whole[2])
                (jumping.summary.jumps, jumping.summary.skippedCycles) = (whole[3], whole[4])
                jumping.earlierDistance = whole[5]
            case "fade": jumping.fade = number() ?? 0
            case "jump-error": jumping.summary.estimatedError = number() ?? 0
            case "rate": jumping.rate = numbers()
            case "earlier-rate": jumping.earlier = numbers()
            case "state": state = numbers()
            default: throw incomplete
            }
        }
        guard let warnings = RunWarnings(lines: told) else { throw incomplete }
        self.warnings = warnings
    }
}
