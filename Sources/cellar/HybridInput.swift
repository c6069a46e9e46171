import CyclingData
import Learning
import Lifetime

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What `--hybrid` names.
enum HybridInput {
    /// A sweep's folder, a population file, or a population that comes with Cellar. Throws `CommandError` or `LifetimeError`.
    static func population(_ name: String) throws -> SimulatedPopulation {
        if InputFolder.isFolder(name) { return try SimulatedPopulation(sweep: name) { Terminal.complain($0) } }
        do {
            if !name.contains("/"), !name.hasSuffix(".json"), let shipped = try SimulatedPopulation.shipped(name) {
                return shipped
            }
            if !name.contains("/"), !name.hasSuffix(".json"), access(name, F_OK) != 0 {
                let names = SimulatedPopulation.shippedNames
                let instead =
                    names.isEmpty
                    ? "no shipped ones are found either: set CELLAR_HOME to the folder that holds Data"
                    : CommandWords.instead(of: name, among: names)
                throw CommandError(.noSuchFile, "--hybrid \(name): no such population, sweep or file; \(instead)")
            }
            return try SimulatedPopulation.load(path: name)
        } catch let error as LearningError {
            throw CommandError(.badData, "\(name): \(error)")
        }
    }

    /// An explanation as the JSON document has it.
    static func json(_ explanation: HybridExplanation) -> JSON {
        .object([
            (
                key: "mechanisms",
                value: .object(explanation.shares.map { (key: $0.mechanism, value: JSON.number($0.share)) })
            ),
            (
                key: "mechanism_ranges",
                value: .object(
                    explanation.shares.map { own in
                        let ends: [(key: String, value: JSON)] = [
                            ("low", .number(own.low)), ("high", .number(own.high)),
                        ]
                        return (key: own.mechanism, value: .object(ends))
                    })
            ),
            (
                key: "sensitivities",
                value: .list(
                    explanation.sensitivities.map {
                        .object([
                            (key: "change", value: .text($0.change)),
                            (key: "cycles", value: .number($0.cycles.rounded())),
                            (key: "low", value: .number($0.low.rounded(.down))),
                            (key: "high", value: .number($0.high.rounded(.up))),
                        ])
                    })
            ),
            (key: "simulated_neighbours", value: .number(explanation.neighbours)),
        ])
    }

    /// An explanation in words, one line.
    static func text(_ explanation: HybridExplanation) -> String {
        func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
        let causes = explanation.shares.filter { $0.share >= 0.05 }.map {
            "\($0.mechanism) \(percent($0.share)) (\(percent($0.low)) to \(percent($0.high)))"
        }
        func signed(_ cycles: Double) -> String {
            let whole = Int(max(min(cycles.rounded(), 1e9), -1e9))
            return "\(whole > 0 ? "+" : "")\(whole)"
        }
        let changes = explanation.sensitivities.map {
            "\($0.change): \(signed($0.cycles)) cycles (\(signed($0.low)) to \(signed($0.high)))"
        }
        return "in the simulated lives that go as this one goes, capacity is lost to " + causes.joined(separator: ", ")
            + (changes.isEmpty ? "" : "; " + changes.joined(separator: "; "))
    }
}
