import CyclingData
import Testing

/// BioLogic's binary files against EC-Lab's own text of the same tests.
@Suite(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) struct BioLogicTests {
    /// What the text calls a column, what the table does, and the table's unit in the text's.
    private struct Pair {
        var theirs: String
        var ours: String
        var unit = 1.0
        init(_ theirs: String, _ ours: BDFColumn, _ unit: Double = 1) {
            (self.theirs, self.ours, self.unit) = (theirs, ours.rawValue, unit)
        }
        init(_ name: String) { (theirs, ours) = (name, name) }
    }

    private func compare(_ name: String, _ pairs: [Pair]) throws -> CyclerTable {
        let bytes = try CyclerFiles.bytes("biologic/\(name).mpr")
        #expect(BioLogicMPR.recognises(Array(bytes.prefix(1 << 16))))
        let table = try BioLogicMPR.read(bytes, path: name)
        let text = try CyclerFiles.columns("biologic/\(name).mpt", separator: "\t", heading: "mode\t")
        for pair in pairs {
            let theirs = CyclerFiles.numbers(text[pair.theirs])
            let ours = table.columns.first { $0.name == pair.ours }?.values.map { $0 * pair.unit }
            let largest = theirs.reduce(0) { max($0, $1.magnitude) }
            // Eight digits are written of single precision.
            #expect(CyclerFiles.distance(ours, theirs) <= 1.2e-7 * largest, "\(pair.theirs)")
        }
        return table
    }

    @Test func galvanostatic() throws {
        let table = try compare(
            "yadg_gcpl.issue_226.CxN",
            [
                Pair("time/s", .testTimeSecond), Pair("Ewe-Ece/V", .voltageVolt), Pair("<I>/mA", .currentAmpere, 1e3),
                Pair("(Q-Qo)/mA.h", .netCapacityAh, 1e3), Pair("Q charge/mA.h", .cycleChargingCapacityAh, 1e3),
                Pair("Q discharge/mA.h", .cycleDischargingCapacityAh, 1e3), Pair("cycle number", .cycleCount),
                Pair("Ns", .stepId), Pair("mode"), Pair("ox/red"), Pair("Ns changes"), Pair("half cycle"),
                Pair("Ewe/V"), Pair("Ece/V"), Pair("I Range"),
            ])
        // `<I>` is a mean over the interval: times it, it is the charge that EC-Lab counts.
        #expect(table.isCurrentMean)
        let (time, current) = (table[.testTimeSecond] ?? [], table[.currentAmpere] ?? [])
        let charge = table[.netCapacityAh] ?? []
        for row in time.indices.dropFirst() {
            let moved = current[row] * (time[row] - time[row - 1]) / 3600
            #expect(abs(moved - (charge[row] - charge[row - 1])) < 1e-12, "row \(row)")
        }
        let metadata = Dictionary(table.metadata.map { ($0.key, $0.value) }) { first, _ in first }
        #expect(metadata["electrode_material"] == "Test material")
        #expect(metadata["comments"]?.hasPrefix("Test comment") == true)
        // Acquisition started on 08/04/2025 09:32:47.886.
        let start = CyclerFiles.unixTimes(["2025-08-04 09:32:47.886"])[0] + 0.0481999987823656
        #expect(abs((table[.unixTimeSecond]?.first ?? 0) - start) < 1e-3)
    }

    @Test func impedance() throws {
        let table = try compare(
            "yadg_mb.issue_223",
            [
                Pair("time/s", .testTimeSecond), Pair("Ewe/V", .voltageVolt), Pair("I/mA", .currentAmpere, 1e3),
                Pair("freq/Hz", .frequencyHertz), Pair("|Z|/Ohm", .absoluteImpedanceOhm),
                Pair("Phase(Z)/deg", .phaseDegree), Pair("Re(Z)/Ohm", .realImpedanceOhm),
                Pair("-Im(Z)/Ohm", .imaginaryImpedanceOhm, -1), Pair("z cycle"), Pair("Energy we/W.h"),
                Pair("cycle number", .cycleCount), Pair("Ns", .stepId),
            ])
        #expect(table.count == 108 && !table.isCurrentMean)
        #expect((table[.frequencyHertz] ?? []).contains { $0 > 0 })
    }

    /// No text of this test is at hand: galvani 0.5.0 reads -1.6501721 V and -0.05671816 mA first.
    @Test func voltammetry() throws {
        let table = try BioLogicMPR.read(
            try CyclerFiles.bytes("biologic/navani_00_test_02_MB_C01.mpr"), path: "C01.mpr")
        #expect(table.count == 11)
        #expect(abs((table[.voltageVolt]?.first ?? 0) + 1.6501721) < 1e-6)
        #expect(abs((table[.currentAmpere]?.first ?? 0) + 0.05671816e-3) < 1e-10)
        #expect(abs((table[.testTimeSecond]?.last ?? 0) - 16.165799591617542) < 1e-12)
    }
}
