import Foundation
import Testing

@testable import CyclingData

/// Real exports, where `CELLAR_DATASETS` names a folder with them.
@Suite(.enabled(if: Datasets.isThere, "\(Datasets.absence)")) struct CyclerFilesTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// File, format, records, cycles.
    static let files: [(file: String, format: String, records: Int)] = [
        ("arbin/beep_2017-05-09_test-TC-contact_CH33.csv", "arbin-csv", 287),
        ("arbin/pyprobe_sample_data_arbin.csv", "arbin-csv", 13),
        ("basytec/pyprobe_sample_data_basytec.txt", "basytec", 74),
        ("bdf/cellpy_batmo_bdf.csv", "bdf", 21_206),
        ("biologic/pyprobe_01_MB_CA1.txt", "biologic-mpt", 1397),
        ("biologic/pyprobe_no_header.mpt", "biologic-mpt", 13),
        ("biologic/yadg_gcpl.issue_226.CxN.mpt", "biologic-mpt", 15),
        ("biologic/yadg_mb.issue_223.mpt", "biologic-mpt", 108),
        ("landt/bdf_SINTEF__LiGrR2032__2024-04-30__25degC__Landt.bdf.csv", "bdf", 25_162),
        ("landt/bdf_SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv", "landt", 25_162),
        ("maccor/beep_PreDiag_000229_truncated.034", "maccor", 4061),
        ("maccor/cellpy_maccor_three.txt", "maccor", 4009),
        ("maccor/cellpy_maccor_two.txt", "maccor", 213), ("maccor/pyprobe_sample_data_maccor.csv", "maccor", 15),
        ("neware/cellpy_neware_uio.csv", "neware-csv", 9065), ("neware/fastnda_interp-test.csv", "neware-csv", 333),
        ("neware/fastnda_nda_v22.reference.csv.gz", "csv", 1380),
        ("neware/fastnda_nw4-120-1-6-53.reference.csv.gz", "csv", 18_700),
        ("novonix/beep_Nova_Form-CH01-01_short.csv", "novonix", 3942), ("pec/cellpy_Test25205.csv", "pec", 489),
        ("pec/cellpy_Test25209.csv", "pec", 281),
    ]

    /// Cycles whose counted and integrated capacities differ by more than 0.1 % and more than the logged rows allow, and why.
    private static let differing: [String: String] = [
        "arbin/pyprobe_sample_data_arbin.csv": "13 rows of a pulse train: what is between them was counted, not logged",
        "bdf/cellpy_batmo_bdf.csv": "its simulated counters leave out the first interval of each step",
        "biologic/yadg_mb.issue_223.mpt": "charge of impedance sweeps is counted, their current is not logged",
        "pec/cellpy_Test25205.csv": "idle: the counters hold microampere hours of noise",
        "pec/cellpy_Test25209.csv": "idle: the counters hold microampere hours of noise",
        "neware/fastnda_nda_v22.reference.csv.gz":
            "its current stands at one value that is 0.5 % above its counter's rate",
    ]

    @Test(arguments: files) func importsAsItsBrand(_ file: (file: String, format: String, records: Int)) throws {
        let found = try Imported([Datasets.cycler(file.file)])
        #expect(found.format == file.format)
        #expect(found.records.count == file.records)
        let records = found.records
        #expect(zip(records.time, records.time.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(records.cycle, records.cycle.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(records.step, records.step.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(records.voltage.allSatisfy { (-0.2...6).contains($0) })
        let differing = try found.cycles().filter(\.capacitiesDiffer)
        #expect(differing.isEmpty || Self.differing[file.file] != nil, "cycles \(differing.map(\.cycle))")
    }

    /// Import, export and import again give the same file.
    @Test(arguments: files) func roundTripIsLossless(_ file: (file: String, format: String, records: Int)) throws {
        func export(_ path: String, _ name: String) throws -> String {
            let target = "\(folder.path)/\(name)"
            let reader = try CyclingReader(paths: [path], options: ImportOptions(keepsAllColumns: true))
            let writer = BDFTableWriter(path: target)
            while let records = try reader.next() { try writer.append(records) }
            try writer.finish()
            return target
        }
        let first = try export(Datasets.cycler(file.file), "first.csv")
        let second = try export(first, "second.csv")
        #expect(try Data(contentsOf: URL(fileURLWithPath: first)) == Data(contentsOf: URL(fileURLWithPath: second)))
        // What was read is what was in the file: the numbers are the same doubles.
        let (a, b) = (try Imported([Datasets.cycler(file.file)]), try Imported([first]))
        #expect(a.records.time == b.records.time)
        #expect(a.records.voltage == b.records.voltage && a.records.current == b.records.current)
        #expect(
            a.records.cycle == b.records.cycle && a.records.step == b.records.step && a.records.mode == b.records.mode)
        #expect(
            a.records.chargeCounter == b.records.chargeCounter
                && a.records.temperature.count == b.records.temperature.count)
    }

    @Test func landtAgreesWithItsBDF() throws {
        let name = "landt/bdf_SINTEF__LiGrR2032__2024-04-30__25degC__Landt"
        let (a, b) = (
            try Imported([Datasets.cycler(name + ".csv")]), try Imported([Datasets.cycler(name + ".bdf.csv")])
        )
        #expect(a.records.count == b.records.count)
        for (x, y) in zip(a.records.time, b.records.time) { #expect(abs(x - y) < 5e-4) }
        #expect(a.records.voltage == b.records.voltage)
        #expect(a.records.current == b.records.current)
        for (x, y) in zip(try a.cycles(), try b.cycles()) {
            #expect(abs(x.dischargeCapacityIntegrated - y.dischargeCapacityIntegrated) < 1e-9)
            #expect(x.dischargeCapacityCounter == y.dischargeCapacityCounter)
            // 0.1 mA at 0.2 mA: half a step is a quarter of the charge, and the table says so.
            #expect(x.dischargeCapacityBound > 0.2 * x.dischargeCapacity)
        }
    }

    @Test func headersTellUnitsAndDates() throws {
        let maccor = try Imported([Datasets.cycler("maccor/cellpy_maccor_three.txt")])
        #expect(maccor.remarks("taken as millivolts"))
        #expect(maccor.records.voltage[0] == 1.8538186)
        #expect(maccor.records.unixTime[0] == 1_629_741_858)
        let minutes = try Imported([Datasets.cycler("maccor/cellpy_maccor_two.txt")])
        #expect(minutes.remarks("the test time is in minutes"))
        #expect(minutes.records.time.last == 12_720)
        #expect(minutes.metadata.contains { $0.key == "Procedure" && $0.value == "SIMBA.000" })
        let turned = try Imported([Datasets.cycler("bdf/cellpy_batmo_bdf.csv")])
        #expect(turned.remarks("its sign turned"))
        let blank = try Imported([Datasets.cycler("arbin/beep_2017-05-09_test-TC-contact_CH33.csv")])
        #expect(blank.remarks("no cycle numbers"))
        let peis = try Imported([Datasets.cycler("biologic/yadg_mb.issue_223.mpt")])
        #expect(peis.records.count == 108)
    }

    @Test func nasaTablesOfACellJoin() throws {
        guard let root = Datasets.path else { return }
        let names = ["charge.csv.gz", "discharge.csv", "operations.csv"].map { "\(root)/nasa_pcoe/B0005_\($0)" }
        let found = try Imported(names)
        let cycles = try found.cycles()
        #expect((168...170).contains(cycles.count))
        // NASA counts a discharge to 2.7 V; the record goes on a little.
        let table = try String(contentsOfFile: names[2], encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let published = table.filter { $0.count > 5 && $0[1] == "discharge" }.compactMap { Double($0[5]) }
        let discharges = cycles.filter { $0.dischargeCapacity > 0.5 }
        #expect(discharges.count == published.count)
        for (cycle, capacity) in zip(discharges, published) {
            #expect(
                cycle.dischargeCapacity - capacity > -1e-3 && cycle.dischargeCapacity < 1.04 * capacity,
                "cycle \(cycle.cycle)")
        }
        #expect(cycles.filter { $0.cvChargeTime > 1000 }.count > 150)
    }

    @Test func calceRecordsGiveTheCyclersCapacities() throws {
        guard let root = Datasets.path else { return }
        let found = try Imported(["\(root)/calce_cs2/CS2_35_records.csv.gz"])
        let cycles = try found.cycles()
        let whole = cycles.filter { $0.kind != .partial }
        #expect(whole.count > 880)
        for cycle in whole {
            let difference = abs(cycle.dischargeCapacityIntegrated - cycle.dischargeCapacityCounter)
            let allowed = max(0.001 * cycle.dischargeCapacity, cycle.dischargeCapacityBound)
            #expect(difference < allowed || cycle.capacitiesDiffer, "cycle \(cycle.cycle)")
        }
        let differences = whole.map { abs($0.dischargeCapacityIntegrated / $0.dischargeCapacityCounter - 1) }.sorted()
        #expect(differences[differences.count / 2] < 1e-4)
        #expect(differences[differences.count * 95 / 100] < 1e-3)
        #expect(whole.filter(\.capacitiesDiffer).count <= 2)
        let life = CapacityFade.endOfLife(
            cycles: whole.map { Double($0.cycle) }, capacities: whole.map(\.dischargeCapacity), nominal: 1.1,
            fraction: 0.7)
        #expect(life.map { (500...720).contains($0) } == true, "\(String(describing: life))")
    }
}
