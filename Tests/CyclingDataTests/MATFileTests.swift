import CyclingData
import Testing

/// MATLAB files of NASA's and Severson's layouts.
@Suite struct MATFileTests {
    @Test func nasa() throws {
        #expect(MATFile.recognises(MATFixtures.nasa))
        let table = try MATFile.read(MATFixtures.nasa, path: "B0005.mat")
        #expect(table.count == 11)
        #expect(table[.stepCount] == [1, 1, 1, 1, 2, 2, 2, 4, 4, 5, 5])
        #expect(table[.cycleCount] == [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(table[.stepTimeSecond] == [0, 60, 120, 180, 0, 60, 120, 0, 60, 0, 60])
        #expect(table[.currentAmpere]?[4] == -2)
        #expect(table[.voltageVolt]?[3] == 3.53)
        #expect(table[.surfaceTemperatureCelsius]?[1] == 24.1)
        #expect(table[.ambientTemperatureCelsius]?[0] == 24)
        // From 13:08:17.921 to 15:25:41.593 on the same day.
        #expect(abs((table[.testTimeSecond]?[4] ?? 0) - 8243.672) < 1e-5)
        #expect(table.columns.first { $0.name == "step_type" }?.texts[4] == "discharge")
        #expect(table.remarks.contains { $0.hasPrefix("1 impedance spectra") })
        #expect(table.metadata.contains { $0.key == "cell" && $0.value == "B0005" })
    }

    @Test func severson() throws {
        #expect(MATFile.recognises(MATFixtures.severson))
        let table = try MATFile.read(MATFixtures.severson, path: "batch.mat")
        #expect(table.count == 12)
        #expect(table[.cycleCount] == [Double](repeating: 2, count: 6) + [Double](repeating: 3, count: 6))
        #expect(table[.testTimeSecond]?[1] == 120)
        #expect(table[.testTimeSecond]?[7] == 720)
        // C rates of 1.1 A, told by the charge they make.
        #expect(abs((table[.currentAmpere]?[3] ?? 0) + 4.4) < 1e-12)
        #expect(table[.voltageVolt]?[0] == 3.3000000000000003)
        #expect(table[.surfaceTemperatureCelsius]?[0] == 31)
        #expect(abs((table[.cycleDischargingCapacityAh]?[5] ?? 0) - 0.3116666666666667) < 1e-12)
        #expect(table.remarks.contains { $0.contains("minutes") && $0.contains("multiples of 1.1 A") })
        #expect(table.remarks.contains { $0.hasPrefix("2 cells are in this file") })
        let second = try MATFile.read(MATFixtures.severson, path: "batch.mat#1")
        #expect(second[.voltageVolt]?[0] == 4.3)
        #expect(second.metadata.contains { $0.key == "barcode" && $0.value == "EL150801" })
        #expect(second.metadata.contains { $0.key == "schedule" && $0.value == "3.6C(80%)-3.6C" })
        #expect(throws: ImportError.self) { try MATFile.read(MATFixtures.severson, path: "batch.mat#2") }
    }

    @Test func damaged() {
        for bytes in [MATFixtures.nasa, MATFixtures.severson] {
            for count in [130, 600, bytes.count / 2, bytes.count - 40] where count < bytes.count {
                #expect(throws: ImportError.self) { try MATFile.read(Array(bytes.prefix(count)), path: "cut.mat") }
            }
        }
    }
}
