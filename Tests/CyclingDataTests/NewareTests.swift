import CyclingData
import Testing

/// Neware's binary files against the vendor's own exports of the same tests, to half a unit of the last digit exported.
@Suite(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) struct NewareTests {
    /// Half a unit of the last digit, and what single precision adds.
    private func within(_ unit: Double, of largest: Double = 0) -> Double { 0.5 * unit * 1.001 + largest * 1.2e-7 }

    /// The vendor's program wrote these tables where clocks are an hour before UTC.
    private func zoned(_ times: [Double]?) -> [Double]? { times?.map { $0 + 3600 } }

    private func compare(_ table: CyclerTable, with reference: [String: [String]], capacityUnit: Double = 0) {
        func expected(_ name: String) -> [Double] { CyclerFiles.numbers(reference[name]) }
        func distance(_ column: BDFColumn, _ name: String, per unit: Double) -> Double {
            CyclerFiles.distance(table[column]?.map { $0 * unit }, expected(name))
        }
        #expect(table.count == reference["Voltage(mV)"]?.count)
        #expect(distance(.voltageVolt, "Voltage(mV)", per: 1e3) <= within(0.1, of: 5e3))
        #expect(distance(.currentAmpere, "Current(uA)", per: 1e6) <= within(1, of: 2e4))
        #expect(distance(.stepTimeSecond, "Time", per: 1) <= within(0.1))
        #expect(distance(.testTimeSecond, "Total Time", per: 1) <= within(0.1))
        #expect(distance(.cycleCount, "Cycle Index", per: 1) == 0)
        #expect(distance(.stepCount, "Step Count", per: 1) == 0)
        #expect(distance(.stepId, "Step Index", per: 1) == 0)
        #expect(CyclerFiles.distance(zoned(table[.unixTimeSecond]), CyclerFiles.unixTimes(reference["Date"])) < 1e-3)
        #expect(table.columns.first { $0.name == "step_type" }?.texts == reference["Step Type"])
        let counters: [(String, BDFColumn, BDFColumn, Double)] = [
            ("Capacity(mAs)", .stepChargingCapacityAh, .stepDischargingCapacityAh, capacityUnit),
            ("Energy(mWs)", .stepChargingEnergyWh, .stepDischargingEnergyWh, 0),
        ]
        for (name, charge, discharge, unit) in counters {
            let sum = zip(table[charge] ?? [], table[discharge] ?? []).map { ($0 + $1) * 3.6e6 }
            let values = expected(name)
            let largest = values.reduce(0) { max($0, $1.magnitude) }
            #expect(CyclerFiles.distance(sum, values) <= within(unit, of: largest))
        }
    }

    @Test func ndax() throws {
        let bytes = try CyclerFiles.bytes("neware/fastnda_nw4-120-1-6-53.ndax")
        #expect(NewareNDAX.recognises(Array(bytes.prefix(1 << 16))))
        var table = try NewareNDAX.read(bytes, path: "nw4.ndax")
        compare(table, with: try CyclerFiles.columns("neware/fastnda_nw4-120-1-6-53.reference.csv.gz"))
        let metadata = Dictionary(table.metadata.map { ($0.key, $0.value) }) { first, _ in first }
        #expect(metadata["barcode"] == "250403_kigr_gen9_06")
        #expect(metadata["start_time"] == "2025-04-07 12:44:13")
        #expect(metadata["channel"] == "6")
        var best = Duration.seconds(1)
        for _ in 0..<5 {
            best = min(best, try ContinuousClock().measure { table = try NewareNDAX.read(bytes, path: "nw4.ndax") })
        }
        print("neware-ndax: \(table.count) rows in \(best)")
        #expect(best <= .milliseconds(60))
    }

    @Test func nda() throws {
        let packed = try CyclerFiles.bytes("neware/fastnda_nda_v22.nda.zip")
        let table = try ZippedFile.read(packed, path: "v22.nda.zip")
        #expect(table.format == NewareNDA.name)
        // This table has whole mA·s.
        compare(table, with: try CyclerFiles.columns("neware/fastnda_nda_v22.reference.csv.gz"), capacityUnit: 1)
    }

    /// Most records of this file have no time of their own.
    @Test func interpolated() throws {
        let bytes = try CyclerFiles.bytes("neware/fastnda_interp-test.ndax")
        let table = try NewareNDAX.read(bytes, path: "interp.ndax")
        let reference = try CyclerFiles.columns("neware/fastnda_interp-test.csv")
        #expect(table.count == 333)
        #expect(table.remarks.contains { $0.contains("no time of their own") })
        #expect(CyclerFiles.distance(zoned(table[.unixTimeSecond]), CyclerFiles.unixTimes(reference["Date"])) <= 1e-3)
        let voltage = CyclerFiles.numbers(reference["Voltage(mV)"])
        #expect(CyclerFiles.distance(table[.voltageVolt]?.map { $0 * 1e3 }, voltage) <= within(0.1))
        let time = reference["Time"]?.map { text -> Double in
            let parts = text.split(separator: ":").compactMap { Double($0) }
            return parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : .nan
        }
        #expect(CyclerFiles.distance(table[.stepTimeSecond], time ?? []) <= 1e-3)
    }
}
