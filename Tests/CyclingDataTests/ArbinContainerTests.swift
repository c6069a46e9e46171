import CyclingData
import Foundation
import Testing

/// Arbin's workbook and database against the same records from other hands.
@Suite(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) struct ArbinContainerTests {
    /// CALCE's records of the same cell carry this file's rows, rounded to seven digits.
    @Test func workbook() throws {
        let bytes = try CyclerFiles.bytes("arbin/calce_CS2_35_8_18_10.xlsx")
        #expect(XLSX.recognises(Array(bytes.prefix(1 << 16))))
        let table = try XLSX.read(bytes, path: "CS2_35_8_18_10.xlsx")
        let all = try CyclerFiles.columns("../calce_cs2/CS2_35_records.csv.gz")
        let rows = (all["file"] ?? []).indices.filter { all["file"]?[$0] == "CS2_35_8_18_10.xlsx" }
        #expect(rows.count == table.count && table.count > 300)
        let pairs: [(String, BDFColumn)] = [
            ("Data_Point", .recordIndex), ("Test_Time(s)", .testTimeSecond), ("Step_Time(s)", .stepTimeSecond),
            ("Step_Index", .stepId), ("Cycle_Index", .cycleCount), ("Current(A)", .currentAmpere),
            ("Voltage(V)", .voltageVolt), ("Charge_Capacity(Ah)", .scheduleChargingCapacityAh),
            ("Discharge_Capacity(Ah)", .scheduleDischargingCapacityAh),
            ("Charge_Energy(Wh)", .scheduleChargingEnergyWh), ("Discharge_Energy(Wh)", .scheduleDischargingEnergyWh),
        ]
        for (theirs, ours) in pairs {
            let values = rows.map { Double(all[theirs]?[$0] ?? "") ?? .nan }
            // In units of the seventh digit.
            let units = values.map { $0 == 0 ? 1e-7 : pow(10, log10($0.magnitude).rounded(.down) - 6) }
            let scaled = zip(table[ours] ?? [], units).map { $0 / $1 }
            #expect(CyclerFiles.distance(scaled, zip(values, units).map { $0 / $1 }) <= 0.5001, "\(theirs)")
        }
        let dates = CyclerFiles.unixTimes(rows.map { all["Date_Time"]?[$0] ?? "" })
        #expect(CyclerFiles.distance(table[.unixTimeSecond], dates) <= 0.501)
        let metadata = Dictionary(table.metadata.map { ($0.key, $0.value) }) { first, _ in first }
        #expect(metadata["sheet"] == "Channel_1-008")
        #expect(metadata["channel"] == "1-008")
        #expect(metadata["start_time"] == "2010-08-17 14:30:27")
        #expect(metadata["schedule"] == "CS2_1C.sdu")
    }

    private static let hasExport = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/mdb-export")
    }

    @Test(.enabled(if: hasExport, "mdb-export is not installed")) func database() throws {
        let bytes = try CyclerFiles.bytes("arbin/cellpy_20160805_test001_45_cc_01.res")
        #expect(ArbinRES.recognises(Array(bytes.prefix(1 << 16))))
        let table = try ArbinRES.read(bytes, path: "test001.res")
        #expect(table[.recordIndex]?.first == 1)
        #expect(abs((table[.testTimeSecond]?.first ?? 0) - 300.0104819316021) < 1e-12)
        #expect(abs((table[.voltageVolt]?.first ?? 0) - 3.0976174) < 1e-6)
        // The file's own statistics have the highest voltage of the cycle that ends with record 1457, logged or not.
        let points = table[.recordIndex] ?? []
        let voltage = table[.voltageVolt] ?? []
        let cycle = table[.cycleCount] ?? []
        let end = try #require(points.firstIndex(of: 1457))
        let highest = points.indices.filter { cycle[$0] == cycle[end] && $0 <= end }.map { voltage[$0] }.max()
        #expect((3.1163...3.1173237).contains(highest ?? 0))
        #expect(zip(points, points.dropFirst()).allSatisfy { $0 < $1 })
        // 42587.67804398148 days.
        #expect(table.metadata.contains { $0.key == "start_time" && $0.value == "2016-08-05 16:16:23" })
        #expect(table.metadata.contains { $0.key == "schedule" && $0.value.hasSuffix("100cyc_c10_MR.sdu") })
    }

    /// `NAME_Metadata.csv` holds no records: alone it is refused with the name of the file that does, beside it is read.
    @Test func metadataBesideTheRecords() throws {
        let folder = try TemporaryFolder()
        let records = try folder.file("a.csv", bytes: Array(SyntheticTest(cycles: 1).plain.utf8))
        let metadata = try folder.file(
            "a_Metadata.csv",
            bytes: Array(
                ",Test_ID,IV_Ch_ID,First_Start_DateTime,Schedule_File_Name,Databases,Item_ID\n0,144,32,1494377253,6C.sdu,\"A,\",EL15\n"
                    .utf8))
        let both = try Imported([metadata, records])
        #expect(both.records.count == 122)
        let found = Dictionary(both.metadata.map { ($0.key, $0.value) }) { first, _ in first }
        #expect(found["schedule"] == "6C.sdu" && found["channel"] == "32" && found["item"] == "EL15")
        #expect { try Imported([metadata]) } throws: { error in
            (error as? ImportError)?.remedy.contains("name '\(records)'") == true
        }
    }
}
