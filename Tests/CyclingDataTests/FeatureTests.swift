import Foundation
import Testing

@testable import CyclingData

@Suite struct FeatureTests {
    /// A discharge at 1 A whose capacity over voltage is a step of tanh: Q = ½(1 + tanh((3.6 − V)/0.05)), A·h.
    private func rows(noise: Double = 0) -> CycleRows {
        var rows = CycleRows()
        var state: UInt64 = 11
        for index in 0...3600 {
            let charge = min(max(Double(index) / 3600, 1e-6), 1 - 1e-6)
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let random = Double(state >> 11) / Double(1 << 53) - 0.5
            rows.time.append(Double(index))
            rows.voltage.append(3.6 - 0.05 * atanh(2 * charge - 1) + noise * random)
            rows.current.append(-1)
            rows.mode.append(.ccDischarge)
            rows.step.append(1)
        }
        return rows
    }

    @Test(arguments: [0, 0.0005]) func incrementalCapacityOfAKnownCurve(_ noise: Double) throws {
        let curve = try #require(CapacityCurve(rows(noise: noise), direction: -1))
        let grid = CapacityCurve.grid(from: 3.8, to: 3.4, count: 201)
        let slopes = curve.incrementalCapacity(on: grid)
        for (voltage, slope) in zip(grid, slopes) {
            let cosine = cosh((3.6 - voltage) / 0.05)
            let exact = 0.5 / 0.05 / (cosine * cosine)
            // A parabola over 2m + 1 = 21 points h = 2 mV apart rounds a peak off by Q''' h² Σk⁴ / (6 Σk²), here 8000 V⁻³ · 4e-6 V²
            // · 10.97 = 3.5 % of the peak.
            #expect(abs(slope - exact) < (noise > 0 ? 0.06 : 0.0352) * 10, "\(voltage) V: \(slope) for \(exact)")
        }
        // What lies between the grid's ends was moved.
        let area = slopes.reduce(0, +) * 0.002
        #expect(abs(area - tanh(4)) < 0.01)
    }

    @Test func differentialVoltageOfAKnownCurve() throws {
        let curve = try #require(CapacityCurve(rows(), direction: -1))
        let (charge, slope) = curve.differentialVoltage(count: 401, window: 11)
        for (q, value) in zip(charge, slope) where q > 0.1 && q < 0.9 {
            let exact = -0.05 / (2 * q * (1 - q))
            #expect(abs(value - exact) < 0.02 * abs(exact), "\(q) Ah: \(value) for \(exact)")
        }
    }

    @Test func momentsOfKnownSamples() throws {
        let moments = try #require(Moments([1, 2, 3, 4, 10]))
        #expect(abs(moments.mean - 4) < 1e-12 && abs(moments.variance - 10) < 1e-12)
        // Σ(x−4)³ = 180, Σ(x−4)⁴ = 1394.
        #expect(abs(moments.skewness - 36 / pow(10, 1.5)) < 1e-12)
        #expect(abs(moments.kurtosis - (278.8 / 100 - 3)) < 1e-12)
        #expect(Moments([]) == nil)
        #expect(Moments([2, 2, 2])?.kurtosis == 0)
    }

    // MARK: Fade

    @Test func kneeAndEndOfLife() throws {
        let cycles = (1...1000).map(Double.init)
        let capacities = cycles.map { 1.1 - 0.0001 * $0 - max(0, $0 - 600) * 0.0005 }
        let knee = try #require(CapacityFade.knee(cycles: cycles, capacities: capacities))
        #expect(abs(knee.cycle - 600) < 6)
        #expect(abs(knee.slopes.before + 0.0001) < 5e-6 && abs(knee.slopes.after + 0.0006) < 1e-5)
        // 0.88 = 1.1 − 1e-4 n − 5e-4 (n − 600): n = 866.7.
        let life = try #require(CapacityFade.endOfLife(cycles: cycles, capacities: capacities, nominal: 1.1))
        #expect(abs(life - 866.67) < 1)
        // Straight and slowing fades have no knee; a single dip ends no life.
        #expect(CapacityFade.knee(cycles: cycles, capacities: cycles.map { 1.1 - 0.0003 * $0 }) == nil)
        #expect(CapacityFade.knee(cycles: cycles, capacities: cycles.map { 1.1 - 0.01 * $0.squareRoot() }) == nil)
        var dip = cycles.map { _ in 1.1 }
        dip[400] = 0.2
        #expect(CapacityFade.endOfLife(cycles: cycles, capacities: dip, nominal: 1.1) == nil)
    }

    // MARK: Degradation modes

    @Test func degradationModesAreFoundAgain() throws {
        let negative: @Sendable (Double) -> Double = { x in
            0.1 + 0.6 * exp(-30 * x) - 0.03 * tanh((x - 0.5) / 0.05) - 0.02 * tanh((x - 0.2) / 0.04) - 0.05 * x
        }
        let positive: @Sendable (Double) -> Double = { y in
            4.4 - 0.9 * y - 0.08 * tanh((y - 0.55) / 0.08) - 0.3 * exp(30 * (y - 1))
        }
        /// A discharge from a full to an empty cell of these electrodes.
        func discharge(_ cn: Double, _ cp: Double, x0: Double, y0: Double, to low: Double = 2.8) -> CapacityCurve? {
            var voltage: [Double] = []
            var charge: [Double] = []
            for index in 0...2000 {
                let q = Double(index) / 2000 * min(cn * x0, cp * (1 - y0))
                let v = positive(y0 + q / cp) - negative(x0 - q / cn) - 0.01
                voltage.append((v * 1e4).rounded() / 1e4)
                charge.append(q)
                if v < low { break }
            }
            return CapacityCurve(voltage: voltage, capacity: charge, direction: -1)
        }
        let fit = HalfCellFit(negative: negative, positive: positive)
        let freshCurve = try #require(discharge(5.5, 5.8, x0: 0.9, y0: 0.12))
        let fresh = try #require(fit.fit(freshCurve))
        #expect(abs(fresh.negativeCapacity - 5.5) < 0.03 && abs(fresh.positiveCapacity - 5.8) < 0.03, "\(fresh)")
        #expect(fresh.residual < 1e-3)
        // A tenth of the negative electrode, a twentieth of the positive, and lithium.
        let agedCurve = try #require(discharge(4.95, 5.51, x0: 0.88, y0: 0.16))
        let aged = try #require(fit.fit(agedCurve))
        let losses = aged.losses(since: fresh)
        #expect(abs(losses.negativeMaterial - 0.1) < 0.01, "\(losses)")
        #expect(abs(losses.positiveMaterial - 0.05) < 0.01, "\(losses)")
        let (before, after) = (0.9 * 5.5 + 0.12 * 5.8, 0.88 * 4.95 + 0.16 * 5.51)
        #expect(abs(losses.lithiumInventory - (1 - after / before)) < 0.01, "\(losses)")
        // What the electrodes give between the voltages of the discharge is what was measured.
        let end = try #require(agedCurve.voltage.last)
        let given = fit.capacity(aged, from: fit.startVoltage(aged), to: end + aged.drop)
        #expect(abs(given - (agedCurve.capacity.last ?? 0)) < 0.02, "\(given)")
        #expect(fit.capacity(aged, from: 4.0, to: 4.1) == 0)
        // After an earlier discharge lithium is found as well, and electrodes on their way from where they were; half a
        // discharge, which hardly tells them, leaves them nearer there than it does alone.
        let followed = try #require(fit.fit(agedCurve, after: fresh))
        #expect(abs(followed.losses(since: fresh).lithiumInventory - (1 - after / before)) < 0.015, "\(followed)")
        #expect(followed.negativeCapacity < 5.35 && followed.positiveCapacity < 5.7, "\(followed)")
        let half = try #require(discharge(5.5, 5.8, x0: 0.9, y0: 0.12, to: 3.7))
        let kept = try #require(fit.fit(half, after: fresh)), alone = try #require(fit.fit(half))
        func off(_ state: HalfCellFit.Result) -> Double {
            abs(state.negativeCapacity / 5.5 - 1) + abs(state.positiveCapacity / 5.8 - 1)
        }
        #expect(off(kept) < 0.02 && off(kept) <= off(alone) + 1e-3, "\(off(kept)), \(off(alone))")
    }

    // MARK: Kinds of cycles

    @Test func formationReferenceAndPartialCyclesAreTold() {
        var cycles: [MeasuredCycle] = []
        for number in 1...210 {
            var cycle = MeasuredCycle(cycle: number)
            let isSlow = number <= 3 || number % 50 == 0
            cycle.dischargeCapacityIntegrated = (isSlow ? 5.1 : 4.8) * (1 - 0.0005 * Double(number))
            cycle.dischargeTime = 3600 * cycle.dischargeCapacityIntegrated / (isSlow ? 0.25 : 5)
            if number == 77 { cycle.dischargeCapacityIntegrated /= 4 }
            cycles.append(cycle)
        }
        MeasuredCycles.classify(&cycles)
        #expect(cycles.filter { $0.kind == .formation }.map(\.cycle) == [1, 2, 3])
        #expect(cycles.filter { $0.kind == .reference }.map(\.cycle) == [50, 100, 150, 200])
        #expect(cycles.filter { $0.kind == .partial }.map(\.cycle) == [77])
        #expect(cycles[76].soh.isNaN)
        #expect(abs(cycles[199].soh - (1 - 0.1) / (1 - 0.025)) < 1e-9)
        #expect(abs(cycles[203].soh - (1 - 0.102) / (1 - 0.002)) < 1e-9)
    }

    @Test func resistanceTenSecondsAfterAStep() throws {
        var rows = CycleRows()
        for second in 0...60 {
            let isLoaded = second > 20
            rows.time.append(Double(second))
            rows.current.append(isLoaded ? -2 : 0)
            rows.mode.append(isLoaded ? .ccDischarge : .rest)
            // 20 mΩ at once and 1 mΩ/s after.
            rows.voltage.append(isLoaded ? 3.7 - 2 * (0.02 + 0.001 * Double(second - 20)) : 3.7)
            rows.step.append(isLoaded ? 2 : 1)
        }
        let resistance = try #require(StepResistance.first(rows))
        #expect(abs(resistance - 0.03) < 1e-9)
    }

    // MARK: Severson

    @Test(.enabled(if: Datasets.isThere, "\(Datasets.absence)")) func capacityDifferencesOfSeversonsCells() throws {
        let root = "\(Datasets.path ?? "")/severson_lfp_qv"
        func table(_ path: String) throws -> [[Substring]] {
            try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map {
                $0.split(separator: ",")
            }
        }
        let published = try table("\(root)/train_deltaQ_100_minus_10_full1000.csv")
        for cell in ["cell10", "cell11", "cell30"] {
            let curves = try table("\(root)/train/\(cell)_qv100.csv")
            let names = curves[0].map(String.init)
            let ten = try #require(names.firstIndex(of: "Qd_cycle10_Ah"))
            let hundred = try #require(names.firstIndex(of: "Qd_cycle100_Ah"))
            let grid = curves.dropFirst().compactMap { Double($0[0]) }
            func column(_ index: Int) -> [Double] { curves.dropFirst().compactMap { Double($0[index]) } }
            let early = try #require(CapacityCurve(voltage: grid, capacity: column(ten), direction: -1))
            let late = try #require(CapacityCurve(voltage: grid, capacity: column(hundred), direction: -1))
            let difference = CapacityDifference(early: early, late: late, grid: grid)
            let row = try #require(published.first { $0[0] == Substring(cell) })
            let full = row.dropFirst().compactMap { Double($0) }
            let exact = try #require(Moments(full))
            let found = try #require(difference.moments)
            // Every tenth voltage of a thousand.
            #expect(abs(found.variance - exact.variance) < 0.02 * exact.variance)
            #expect(abs(difference.minimum - (full.min() ?? 0)) < 0.02 * abs(full.min() ?? 0))
            #expect(abs(found.mean - exact.mean) < 0.02 * abs(exact.mean))
        }
    }
}
