import Foundation
import Testing

/// `cellar simulate --model ecm`, seen from outside.
@Suite(.enabled(if: Command.path != nil, "the command is not built"))
struct CircuitCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }

    /// A drive by the circuit beside the model, with the same outputs as any run.
    @Test func aDriveRunsAndIsCompared() throws {
        let rows = (0...600).map { "\($0),\($0 % 40 < 10 ? -9 : -3)\n" }.joined()
        try ("test_time_second,current_ampere\n" + rows).write(
            toFile: "\(folder.path)/drive.csv", atomically: true, encoding: .utf8)
        let arguments = [
            "simulate", "lg-m50-chen2020", "--model", "ecm", "--soc", "0.9", "--mesh", "fast", "--protocol",
            "Drive drive.csv in A", "Rest for 5 minutes",
        ]
        let result = try run(
            arguments + ["--out", "run.bdf.csv", "--summary", "cycles.csv", "--compare", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let document = try result.json()
        #expect(document["model"] as? String == "ecm")
        let circuit = try #require(document["circuit"] as? [[String: Any]])
        #expect((circuit[0]["time_constants_s"] as? [Double])?.count == 2)
        let comparison = try #require(document["comparison"] as? [String: Any])
        // Pulses of nearly 2C every 40 s: 19 mV where this was written.
        #expect(try #require(comparison["rms_V"] as? Double) < 0.025, "\(comparison)")
        let series = try String(contentsOfFile: "\(folder.path)/run.bdf.csv", encoding: .utf8)
        #expect(
            series.hasPrefix("test_time_second,voltage_volt,current_ampere")
                && series.split(separator: "\n").count > 600)
        let text = try run(arguments)
        #expect(text.status == 0 && text.output.contains("equivalent circuit of the DFN"))
    }

    @Test func whatACircuitHasNotIsRefused() throws {
        let step = ["--protocol", "Discharge at 1C until 3 V"]
        for arguments in [
            ["--model", "ecm", "--ageing", "sei-reaction"], ["--model", "ecm", "--thermal", "lumped"],
            ["--model", "ecm", "--half-cell", "positive"], ["--model", "ecm", "--pairs", "9"], ["--compare"],
            ["--pairs", "2"], ["--model", "ecm", "--variables", "anode"], ["--model", "rc"],
        ] {
            let result = try run(["simulate", "lg-m50-chen2020"] + arguments + step)
            #expect(result.status == 64, "\(arguments): \(result.status) \(result.errors)")
            #expect(result.errorLines.count == 1 && result.errors.hasPrefix("cellar: error: "), "\(result.errors)")
        }
        let sweep = try run(
            ["sweep", "lg-m50-chen2020", "--model", "ecm", "--vary", "temperature=10:20", "--out", "s"] + step)
        #expect(sweep.status == 64 && sweep.errorLines.count == 1, "\(sweep.errors)")
    }
}
