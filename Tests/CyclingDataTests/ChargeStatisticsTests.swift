import Foundation
import Testing

@testable import CyclingData

/// The statistics of the published feature sets, computed from curves that have the published moments.
///
/// The sets hold no curves; but a monotonic curve between the windows' known ends with a given duration is pinned by its mean,
/// deviation, skewness and kurtosis. What else the statistics say of it (slopes, entropies, charges) must then come out.
@Suite struct ChargeStatisticsTests {
    /// Values between two ends whose slope over time is exp of a cubic, so that it never turns.
    private func curve(_ p: [Double], _ first: Double, _ last: Double, count: Int = 600) -> [Double] {
        var weights = [0.0]
        for index in 1..<count {
            let u = 2 * (Double(index) - 0.5) / Double(count - 1) - 1
            weights.append(exp(min(max(u * (p[0] + u * (p[1] + u * p[2])), -50), 50)))
        }
        let total = weights.reduce(0, +)
        var sum = 0.0
        return weights.map {
            sum += $0
            return first + (last - first) * sum / total
        }
    }

    /// The curve with these moments; nil where the fit leaves more than a little.
    private func reconstructed(_ moments: [Double], _ first: Double, _ last: Double) -> [Double]? {
        func residuals(_ p: [Double]) -> [Double] {
            // Positive parameters only are the solver's rule for two of them: shifted.
            guard let m = Moments(curve(p.map { $0 - 100 }, first, last)) else { return [1e9, 0, 0, 0] }
            return [
                (m.mean - moments[0]) / 1e-3, (m.standardDeviation - moments[1]) / 1e-3,
                (m.kurtosis - moments[2]) / 0.02,
                (m.skewness - moments[3]) / 0.02,
            ]
        }
        guard let found = HalfCellFit.levenbergMarquardt([100, 100, 100], residuals), found.error < 0.25 else {
            return nil
        }
        return curve(found.parameters.map { $0 - 100 }, first, last)
    }

    private func table(_ path: String) throws -> [[String: Double]] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        guard let heading = lines.first else { return [] }
        let names = heading.split(separator: ",").map(String.init)
        return lines.dropFirst().map { line in
            Dictionary(uniqueKeysWithValues: zip(names, line.split(separator: ",").map { Double($0) ?? .nan }))
        }
    }

    /// A charge with a rise to the cut-off and a hold, on rows a second apart.
    private func charge(_ row: [String: Double], cutOff: Double) -> CycleRows? {
        func value(_ name: String) -> Double { row[name] ?? .nan }
        let volts = ["voltage_mean", "voltage_std", "voltage_kurtosis", "voltage_skewness"].map(value)
        let amperes = ["current_mean", "current_std", "current_kurtosis", "current_skewness"].map(value)
        guard let rise = reconstructed(volts, cutOff - 0.2, cutOff - 0.005), let fall = reconstructed(amperes, 0.5, 0.1)
        else {
            return nil
        }
        let current = 3600 * value("CC_Q") / value("CC_charge_time")
        var rows = CycleRows()
        func add(_ time: Double, _ voltage: Double, _ current: Double, _ mode: StepMode) {
            rows.time.append(time)
            rows.voltage.append(voltage)
            rows.current.append(current)
            rows.mode.append(mode)
            rows.step.append(1)
        }
        // The last 5 mV go on as the curve does.
        let slope = (rise[rise.count - 1] - rise[rise.count - 7]) / 6
        let total = Double(rise.count - 1) + 0.005 / slope
        let scale = value("CC_charge_time") / total
        add(-scale, cutOff - 0.2001, current, .ccCharge)
        for (index, level) in rise.enumerated() { add(Double(index) * scale, level, current, .ccCharge) }
        let top = value("CC_charge_time")
        add(top, cutOff, current, .cvCharge)
        // From the plateau to 0.5 A, then the fall.
        add(top + 60, cutOff, 0.51, .cvCharge)
        let begin = top + 65
        for (index, level) in fall.enumerated() {
            add(begin + value("CV_charge_time") * Double(index) / Double(fall.count - 1), cutOff, level, .cvCharge)
        }
        add(begin + value("CV_charge_time") + 5, cutOff, 0.095, .cvCharge)
        return rows
    }

    /// Set, cut-off voltage, seconds between the rows of the set, tolerance of a slope.
    @Test(
        .enabled(if: Datasets.isThere, "\(Datasets.absence)"),
        arguments: [("xjtu_ncm_features", 4.2, 1, 0.03), ("hust_lfp_features", 3.6, 5, 0.15)]
            as [(String, Double, Double, Double)])
    func publishedValuesComeOut(_ set: (String, Double, Double, Double)) throws {
        let folder = "\(Datasets.path ?? "")/\(set.0)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }.sorted()
        var options = ChargeStatistics.Options()
        options.cutOff = set.1
        options.samplePeriod = set.2
        var worst: [String: [Double]] = [:]
        var count = 0
        for file in files.prefix(30) where count < 40 {
            let rows = try table("\(folder)/\(file)")
            for row in stride(from: 0, to: rows.count, by: max(1, rows.count / 5)).map({ rows[$0] }) {
                guard let cycle = charge(row, cutOff: set.1), let found = ChargeStatistics(cycle, options: options)
                else { continue }
                count += 1
                for (name, value) in zip(ChargeStatistics.names, found.values) {
                    guard let published = row[name], published.isFinite else { continue }
                    // Moments may pass through nothing: by their own scale.
                    let scale = name.hasSuffix("kurtosis") || name.hasSuffix("skewness") ? 1 : abs(published)
                    worst[name, default: []].append(abs(value - published) / scale)
                }
            }
        }
        #expect(count >= 12, "\(count) curves reconstructed")
        for (name, errors) in worst {
            let median = errors.sorted()[errors.count / 2]
            let tolerance =
                name.hasSuffix("slope")
                ? set.3 : name.hasSuffix("entropy") ? 0.01 : name.hasSuffix("kurtosis") ? 0.05 : 0.03
            #expect(median < tolerance, "\(set.0): \(name) is off by \(median)")
        }
    }

    @Test func windowsThatAreNotPassedGiveNothing() {
        var rows = CycleRows()
        for index in 0...100 {
            rows.time.append(Double(index) * 60)
            rows.voltage.append(3.5 + 0.007 * Double(index))
            rows.current.append(1)
            rows.mode.append(.ccCharge)
            rows.step.append(1)
        }
        #expect(ChargeStatistics(rows) == nil)
        #expect(ChargeStatistics(CycleRows()) == nil)
    }
}
