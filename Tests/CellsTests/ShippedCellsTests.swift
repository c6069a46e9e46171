import Testing

@testable import Cells

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ShippedCellsTests {
    @Test(arguments: ["lg-m50-chen2021", "no/such/file.json", "nosuch"])
    func unknownNames(_ name: String) {
        do {
            _ = try CellFile.resolve(name)
            Issue.record("found \(name)")
        } catch {
            #expect((error as? BPXError)?.kind == .notFound)
            #expect("\(error)".contains("no such file or shipped cell"))
        }
    }

    /// Every cell of the folder reads without a remark, meets its cut-offs and says what it is.
    @Test(arguments: ShippedCells.names)
    func everyShippedCell(_ name: String) throws {
        let file = try CellFile.resolve(name)
        #expect(file.warnings == [])
        let cell = try file.cell()
        #expect(cell.name == name && !cell.title.isEmpty && !cell.references.isEmpty && cell.thermal != nil)
        #expect(abs(cell.openCircuitVoltage(stateOfCharge: 1) - cell.upperCutOff) < 1e-3)
        #expect(abs(cell.openCircuitVoltage(stateOfCharge: 0) - cell.lowerCutOff) < 1e-3)
        #expect(try CellFile(text: file.json(), format: .json).json() == file.json())
        #expect(try CellFile(text: file.plainBPX().json(), format: .json).value(at: CellarExtension.path) == nil)
    }

    /// The windows in the files are those that their own lithium and cut-offs ask for.
    @Test(arguments: ShippedCells.names)
    func windowsAreSolved(_ name: String) throws {
        let cell = try CellFile.resolve(name).cell()
        let solved = try cell.windowsSolved()
        for (file, ours) in [
            (cell.negative?.materials ?? [], solved.negative?.materials ?? []),
            (cell.positive?.materials ?? [], solved.positive?.materials ?? []),
        ] {
            for (a, b) in zip(file, ours) {
                #expect(abs(a.minimumStoichiometry - b.minimumStoichiometry) < 2e-4, "\(name) \(a.name)")
                #expect(abs(a.maximumStoichiometry - b.maximumStoichiometry) < 2e-4, "\(name) \(a.name)")
            }
        }
        for charge in stride(from: 0.0, through: 1, by: 0.05) {
            let voltage = cell.openCircuitVoltage(stateOfCharge: charge)
            let found = try #require(cell.stateOfCharge(atRestVoltage: voltage))
            #expect(abs(cell.openCircuitVoltage(stateOfCharge: found) - voltage) < 1e-6)
        }
    }

    /// Public files, where `CELLAR_DATASETS/../cells` holds them.
    @Test func publicFiles() throws {
        guard let datasets = getenv("CELLAR_DATASETS").map({ String(cString: $0) }) else {
            print("public cell files: skipped, CELLAR_DATASETS is not set")
            return
        }
        let folder = "\(datasets)/../cells"
        let files = [folder, "\(folder)/nmc_pouch"].flatMap { folder in
            CellFileReader.names(inFolder: folder).filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0)" }
        }
        if files.isEmpty { print("public cell files: skipped, none beside CELLAR_DATASETS") }
        for path in files {
            let file = try CellFile.load(path: path)
            let cell = try file.cell()
            #expect(abs(cell.openCircuitVoltage(stateOfCharge: 1) - cell.upperCutOff) < 5e-3)
            #expect(abs(cell.windowCapacity / cell.nominalCapacity - 1) < 0.1)
            #expect(try CellFile(text: file.json(), format: .json).json() == file.json())
        }
    }
}
